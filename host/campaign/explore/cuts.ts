// Cuts, as an exploration judges them: before each guest call, in each of its operations in every shape, and after each change of
// a retained word; by a loss of power and by a reset, as far as the fault models have them. Explores nothing by itself.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { Calls } from "./calls.js";
import type { Faults } from "../plan/faults.js";
import type { Loss } from "../plan/fault-plan.js";
import type { Findings } from "./findings.js";
import { leftOpen } from "./landings.js";
import type { Moments } from "./states/moments.js";
import { type KeptOperation, type Outcome, type Way, isPersistentKind } from "./memo/outcomes.js";
import { type Position, keyAt } from "../play/position.js";
import type { Player } from "../play/player.js";
import { BEFORE, type Edge, RESET_KIND } from "./states/edge.js";
import { type StateStore } from "./states/state-store.js";
import { CutPoints, packShapes } from "./cut-points.js";
import type { WorkItem } from "./work-items.js";
import { type Twins, isUnasked, wordsThatDecide } from "./twins.js";

/** What the exploration lends: where it walks, what it has found, and how it goes on. */
export interface CutsContext {
  readonly device: Device;
  readonly faults: Faults;
  readonly states: StateStore;
  readonly player: Player;
  readonly calls: Calls;
  readonly moments: Moments;
  readonly findings: Findings;
  /** Told of every judged cut: where it came, a state with the future of the one it leads to, what the oracles say of it. */
  readonly onCut: ((edge: Edge, target: number, violations: number) => void) | undefined;
  /** The state in which the device stands at a position, one fault later. */
  visit(position: Position, edge: Edge): number;
  /** A state (-1: none), found once more one fault later; -1 where it is none, or this is a shorter way there. */
  known(state: number): number;
  /** The state with the key at that index of the device's words, where it is new or this is a shorter way: `moment` is where the device would stand. */
  visitAt(at: number, position: Position, edge: Edge, moment: () => number): number;
  /** Counts faults judged in a state, one where it is not said. */
  count(state: number, faults?: number): void;
}

/** A call that is cut. */
export interface CutPoint {
  readonly state: number;
  readonly position: Position;
  /** Work items of the run's first fault: one for all of the call, or one for each ITEM_OPERATIONS operations. */
  readonly items: readonly [WorkItem, ...WorkItem[]];
  readonly way: Way;
  /** No further fault comes after these. */
  readonly isLast: boolean;
}

/** Index of a shape that leaves a mark, among those of a program. */
const FIRST_TORN = 2;

/** Where the device stands after a cut, and what the oracles say of that. */
type Lost = ReturnType<Player["afterLoss"]>;

/** Judges the cuts of one call after the other. */
export class Cuts {
  readonly #context: CutsContext;
  readonly #points: CutPoints;
  #point!: CutPoint;
  /** Regions that the call has changed so far, TOUCHED_ bits; its persistent operations and changed retained words so far. */
  #touched = 0;
  #operation = 0;
  #retained = 0;
  #twins: Partial<Record<Loss, Twins>> = {};
  readonly #packed = new Map<readonly number[], ReturnType<typeof packShapes>>();

  constructor(context: CutsContext) {
    this.#context = context;
    this.#points = new CutPoints(context.faults);
  }

  /** The cuts there are in calls, counted otherwise: by how often each outcome was cut and the shapes of its operations. */
  planned(outcomes: readonly Outcome[]): number {
    return this.#points.planned(outcomes);
  }

