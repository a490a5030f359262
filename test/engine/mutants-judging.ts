// Mistakes in what the oracles say and remember, and in when a run is given up.
import { type EngineMutant, mutant } from "./mutant.js";

const EXPAND = "host/campaign/explore/expander.ts";
const GIVING_UP = "host/campaign/play/giving-up.ts";
const TRIALS = "host/campaign/play/trials.ts";
const HISTORY = "host/campaign/play/history.ts";
const JUDGE = "host/campaign/play/judge.ts";
const LIVENESS = "host/campaign/explore/liveness.ts";
const CHANGES = "host/campaign/play/changes.ts";
const PLAYER = "host/campaign/play/player.ts";
const FINDINGS = "host/campaign/explore/findings.ts";
const PART = "host/campaign/share-result.ts";
const SHARE_STATES = "host/campaign/share-states.ts";

/** Oracles that never speak. */
const DEAD: readonly EngineMutant[] = [
  mutant("flash-rules is dead", PLAYER, 'violations |= oracleBit("flash-rules");', "violations |= 0;"),
  mutant("in-bounds is dead", PLAYER, 'violations |= oracleBit("in-bounds");', "violations |= 0;"),
  mutant(
    "boot-never-erases-slot is dead",
    PLAYER,
    'violations |= oracleBit("boot-never-erases-slot");',
    "violations |= 0;",
  ),
  mutant(
    "record-kept is dead",
    PLAYER,
    '&& from.history.recordIsKnown ? oracleBit("record-kept") : 0;',
    "&& from.history.recordIsKnown ? 0 : 0;",
  ),
  mutant(
    "no-brick is dead",
    JUDGE,
    'return this.allowed(0, moves) || this.allowed(1, moves) ? oracleBit("no-brick") : 0;',
    "return 0;",
  ),
  mutant(
    "authentic and no-wrong-image are dead",
    JUDGE,
    "return { image, history, violations: oracleBit(oracle), overdue: false };",
    "return { image, history, violations: 0, overdue: false };",
  ),
  mutant("no-rollback is dead", JUDGE, 'belowFloor ? oracleBit("no-rollback") : 0;', "belowFloor ? 0 : 0;"),
  mutant(
    "confirmed-stays is dead",
    JUDGE,
    '? violations : violations | oracleBit("confirmed-stays"),',
    "? violations : violations,",
  ),
  mutant(
    "trial-reverts counts no boots",
    JUDGE,
    "overdue: memory.bootsOf(tried, slot) > this.#device.attempts,",
    "overdue: false,",
  ),
  mutant(
    "trial-reverts counts one boot more",
    JUDGE,
    "overdue: memory.bootsOf(tried, slot) > this.#device.attempts,",
    "overdue: memory.bootsOf(tried, slot) > this.#device.attempts + 1,",
  ),
  mutant(
    "trial-reverts excuses what is overdue",
    PLAYER,
    'const violations = here.overdue ? found | oracleBit("trial-reverts") : found;',
    "const violations = found;",
  ),
  mutant(
    "floor-follows is dead",
    JUDGE,
    'isFirm && securityCounter === floor ? 0 : oracleBit("floor-follows");',
    "0;",
  ),
  mutant(
    "how a scenario rests is not judged",
    PLAYER,
    "return rested ? violations | this.atRest(next, end) : violations;",
    "return violations;",
  ),
  mutant(
    "converges is not said of what was given up on the way",
    EXPAND,
    'if (follower === GIVEN_UP) found |= oracleBit("converges");',
    "",
  ),
  mutant(
    "converges is not said of circles",
    LIVENESS,
    "this.#violations[state] = (this.#violations[state] as number) | CONVERGES;",
    "",
  ),
  mutant(
    "circles are not listed",
    LIVENESS,
    "if (isOpen[follower] === 1 && isEntry[follower] === 0) this.circles.push(follower);",
    "",
  ),
];

