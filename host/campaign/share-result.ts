// What a share of a campaign came to, such that shares can be merged exactly: states by key, with what hangs on each. Every
// share walks the run in which nothing goes wrong; the first faults are shared out; what follows on them may be met by
// several shares, and a state counts once.
import type { OwnResults } from "./own/own-runs.js";
import type { FaultPlan } from "./plan/fault-plan.js";
import { oracleBit, type OracleName } from "./plan/oracles.js";
import { type SurvivalTallies, mergeSurvival } from "./explore/strikes/survival.js";
import type { Wear } from "./play/wear.js";
import type { Around } from "./explore/seen-around.js";
import { WORLD_MODELS } from "./plan/fault-models.js";
import type { Suspended } from "./explore/states/suspended.js";
import type { WholeRun } from "./explore/whole-runs.js";
import { type ShareStates, joined, lackingIn, powerOnOf, sumOf } from "./share-states.js";

export { NO_STATES, type ShareStates, columnsOf } from "./share-states.js";

/** A violation as a share found it. */
export interface ShareFinding {
  readonly oracle: OracleName;
  readonly cause: string;
  /** Faults of the run as it was found, and the work item that its first belongs to: the least comes first. */
  readonly faults: number;
  readonly item: number;
  /** Without the faults that it does not need. */
  readonly plan: FaultPlan;
}

/** A share's outcome. */
export interface ShareResult {
  readonly index: number;
  readonly count: number;
  readonly states: ShareStates;
  readonly findings: readonly ShareFinding[];
  /** What was found and playing it again does not show: defects of ours, and no verdicts. */
  readonly unreplayed: readonly ShareFinding[];
  readonly survival: SurvivalTallies;
  readonly around: Around;
  readonly planned: number;
  /** Cut points of the run in which nothing goes wrong, in all shares together. */
  readonly cuts: number;
  readonly fixpoint: boolean;
  /** Some way passed a bound: what comes behind that is not known. */
  readonly gaveUp: boolean;
  /** The most power-ups that a run has needed from its last fault to rest. */
  readonly powerUpsToRest: number;
  /** Of the run in which nothing goes wrong; null where it was not played. */
  readonly wear: Wear | null;
  readonly incomplete: string | null;
  /** Where it was ended early: what it can be gone on with; null where it can not. */
  readonly suspended: Suspended | null;
  /** What oracles of one's own say; only in the first share, and only where there are any. */
  readonly own?: OwnResults;
  /** Runs that were played plainly, for the audit; none but in the first share. */
  readonly wholeRuns: readonly WholeRun[];
  readonly effort: {
    readonly cpuSeconds: number;
    readonly wallSeconds: number;
    readonly bootsExecuted: number;
    readonly callsAudited: number;
  };
}

/** Several shares, or one, as a whole. */
export interface Whole {
  readonly judged: number;
  /** Cut points of the run in which nothing goes wrong. */
  readonly cuts: number;
  readonly planned: number;
  readonly distinct: number;
  readonly all: number;
  readonly digest: string;
  readonly reached: number;
  readonly fixpoint: boolean;
  readonly gaveUp: boolean;
  readonly powerUpsToRest: number;
  readonly wear: Wear | null;
  readonly incomplete: string | null;
  readonly findings: readonly ShareFinding[];
  readonly unreplayed: readonly ShareFinding[];
  readonly survival: SurvivalTallies;
  readonly around: Around;
  /** Judged calls in which a packet or a reply was lost. */
  readonly lost: number;
  /** Of the first share; absent where it is not among these, or there are no oracles of one's own. */
  readonly own: OwnResults | undefined;
  readonly wholeRuns: readonly WholeRun[];
  /** Those of these keys, in hex, with which no share holds a state. */
  lacking(keys: Iterable<string>): ReadonlySet<string>;
  /** States from which an oracle is violated with no further fault. */
  statesViolating(oracle: OracleName): number;
}

/** Puts shares together, whatever their order. */
export function mergeShares(shares: readonly ShareResult[]): Whole {
  const results = [...shares].sort((a, b) => a.index - b.index);
  const states = joined(results.map((one) => one.states));
  const total = sumOf(states.judged);
  const isPlanned = results.every(({ states: own, planned }) => planned === sumOf(own.judged));
  return {
    judged: total,
    cuts: results[0]?.cuts ?? 0,
    planned: isPlanned ? total : results.reduce((sum, { planned }) => sum + planned, 0),
    ...powerOnOf(states),
    all: states.depths.length,
    reached: states.depths.reduce((most, depth) => Math.max(most, depth), 0),
    fixpoint: results.every((one) => one.fixpoint),
    gaveUp: results.some((one) => one.gaveUp),
    powerUpsToRest: results.reduce((most, one) => Math.max(most, one.powerUpsToRest), 0),
    wear: results.find(({ wear }) => wear !== null)?.wear ?? null,
    incomplete: results.find((one) => one.incomplete !== null)?.incomplete ?? null,
    findings: mergeFindings(results.flatMap(({ findings }) => findings)),
    unreplayed: mergeFindings(results.flatMap(({ unreplayed }) => unreplayed)),
    survival: mergeSurvival(results.map(({ survival }) => survival)),
    around: mergeAround(results.map(({ around }) => around)),
    lost: sumOf(states.lost),
    own: results.find(({ own }) => own !== undefined)?.own,
    wholeRuns: results.flatMap(({ wholeRuns }) => wholeRuns),
    lacking: (keys) => lackingIn(states, keys),
    statesViolating: (oracle) =>
      states.violations.reduce((sum, mask) => ((mask & oracleBit(oracle)) === 0 ? sum : sum + 1), 0),
  };
}

/** What any of them has seen, once. */
function mergeAround(seen: readonly Around[]): Around {
  return {
    met: WORLD_MODELS.filter((model) => seen.some(({ met }) => met.includes(model))),
    clients: [...new Set(seen.flatMap(({ clients }) => clients))].sort(),
  };
}

/** One finding per oracle and cause: the one with the fewest faults, of these the one that comes first in the run. */
function mergeFindings(findings: readonly ShareFinding[]): ShareFinding[] {
  const best = new Map<string, ShareFinding>();
  for (const finding of findings) {
    const key = `${finding.oracle}\n${finding.cause}`;
    const known = best.get(key);
    if (known === undefined || isBefore(finding, known)) best.set(key, finding);
  }
  return [...best.values()].sort((a, b) => {
    if (a.faults !== b.faults) return a.faults - b.faults;
    const [x, y] = [`${a.oracle} ${a.cause}`, `${b.oracle} ${b.cause}`];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}

function isBefore(a: ShareFinding, b: ShareFinding): boolean {
  return a.faults === b.faults ? a.item < b.item : a.faults < b.faults;
}
