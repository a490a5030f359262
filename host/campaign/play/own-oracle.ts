// Oracles of one's own: pure functions over a whole run. Judges nothing itself.
import type { Operation } from "../../device/operations.js";
import type { CallEnd } from "./call.js";
import type { FaultPlan } from "../plan/fault-plan.js";
import type { Actor } from "./position.js";

/** One guest call of a run. */
export interface RunCall {
  /** Who ran: the boot guest, the agent in the firmware that boot jumped to, or the application beside that. */
  readonly guest: Actor;
  /** From 1. */
  readonly powerUp: number;
  /** CAUSE_ number of abi.ts: why the device was reset before this power-up. */
  readonly cause: number;
  /** Name of the image that boot jumped into, or that agent and application run in; null where it is none of the scenario's. */
  readonly image: string | null;
  /** Flash operations, counter advances, retained words and events, in order. */
  readonly operations: readonly Operation[];
  readonly end: CallEnd;
}

/** A whole run, from the scenario's start until it rests or is given up. */
export interface Run {
  readonly scenario: string;
  readonly device: string;
  /** What went wrong in it. */
  readonly faults: FaultPlan;
  readonly calls: readonly RunCall[];
  readonly rested: boolean;
}

/** An oracle of one's own. */
export interface OwnOracle {
  /** Lower case words joined by hyphens; not one of the package's own. */
  readonly name: string;
  /** What it demands, in one sentence, for reports. */
  readonly demands: string;
  /** What is wrong with a run, in one sentence; null when it is as demanded. Must be pure. */
  readonly judge: (run: Run) => string | null;
}
