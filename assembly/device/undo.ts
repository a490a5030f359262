// The undo log: the old value of every persistent word that changes, so that the host can go back to any earlier
// moment. Knows places in memory, not what stands there.

import { FULL_UNDO } from "../abi";
import { full } from "./host";
import { UNDO, UNDO_END, UNDO_TOP } from "./map";

/** Entry: place, old word. */
const ENTRY_SIZE: u32 = 8;
/** Entries for what an operation changes beside flash: digests, counters, retained words. */
const FEW: u32 = 64;

/** Forgets everything: there is no way back from here. */
export function undoForget(): void {
  store<u32>(UNDO_TOP, u32(UNDO));
}

/** The moment that undoTo() goes back to. */
export function undoMark(): u32 {
  return load<u32>(UNDO_TOP);
}

/** Restores every word that changed since `mark`. */
export function undoTo(mark: u32): void {
  let top = load<u32>(UNDO_TOP);
  while (top > mark) {
    top -= ENTRY_SIZE;
    store<u32>(load<u32>(top), load<u32>(top, 4));
  }
  store<u32>(UNDO_TOP, mark);
}

/**
 * Ends the simulation where the log has no room for one operation on `bytes` of flash (0: on none). Asked once for each operation:
 * asked for each word it was a fifth of an exploration's time. A word of four bytes is remembered itself, with its weak bits, what may
 * have landed in it, and two counts for each of these; each byte may be a unit with a mark; each word an ECC unit with two counts more.
 */
export function undoRoom(bytes: u32): void {
  const entries = 3 * bytes + FEW; // no overflow: flash has 2 MiB at the most
  if (load<u32>(UNDO_TOP) + entries * ENTRY_SIZE > u32(UNDO_END)) full(FULL_UNDO);
}

/** Remembers the word at `place`. undoRoom() was asked before, so that it traps in no guest's name. */
export function undoKeep(place: usize): void {
  const top = load<u32>(UNDO_TOP);
  if (top >= u32(UNDO_END)) unreachable();
  store<u32>(top, u32(place));
  store<u32>(top, load<u32>(place), 4);
  store<u32>(UNDO_TOP, top + ENTRY_SIZE);
}

/** Stores a word that undoTo() can take back. */
export function put(place: usize, word: u32): void {
  undoKeep(place);
  store<u32>(place, word);
}

/** Stores a byte that undoTo() can take back. */
export function putByte(place: usize, byte: u32): void {
  undoKeep(place & ~3);
  store<u8>(place, u8(byte));
}
