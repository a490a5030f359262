// Cuts, as an exploration judges them: before each guest call, in each of its operations in every shape, and after each change of
// a retained word; by a loss of power and by a reset, as far as the fault models have them. Explores nothing by itself.
import * as abi from "../../../assembly/abi.js";
import type { Loss } from "../plan/fault-plan.js";
import { leftOpen } from "./landings.js";
import { type KeptOperation, type Outcome, isPersistentKind } from "./memo/outcomes.js";
import { type Position, keyAt } from "../play/position.js";
import { type History, withWorld } from "../play/history.js";
import type { Player } from "../play/player.js";
import { BEFORE, type Edge, RESET_KIND } from "./states/edge.js";
import { CutPoints, ShapeLists } from "./cut-points.js";
import type { CutPoint, CutsContext } from "./cuts-context.js";
import type { WorkItem } from "./work-items.js";
import { type Twins, isUnasked, lookForTwins } from "./twins.js";

/** Index of a shape that leaves a mark, among those of a program. */
const FIRST_TORN = 2;

/** Where the device stands after a cut, and what the oracles say of that. */
type Lost = ReturnType<Player["afterLoss"]>;

/** A cut in an operation, and the twins among which it is. */
interface OneCut {
  readonly kept: KeptOperation;
  readonly loss: Loss;
  readonly twins: Twins | undefined;
}

