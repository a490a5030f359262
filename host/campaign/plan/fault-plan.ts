// What goes wrong in one run, as data: cuts, what weak reads see, strikes. Decides nothing.
import type { ShapeName } from "./shapes.js";
import type { PlacedStrike } from "./strikes.js";

/** How a cut ends a power-up: with the power, or with RAM powered (model reset). */
export type Loss = "power" | "reset";

/** What all cuts have: the guest call that is cut, counted from 0; a loss of power, or a reset that keeps RAM powered. */
interface AnyCut {
  readonly call: number;
  readonly reset?: true;
}

/** At persistent operation `operation` of its call, counted from 0; done as far as the shape says. */
export interface CutInOperation extends AnyCut {
  readonly operation: number;
  readonly shape: ShapeName;
  /** Shape "bits": for each word of the program the bits that landed, as a mask of all 32. */
  readonly landed?: readonly number[];
}

/** Words of the largest program (assembly/device/map.ts, LATCH_MAX). */
export const LANDED_MAX = 128;

/** Before the call: it is not made. At rest the next power-up's boot is the call that is not made. */
export interface CutBefore extends AnyCut {
  readonly before: true;
}

/** A reset right after change `retained` of a retained word in the call, counted from 0. */
export interface CutAfterRetained extends AnyCut {
  readonly retained: number;
  readonly reset: true;
}

/** Right after question `asked` of the call to what surrounds the device, counted from 0: looks at a packet or a nonce are none. */
export interface CutAfterAsked extends AnyCut {
  readonly asked: number;
}

/** Where the power goes, or a reset comes. */
export type Cut = CutInOperation | CutBefore | CutAfterRetained | CutAfterAsked;

/**
 * What a question of a call to what surrounds the device is answered by: question and option counted from 0, in the order of its rules. A
 * question that is not named has its first option: nothing goes wrong.
 */
export interface WorldAnswer {
  readonly call: number;
  readonly question: number;
  readonly option: number;
}

/**
 * What the weak reads of guest call `call` see, in order: 0 as programmed, then the other ways. Asking for an open reset cause is
 * such a read, too (OPEN_CAUSE_COUNT).
 */
export interface WeakReads {
  readonly call: number;
  readonly choices: readonly number[];
}

/** All that goes wrong in one run. */
export interface FaultPlan {
  readonly cuts: readonly Cut[];
  readonly reads: readonly WeakReads[];
  /** None when absent. */
  readonly strikes?: readonly PlacedStrike[];
  /** Likewise. */
  readonly answers?: readonly WorldAnswer[];
}

/** A run in which nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { cuts: [], reads: [] };

/** What a cut ends its power-up by. */
export function lossOf({ reset }: Cut): Loss {
  return reset === true ? "reset" : "power";
}
