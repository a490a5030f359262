// Numbers outside flash that a guest can ask for, by their OUTSIDE_ place: why the device was reset, retained words, and what survives a step
// but no reset (scratch, key slot). Knows where they stand, and what is lost when; logs nothing.

import { OUTSIDE_CAUSE, OUTSIDE_RETAINED, RETAINED_COUNT } from "../abi";
import { RESET_CAUSE, RETAINED, VOLATILE, VOLATILE_RETAINED, VOLATILE_SET, VOLATILE_WORDS } from "./map";
import { put } from "./content/undo";

/** The first place in VOLATILE. */
const FIRST: u32 = OUTSIDE_RETAINED + RETAINED_COUNT;

/** Where the number of a place stands. */
export function outsideAt(place: u32): usize {
  if (place == OUTSIDE_CAUSE) return RESET_CAUSE;
  if (place < FIRST) return RETAINED + (usize(place - OUTSIDE_RETAINED) << 2);
  return VOLATILE + (usize(place - FIRST) << 2);
}

/** Changes the number of a place other than the cause; undoRoom() was asked before. */
export function putOutside(place: u32, word: u32): void {
  const at = outsideAt(place);
  const before = load<u32>(at);
  put(at, word);
  if (place < FIRST || (before == 0) == (word == 0)) return;
  put(VOLATILE_SET, word == 0 ? load<u32>(VOLATILE_SET) - 1 : load<u32>(VOLATILE_SET) + 1);
}

/** What a reset takes, and a loss of power besides: retained words. Entries of the undo log for all of it need room. */
export function loseVolatile(isDark: bool): void {
  if (load<u32>(VOLATILE_SET) == 0) return;
  for (let index: u32 = isDark ? 0 : VOLATILE_RETAINED; index < VOLATILE_WORDS; index++)
    if (load<u32>(VOLATILE + (usize(index) << 2)) != 0) putOutside(FIRST + index, 0);
}
