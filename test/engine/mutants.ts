// Mistakes that the explorer could have, as changes of its text. Each change must find its text exactly once: where the engine is
// written anew, its text here has to be too (engine.test.ts). What is listed as equivalent says why.
import { type EngineMutant, mutant } from "./mutant.js";
import { CREW_MUTANTS } from "./mutants-crew.js";
import { DEVICE_MUTANTS } from "./mutants-device.js";
import { JUDGING_MUTANTS } from "./mutants-judging.js";

const ARRIVALS = "host/campaign/explore/states/arrivals.ts";
const CALLS = "host/campaign/explore/calls.ts";
const CAMPAIGN = "host/campaign/campaign.ts";
const CHECKS = "assembly/device/checks.ts";
const CONTEXTS = "host/campaign/explore/memo/contexts.ts";
const CUTS = "host/campaign/explore/cuts.ts";
const EXPAND = "host/campaign/explore/expander.ts";
const EXPLORE = "host/campaign/explore/explorer.ts";
const FRONTIER = "host/campaign/explore/states/frontier.ts";
const FAULTS = "host/campaign/plan/faults.ts";
const OPEN_SETS = "host/device/open-sets.ts";
const MEMO = "host/campaign/explore/memo/memo.ts";
const READ_LOG = "host/campaign/explore/memo/read-log.ts";
const MEMO_TREE = "host/campaign/explore/memo/tree.ts";
const MOMENTS = "host/campaign/explore/states/moments.ts";
const TWINS = "host/campaign/explore/twins.ts";

const ALL_SHAPES = "Array.from({ length: abi.TEAR_COUNT }, (_, shape) => shape)";
const SHAPES = ["PREFIX", "SUFFIX", "EVEN_BITS", "ONE_MISSING", "SCATTERED"];
const IS_CUT = "if (!isPersistentKind(kept.kind)) return;";

/** What is cut, and in which shapes. */
const CUTTING: readonly EngineMutant[] = [
  ...SHAPES.map((name) =>
    mutant(
      `no torn program of the shape ${name}`,
      FAULTS,
      ALL_SHAPES,
      `${ALL_SHAPES}.filter((shape) => shape !== abi.TEAR_${name})`,
    ),
  ),
  mutant(
    "no program that was cut when it had been done",
    FAULTS,
    "const whole = [abi.TEAR_NONE, abi.TEAR_ALL];\n    const shapes = Array.from({ length: abi.TEAR_COUNT }, (_, shape) => shape);",
    "const whole = [abi.TEAR_NONE, abi.TEAR_ALL];\n    const shapes = Array.from({ length: abi.TEAR_COUNT }, (_, shape) => shape).filter((shape) => shape !== abi.TEAR_ALL);",
  ),
  mutant("no erase that is half done", FAULTS, "ecc ? abi.ERASE_UNREADABLE : abi.ERASE_HALF,", ""),
  mutant("no erase that was cut when it had been done", FAULTS, "      abi.ERASE_DONE,\n", ""),
  mutant("no weak erase", FAULTS, "...(weak ? [ecc ? abi.ERASE_UNSTEADY : abi.ERASE_WEAK] : []),", ""),
  mutant(
    "no weak program",
    FAULTS,
    "const flicker = weak ? [this.#flicker] : [];",
    "const flicker: number[] = [];",
  ),
  mutant("no weak counter", FAULTS, ", ...(weak ? [abi.COUNTER_WEAK] : [])];", "];"),
  mutant(
    "no counter that was cut when it had advanced",
    FAULTS,
    "[abi.COUNTER_OLD, abi.COUNTER_NEW, ",
    "[abi.COUNTER_OLD, ",
  ),
  mutant("no unreadable unit", FAULTS, "[...whole, abi.TEAR_UNREADABLE]", "whole"),
  mutant("no unit that is written in halves", FAULTS, "ecc ? [abi.TEAR_PREFIX, abi.TEAR_SUFFIX] : []", "[]"),
  mutant(
    "no torn program flickers, decided or not",
    FAULTS,
    "return liesIn(this.#decided, offset, sizeBytes) ? this.#steady(tears)",
    "return this.models.length > 0 ? this.#steady(tears)",
  ),
  mutant("no open word", FAULTS, "isDense ? [...shapes, abi.TEAR_OPEN]", "isDense ? shapes"),
  mutant("erases are not cut", CUTS, IS_CUT, `${IS_CUT}\n    if (kept.kind === abi.OP_ERASE) return;`),
  mutant(
    "erases of the Record are not cut",
    CUTS,
    IS_CUT,
    `${IS_CUT}\n    if (kept.kind === abi.OP_ERASE && kept.touched === 4) return;`,
  ),
  mutant("counters are not cut", CUTS, IS_CUT, `${IS_CUT}\n    if (kept.kind === abi.OP_COUNTER) return;`),
  mutant(
    "a call's first operation is not cut",
    CUTS,
    IS_CUT,
    `${IS_CUT}\n    if (this.#operation === 0) return;`,
    { guest: 1, nightly: true },
  ),
  mutant(
    "a call's sixth operation is not cut",
    CUTS,
    IS_CUT,
    `${IS_CUT}\n    if (this.#operation === 5) return;`,
    { guest: 5 },
  ),
  mutant(
    "resets strike no operation",
    CUTS,
    "for (const loss of this.#context.faults.losses) this.#cut(kept, loss, isMine);",
    'for (const loss of this.#context.faults.losses) if (loss === "power") this.#cut(kept, loss, isMine);',
  ),
  mutant(
    "no reset strikes after a retained word",
    CUTS,
    "this.#resetAfterRetained();\n    this.#retained++",
    "this.#retained++",
    { guest: 2, nightly: true },
  ),
  mutant(
    "no firmware is cut before its call",
    EXPAND,
    "if (isCut) cuts.before(",
    "if (isCut && states.isPowerOn(state)) cuts.before(",
    { guest: 8 },
  ),
  mutant(
    "no boot is cut before its call",
    EXPAND,
    "if (isCut) cuts.before(",
    "if (isCut && !states.isPowerOn(state)) cuts.before(",
  ),
  mutant(
    "nothing is cut in the other ways of a call",
    EXPAND,
    "isCut && ahead < this.#context.depth",
    "isCut && way === ways[0] && ahead < this.#context.depth",
  ),
];

