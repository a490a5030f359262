// The undo log: the old value of every persistent word that changes, so that the host can go back to any earlier
// moment. Knows places in memory, not what stands there.

import { FULL_UNDO } from "../../abi";
import { full } from "../host";
import { UNDO, UNDO_END, UNDO_TOP } from "../map";

/** What each entry ends with: place, old word; or place with IS_BLOCK, size in bytes, and in front of that the bytes that stood there. */
const ENTRY_SIZE: u32 = 8;
/** In a place, which is a multiple of 4. */
const IS_BLOCK: u32 = 1;
/** Blocks up to here are copied where they are, without a call. */
const SHORT: u32 = 64;
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

/** Restores everything that changed since `mark`. */
export function undoTo(mark: u32): void {
  let top = load<u32>(UNDO_TOP);
  while (top > mark) {
    top -= ENTRY_SIZE;
    const place = load<u32>(top);
    if ((place & IS_BLOCK) == 0) store<u32>(place, load<u32>(top, 4));
    else {
      const size = load<u32>(top, 4);
      top -= size;
      copy(place ^ IS_BLOCK, top, size);
    }
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

/** Remembers `size` bytes, a multiple of 8, at `place`, a multiple of 4. */
export function undoKeepBlock(place: usize, size: u32): void {
  const top = load<u32>(UNDO_TOP);
  if (top + size + ENTRY_SIZE > u32(UNDO_END)) unreachable();
  copy(top, place, size);
  store<u32>(top + size, u32(place) | IS_BLOCK);
  store<u32>(top + size, size, 4);
  store<u32>(UNDO_TOP, top + size + ENTRY_SIZE);
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

function copy(to: usize, from: usize, size: u32): void {
  if (size > SHORT) memory.copy(to, from, size);
  else for (let done: usize = 0; done < size; done += 8) store<u64>(to + done, load<u64>(from + done));
}
