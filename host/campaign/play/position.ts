// Where a device stands in a scenario's life when it is not inside a guest call, and the key of that: what tells states apart,
// for the explorer, the player and whoever plays a run again.
import * as abi from "../../../assembly/abi.js";
import type { HaltNames } from "../../core/halts.js";
import type { Device } from "../../device/device.js";
import { IN_BOOT } from "./call.js";
import * as memory from "./history.js";
import type { History } from "./history.js";

/**
 * An unconfirmed image runs once more than it may. It is excused only if its firmware says CONFIRMED: then the confirmation was durable
 * already, and the power had gone before anyone heard of it. Before it says so it may change ("silent") nothing but retained words and the
 * floor; or ("record"), where earlier boots of it have counted and this one has changed nothing, and so takes it for confirmed, the Record
 * besides: who is confirmed may write down again that it is.
 */
export type Overdue = false | "silent" | "record";

/** Where in a scenario's life the device stands. */
export interface Position {
  /** IN_BOOT: about to boot; else the offset that boot jumped to, about to step. */
  readonly bootedOffset: number;
  /** CAUSE_ of the reset before this power-up; CAUSE_OPEN where any that keeps RAM may have been it. */
  readonly cause: number;
  /** What the oracles remember (history.ts). */
  readonly history: History;
  /** Something persistent or the history changed in this power-up, or something went wrong in it: it is no rest. */
  readonly changed: boolean;
  /** The agent said CONFIRMED in this power-up. */
  readonly confirmed: boolean;
  readonly overdue: Overdue;
}

/** Where a device stands at power-on. */
export function powerOn(cause: number, history: History): Position {
  return { bootedOffset: IN_BOOT, cause, history, changed: false, confirmed: false, overdue: false };
}

/** The position's flags, as they are part of a state's key. Who is overdue has not said CONFIRMED: that flag then tells its kind. */
export function progressOf({ changed, confirmed, overdue }: Position): number {
  return (changed ? 1 : 0) | (confirmed || overdue === "record" ? 2 : 0) | (overdue ? 4 : 0);
}

/** What progressOf() has of `confirmed` and `overdue`. */
export function overdueIn(
  hasConfirmed: boolean,
  hasOverdue: boolean,
): Pick<Position, "confirmed" | "overdue"> {
  if (!hasOverdue) return { confirmed: hasConfirmed, overdue: false };
  return { confirmed: false, overdue: hasConfirmed ? "record" : "silent" };
}

/**
 * Leaves in TABLE_KEY the key of the state in which the device is at a position; about to boot, it need not have been reset
 * yet. Answers the key's index into the device's words.
 */
export function keyAt(device: Device, position: Position): number {
  const { exports } = device;
  const [a, b, c, d] = position.history.digest;
  if (position.bootedOffset === IN_BOOT) exports.powerOnKey(position.cause, a, b, c, d);
  else exports.stateKey(((position.bootedOffset | 1) >>> 0) * 8 + progressOf(position), a, b, c, d);
  return device.table(abi.TABLE_KEY);
}

/** The same position with another history: that is a change. */
export function withHistory(at: Position, history: History): Position {
  return history === at.history ? at : { ...at, history, changed: true };
}

/** The same position, where somebody else has the next call: that is no change. */
export function withTurn(at: Position, turn: History["turn"]): Position {
  return { ...at, history: memory.withTurn(at.history, turn) };
}

/** Who makes a call. */
export type Actor = "boot" | "firmware" | "application";

/** Who has the next call there. */
export function actorAt({ bootedOffset, history }: Position): Actor {
  if (bootedOffset === IN_BOOT) return "boot";
  return history.turn === memory.APPLICATION_NEXT ? "application" : "firmware";
}

/** What the guest that stands for an actor calls the reasons for which it halts. */
export function haltNamesOf({ boot, agent, application }: Device, actor: Actor): HaltNames {
  if (actor === "application") return (application ?? agent).haltNames;
  return (actor === "boot" ? boot : agent).haltNames;
}