/** Where the exploration goes on, and where not. */
const WALKING: readonly EngineMutant[] = [
  mutant(
    "one state in seven is not explored",
    ARRIVALS,
    "    frontier.add(added, depth);",
    "    if (added % 7 !== 6) frontier.add(added, depth);",
  ),
  mutant(
    "states of the last depth are not cut",
    EXPLORE,
    "strikes = frontier.depth < depth;",
    "strikes = frontier.depth + 1 < depth;",
  ),
  mutant(
    "nothing is cut where strikes go on",
    EXPAND,
    "const isCut = faults && ",
    "const isCut = faults && frontier.depth === 0 && ",
  ),
  mutant(
    "states are never brought forward",
    ARRIVALS,
    "if (state < 0 || frontier.depth + faults < states.depthOf(state)) return -1;",
    "if (state < 0) return -1;",
  ),
  mutant(
    "what weak reads see is always the same",
    EXPAND,
    "for (const way of ways) {",
    "for (const way of ways.slice(0, 1)) {",
  ),
  mutant(
    "states of one depth are left where there are many",
    FRONTIER,
    "      const count = countIn(added);\n",
    "      const count = Math.min(40, countIn(added));\n",
  ),
  mutant(
    "what a cut call would have gone on to do is followed",
    EXPAND,
    "if (!followers.includes(follower) && follower !== GIVEN_UP) followers.push(follower);",
    "if (followers.length === 0 && follower !== GIVEN_UP) followers.push(follower);",
  ),
  mutant(
    "found over a whole call, nothing is said",
    EXPAND,
    "    if (found !== 0) findings.add(found, this.#uncut(state, way));\n    return { follower, found };",
    "    return { follower, found };",
  ),
  mutant(
    "the way back stops one step early",
    MOMENTS,
    "this.back(this.#undoPositions.at(at));",
    "this.back(this.#undoPositions.at(at) + 1);",
  ),
  mutant(
    "a state that was brought forward is explored again",
    FRONTIER,
    "          if (!this.#states.isOpen(state, this.#depth)) continue;\n",
    "",
  ),
  mutant(
    "every torn program of a slot has the future of the first",
    TWINS,
    "if (words.has(at)) return false;",
    "",
    { guest: 18 },
  ),
  mutant(
    "twins are not ended by another operation",
    CUTS,
    "if (twins !== undefined && !isUnasked(twins, kept, { calls, eccUnit }))",
    "if (twins !== undefined && isUnasked(twins, kept, { calls, eccUnit }) && false)",
  ),
  mutant(
    "twins are looked for before the last fault too",
    CUTS,
    "faults.strikes || !this.#point.isLast || kept.kind",
    "faults.strikes || kept.kind",
  ),
  mutant(
    "the oracles may look at a twin's slot",
    "host/campaign/play/player.ts",
    "if (index === -1 || !memory.isConfirmed(history, index ^ 1)) return false;",
    "if (index === -1) return false;",
  ),
];

