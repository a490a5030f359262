// What an exploration found wrong: one representative per cause, with the shortest way to it, and how many more there
// are. A cause is an oracle together with what went wrong last: a loss of power or a reset, before or in a call of boot's or the
// firmware's, in which kind of operation; or a strike.
import * as abi from "../../../assembly/abi.js";
import type { OpenSets } from "../../device/open-sets.js";
import type { Cut, FaultPlan, WeakReads, WorldAnswer } from "../plan/fault-plan.js";
import { shapeName } from "../plan/shapes.js";
import { Landed } from "./landings.js";
import type { Futures } from "./liveness.js";
import { type OracleName, oracleBit, oracleNames } from "../plan/oracles.js";
import { actorAt } from "../play/position.js";
import { type PlacedStrike, isAtRest } from "../plan/strikes.js";
import { answerOf, isAnswer, modelOf } from "./memo/talk.js";
import { BEFORE, type Edge, RESET_KIND, UNCUT, faultsOf } from "./states/edge.js";
import { type StateStore } from "./states/state-store.js";

/** A violation of one oracle by one cause. */
export interface Finding {
  readonly oracle: OracleName;
  /** The run that shows it, with the fewest cuts. */
  readonly plan: FaultPlan;
  /** Who was cut last, and in what: "firmware, program"; "no fault" where the uncut run itself violates. */
  readonly cause: string;
  /** Faults of that run; a pair of flips is one. */
  readonly faults: number;
  /** Work item that its first fault belongs to: which of several such runs comes first. */
  readonly item: number;
  /** How many edges between states show the same. */
  count: number;
}

const KINDS: Readonly<Record<number, string>> = {
  [abi.OP_PROGRAM]: "program",
  [abi.OP_ERASE]: "erase",
  [abi.OP_COUNTER]: "counter",
  [abi.OP_RETAINED]: "retained word",
  [abi.OP_ASKED]: "question",
};

/** Collects violations over the edges of a state store. */
export class Findings {
  readonly #states: StateStore;
  readonly #judged: number;
  readonly #sets: OpenSets;
  readonly #onlyWhether: boolean;
  readonly #isAhead: boolean;
  readonly #found = new Map<string, Finding>();
  #any = false;

  /**
   * @param judged the oracles that count, as a mask
   * @param how what may have landed in open words; whether it is all to say if there is anything: then no run is told; and whether runs
   * are found ahead of others with fewer faults, or with an earlier first one: where answers are faults
   */
  constructor(
    states: StateStore,
    judged: number,
    {
      sets,
      onlyWhether = false,
      isAhead = false,
    }: { readonly sets: OpenSets; readonly onlyWhether?: boolean; readonly isAhead?: boolean },
  ) {
    this.#states = states;
    this.#judged = judged;
    this.#sets = sets;
    this.#onlyWhether = onlyWhether;
    this.#isAhead = isAhead;
  }

  get any(): boolean {
    return this.#any;
  }