  /** Cuts before the call of a state at which the device stands. */
  before({ state, position }: Pick<CutPoint, "state" | "position">, { number, isMine }: WorkItem): void {
    if (!isMine) return;
    const { faults, player } = this.#context;
    for (const loss of faults.losses) {
      const lost = player.afterLoss(position, 0, loss);
      this.#points.countBefore();
      if (this.#isKnown(state, lost)) continue;
      const kind = loss === "reset" ? RESET_KIND : 0;
      this.#judge({ from: state, operation: BEFORE, kind, shape: 0, choices: [], item: number }, lost);
    }
  }

  /** A cut leads from `state` to one that is known, and nobody has anything to say of it: it is counted. */
  #isKnown(state: number, { violations, next }: Lost): boolean {
    const { known, onCut, count } = this.#context;
    if (violations !== 0 || onCut !== undefined || known(this.#stateAt(next)) < 0) return false;
    count(state);
    return true;
  }

  /** The state in which the device stands at a position; -1: none that is known. */
  #stateAt(position: Position): number {
    const { device } = this.#context;
    keyAt(device, position);
    return device.exports.findState();
  }

  /** A call begins whose operations are cut. */
  begin(point: CutPoint): void {
    this.#point = point;
    this.#touched = 0;
    this.#operation = 0;
    this.#retained = 0;
    this.#twins = {};
    this.#points.begin(point.way.outcome, point.items);
  }

  /** Cuts an operation, before which the device stands, in every shape. */
  at(kept: KeptOperation): void {
    if (!isPersistentKind(kept.kind)) return;
    const { isMine } = this.#points.itemOf(this.#operation);
    for (const loss of this.#context.faults.losses) this.#cut(kept, loss, isMine);
  }

  /** The operation is done. */
  after(kept: KeptOperation): void {
    const { calls, faults } = this.#context;
    for (const loss of faults.losses) {
      const twins = this.#twins[loss];
      const { eccUnit } = faults;
      if (twins !== undefined && !isUnasked(twins, kept, { calls, eccUnit })) delete this.#twins[loss];
    }
    this.#touched |= kept.touched;
    if (isPersistentKind(kept.kind)) this.#operation++;
    if (kept.kind !== abi.OP_RETAINED) return;
    if (faults.losses.includes("reset") && this.#points.itemOf(this.#operation).isMine)
      this.#resetAfterRetained();
    this.#retained++;
  }

  /** Where the operation is another share's, only the first of twins is looked for: it has to be the same in all shares. */
  #cut(kept: KeptOperation, loss: Loss, isMine: boolean): void {
    const { player } = this.#context;
    const { position } = this.#point;
    const shapes = this.#points.shapesOf(kept);
    const untouched = player.afterLoss(position, this.#touched, loss);
    const touched = this.#touched | kept.touched;
    const torn = touched === this.#touched ? untouched : player.afterLoss(position, touched, loss);
    const twins = this.#twinsAt(kept, loss, { shapes, torn });
    if (!isMine) return;
    const { device } = this.#context;
    const keys = device.table(abi.TABLE_CUT_KEYS);
    const states = device.table(abi.TABLE_CUT_STATES);
    const cut = { kept, loss, twins };
    // The first shape of every kind leaves no mark: the oracles' memory may be another.
    const isOther = untouched.next.history !== torn.next.history;
    if (isOther) {
      const state = this.#stateAt(untouched.next);
      const at = device.table(abi.TABLE_KEY);
      this.#judgeShape(cut, untouched, { shape: shapes[0] as number, at, state });
    }
    this.#findKeys(kept, shapes, torn.next);
    if (twins !== undefined && this.#areTwins(twins, torn, { first: isOther ? 1 : 0, count: shapes.length }))
      return;
    for (let number = isOther ? 1 : 0; number < shapes.length; number++)
      this.#judgeShape(cut, number === 0 ? untouched : torn, {
        shape: shapes[number] as number,
        at: keys + number * 4,
        state: (device.words[states + number] as number) | 0,
      });
  }

  /** Counts all shapes of a cut as twins, where they are and nobody wants to be told of each. */
  #areTwins(
    twins: Twins,
    torn: Lost,
    { first, count }: { readonly first: number; readonly count: number },
  ): boolean {
    const { onCut, device, states } = this.#context;
    if (onCut !== undefined || torn.violations !== 0 || torn.next.history !== twins.history) return false;
    states.table.added(device.exports.twinKeys(first, count, twins.first));
    this.#context.count(this.#point.state, count - first);
    return true;
  }

  /** Leaves in TABLE_CUT_KEYS the keys of the states to which the shapes of a cut lead. */
  #findKeys({ place }: KeptOperation, shapes: readonly number[], { cause, history }: Position): void {
    let packed = this.#packed.get(shapes);
    if (packed === undefined) this.#packed.set(shapes, (packed = packShapes(shapes)));
    const [a, b, c, d] = history.digest;
    const { cutKeys } = this.#context.device.exports;
    cutKeys(place, packed.first, packed.second, shapes.length, cause, a, b, c, d);
  }

