// The way to a state that another explorer has added: goes to the state before it, makes the call there, and cuts it where that explorer cut
// it. What comes of it is known: the state's key. Finds no state and judges none.
import * as abi from "../../../../assembly/abi.js";
import { DefectError } from "../../../core/errors.js";
import type { Device } from "../../../device/device.js";
import type { Faults } from "../../plan/faults.js";
import { wholeShape } from "../../plan/shapes.js";
import { withWorld } from "../../play/history.js";
import { type Position, keyAt } from "../../play/position.js";
import type { Player } from "../../play/player.js";
import type { Calls } from "../calls.js";
import { type KeptOperation, type Way, isPersistentKind } from "../memo/outcomes.js";
import { BEFORE, type Edge, RESET_KIND, UNCUT } from "../states/edge.js";
import type { Moments } from "../states/moments.js";
import type { StateStore } from "../states/state-store.js";
import { damagedStates } from "../states/written-states.js";
import type { Walker } from "../walker.js";

/** What the exploration lends. */
interface WayBackContext {
  readonly device: Device;
  readonly faults: Faults;
  readonly player: Player;
  readonly calls: Calls;
  readonly states: StateStore;
  readonly moments: Moments;
  readonly walker: Walker;
}

/** Where a way was last: before an operation of a call, of which so much is done. */
interface Point {
  /** The state whose call it is, and the way in which the call goes. */
  readonly from: number;
  readonly way: Way;
  /** The operation that comes next; how many of those before it are persistent, and changes of retained words. */
  readonly index: number;
  readonly persistent: number;
  readonly retained: number;
  /** Questions to what surrounds the device. */
  readonly asked: number;
  /** Regions that those before it have changed. */
  readonly touched: number;
  readonly moment: number;
}

/** Points that are kept: states come one after the other as they were found, and so do the states before them. */
const POINTS_MOST = 4;

/** Finds ways on one device. */
export class WayBack {
  readonly #context: WayBackContext;
  /** The last one first. */
  #points: readonly Point[] = [];

  constructor(context: WayBackContext) {
    this.#context = context;
  }

  /**
   * Where in a power-up a state stands; from now on it is here.
   * @throws {DefectError} where its edge does not lead to it; MisuseError where it was read from a file
   */
  positionOf(state: number): Position {
    const { states } = this.#context;
    const way: number[] = [];
    let at = state;
    for (; !states.isHere(at); at = states.edgeInto(at).from)
      if (way.push(at) > states.size) throw damagedStates(`no way leads to state ${state}`);
    for (let next = way.pop(); next !== undefined; next = way.pop()) this.#goAlong(next);
    return states.positionOf(state);
  }

  /** Adopts a state whose state before is here. */
  #goAlong(state: number): void {
    const { states, moments, calls, walker } = this.#context;
    const edge = states.edgeInto(state);
    const from = states.positionOf(edge.from);
    const point = this.#points.find((one) => leadsTo(one, edge));
    if (point !== undefined) {
      moments.goTo(point.moment);
      const next = this.#afterCut(from, point, edge);
      if (next !== null && this.#adopts(state, next)) return;
    }
    walker.goTo(edge.from, from);
    if (edge.operation === BEFORE) {
      if (this.#adopts(state, this.#lost(from, 0, edge))) return;
    } else {
      const mark = moments.undoPosition;
      for (const way of calls.ways(from)) {
        if (way.choices.join() !== edge.choices.join()) continue;
        const next =
          edge.operation === UNCUT ? this.#afterCall(from, way) : this.#afterCutIn(from, way, edge);
        if (next !== null && this.#adopts(state, next)) return;
        moments.back(mark);
      }
    }
    const what = `state ${state} does not come of the edge by which it was found`;
    throw states.isRead(state) ? damagedStates(what) : new DefectError(what);
  }

  #adopts(state: number, position: Position): boolean {
    const { device, states, moments } = this.#context;
    if (states.table.get(device.words, keyAt(device, position)) !== state) return false;
    states.adopt(state, moments.here(), position);
    return true;
  }

  #afterCall(from: Position, way: Way): Position | null {
    const { player, walker } = this.#context;
    walker.make(null, way);
    const judged = player.after(from, way.outcome.result, way.talk);
    return judged.rested ? null : walker.happen(judged.next);
  }

