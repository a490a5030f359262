// The edges along a way of states that an exploration has found, told once more: what weak reads see there, and what is decided of open
// words. Finds no state and judges none.
import type { Device } from "../../device/device.js";
import type { Player } from "../play/player.js";
import { type Position, keyAt } from "../play/position.js";
import type { Calls } from "./calls.js";
import type { Way } from "./memo/outcomes.js";
import type { Moments } from "./states/moments.js";
import { type Edge, UNCUT } from "./states/edge.js";
import { type StateStore } from "./states/state-store.js";

/** What the exploration lends. */
interface Walk {
  readonly device: Device;
  readonly states: StateStore;
  readonly calls: Calls;
  readonly player: Player;
  readonly moments: Moments;
  /** Moves the device to a state, about to make its next call. */
  goTo(state: number, position: Position): void;
  /** Does the operations of a call. */
  make(way: Way): void;
  /** What befalls the device in the scenario's middle, where a call has led. */
  happen(next: Position): Position;
}

/** The edges along a way of states, one after the other. */
export function edgesAlong(
  way: readonly number[],
  { device, states, calls, player, moments, goTo, make, happen }: Walk,
): readonly Edge[] {
  return way.slice(1).map((next, index): Edge => {
    const state = way[index] as number;
    const position = states.positionOf(state);
    goTo(state, position);
    const undoPosition = moments.undoPosition;
    const edge = { from: state, operation: UNCUT, kind: 0, shape: 0 };
    for (const way of calls.ways(position)) {
      if ((way.talk?.faults ?? 0) > 0) continue;
      make(way);
      const judged = player.after(position, way.outcome.result, way.talk);
      const found = judged.rested ? -1 : states.table.get(device.words, keyAt(device, happen(judged.next)));
      moments.back(undoPosition);
      if (found === next) return { ...edge, choices: way.choices, landings: way.landings };
    }
    return { ...edge, choices: [] };
  });
}