  /** Judges a cut that leads to the state with the key at `at` of the device's words: `state`, or -1 where none is known yet. */
  #judgeShape(
    {
      kept,
      loss,
      twins,
    }: { readonly kept: KeptOperation; readonly loss: Loss; readonly twins: Twins | undefined },
    lost: Lost,
    { shape, at, state }: { readonly shape: number; readonly at: number; readonly state: number },
  ): void {
    const { device, states, moments, findings, faults, known, visitAt, onCut } = this.#context;
    const { violations, next } = lost;
    let target: number;
    if (twins !== undefined && violations === 0 && next.history === twins.history)
      target = states.table.getOrTwin(device.words, at, twins.first);
    else target = known(state);
    if (target >= 0 && violations === 0 && onCut === undefined) {
      this.#context.count(this.#point.state);
      return;
    }
    const edge = this.#edgeOf(kept, shape, loss);
    // What such a cut leaves open is read off the device.
    if (faults.tears === "dense" && kept.kind !== abi.OP_COUNTER) {
      this.#judgeTorn(kept, edge, lost);
      return;
    }
    if (violations !== 0) findings.add(violations, edge);
    if (target < 0) target = visitAt(at, next, edge, () => moments.beside(kept.place, shape));
    this.#told(edge, target, lost);
  }

  #resetAfterRetained(): void {
    const { player } = this.#context;
    const { state, position, way } = this.#point;
    const lost = player.afterLoss(position, this.#touched, "reset");
    const kind = abi.OP_RETAINED | RESET_KIND;
    const { choices, landings } = way;
    const item = this.#points.itemOf(this.#operation).number;
    this.#judge({ from: state, operation: this.#retained, kind, shape: 0, choices, landings, item }, lost);
  }

  /** Does an operation as far as the edge's shape says, and judges that. */
  #judgeTorn(kept: KeptOperation, edge: Edge, lost: Lost): number {
    const { device, moments } = this.#context;
    const undoPosition = moments.undoPosition;
    moments.step(kept.place, edge.shape);
    const words = this.#context.faults.tears === "dense" ? leftOpen(device, kept) : [];
    const first = kept.offset - (kept.offset % 4);
    const target = this.#judge(words.length === 0 ? edge : { ...edge, left: { first, words } }, lost);
    moments.back(undoPosition);
    return target;
  }

  /** The device stands where a cut leaves it. */
  #judge(edge: Edge, lost: Lost): number {
    const { findings, visit } = this.#context;
    if (lost.violations !== 0) findings.add(lost.violations, edge);
    const target = visit(lost.next, edge);
    this.#told(edge, target, lost);
    return target;
  }

  #told(edge: Edge, target: number, { violations }: Lost): void {
    this.#context.count(edge.from);
    this.#context.onCut?.(edge, target, violations);
  }

  #edgeOf({ kind }: KeptOperation, shape: number, loss: Loss): Edge {
    const { state, way } = this.#point;
    const reset = loss === "reset" ? RESET_KIND : 0;
    const { choices, landings } = way;
    const item = this.#points.itemOf(this.#operation).number;
    return { from: state, operation: this.#operation, kind: kind | reset, shape, choices, landings, item };
  }

  /**
   * Only in the last fault of a run: the cuts in this sector that have one future, as twins.ts says, where this one is among
   * them.
   */
  #twinsAt(
    kept: KeptOperation,
    loss: Loss,
    { shapes, torn }: { readonly shapes: readonly number[]; readonly torn: Lost },
  ): Twins | undefined {
    const { faults, calls, moments, player, visit } = this.#context;
    // Where strikes lead to states too, another share may meet a twin by a strike.
    if (faults.strikes || !this.#point.isLast || kept.kind !== abi.OP_PROGRAM) return undefined;
    const scope = { calls, eccUnit: faults.eccUnit };
    const known = this.#twins[loss];
    if (known !== undefined) return isUnasked(known, kept, scope) ? known : undefined;
    const sector = calls.sectorAt(kept.offset);
    const edge = this.#edgeOf(kept, shapes[FIRST_TORN] as number, loss);
    const undoPosition = moments.undoPosition;
    moments.step(kept.place, edge.shape);
    const walk = { calls, moments, player };
    const words = torn.violations === 0 ? wordsThatDecide(walk, torn.next, sector, kept.touched) : undefined;
    moments.back(undoPosition);
    if (words === undefined || !isUnasked({ sector, words }, kept, scope)) return undefined;
    moments.step(kept.place, edge.shape);
    const first = visit(torn.next, edge);
    moments.back(undoPosition);
    return (this.#twins[loss] = { sector, words, first, history: torn.next.history });
  }
}
