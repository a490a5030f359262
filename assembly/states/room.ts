// Memory of the states: handed out from the end, or from what a table has left behind that became too small. Nothing is given back.

import {
  CHUNKS_MAX,
  CHUNK_COUNT,
  CHUNK_MASK,
  CHUNK_SHIFT,
  DIRECTORY,
  FILLS,
  OWNER_SHIFT,
  RECORD_SIZE,
  ROOM_LOCK,
  SHARED,
  SPARE,
} from "./map";
import { SPARE_END, START, TOP } from "./map";
import { loadShared, lock, storeShared, unlock } from "./lock";

/** Pages by which memory grows at least. */
const PAGES_MORE: i32 = 256;
/**
 * Bytes that are there beyond what is handed out. Threads that share a memory hear of its growth a moment later than it happens: by the time
 * that somebody writes there, all have.
 */
const AHEAD: u64 = SHARED ? 4 << 20 : 0;

/** All of it is free. */
export function roomClear(): void {
  store<u32>(TOP, u32(START));
  store<u32>(SPARE, 0);
  store<u32>(SPARE_END, 0);
  store<u32>(CHUNK_COUNT, 0);
}

/** Zeroed bytes; answers where they are, 0 where memory is at its end. `size` is a multiple of 8. */
export function roomFor(size: u32): usize {
  lock(ROOM_LOCK);
  const place = roomLocked(size);
  unlock(ROOM_LOCK);
  return place;
}

function roomLocked(size: u32): usize {
  const spare = load<u32>(SPARE);
  if (size <= load<u32>(SPARE_END) - spare) {
    store<u32>(SPARE, spare + size);
    memory.fill(spare, 0, size);
    return spare;
  }
  const place = load<u32>(TOP);
  const end = u64(place) + u64(size);
  if (end > u64(0xffffffff)) return 0;
  const pages = memory.size();
  const needed = i32((end + 0xffff) >> 16) - pages;
  if (i32((end + AHEAD + 0xffff) >> 16) > pages) {
    // A quarter more each time: growing takes milliseconds, and the host renews its view of the memory.
    const grown = memory.grow(max(needed, max(PAGES_MORE, pages / 4)));
    if (grown < 0 && needed > 0 && memory.grow(needed) < 0) return 0;
  }
  store<u32>(TOP, u32(end));
  // What was used before it was cleared is no longer zero.
  memory.fill(place, 0, size);
  return place;
}

/** A piece of memory is not needed any more; of shared states somebody may be looking there still. */
export function roomLeft(place: usize, size: u32): void {
  if (SHARED || size <= load<u32>(SPARE_END) - load<u32>(SPARE)) return;
  store<u32>(SPARE, u32(place));
  store<u32>(SPARE_END, u32(place) + size);
}

/** A chunk of records for an explorer; answers the number of its first record, -1 where memory is at its end. */
export function chunkFor(owner: u32): i32 {
  lock(ROOM_LOCK);
  const chunk = load<u32>(CHUNK_COUNT);
  const place: usize = chunk >= CHUNKS_MAX ? 0 : roomLocked(RECORD_SIZE << CHUNK_SHIFT);
  if (place != 0) {
    store<u32>(DIRECTORY + (usize(chunk) << 2), u32(place));
    store<u32>(FILLS + (usize(chunk) << 2), owner << OWNER_SHIFT);
    storeShared<u32>(CHUNK_COUNT, chunk + 1);
  }
  unlock(ROOM_LOCK);
  return place == 0 ? -1 : i32(chunk << CHUNK_SHIFT);
}

/** One record more of a chunk is there. */
export function fillOne(number: u32): void {
  const place = FILLS + (usize(number >> CHUNK_SHIFT) << 2);
  storeShared<u32>(place, loadShared<u32>(place) + 1);
}

/**
 * Where the twin `number` of `size` bytes stands whose chunks are in `directory`; the first of a chunk makes that. 0 where
 * memory is at its end.
 */
export function roomOfRecord(directory: usize, number: u32, size: u32): usize {
  const chunk = number >> CHUNK_SHIFT;
  if (chunk >= CHUNKS_MAX) return 0;
  if ((number & CHUNK_MASK) == 0) {
    const place = roomFor(size << CHUNK_SHIFT);
    if (place == 0) return 0;
    store<u32>(directory + (usize(chunk) << 2), u32(place));
  }
  return recordAt(directory, number, size);
}

/** Where a record stands that there is. */
export function recordAt(directory: usize, number: u32, size: u32): usize {
  return usize(load<u32>(directory + (usize(number >> CHUNK_SHIFT) << 2)) + (number & CHUNK_MASK) * size);
}