  #afterCutIn(from: Position, way: Way, edge: Edge): Position | null {
    const { walker, moments } = this.#context;
    walker.land(way);
    const counts = { persistent: 0, retained: 0, asked: 0 };
    const nothingDone = { index: 0, ...counts, touched: 0, moment: moments.here() };
    return this.#afterCut(from, { from: edge.from, way, ...nothingDone }, edge);
  }

  /** Cut amid a call, from a point before that on; null where the call has no such cut. */
  #afterCut(from: Position, point: Point, edge: Edge): Position | null {
    const { moments } = this.#context;
    const { operations } = point.way.outcome;
    const after = cutAfter(edge);
    let { index, persistent, retained, asked, touched } = point;
    for (; index < operations.length; index++) {
      const kept = operations[index] as KeptOperation;
      const isPersistent = isPersistentKind(kept.kind);
      const done = after === abi.OP_RETAINED ? retained : after === abi.OP_ASKED ? asked : persistent;
      const isMeant = after === null ? isPersistent : kept.kind === after;
      if (isMeant && done === edge.operation) {
        this.#keep({ ...point, index, persistent, retained, asked, touched, moment: moments.here() });
        const heard = after === abi.OP_ASKED ? asked + 1 : asked;
        return this.#cutIn(standing(from, point.way, heard), kept, touched, edge);
      }
      moments.step(kept.place, wholeShape(kept.kind));
      touched |= kept.touched;
      if (isPersistent) persistent++;
      if (kept.kind === abi.OP_RETAINED) retained++;
      if (kept.kind === abi.OP_ASKED) asked++;
    }
    return null;
  }

  /** Cut in an operation before which the device stands, or right after it where it changes a retained word. */
  #cutIn(from: Position, kept: KeptOperation, touched: number, edge: Edge): Position {
    const { faults, moments } = this.#context;
    const isAfter = cutAfter(edge) !== null;
    const isMarked = isAfter || leavesMark(faults, kept, edge);
    const lost = this.#lost(from, isMarked ? touched | kept.touched : touched, edge);
    moments.step(kept.place, isAfter ? wholeShape(kept.kind) : edge.shape);
    return lost;
  }

  #keep(point: Point): void {
    const others = this.#points.filter(({ from }) => from !== point.from);
    this.#points = [point, ...others.slice(0, POINTS_MOST - 1)];
  }

  #lost(from: Position, touched: number, { kind }: Edge): Position {
    return this.#context.player.afterLoss(from, touched, (kind & RESET_KIND) === 0 ? "power" : "reset").next;
  }
}

/** What an edge's cut comes right after, as an OP_ number; null where it comes in an operation. */
function cutAfter({ kind }: Edge): number | null {
  const what = kind & ~RESET_KIND;
  return what === abi.OP_RETAINED || what === abi.OP_ASKED ? what : null;
}

/** Where the device stands once a call has asked so many questions. */
function standing(from: Position, { talk }: Way, asked: number): Position {
  const world = talk?.worlds[asked - 1];
  return world === undefined ? from : { ...from, history: withWorld(from.history, world) };
}

/** Whether a cut amid a call comes after a point. */
function leadsTo({ from, way, persistent, retained, asked }: Point, edge: Edge): boolean {
  if (from !== edge.from || edge.operation === BEFORE || edge.operation === UNCUT) return false;
  const after = cutAfter(edge);
  const done = after === abi.OP_RETAINED ? retained : after === abi.OP_ASKED ? asked : persistent;
  return done <= edge.operation && way.choices.join() === edge.choices.join();
}

/** The first of the shapes in which an operation is cut leaves none. */
function leavesMark(faults: Faults, { kind, offset, sizeBytes }: KeptOperation, { shape }: Edge): boolean {
  return faults.shapesOf(kind, offset, sizeBytes)[0] !== shape;
}
