// The record of a state, word by word: what the states module keeps behind a state's key (assembly/states). Constants, and what fits into
// half a word.
import { CapacityError } from "../../../core/errors.js";

export const CAUSE_MASK = 7;
export const FLAG_CHANGED = 8;
export const FLAG_CONFIRMED = 16;
export const FLAG_OVERDUE = 32;
export const FLAG_STRUCK = 64;
export const FLAG_FAULT_LED_HERE = 128;

/** Words of a record. The first four are the key. */
export const MOMENT = 4;
export const PLACE = 5;
/** History << 16, FLAG_ bits and cause << 8, shape. */
export const STANDING = 6;
export const FROM = 7;
/** Operation << 8, kind. */
export const OPERATION = 8;
export const DEPTH = 9;
export const JUDGED = 10;
/** The one follower; or where several begin in the list of followers. */
export const FOLLOWER = 11;
export const VIOLATIONS = 12;
/** What few edges have: an index into the list of these; 0: nothing. */
export const EXTRAS = 13;
export const ITEM = 14;
export const SINCE_CALLS = 15;
/** Power-ups << 16, steps. */
export const SINCE = 16;
/** Followers << 16, ending. */
export const ENDING = 17;
export const RECORD_WORDS = 18;

export const HALF_MAX = 0xffff;
export const OPERATION_MASK = 0xffffff;

/**
 * A number that has to fit into half a word.
 * @throws {CapacityError} where it does not
 */
export function half(number: number, what: string): number {
  if (number > HALF_MAX)
    throw new CapacityError(`the simulation's table of states is full: more than ${HALF_MAX} ${what}`);
  return number;
}
