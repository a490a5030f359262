// The audit of an exploration by whole runs: a seeded sample of runs with faults, each played plainly from the start, every call
// executed and every loss of power real. Each state that such a run stands in must be among the explored ones, and each oracle that
// it violates among those found. Shares with the explorer the device, the Player and the oracles; not what it cuts, in which
// shapes, how it walks and what it takes from the memo. Strikes are left out: of those an exploration itself draws a sample. What surrounds
// the device answers as whole-answers.ts draws it, where the models are on.
import * as abi from "../../../assembly/abi.js";
import type { Operation } from "../../device/operations.js";
import type { Region } from "../../device/profile.js";
import { AuditError } from "./calls.js";
import { type Drawn, type Drawing, isAnswered, withAnswers, withOpenAnswers } from "./whole-answers.js";
import { type Cut, type FaultPlan, type Loss, NO_FAULTS, type WeakReads } from "../plan/fault-plan.js";
import type { ShapeName } from "../plan/shapes.js";
import { type OracleName, oracleNames } from "../plan/oracles.js";
import { type RunSubject, type PlainCall, runPlain } from "../play/plain.js";
import { keyAt } from "../play/position.js";
import { Random } from "../../core/data/random.js";
import { formatAnswer, formatCut } from "../plan/trace-line.js";

/** Which runs are drawn. */
export interface WholeRunOptions {
  readonly count: number;
  /** Most faults in one run that the exploration has; Infinity where it has every number. */
  readonly depth: number;
  readonly seed: number;
  /** Where a torn program reads the same at every read, by the part's assumption. */
  readonly decided: readonly Region[];
  /** Asked before each run; a reason ends them early. */
  readonly stop?: () => string | null;
}

/** A run that was played. */
export interface WholeRun {
  readonly plan: FaultPlan;
  /** Keys of the states that it stood in before its calls, in hex, as far as an exploration must hold them. */
  readonly states: readonly string[];
  readonly violations: readonly OracleName[];
}

/** Faults in one run, where the exploration has more. */
const FAULTS_MAX = 3;
/** Calls after a fault whose weak reads are drawn, and reads in each; those beyond see what was programmed. */
const DRAWN_CALLS = 4;
const DRAWN_READS = 64;
/** Most that one read may see. */
const CHOICES = 4;
/** Bits of a torn program that are missing, or alone, under dense tears. */
const FEW_BITS = 4;
const WORD_BITS = 32;
const EVERY_BIT = 0xffffffff;
const SALT = 0x5752;

const NINE_SHAPES: readonly ShapeName[] = [
  ...(["none", "all", "prefix", "suffix", "even-bits", "odd-bits"] as const),
  ...(["one-missing", "one-only", "scattered"] as const),
];

/** Plays `count` runs, the first of them without any fault. */
export function playWholeRuns(subject: RunSubject, options: WholeRunOptions): WholeRun[] {
  const runs: WholeRun[] = [];
  let calm: Played | undefined;
  for (let number = 0; number < options.count; number++) {
    if ((options.stop?.() ?? null) !== null) break;
    const random = new Random(options.seed, SALT, number);
    const most = Math.min(options.depth, FAULTS_MAX);
    const faults = number === 0 || most === 0 ? 0 : 1 + random.below(most);
    let run = (calm ??= played(subject, NO_FAULTS));
    let drawn: Drawn = { plan: NO_FAULTS, cutFrom: 0, answerFrom: 0 };
    for (let fault = 0; fault < faults && run.calls.length > drawn.cutFrom; fault++) {
      drawn = withFault(subject, options, { ...drawn, calls: run.calls, random });
      run = played(subject, drawn.plan);
    }
    const { plan } = drawn;
    // After the last fault that an exploration has, twins are not followed: of those it holds the first state alone. Where guests ask for what
    // surrounds the device, it has no twins.
    const isWhole = isAnswered(subject) || plan.cuts.length < options.depth;
    const kept = isWhole ? run.states : run.states.slice(0, lastCut(plan) + 2);
    const isDense = subject.faults.tears === "dense";
    runs.push({ plan, states: isDense ? [] : kept, violations: run.violations });
  }
  return runs;
}

