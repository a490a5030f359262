// The way to a state that another explorer has added: goes to the state before it, makes the call there, and cuts it where that explorer cut
// it. What comes of it is known: the state's key. Finds no state and judges none.
import * as abi from "../../../../assembly/abi.js";
import { DefectError } from "../../../core/errors.js";
import type { Device } from "../../../device/device.js";
import type { Faults } from "../../plan/faults.js";
import { wholeShape } from "../../plan/shapes.js";
import { type Position, keyAt } from "../../play/position.js";
import type { Player } from "../../play/player.js";
import type { Calls } from "../calls.js";
import { type KeptOperation, type Way, isPersistentKind } from "../memo/outcomes.js";
import { BEFORE, type Edge, RESET_KIND, UNCUT } from "../states/edge.js";
import type { Moments } from "../states/moments.js";
import type { StateStore } from "../states/state-store.js";
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

/** Finds ways on one device. */
export class WayBack {
  readonly #context: WayBackContext;

  constructor(context: WayBackContext) {
    this.#context = context;
  }

  /**
   * Where in a power-up a state stands; from now on it is here.
   * @throws {DefectError} where its edge does not lead to it
   */
  positionOf(state: number): Position {
    const { states } = this.#context;
    const way: number[] = [];
    let at = state;
    for (; !states.isHere(at); at = states.edgeInto(at).from) way.push(at);
    for (let next = way.pop(); next !== undefined; next = way.pop()) this.#goAlong(next);
    return states.positionOf(state);
  }

  /** Adopts a state whose state before is here. */
  #goAlong(state: number): void {
    const { states, moments, calls, walker } = this.#context;
    const edge = states.edgeInto(state);
    const from = states.positionOf(edge.from);
    walker.goTo(edge.from, from);
    if (edge.operation === BEFORE) {
      if (this.#adopts(state, this.#lost(from, 0, edge))) return;
    } else {
      const mark = moments.undoPosition;
      for (const way of calls.ways(from)) {
        if (way.choices.join() !== edge.choices.join()) continue;
        const next = edge.operation === UNCUT ? this.#afterCall(from, way) : this.#afterCut(from, way, edge);
        if (next !== null && this.#adopts(state, next)) return;
        moments.back(mark);
      }
    }
    throw new DefectError(`state ${state} does not come of the edge by which it was found`);
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
    const judged = player.after(from, way.outcome.result);
    return judged.rested ? null : walker.happen(judged.next);
  }

  /** Cut amid the call; null where it has no such point. */
  #afterCut(from: Position, way: Way, edge: Edge): Position | null {
    const { faults, moments, walker } = this.#context;
    const isRetained = (edge.kind & ~RESET_KIND) === abi.OP_RETAINED;
    let touched = 0;
    let count = 0;
    walker.land(way);
    for (const kept of way.outcome.operations) {
      const counts = isRetained ? kept.kind === abi.OP_RETAINED : isPersistentKind(kept.kind);
      const isLast = counts && count++ === edge.operation;
      if (isLast && !isRetained) {
        const lost = this.#lost(from, touched | (leavesMark(faults, kept, edge) ? kept.touched : 0), edge);
        moments.step(kept.place, edge.shape);
        return lost;
      }
      moments.step(kept.place, wholeShape(kept.kind));
      touched |= kept.touched;
      if (isLast) return this.#lost(from, touched, edge);
    }
    return null;
  }

  #lost(from: Position, touched: number, { kind }: Edge): Position {
    return this.#context.player.afterLoss(from, touched, (kind & RESET_KIND) === 0 ? "power" : "reset").next;
  }
}

/** The first of the shapes in which an operation is cut leaves none. */
function leavesMark(faults: Faults, { kind, offset, sizeBytes }: KeptOperation, { shape }: Edge): boolean {
  return faults.shapesOf(kind, offset, sizeBytes)[0] !== shape;
}
