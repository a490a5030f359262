// Where an exploration comes to a state: it is one that is known, or a new one, or too far from the last fault to be followed. Explores
// nothing: what is new, or was reached by fewer faults than before, goes to the frontier.
import type { Device } from "../../../device/device.js";
import { type Since, isPassed, sinceFault } from "../../play/giving-up.js";
import { type Position, keyAt } from "../../play/position.js";
import { type Edge, faultsOf } from "./edge.js";
import type { Frontier } from "./frontier.js";
import type { Moments } from "./moments.js";
import type { StateStore } from "./state-store.js";

/** In place of a state: the way there has passed a bound, and is not followed. */
export const GIVEN_UP = -1;

/** How an exploration comes to a state: over which edge, by how many faults, what has passed since the last, and its moment. */
export interface Arrival {
  readonly edge: Edge;
  readonly faults: number;
  readonly since: Since;
  readonly moment: () => number;
}

/** What has passed since the last fault; and the moment of the state, where the steps that the device has taken are not to be it. */
interface Coming {
  readonly since: () => Since;
  readonly moment?: () => number;
}

/** What the exploration lends. */
interface ArrivalsContext {
  readonly device: Device;
  readonly states: StateStore;
  readonly frontier: Frontier;
  readonly moments: Moments;
  /** What may pass since the last fault. */
  readonly limits: Since;
  /** Others explore too: the run without faults is walked by each, as first faults are shared out along it. */
  readonly hasCrew: boolean;
}

/** The arrivals of one exploration. */
export class Arrivals {
  readonly #context: ArrivalsContext;
  /** States of the run without faults in which this explorer of several has been. */
  readonly #walked = new Set<number>();
  #gaveUp = false;

  constructor(context: ArrivalsContext) {
    this.#context = context;
  }

  /** Some way passed a bound. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /**
   * The state in which the device stands at `position`: a known one, or a new one to be explored; GIVEN_UP where a new one is
   * too far from the last fault.
   */
  visit(
    position: Position,
    edge: () => Edge,
    faults: number,
    { since, moment = () => this.#context.moments.here() }: Coming,
  ): number {
    const { device } = this.#context;
    const at = keyAt(device, position);
    const known = this.known(device.exports.findState(), faults);
    if (known >= 0) {
      if (faults === 0) this.#walk(known, position, moment);
      return known;
    }
    return this.visitAt(at, position, { edge: edge(), faults, since: since(), moment });
  }

  /** The state in which the device stands at `position`, as many faults later as the edge has. */
  afterFault(position: Position, edge: Edge): number {
    const since = () => sinceFault(position);
    return this.visit(position, () => edge, faultsOf(edge), { since });
  }

  /** That state, found once more by so many faults; -1 where it is none (-1), or they are a shorter way there. */
  known(state: number, faults: number): number {
    const { states, frontier } = this.#context;
    if (state < 0 || frontier.depth + faults < states.depthOf(state)) return -1;
    if (faults > 0) states.setAfterFault(state);
    return state;
  }

  /** The state with the key at that index of the device's words, new or not: `moment` is where the device stands, or would. */
  visitAt(at: number, position: Position, arrival: Arrival): number {
    const { device, states, limits } = this.#context;
    for (;;) {
      const state = states.table.get(device.words, at);
      if (state >= 0) return this.#visitKnown(state, position, arrival);
      if (isPassed(arrival.since, limits)) {
        this.#gaveUp = true;
        return GIVEN_UP;
      }
      const added = this.#add(at, position, arrival);
      // Else another explorer has added it since.
      if (added >= 0) return added;
    }
  }

  /** A state that is there: this may be a way to it with fewer faults. */
  #visitKnown(state: number, position: Position, { edge, faults, since, moment }: Arrival): number {
    const { states, frontier } = this.#context;
    const depth = frontier.depth + faults;
    // Found by a fault before, and now without: its own faults belong to this depth.
    if (this.known(state, faults) >= 0 || !states.bringForward(state, depth, edge, since)) {
      if (faults > 0) states.setAfterFault(state);
      else this.#walk(state, position, moment);
      return state;
    }
    if (faults > 0) states.setAfterFault(state);
    else this.#isWalked(state);
    if (!states.isHere(state)) states.adopt(state, moment(), position);
    frontier.add(state, depth);
    return state;
  }

  /** Adds a state; -1 where there is one with its key by now. */
  #add(at: number, position: Position, { edge, faults, since, moment }: Arrival): number {
    const { device, states, frontier } = this.#context;
    const depth = frontier.depth + faults;
    const added = states.add(device.words, at, position, { moment: moment(), depth, edge, since });
    if (added < 0) return added;
    if (faults > 0) states.setAfterFault(added);
    else this.#isWalked(added);
    frontier.add(added, depth);
    return added;
  }

  /** This explorer comes to a state that is known, with no fault more: of the run without faults it is to make the calls, too. */
  #walk(state: number, position: Position, moment: () => number): void {
    const { states, frontier } = this.#context;
    if (this.#isWalked(state)) return;
    if (!states.isHere(state)) states.adopt(state, moment(), position);
    frontier.add(state, 0);
  }

  /** Whether this explorer of several has been in a state of the run without faults: from now on it has. For all others it is true. */
  #isWalked(state: number): boolean {
    const { hasCrew, frontier } = this.#context;
    if (!hasCrew || frontier.depth > 0 || this.#walked.has(state)) return true;
    this.#walked.add(state);
    return false;
  }
}