/**
 * Holds runs against an exploration that is complete.
 * @param lacking answers those of some keys that no explored state has
 * @throws {AuditError} naming a run that stands in a state which is not held, or violates an oracle which is not among `found`.
 */
export function auditWholeRuns(
  runs: readonly WholeRun[],
  lacking: (keys: Iterable<string>) => ReadonlySet<string>,
  found: ReadonlySet<OracleName>,
): void {
  const missing = lacking(runs.flatMap(({ states }) => states));
  for (const { plan, states, violations } of runs) {
    const call = states.findIndex((key) => missing.has(key));
    if (call !== -1)
      throw new AuditError(`a run played from the start was not explored at call ${call}: ${words(plan)}`);
    const missed = violations.find((name) => !found.has(name));
    if (missed !== undefined)
      throw new AuditError(`a run played from the start violates ${missed}, unseen: ${words(plan)}`);
  }
}

function words({ cuts, reads, answers = [] }: FaultPlan): string {
  const cut = cuts.map(formatCut).join(" ");
  const heard = answers.length === 0 ? "" : `, answers ${answers.map(formatAnswer).join(" ")}`;
  const seen = reads.length === 0 ? "" : `, weak reads ${JSON.stringify(reads)}`;
  return `${cut === "" ? "no cut" : cut}${heard}${seen}`;
}

interface Played {
  readonly calls: readonly PlainCall[];
  readonly states: readonly string[];
  readonly violations: readonly OracleName[];
}

function played({ device, scene, start, faults }: RunSubject, plan: FaultPlan): Played {
  const calls: PlainCall[] = [];
  const states: string[] = [];
  const { violations } = runPlain(device, scene, start, {
    faults: plan,
    resets: faults.losses.includes("reset"),
    beforeCall: (position) => {
      const at = keyAt(device, position);
      states.push(hexOf(device.words.subarray(at, at + 4)));
    },
    onCall: (call) => calls.push(call),
  });
  device.exports.rollback();
  return { calls, states, violations: oracleNames(violations & faults.judged) };
}

/** A state's key as text. */
function hexOf(key: Uint32Array): string {
  return Array.from(key, (word) => word.toString(16).padStart(8, "0")).join("");
}

/** The key that a text says. */
export function keyOf(text: string): Uint32Array {
  return Uint32Array.from({ length: text.length / 8 }, (_, word) =>
    parseInt(text.slice(word * 8, word * 8 + 8), 16),
  );
}

/** The call of a plan's last cut; -1 where there is none. */
function lastCut({ cuts }: FaultPlan): number {
  return cuts.reduce((last, { call }) => Math.max(last, call), -1);
}

/** A plan with one more fault, in a call after those that have one. */
function withFault(subject: RunSubject, options: WholeRunOptions, drawing: Drawing): Drawn {
  if (!isAnswered(subject)) return cutIn(withCut(subject, options, drawing));
  const { losses } = subject.faults;
  const isCut = losses.length > 0 && drawing.random.below(2) === 0;
  const answered = isCut ? null : withAnswers(subject, drawing);
  if (answered !== null) return answered;
  if (losses.length === 0) return drawing;
  const { plan, ...from } = cutIn(withCut(subject, options, drawing));
  return { ...from, plan: withOpenAnswers(subject, plan, from.cutFrom, drawing.random) };
}

/** A plan whose last fault is a cut. */
function cutIn(plan: FaultPlan): Drawn {
  const from = lastCut(plan) + 1;
  return { plan, cutFrom: from, answerFrom: from };
}