/** What is forgotten, or remembered for too long. */
const REMEMBERING: readonly EngineMutant[] = [
  mutant(
    "boots are counted on through an installation",
    HISTORY,
    "({ changedB: true, bootsB: 0, ...over })",
    "({ changedB: true, ...over })",
  ),
  mutant(
    "an installation begins nothing",
    HISTORY,
    "if (wasChanged(history, slot) && bootsOf(history, slot) === 0 && isOver) return history;",
    "if (wasChanged(history, slot)) return history;",
  ),
  mutant(
    "what was confirmed stays so when it is written over",
    HISTORY,
    "slot === history.confirmed && !wasChanged(history, slot);",
    "slot === history.confirmed;",
  ),
  mutant(
    "a Record that was found is forgotten",
    HISTORY,
    "return history.recordIsKnown ? history : after(",
    'return history.confirmed === -2 ? after(history, "none", () => ({})) : history.recordIsKnown || true ? history : after(',
  ),
  mutant(
    "confirmed firmware asks for nothing",
    TRIALS,
    "if (isConfirmed(history, other) || isTried(history, slot)) return history;",
    "if (slot >= 0) return history;",
  ),
  mutant(
    "no reset spends a trial",
    TRIALS,
    "const spent = struck >= spare ? history.spent | whose : history.spent;",
    "const spent = history.spent;",
  ),
  mutant(
    "resets excuse whatever image was tried",
    JUDGE,
    `if (isWanted || isOffered) {
        const other = slot ^ 1;
        return {
          whose: (isWanted ? memory.SPENT_WANTED : 0) | (isOffered ? memory.SPENT_OFFERED : 0),`,
    `if (slot >= 0) {
        const other = slot ^ 1;
        return {
          whose: memory.SPENT_WANTED | memory.SPENT_OFFERED,`,
  ),
  mutant(
    "a cut leaves nothing to be looked at",
    CHANGES,
    "if (history.open === 0) return changed;",
    "if (history.open >= 0) return changed;",
  ),
];

/** Bounds, one off or not met. */
const BOUNDS: readonly EngineMutant[] = [
  mutant(
    "one power-up more before it is given up",
    GIVING_UP,
    "powerUps > limits.powerUps ||",
    "powerUps > limits.powerUps + 1 ||",
  ),
  mutant(
    "power-ups are not counted",
    GIVING_UP,
    "powerUps: before.powerUps + (isPowerOn ? 1 : 0),",
    "powerUps: before.powerUps,",
  ),
  mutant(
    "the graph's bounds are one more",
    LIVENESS,
    `if ((powerUps[state] as number) > limits.powerUps) return "powerUps";
    if ((steps[state] as number) > limits.steps) return "steps";
    return (calls[state] as number) > limits.calls ?`,
    `if ((powerUps[state] as number) > limits.powerUps + 1) return "powerUps";
    if ((steps[state] as number) > limits.steps + 1) return "steps";
    return (calls[state] as number) > limits.calls + 1 ?`,
  ),
  mutant(
    "ways without a change are not counted on the graph",
    LIVENESS,
    "steps[state] = mostSteps;",
    "steps[state] = 0;",
  ),
  mutant(
    "a circle's states do not share what is violated",
    LIVENESS,
    "      this.#violations[state] = violations;\n      isDone[state] = 1;",
    "      isDone[state] = 1;",
  ),
];

/** What is told. */
const TELLING: readonly EngineMutant[] = [
  mutant(
    "causes are all one",
    FINDINGS,
    'return `${who}, ${KINDS[at.kind & ~RESET_KIND] ?? ""}${reset}`;',
    "return `${who}${reset}`;",
  ),
  mutant(
    "states of several shares count once for each",
    SHARE_STATES,
    "const index = table.getOrSet(share.keys, row * KEY_WORDS, size);",
    "const index = table.getOrSet(Uint32Array.of(size, 0, 0, 0), 0, size);",
  ),
  mutant(
    "a share that ended early does not make the whole so",
    PART,
    "incomplete: results.find((one) => one.incomplete !== null)?.incomplete ?? null,",
    "incomplete: results[0]?.incomplete ?? null,",
  ),
  mutant(
    "a twin's faults are those of the state it is explored as",
    SHARE_STATES,
    "columns.judged[row] = isTwin ? 0 : states.judgedFrom(state);",
    "columns.judged[row] = states.judgedFrom(state);",
  ),
];

export const JUDGING_MUTANTS: readonly EngineMutant[] = [...DEAD, ...REMEMBERING, ...BOUNDS, ...TELLING];
