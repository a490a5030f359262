// Moves the device as an exploration goes: to a state, through a call, and through what befalls it between two calls. Judges nothing; the
// cuts in a call are judged on the way by who was given to it.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import { IN_BOOT } from "../play/call.js";
import type { Player } from "../play/player.js";
import type { Position } from "../play/position.js";
import { wholeShape } from "../plan/shapes.js";
import { AuditError } from "./calls.js";
import type { CutPoint } from "./cuts-context.js";
import type { Cuts } from "./cuts.js";
import { LandingSteps } from "./landings.js";
import type { Way } from "./memo/outcomes.js";
import type { Moments } from "./states/moments.js";
import type { StateStore } from "./states/state-store.js";

/** What the exploration lends. */
interface WalkerContext {
  readonly device: Device;
  readonly player: Player;
  readonly states: StateStore;
  readonly moments: Moments;
  readonly cuts: Cuts;
}

/** Walks on one device. */
export class Walker {
  readonly #context: WalkerContext;
  readonly #landings: LandingSteps;

  constructor(context: WalkerContext) {
    this.#context = context;
    this.#landings = new LandingSteps(context.device, context.moments);
  }

  /** Moves the device to a state, about to make its next call. */
  goTo(state: number, position: Position): void {
    const { moments, states, player } = this.#context;
    moments.goTo(states.momentOf(state));
    if (position.bootedOffset === IN_BOOT) moments.reset(position.cause);
    player.setOffer(position.history);
  }

  /**
   * Does the operations of a call, each cut where there is a point to cut it at.
   * @throws {AuditError} where the flash refuses what it took when the call was executed
   */
  make(at: CutPoint | null, way: Way): void {
    const { outcome } = way;
    this.land(way);
    if (at === null) {
      if (outcome.place !== 0) this.#step(outcome.place, abi.WHOLE_CALL);
      return;
    }
    const { cuts } = this.#context;
    cuts.begin(at);
    for (const kept of outcome.operations) {
      cuts.at(kept);
      this.#step(kept.place, wholeShape(kept.kind));
      cuts.after(kept);
    }
  }

  /** Decides what a call decides of open words. */
  land({ landings }: Way): void {
    this.#landings.take(landings);
  }

  #step(place: number, shape: number): void {
    if (this.#context.moments.step(place, shape) !== abi.STATUS_OK)
      throw new AuditError("an operation that the memo replayed was refused by the flash");
  }

  /** What befalls the device in the scenario's middle, where a call has led. */
  happen(next: Position): Position {
    const { player, moments } = this.#context;
    if (!player.isBefallenAt(next)) return next;
    return player.happen(next, (place, shape) => moments.step(place, shape));
  }
}
