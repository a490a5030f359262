// What an exploration found wrong: one representative per cause, with the shortest way to it, and how many more there
// are. A cause is an oracle together with what was last cut: in which phase, in which kind of operation.
import * as abi from "../../assembly/abi.js";
import { type FaultPlan, shapeName } from "./faults.js";
import type { Futures } from "./liveness.js";
import { type OracleName, oracleBit, oracleNames } from "./oracles.js";
import { type Edge, type StateStore, UNCUT } from "./state-store.js";

/** A violation of one oracle by one cause. */
export interface Finding {
  readonly oracle: OracleName;
  /** The run that shows it, with the fewest cuts. */
  readonly plan: FaultPlan;
  /** Who was cut last, and in what: "firmware, program"; "no cut" where the uncut run itself violates. */
  readonly cause: string;
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
  readonly #found = new Map<string, Finding>();
  #futures: Futures | undefined;

  constructor(states: StateStore) {
    this.#states = states;
  }

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** Every finding, those with the fewest cuts first. */
  get all(): readonly Finding[] {
    return [...this.#found.values()].sort((a, b) => a.plan.cuts.length - b.plan.cuts.length);
  }

  /** An edge violates oracles (a mask). */
  add(violations: number, edge: Edge): void {
    const cause = this.#causeOf(edge);
    for (const oracle of oracleNames(violations)) {
      const known = this.#found.get(`${oracle}, ${cause}`);
      if (known !== undefined) known.count++;
      else this.#found.set(`${oracle}, ${cause}`, { oracle, cause, plan: this.planOf(edge), count: 1 });
    }
  }

  /** Adds the states that do not come to rest. */
  addFutures(futures: Futures): void {
    this.#futures = futures;
    const converges = oracleBit("converges");
    for (const state of futures.circles) this.add(converges, this.#states.edgeInto(state));
    if (futures.circles.length > 0) return;
    for (let state = 0; state < this.#states.size; state++) {
      if ((futures.violations(state) & converges) !== 0) this.add(converges, this.#states.edgeInto(state));
    }
  }

  /** Cut points after which an oracle is violated, sooner or later, with no further cut. */
  pointsOf(oracle: OracleName): number {
    const bit = oracleBit(oracle);
    let points = 0;
    for (let state = 0; state < this.#states.size; state++) {
      if (((this.#futures?.violations(state) ?? 0) & bit) !== 0) points += this.#states.cutsInto(state);
    }
    return points;
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
    return {
      cuts: edges.flatMap(({ operation, kind, shape }, call) =>
        operation === UNCUT ? [] : [{ call, operation, shape: shapeName(kind, shape) }],
      ),
      reads: edges.flatMap(({ choices }, call) =>
        choices.some((choice) => choice !== 0) ? [{ call, choices }] : [],
      ),
    };
  }

  #causeOf(edge: Edge): string {
    let at = edge;
    while (at.operation === UNCUT && at.from !== 0) at = this.#states.edgeInto(at.from);
    if (at.operation === UNCUT) return "no cut";
    const who = this.#states.isPowerOn(at.from) ? "boot" : "firmware";
    return `${who}, ${KINDS[at.kind] ?? ""}`;
  }
}
