// What an exploration found wrong: one representative per cause, with the shortest way to it, and how many more there
// are. A cause is an oracle together with what was last cut: in which phase, in which kind of operation.
import * as abi from "../../assembly/abi.js";
import { type Cut, type FaultPlan, type WeakReads, shapeName } from "./faults.js";
import type { Futures } from "./liveness.js";
import { type OracleName, oracleBit, oracleNames } from "./oracles.js";
import { type PlacedStrike, isAtRest } from "./strikes.js";
import { type Edge, type StateStore, UNCUT } from "./state-store.js";

/** A violation of one oracle by one cause. */
export interface Finding {
  readonly oracle: OracleName;
  /** The run that shows it, with the fewest cuts. */
  readonly plan: FaultPlan;
  /** Who was cut last, and in what: "firmware, program"; "no fault" where the uncut run itself violates. */
  readonly cause: string;
  /** Faults of that run; a pair of flips is one. */
  readonly faults: number;
  /** Unit of work that its first fault belongs to: which of several such runs comes first. */
  readonly unit: number;
  /** How many edges between states show the same. */
  count: number;
}

const KINDS: Readonly<Record<number, string>> = {
  [abi.OP_PROGRAM]: "program",
  [abi.OP_ERASE]: "erase",
  [abi.OP_COUNTER]: "counter",
};

/** Collects violations over the edges of a state store. */
export class Findings {
  readonly #states: StateStore;
  readonly #judged: number;
  readonly #found = new Map<string, Finding>();

  /** @param judged the oracles that count, as a mask */
  constructor(states: StateStore, judged: number) {
    this.#states = states;
    this.#judged = judged;
  }

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** Every finding, those with the fewest cuts first. */
  get all(): readonly Finding[] {
    return [...this.#found.values()].sort((a, b) => a.faults - b.faults);
  }

  /** An edge violates oracles (a mask). */
  add(violations: number, edge: Edge): void {
    const counted = violations & this.#judged;
    if (counted === 0) return;
    const cause = this.#causeOf(edge);
    for (const oracle of oracleNames(counted)) {
      const known = this.#found.get(`${oracle}, ${cause}`);
      if (known !== undefined) known.count++;
      else this.#found.set(`${oracle}, ${cause}`, { oracle, cause, ...this.#wayOver(edge), count: 1 });
    }
  }

  /** Adds the states that do not come to rest. */
  addFutures(futures: Futures): void {
    const converges = oracleBit("converges");
    if ((this.#judged & converges) === 0) return;
    for (const state of futures.circles) this.add(converges, this.#states.edgeInto(state));
    if (futures.circles.length > 0) return;
    for (let state = 0; state < this.#states.size; state++) {
      if ((futures.violations(state) & converges) !== 0) this.add(converges, this.#states.edgeInto(state));
    }
  }

  /** The faults that lead over an edge, from the start. */
  planOf(edge: Edge): FaultPlan {
    const edges = [edge];
    for (let { from } = edge; from !== 0;) {
      const into = this.#states.edgeInto(from);
      edges.push(into);
      from = into.from;
    }
    edges.reverse();
    const cuts: Cut[] = [];
    const reads: WeakReads[] = [];
    const placed: PlacedStrike[] = [];
    let call = 0;
    for (const { operation, kind, shape, choices, strikes = [] } of edges) {
      for (const strike of strikes) placed.push({ call, strike });
      // A strike at rest comes before a call; the edge is not one itself.
      if (strikes[0] !== undefined && isAtRest(strikes[0])) continue;
      if (operation !== UNCUT) cuts.push({ call, operation, shape: shapeName(kind, shape) });
      if (choices.some((choice) => choice !== 0)) reads.push({ call, choices });
      call++;
    }
    return { cuts, reads, strikes: placed };
  }

  /** The run over an edge: its faults, how many, and where among all first faults it begins. */
  #wayOver(edge: Edge): Pick<Finding, "plan" | "faults" | "unit"> {
    let faults = 0;
    for (let at = edge; ; at = this.#states.edgeInto(at.from)) {
      if (!isCalm(at)) faults++;
      if (at.from === 0) break;
    }
    return { plan: this.planOf(edge), faults, unit: edge.unit ?? 0 };
  }

  #causeOf(edge: Edge): string {
    let at = edge;
    while (isCalm(at) && at.from !== 0) at = this.#states.edgeInto(at.from);
    if (isCalm(at)) return "no fault";
    const struck = at.strikes?.[0];
    if (struck !== undefined) return struck.kind === "write" ? `${struck.effect} write` : struck.kind;
    const who = this.#states.isPowerOn(at.from) ? "boot" : "firmware";
    return `${who}, ${KINDS[at.kind] ?? ""}`;
  }
}

/** Nothing went wrong on the way. */
function isCalm({ operation, strikes = [] }: Edge): boolean {
  return operation === UNCUT && strikes.length === 0;
}
