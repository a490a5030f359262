// What a player of power-ups needs from whoever makes the guest calls, and how a run of them ends. Plain types.
import type { World } from "../world/world.js";
import type { CallResult } from "./call.js";
import type { Since } from "./giving-up.js";
import type { Position } from "./position.js";

/** What settles need from outside. */
export interface Caller {
  /** Makes one guest call on the device. */
  call(position: Position, input: number): CallResult;
  /** Whether anything went wrong before or in the call just made. */
  wentWrong?(): boolean;
  /** Nothing is to go wrong any more, nor to be read otherwise than as programmed. */
  isCalm?(): boolean;
  /** Told what the oracles said of the call just made, as a mask. */
  judged?(violations: number): void;
  /** Told when a power-up begins. */
  powerUp?(position: Position): void;
  /** What the call just made has asked of what surrounds the device; null where nothing can be asked. */
  said?(): Said | null;
  /** Told when something has befallen the device: the scenario's step with which that began. */
  happened?(step: number): void;
}

/** What a call has asked of what surrounds the device: how that stands then, and what the answers violate, as a mask. */
export interface Said {
  readonly world: World;
  readonly violations: number;
  /** Above 0: some answer was a fault. */
  readonly faults: number;
}

/** How a run ended. */
export interface Settled {
  /** Violated oracles, as a mask. */
  readonly violations: number;
  /** Power-ups from the start of this run until its end. */
  readonly powerUps: number;
  readonly ending: "rested" | "gave-up";
  /** What had passed since the last fault when it ended. */
  readonly since: Since;
  readonly last: Position;
}