function withCut(subject: RunSubject, options: WholeRunOptions, drawing: Drawing): FaultPlan {
  const { plan, calls, cutFrom: first, random } = drawing;
  const { faults } = subject;
  const { index: call, operations } = calls[first + random.below(calls.length - first)] as PlainCall;
  const loss = faults.losses[random.below(faults.losses.length)] as Loss;
  const reset = loss === "reset" ? ({ reset: true } as const) : {};
  const done = operations.filter(isPersistent);
  const retained = loss === "reset" ? operations.filter(({ kind }) => kind === "retained") : [];
  const asked = isAnswered(subject) ? operations.filter(({ kind }) => kind === "asked") : [];
  // Kind by kind: there are a hundred programs for an erase.
  const kinds = [...new Set(["before", ...[...done, ...retained, ...asked].map(({ kind }) => kind)])];
  const kind = kinds[random.below(kinds.length)] as string;
  let cut: Cut = { call, before: true, ...reset };
  if (kind === "retained") cut = { call, retained: random.below(retained.length), reset: true };
  else if (kind === "asked") cut = { call, asked: random.below(asked.length), ...reset };
  else if (kind !== "before") {
    const among = done.flatMap((one, at) => (one.kind === kind ? [at] : []));
    const at = among[random.below(among.length)] as number;
    const shape = shapeOf(subject, options, { operation: done[at] as Persistent, random });
    cut = { call, operation: at, ...reset, ...shape };
  }
  // A reset cause that is open is asked for like a weak read.
  const isOpen = loss === "reset" || faults.models.includes("weak");
  const reads = isOpen ? readsAfter(call, random) : [];
  // What was to be heard after that was drawn for another course.
  const answers = plan.answers?.filter((answer) => answer.call <= call);
  return {
    ...{ cuts: [...plan.cuts, cut], reads: [...plan.reads.filter((read) => read.call <= call), ...reads] },
    ...(answers === undefined ? {} : { answers }),
  };
}

type Persistent = Extract<Operation, { readonly status: number }>;

/** Flash or a counter was changed, as it was asked for. */
function isPersistent(operation: Operation): operation is Persistent {
  return "status" in operation && operation.status === abi.STATUS_OK && operation.kind !== "stray";
}

/** One of the shapes in which a cut can leave an operation, by the documents (host/campaign/plan/DESIGN.md). */
function shapeOf(
  { faults, device }: RunSubject,
  { decided }: WholeRunOptions,
  { operation, random }: { readonly operation: Persistent; readonly random: Random },
): { readonly shape: ShapeName; readonly landed?: readonly number[] } {
  const isWeak = faults.models.includes("weak");
  const unit = faults.models.includes("ecc") ? (device.part.ecc?.unitBytes.value ?? 0) : 0;
  const any = (...names: readonly ShapeName[]) => ({ shape: names[random.below(names.length)] as ShapeName });
  if (operation.kind === "counter") return any("old", "new", ...(isWeak ? (["either"] as const) : []));
  if (operation.kind === "erase") {
    if (unit > 0)
      return any("untouched", "half-unreadable", "done", ...(isWeak ? (["weak-unsteady"] as const) : []));
    return any("untouched", "half", "done", ...(isWeak ? (["weak"] as const) : []));
  }
  const { offset, sizeBytes } = operation;
  const lies = ({ offset: from, size }: Region) => offset >= from && offset + sizeBytes <= from + size;
  const flickers = isWeak && !decided.some(lies);
  if (unit > 0) {
    const halves = sizeBytes > unit ? (["prefix", "suffix"] as const) : [];
    return any("none", "all", "unreadable", ...halves, ...(flickers ? (["unsteady"] as const) : []));
  }
  const { slotA, slotB } = device.layout;
  if (faults.tears === "dense" && !lies(slotA) && !lies(slotB) && random.below(3) > 0)
    return { shape: "bits", landed: fewBits(offset, sizeBytes, random) };
  return any(...NINE_SHAPES, ...(flickers ? (["flicker"] as const) : []));
}

/** Masks of a program's words of which a few bits have not landed, or have alone. */
function fewBits(offset: number, sizeBytes: number, random: Random): number[] {
  const words = Math.ceil(((offset % 4) + sizeBytes) / 4);
  const masks = new Array<number>(words).fill(0);
  for (let bit = random.below(FEW_BITS + 1); bit > 0; bit--) {
    const word = random.below(words);
    masks[word] = ((masks[word] as number) | (2 ** random.below(WORD_BITS))) >>> 0;
  }
  return random.below(2) === 0 ? masks : masks.map((mask) => (mask ^ EVERY_BIT) >>> 0);
}

/** What weak reads see in the calls after one. */
function readsAfter(call: number, random: Random): WeakReads[] {
  return Array.from({ length: DRAWN_CALLS }, (_, after) => ({
    call: call + 1 + after,
    choices: Array.from({ length: DRAWN_READS }, () => random.below(CHOICES)),
  }));
}