/** Judges the cuts of one call after the other. */
export class Cuts {
  readonly #context: CutsContext;
  readonly #points: CutPoints;
  #point!: CutPoint;
  /** Regions that the call has changed so far, TOUCHED_ bits; its persistent operations and changed retained words so far. */
  #touched = 0;
  #operation = 0;
  #retained = 0;
  /** Its questions to what surrounds the device so far, and where the device stands with what they have made of that. */
  #asked = 0;
  #position!: Position;
  #twins: Partial<Record<Loss, Twins>> = {};
  /** Where the cuts before the call have led. */
  #before: Partial<Record<Loss, Lost>> = {};
  /** The oracles' memory with which the state that a cut here leads to, with nothing of the next operation done, was judged already. */
  #standing: Partial<Record<Loss, History>> = {};
  readonly #lists = new ShapeLists();

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
    this.#before = {};
    if (!isMine) return;
    const { faults, player } = this.#context;
    for (const loss of faults.losses) {
      const lost = (this.#before[loss] = player.afterLoss(position, 0, loss));
      this.#points.countBefore();
      if (this.#isKnown(state, lost)) continue;
      const kind = loss === "reset" ? RESET_KIND : 0;
      this.#judge({ from: state, operation: BEFORE, kind, shape: 0, choices: [], item: number }, lost);
    }
  }

  /** A cut leads from `state` to one that is known, and nobody has anything to say of it: it is counted. */
  #isKnown(state: number, { violations, next }: Lost): boolean {
    const { known, onCut, count } = this.#context;
    if (violations !== 0 || onCut !== undefined || known(this.#stateAt(next), 1) < 0) return false;
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
    this.#position = point.position;
    this.#asked = 0;
    this.#touched = 0;
    this.#operation = 0;
    this.#retained = 0;
    this.#twins = {};
    this.#standing = {};
    // What a call has decided of open words is decided before it, and then the device stands elsewhere.
    if (point.way.landings.length > 0) this.#before = {};
    for (const loss of this.#context.faults.losses)
      if (this.#before[loss] !== undefined) this.#standing[loss] = this.#before[loss].next.history;
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
    if (kept.kind === abi.OP_ASKED) this.#afterAsked();
    if (kept.kind !== abi.OP_RETAINED) return;
    delete this.#standing.reset;
    if (faults.losses.includes("reset") && this.#points.itemOf(this.#operation).isMine)
      this.#resetAfterRetained();
    this.#retained++;
  }

  /** Where the operation is another share's, only the first of twins is looked for: it has to be the same in all shares. */
  #cut(kept: KeptOperation, loss: Loss, isMine: boolean): void {
    const { player } = this.#context;
    const position = this.#position;
    const shapes = this.#points.shapesOf(kept);
    const untouched =
      (this.#operation === 0 && this.#touched === 0 && position === this.#point.position
        ? this.#before[loss]
        : undefined) ?? player.afterLoss(position, this.#touched, loss);
    const touched = this.#touched | kept.touched;
    const torn = touched === this.#touched ? untouched : player.afterLoss(position, touched, loss);
    const twins = this.#twinsAt(kept, loss, { shapes, torn });
    if (!isMine) {
      // Another share judges where this one leads.
      delete this.#standing[loss];
      return;
    }
    this.#cutUntouched({ kept, loss, twins }, untouched, shapes[0] as number);
    const { device } = this.#context;
    const { tornShapes, first, second } = this.#lists.of(shapes);
    const { cause, history } = torn.next;
    const [a, b, c, d] = history.digest;
    device.exports.cutKeys(kept.place, first, second, tornShapes.length, cause, a, b, c, d);
    this.#standing[loss] = history;
    if (twins !== undefined && this.#areTwins(twins, torn, tornShapes.length)) return;
    const keys = device.table(abi.TABLE_CUT_KEYS);
    const states = device.table(abi.TABLE_CUT_STATES);
    for (let number = 0; number < tornShapes.length; number++)
      this.#judgeShape({ kept, loss, twins }, torn, {
        shape: tornShapes[number] as number,
        at: keys + number * 4,
        state: (device.words[states + number] as number) | 0,
      });
  }

  /** A cut that leaves no mark: mostly it leads where the cut before it led, with all of its operation done. */
  #cutUntouched(cut: OneCut, lost: Lost, shape: number): void {
    const { device, onCut, count } = this.#context;
    const { violations, next } = lost;
    if (violations === 0 && onCut === undefined && this.#standing[cut.loss] === next.history) {
      count(this.#point.state);
      return;
    }
    const state = this.#stateAt(next);
    this.#judgeShape(cut, lost, { shape, at: device.table(abi.TABLE_KEY), state });
  }

  /** Counts all shapes of a cut that leave a mark as twins, where they are and nobody wants to be told of each. */
  #areTwins(twins: Twins, torn: Lost, shapes: number): boolean {
    const { onCut, device, states } = this.#context;
    if (onCut !== undefined || torn.violations !== 0 || torn.next.history !== twins.history) return false;
    states.table.added(device.exports.twinKeys(0, shapes, twins.first));
    this.#context.count(this.#point.state, shapes);
    return true;
  }

  /** Judges a cut that leads to the state with the key at `at` of the device's words: `state`, or -1 where none is known yet. */
  #judgeShape(
    { kept, loss, twins }: OneCut,
    lost: Lost,
    { shape, at, state }: { readonly shape: number; readonly at: number; readonly state: number },
  ): void {
    const { device, states, moments, findings, faults, known, visitAt, onCut } = this.#context;
    const { violations, next } = lost;
    let target: number;
    if (twins !== undefined && violations === 0 && next.history === twins.history)
      target = states.table.getOrTwin(device.words, at, twins.first);
    else target = known(state, 1 + (this.#point.way.talk?.faults ?? 0));
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

  /** What surrounds the device has been asked something, and the call may be cut before anything else happens. */
  #afterAsked(): void {
    const { player, faults } = this.#context;
    const { state, position, way } = this.#point;
    const world = way.talk?.worlds[this.#asked] ?? null;
    this.#position = { ...position, history: withWorld(position.history, world) };
    this.#standing = {};
    const { isMine, number: item } = this.#points.itemOf(this.#operation);
    for (const loss of isMine ? faults.losses : []) {
      const lost = player.afterLoss(this.#position, this.#touched, loss);
      const kind = abi.OP_ASKED | (loss === "reset" ? RESET_KIND : 0);
      const { choices, landings } = way;
      this.#judge({ from: state, operation: this.#asked, kind, shape: 0, choices, landings, item }, lost);
    }
    this.#asked++;
  }

  #resetAfterRetained(): void {
    const { player } = this.#context;
    const { state, way } = this.#point;
    const lost = player.afterLoss(this.#position, this.#touched, "reset");
    const kind = abi.OP_RETAINED | RESET_KIND;
    const { choices, landings } = way;
    const item = this.#points.itemOf(this.#operation).number;
    this.#judge({ from: state, operation: this.#retained, kind, shape: 0, choices, landings, item }, lost);
  }

  /** Does an operation as far as the edge's shape says, and judges that. */
  #judgeTorn(kept: KeptOperation, edge: Edge, lost: Lost): void {
    const { device, moments } = this.#context;
    const undoPosition = moments.undoPosition;
    moments.step(kept.place, edge.shape);
    const words = leftOpen(device, kept);
    const first = kept.offset - (kept.offset % 4);
    this.#judge(words.length === 0 ? edge : { ...edge, left: { first, words } }, lost);
    moments.back(undoPosition);
  }

  /** The device stands where a cut leaves it. */
  #judge(edge: Edge, lost: Lost): void {
    const { findings, visit } = this.#context;
    if (lost.violations !== 0) findings.add(lost.violations, edge);
    this.#told(edge, visit(lost.next, edge), lost);
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
    if (this.#point.way.talk !== null) return undefined;
    // Where strikes lead to states too, another share may meet a twin by a strike.
    if (faults.strikes || !this.#point.isLast || kept.kind !== abi.OP_PROGRAM) return undefined;
    const scope = { calls, eccUnit: faults.eccUnit };
    const known = this.#twins[loss];
    if (known !== undefined) return isUnasked(known, kept, scope) ? known : undefined;
    const edge = this.#edgeOf(kept, shapes[FIRST_TORN] as number, loss);
    const found =
      torn.violations === 0
        ? lookForTwins({ calls, moments, player }, kept, {
            ...{ shape: edge.shape, eccUnit: faults.eccUnit, after: torn.next },
            visit: () => visit(torn.next, edge),
          })
        : undefined;
    if (found !== undefined) this.#twins[loss] = found;
    return found;
  }
}
