// What a report says of each finding: its trace, and its figures where it has any. Finds nothing.
import type { FaultPlan } from "./plan/fault-plan.js";
import type { RunSubject } from "./play/plain.js";
import type { Whole } from "./share-result.js";
import { OWN_CAUSE, type Unreplayed, type Violation } from "./report.js";
import { saidOf } from "./says.js";
import { type Trace, type TraceFacts, traceOf } from "./plan/trace.js";

/** What is the same in every trace of a campaign. */
export type Traced = Omit<TraceFacts, "faults" | "violations">;

/** How the trace of an oracle's `index`-th violation is replayed: by a command, and by a line where names say all. */
export type NameTrace = (
  oracle: string,
  index: number,
  faults: FaultPlan,
) => Pick<Violation, "replay" | "line">;

const NOWHERE: NameTrace = () => ({ replay: "", line: null });

/** Findings that playing them again does not show. */
export function unreplayedOf(traced: Traced, { unreplayed }: Whole): Unreplayed[] {
  return unreplayed.map(({ oracle, cause, plan }) => ({
    oracle,
    cause,
    trace: traceIn(traced, plan, oracle),
  }));
}

/**
 * The violations of a whole campaign, the package's oracles first.
 * @param subject makes a device at the scene's start
 */
export function violationsOf(
  { nameTrace = NOWHERE, ...traced }: Traced & { readonly nameTrace: NameTrace | undefined },
  whole: Whole,
  subject: () => RunSubject,
): Violation[] {
  const counts = new Map<string, number>();
  const named = (oracle: string, plan: FaultPlan) => {
    const index = counts.get(oracle) ?? 0;
    counts.set(oracle, index + 1);
    return nameTrace(oracle, index, plan);
  };
  return [
    ...whole.findings.map(({ oracle, cause, plan }) => {
      const says = saidOf({ oracle, plan }, subject, whole.wear);
      return {
        oracle,
        cause,
        states: whole.statesViolating(oracle),
        ...(says === undefined ? {} : { says }),
        trace: traceIn(traced, plan, oracle),
        ...named(oracle, plan),
      };
    }),
    ...(whole.own?.findings ?? []).map(({ oracle, says, plan, runs }) => ({
      oracle,
      cause: OWN_CAUSE,
      states: runs,
      says,
      trace: traceIn(traced, plan, oracle),
      ...named(oracle, plan),
    })),
  ];
}

function traceIn(traced: Traced, faults: FaultPlan, oracle: string): Trace {
  return traceOf({ ...traced, faults, violations: [oracle] });
}
