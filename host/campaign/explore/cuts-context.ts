// What the cuts of an exploration are judged with, and the call that is cut: as data.
import type { Device } from "../../device/device.js";
import type { Faults } from "../plan/faults.js";
import type { Player } from "../play/player.js";
import type { Position } from "../play/position.js";
import type { Calls } from "./calls.js";
import type { Findings } from "./findings.js";
import type { Way } from "./memo/outcomes.js";
import type { Edge } from "./states/edge.js";
import type { Moments } from "./states/moments.js";
import type { StateStore } from "./states/state-store.js";
import type { WorkItem } from "./work-items.js";

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
  /** The state in which the device stands at a position, as many faults later as the edge has. */
  visit(position: Position, edge: Edge): number;
  /** A state (-1: none), found once more so many faults later; -1 where it is none, or this is a shorter way there. */
  known(state: number, faults: number): number;
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