/** What the memo takes for the same call. */
const MEMO_KEYS: readonly EngineMutant[] = [
  mutant(
    "the agent's input is not in the memo's key",
    CONTEXTS,
    "numbers[1] = input;",
    "numbers[1] = input & 0;",
    { guest: 10, nightly: true },
  ),
  mutant(
    "what is offered is not in the memo's key",
    CONTEXTS,
    "numbers[2] = offer;",
    "numbers[2] = offer & 0;",
  ),
  mutant(
    "counters are not in the memo's key",
    CONTEXTS,
    "numbers[at++] = words[counters + i] as number;",
    "numbers[at++] = counters;",
    { guest: 1 },
  ),
  mutant(
    "weak counters are not in the memo's key",
    CONTEXTS,
    "numbers[at++] = words[weak + i] as number;",
    "numbers[at++] = weak;",
  ),
  mutant(
    "flips of the offer and worn sectors are not in the memo's key",
    CONTEXTS,
    "numbers[at++] = words[shadows + i] as number;",
    "numbers[at++] = shadows;",
  ),
  {
    what: "weak bits are not in the memo's key",
    changes: [
      { file: MEMO_TREE, from: "value[1] = words[this.#weak + at / 4] as number;", to: "value[1] = 0;" },
      { file: CHECKS, from: "load<u32>(map.WEAK + at) == load<u32>(check, 12) && ", to: "" },
    ],
  },
  {
    what: "torn units are not in the memo's key",
    changes: [
      { file: MEMO_TREE, from: "value[2] = this.#device.exports.flagsAt(at);", to: "value[2] = 0;" },
      { file: CHECKS, from: " && flagsAt(at) == load<u32>(check, 16)", to: "" },
    ],
  },
  mutant(
    "a sector's words are asked for only twice, and then no more",
    READ_LOG,
    "      singles[sector] = KNOWN;\n      const digest",
    "      singles[sector] = KNOWN;\n      if (kind === abi.READ_WORD) continue;\n      const digest",
  ),
  mutant(
    "one way is left out where a call has many",
    MEMO,
    "for (const { choice, place, talk } of onFrom(at)) {",
    "for (const { choice, place, talk } of onFrom(at).slice(0, -1)) {",
  ),
  mutant(
    "an open word is decided by one mask",
    MEMO,
    "for (const mask of openSets.masks(set)) {",
    "for (const mask of openSets.masks(set).slice(0, 1)) {",
  ),
  mutant(
    "what landed in one word says nothing of the next",
    MEMO,
    "for (const other of beside) exports.narrow(other.offset, other.set);",
    "",
  ),
  mutant(
    "a torn word counts twice in the others of its program",
    OPEN_SETS,
    "if (isCounted === true || mask === 0",
    "if (mask === 0",
  ),
  mutant(
    "a torn word that was decided before is narrowed by the next",
    OPEN_SETS,
    " || those.isCounted === true) return other;",
    ") return other;",
  ),
  mutant(
    "dense tears have no shapes",
    FAULTS,
    "isDense ? [...shapes, abi.TEAR_OPEN]",
    "isDense ? [...whole, abi.TEAR_OPEN]",
  ),
  mutant(
    "what is programmed over joins",
    MEMO,
    'const alone = ways.some((way) => programsOver(way, offset)) ? `${mask} ` : "";',
    'const alone = "";',
  ),
  mutant(
    "the audit looks at nothing",
    EXPAND,
    "if (calls.isAudited(audit)) calls.audit(",
    "if (calls.isAudited(audit) && audit < 0) calls.audit(",
  ),
  mutant(
    "the audit finds all well",
    CALLS,
    "if (!isSame) throw new AuditError(",
    "if (!same && choices.length > 99) throw new AuditError(",
  ),
];

/** Ends that are taken for others. */
const ENDS: readonly EngineMutant[] = [
  mutant(
    "states are never too many",
    EXPLORE,
    "if (this.#parts.states.size > statesMax)",
    "if (this.#parts.states.size > 2 * statesMax)",
  ),
  mutant(
    "too many ways to read are no matter",
    EXPLORE,
    "if (this.#parts.calls.truncated && stopAtFirst !== true)",
    "if (this.#parts.calls.truncated && stopAtFirst === true)",
  ),
  mutant(
    "what is planned and not judged is no matter",
    CAMPAIGN,
    "(exploration.judged !== exploration.planned",
    "(exploration.judged < 0",
  ),
  mutant(
    "the run without any fault is not judged",
    CAMPAIGN,
    "const calm = plan.violations === 0 || options.evenSo === true ?",
    "const calm = plan.violations >= 0 || options.evenSo === true ?",
  ),
  mutant(
    "one state more than there may be",
    EXPLORE,
    "if (this.#parts.states.size > statesMax)",
    "if (this.#parts.states.size > statesMax + 1)",
  ),
  mutant(
    "one way to read more than there may be",
    MEMO,
    "if (++walk.ways > this.#waysMax)",
    "if (++walk.ways > this.#waysMax + 1)",
  ),
  mutant(
    "a full table is no matter",
    EXPLORE,
    "      this.#incomplete = reason;",
    "      if (this.#judged < 0) this.#incomplete = reason;",
  ),
  mutant(
    "an exploration that is incomplete is a fixpoint",
    EXPLORE,
    "fixpoint: this.#incomplete === null && strikes,",
    "fixpoint: strikes,",
  ),
  mutant(
    "canaries that get away are no matter",
    "host/campaign/verdict.ts",
    'if (facts.canaries.caught < facts.canaries.planted) return "incomplete";',
    "",
  ),
  mutant(
    "what does not replay is reported all the same",
    CAMPAIGN,
    "(smallest === null ? unreplayed : findings).push({",
    "findings.push({",
  ),
];

export const ENGINE_MUTANTS: readonly EngineMutant[] = [
  ...CUTTING,
  ...WALKING,
  ...MEMO_KEYS,
  ...ENDS,
  ...CREW_MUTANTS,
  ...DEVICE_MUTANTS,
  ...JUDGING_MUTANTS,
];
