// Edges between the states of an exploration: how one was reached from another. Data.
import type { Strike } from "../../plan/strikes.js";
import type { Landing } from "../memo/outcomes.js";
import { modelOf } from "../memo/talk.js";

/** A call that was not cut. */
export const UNCUT = 0xffffffff;
/** A call that was never made: it was cut before it began. */
export const BEFORE = 0xfffffffe;
/** In place of a successor: the scenario rests. */
export const REST = 0xffffffff;

/** In a kind: the cut is a reset, not a loss of power. */
export const RESET_KIND = 0x80;
/** How a state was reached from another: by a whole call, or by a cut in one. */
export interface Edge {
  /** The state before. */
  readonly from: number;
  /** Persistent operation that was cut, from 0 in its call, or retained word's change (OP_RETAINED); UNCUT; BEFORE. */
  readonly operation: number;
  /** OP_ number of the operation, 0 where none was cut; with RESET_KIND for a reset. And the shape of the cut. */
  readonly kind: number;
  readonly shape: number;
  /** What the weak reads of the call saw. */
  readonly choices: readonly number[];
  /** What is decided of the open words that the call asked for; and the words that its cut left open. */
  readonly landings?: readonly Landing[];
  readonly left?: LeftOpen;
  /** What else went wrong: before it (at rest, then no call was made), or in it. */
  readonly strikes?: readonly Strike[];
  /** Work item of the first fault on the way here. */
  readonly item?: number;
}

/** The words of an operation that its cut left open, and where the first word of the operation is. */
export interface LeftOpen {
  readonly first: number;
  readonly words: readonly Landing[];
}

/** Faults of an edge: a cut or strikes are one, and so are answers that take a fault, however many. */
export function faultsOf({ operation, strikes = [], choices }: Edge): number {
  const isStruck = operation !== UNCUT || strikes.length > 0;
  return (isStruck ? 1 : 0) + (choices.some((choice) => modelOf(choice) !== null) ? 1 : 0);
}

/** A follower as setFollowers() takes it: the state, and whether the call that leads there changed flash or a counter. */
export function followerOf(state: number, writes: boolean): number {
  return ((state << 1) | (writes ? 1 : 0)) >>> 0;
}