  /** Every finding, those with the fewest cuts first. */
  get all(): readonly Finding[] {
    return [...this.#found.values()].sort((a, b) => a.faults - b.faults);
  }

  /** An edge violates oracles (a mask). */
  add(violations: number, edge: Edge): void {
    const counted = violations & this.#judged;
    if (counted === 0) return;
    this.#any = true;
    if (this.#onlyWhether) return;
    const cause = this.#causeOf(edge);
    for (const oracle of oracleNames(counted)) {
      const known = this.#found.get(`${oracle}, ${cause}`);
      const count = (known?.count ?? 0) + 1;
      if (known !== undefined && !(this.#isAhead && this.#isBefore(edge, known))) known.count = count;
      else this.#found.set(`${oracle}, ${cause}`, { oracle, cause, ...this.#wayOver(edge), count });
    }
  }

  /** Whether a run over an edge has fewer faults than what is known, or as many and an earlier first one. */
  #isBefore(edge: Edge, { faults, item }: Finding): boolean {
    const count = this.#states.depthOf(edge.from) + faultsOf(edge);
    return count === faults ? (edge.item ?? 0) < item : count < faults;
  }

  /**
   * Adds the states that do not come to rest; `edgesAlong` has the edges along a way of states.
   */
  addFutures(futures: Futures, edgesAlong: (way: readonly number[]) => readonly Edge[]): void {
    const converges = oracleBit("converges");
    if ((this.#judged & converges) === 0) return;
    const all: number[] = [];
    for (let state = 0; state < this.#states.table.end; state++)
      if (futures.isTooLong(state)) all.push(state);
    this.#any ||= futures.circles.length > 0 || all.length > 0;
    if (this.#onlyWhether) return;
    const depthOf = (state: number) => this.#states.depthOf(state);
    const itemOf = (state: number) => (this.#isAhead ? this.#states.itemOf(state) : 0);
    const order = (a: number, b: number) => depthOf(a) - depthOf(b) || itemOf(a) - itemOf(b) || a - b;
    for (const state of [...futures.circles, ...all].sort(order)) {
      const edge = this.#states.edgeInto(state);
      const cause = this.#causeOf(edge);
      const known = this.#found.get(`converges, ${cause}`);
      if (known !== undefined) known.count++;
      else {
        const edges = [...this.#edgesInto(state), ...edgesAlong(futures.worstWay(state))];
        this.#found.set(`converges, ${cause}`, {
          ...{ oracle: "converges", cause, count: 1, item: edge.item ?? 0, faults: this.#faultsInto(state) },
          plan: this.#planAlong(edges),
        });
      }
    }
  }

  /** The faults that lead over an edge, from the start. */
  planOf(edge: Edge): FaultPlan {
    return this.#planAlong([...this.#edgesInto(edge.from), edge]);
  }

  /** The faults and weak reads along edges from the start. */
  #planAlong(edges: readonly Edge[]): FaultPlan {
    const landed = new Landed(this.#sets);
    const cuts: Cut[] = [];
    const reads: WeakReads[] = [];
    const placed: PlacedStrike[] = [];
    const answers: WorldAnswer[] = [];
    let call = 0;
    for (const edge of edges) {
      const { strikes = [], choices, landings = [], left } = edge;
      for (const strike of strikes) placed.push({ call, strike });
      // A strike at rest comes before a call; the edge is not one itself.
      if (strikes[0] !== undefined && isAtRest(strikes[0])) continue;
      landed.decide(landings);
      if (left !== undefined) {
        const isErase = (edge.kind & ~RESET_KIND) === abi.OP_ERASE;
        if (!isErase) landed.tear(cuts.length, left.first, left.words);
        else if (edge.shape === abi.ERASE_HALF) landed.raise(left.words);
      }
      cuts.push(...cutOf(call, edge));
      reads.push(...readsOf(call, choices));
      answers.push(...answersOf(call, choices));
      call++;
    }
    const whole = cuts.map((cut, number) =>
      "shape" in cut && cut.shape === "open"
        ? { ...cut, shape: "bits" as const, landed: landed.masksOf(number) }
        : cut,
    );
    return { cuts: whole, reads, strikes: placed, ...(answers.length === 0 ? {} : { answers }) };
  }

  /** The edges by which a state was found, from the start on. */
  #edgesInto(state: number): Edge[] {
    const edges: Edge[] = [];
    for (let at = state; at !== 0;) {
      const into = this.#states.edgeInto(at);
      edges.push(into);
      at = into.from;
    }
    return edges.reverse();
  }

  #faultsInto(state: number): number {
    return this.#edgesInto(state).reduce((sum, edge) => sum + faultsOf(edge), 0);
  }

  /** The run over an edge: its faults, how many, and where among all first faults it begins. */
  #wayOver(edge: Edge): Pick<Finding, "plan" | "faults" | "item"> {
    const faults = this.#faultsInto(edge.from) + faultsOf(edge);
    return { plan: this.planOf(edge), faults, item: edge.item ?? 0 };
  }

  #causeOf(edge: Edge): string {
    let at = edge;
    while (isCalm(at) && at.from !== 0) at = this.#states.edgeInto(at.from);
    if (isCalm(at)) return "no fault";
    const struck = at.strikes?.[0];
    if (struck !== undefined) return struck.kind === "write" ? `${struck.effect} write` : struck.kind;
    const who = actorAt(this.#states.positionOf(at.from));
    if (at.operation === UNCUT) {
      const models = at.choices.map(modelOf).filter((model) => model !== null && model !== who);
      return [who, ...models.slice(0, 1)].join(", ");
    }
    const reset = (at.kind & RESET_KIND) === 0 ? "" : ", reset";
    if (at.operation === BEFORE) return `before ${who}${reset}`;
    return `${who}, ${KINDS[at.kind & ~RESET_KIND] ?? ""}${reset}`;
  }
}

function readsOf(call: number, all: readonly number[]): WeakReads[] {
  const choices = all.filter((choice) => !isAnswer(choice));
  return choices.some((choice) => choice !== 0) ? [{ call, choices }] : [];
}

/** Answers that are not the first option of their question. */
function answersOf(call: number, choices: readonly number[]): WorldAnswer[] {
  return choices
    .filter(isAnswer)
    .map((choice) => ({ call, ...answerOf(choice) }))
    .filter(({ option }) => option !== 0);
}

/** The cut that an edge is; none where its call was whole. */
function cutOf(call: number, { operation, kind, shape }: Edge): Cut[] {
  if (operation === UNCUT) return [];
  const isReset = (kind & RESET_KIND) !== 0;
  const reset = isReset ? ({ reset: true } as const) : {};
  if (operation === BEFORE) return [{ call, before: true, ...reset }];
  const what = kind & ~RESET_KIND;
  if (what === abi.OP_ASKED) return [{ call, asked: operation, ...reset }];
  if (what === abi.OP_RETAINED) return [{ call, retained: operation, reset: true }];
  return [{ call, operation, shape: shapeName(what, shape), ...reset }];
}

/** Nothing went wrong on the way. */
function isCalm(edge: Edge): boolean {
  return faultsOf(edge) === 0;
}
