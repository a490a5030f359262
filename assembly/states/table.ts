// The table: from a key to a number. Open addressing; a slot holds a number and half of one lane of its key, so that the record itself is
// looked at for hardly any other key. Of shared states the table is in parts, each of which grows by itself under its lock; nobody needs
// a lock to look for a key. Who misses one that is being added finds it when he adds it.

import {
  COUNTS,
  DIRECTORY,
  EXPLORERS,
  EXPLORERS_MAX,
  EXPLORER_SIZE,
  HAS_NEXT_OFFSET,
  KEYS_OFFSET,
  LOCK_OFFSET,
  NEXT_OFFSET,
} from "./map";
import {
  CHUNK_MASK,
  PARTS,
  PART_COUNT,
  PART_SIZE,
  RECORD_COUNT,
  RECORD_SIZE,
  SHARED,
  TWINS,
  TWIN_COUNT,
  TWIN_SIZE,
} from "./map";
import { addShared, loadShared, lock, storeShared, unlock } from "./lock";
import { chunkFor, fillOne, recordAt, roomClear, roomFor, roomLeft, roomOfRecord } from "./room";

/** A key that is not there; memory that is at its end. */
const NONE: i32 = -1;
const NO_ROOM: i32 = -2;
/** In a slot: the number of a twin, not of a record. */
const IS_TWIN: u32 = 0x80000000;
/** Slots of a part to begin with. */
const START_SLOTS: u32 = SHARED ? 1 << 8 : 1 << 12;
/** Slots that all parts together can have. */
const SLOTS_MAX: u32 = 0x10000000;
/** Bytes of a slot: a number, and a tag above it. */
const SLOT_SIZE: u32 = 8;

/** This instance's explorer: its area. */
let area: usize = EXPLORERS;

/** Forgets all states; before anybody has begun. Answers 0, or NO_ROOM. */
export function clear(): i32 {
  roomClear();
  memory.fill(COUNTS, 0, 8);
  memory.fill(PARTS, 0, PART_SIZE * PART_COUNT);
  for (let part: u32 = 0; part < PART_COUNT; part++)
    if (!makeSlots(PARTS + usize(part * PART_SIZE), START_SLOTS)) return NO_ROOM;
  return 0;
}

/** This instance is that of an explorer, from 0. Answers 0, or NO_ROOM. */
export function begin(explorer: u32): i32 {
  if (explorer >= EXPLORERS_MAX) return NO_ROOM;
  area = EXPLORERS + usize(explorer * EXPLORER_SIZE);
  return makeNext() ? 0 : NO_ROOM;
}

/** Where the host lays down the key that the functions below are about. */
export function keyPlace(): usize {
  return area;
}

/** Where the record stands that the host fills before it adds it, key first; 0 where memory is at its end. */
export function nextPlace(): usize {
  if (load<u32>(area, HAS_NEXT_OFFSET) == 0 && !makeNext()) return 0;
  return recordAt(DIRECTORY, load<u32>(area, NEXT_OFFSET), RECORD_SIZE);
}

/** Makes the next record one of a new chunk. */
function makeNext(): bool {
  const number = chunkFor(u32((area - EXPLORERS) / EXPLORER_SIZE));
  store<u32>(area, number < 0 ? 0 : 1, HAS_NEXT_OFFSET);
  store<u32>(area, u32(number), NEXT_OFFSET);
  return number >= 0;
}

/** The number of the state with this key, or -1; of a twin that of the state that it stands beside. */
export function find(a: u64, b: u64): i32 {
  const held = loadShared<u64>(slotOf(partOf(b), a, b));
  // The slot was free a moment ago, and by now another key may be in it.
  if (SHARED && held != 0 && !isEntryOf(held, a, b)) return NONE;
  return held == 0 ? NONE : numberOf(u32(held));
}

/** The same for the key at keyPlace(). */
export function findAt(): i32 {
  return find(load<u64>(area), load<u64>(area, 8));
}

/**
 * Adds the record at nextPlace(), unless there is a state with its key by now. Answers that one's number, or the new one's; or -2 without
 * room.
 */
export function add(): i32 {
  const number = load<u32>(area, NEXT_OFFSET);
  const record = recordAt(DIRECTORY, number, RECORD_SIZE);
  const a = load<u64>(record);
  const b = load<u64>(record, 8);
  const part = partOf(b);
  lock(part + LOCK_OFFSET);
  if (!makeRoom(part)) {
    unlock(part + LOCK_OFFSET);
    return NO_ROOM;
  }
  const slot = slotOf(part, a, b);
  const held = loadShared<u64>(slot);
  if (held == 0) {
    storeShared<u64>(slot, slotWith(a, number));
    store<u32>(part, load<u32>(part, KEYS_OFFSET) + 1, KEYS_OFFSET);
  }
  unlock(part + LOCK_OFFSET);
  if (held != 0) return numberOf(u32(held));
  fillOne(number);
  addShared(RECORD_COUNT, 1);
  store<u32>(area, number + 1, NEXT_OFFSET);
  if (((number + 1) & CHUNK_MASK) == 0) store<u32>(area, 0, HAS_NEXT_OFFSET);
  return i32(number);
}

/**
 * A key whose state is a twin of the state `number`, unless there is a state with that key. Answers that state; or -2 without room. Shared
 * states have no twins.
 */
export function addTwin(a: u64, b: u64, number: u32): i32 {
  const part = partOf(b);
  if (SHARED || !makeRoom(part)) return NO_ROOM;
  const slot = slotOf(part, a, b);
  const held = load<u64>(slot);
  if (held != 0) return numberOf(u32(held));
  const twin = load<u32>(TWIN_COUNT);
  const record = roomOfRecord(TWINS, twin, TWIN_SIZE);
  if (record == 0) return NO_ROOM;
  store<u32>(TWIN_COUNT, twin + 1);
  store<u64>(record, a);
  store<u64>(record, b, 8);
  store<u32>(record, number, 16);
  store<u64>(slot, slotWith(a, twin | IS_TWIN));
  store<u32>(part, load<u32>(part, KEYS_OFFSET) + 1, KEYS_OFFSET);
  return i32(number);
}

/** The same for the key at keyPlace(). */
export function addTwinAt(number: u32): i32 {
  return addTwin(load<u64>(area), load<u64>(area, 8), number);
}

/** The part of the table that a key belongs to, by the lane that says nothing of its slot there. */
function partOf(b: u64): usize {
  return PARTS + usize((u32(b) & (PART_COUNT - 1)) * PART_SIZE);
}

/** The slot of this key in its part: where it is, or the free one where it would be; without the part's lock only until another takes it. */
function slotOf(part: usize, a: u64, b: u64): usize {
  const table = loadShared<u64>(part);
  const mask = u32(table);
  const slots = usize(table >> 32);
  const tag = tagOf(a);
  let slot = homeOf(tag) & mask;
  let held = loadShared<u64>(slots + (usize(slot) << 3));
  while (held != 0) {
    if (u32(held >> 32) == tag) {
      const record = recordOf(u32(held));
      if (load<u64>(record) == a && load<u64>(record, 8) == b) break;
    }
    slot = (slot + 1) & mask;
    held = loadShared<u64>(slots + (usize(slot) << 3));
  }
  return slots + (usize(slot) << 3);
}

/** Whether what a slot holds is of this key. */
function isEntryOf(held: u64, a: u64, b: u64): bool {
  const record = recordOf(u32(held));
  return load<u64>(record) == a && load<u64>(record, 8) == b;
}

function numberOf(entry: u32): i32 {
  return i32((entry & IS_TWIN) != 0 ? load<u32>(recordOf(entry), 16) : entry);
}

/** Never zero: a slot that is all zero is free. */
function tagOf(a: u64): u32 {
  return u32(a >> 32) | 1;
}

/** Of which the lowest bits are the slot that a key would like to have: a table that grows looks at no record for it. */
function homeOf(tag: u32): u32 {
  return tag >> 1;
}

function recordOf(entry: u32): usize {
  return (entry & IS_TWIN) != 0
    ? recordAt(TWINS, entry ^ IS_TWIN, TWIN_SIZE)
    : recordAt(DIRECTORY, entry, RECORD_SIZE);
}

function slotWith(a: u64, entry: u32): u64 {
  return (u64(tagOf(a)) << 32) | u64(entry);
}

/** Makes a part larger where one key more would fill it beyond three quarters. */
function makeRoom(part: usize): bool {
  const before = load<u64>(part);
  const slots = u32(before) + 1;
  if (load<u32>(part, KEYS_OFFSET) + 1 <= slots - slots / 4) return true;
  if (slots >= SLOTS_MAX / PART_COUNT) return false;
  return makeSlots(part, slots * 2);
}

/** Gives a part slots, with all that its slots before hold. */
function makeSlots(part: usize, count: u32): bool {
  const place = roomFor(count * SLOT_SIZE);
  if (place == 0) return false;
  const before = load<u64>(part);
  const old = usize(before >> 32);
  const end: usize = old == 0 ? 0 : old + (usize(u32(before) + 1) << 3);
  for (let at = old; at < end; at += SLOT_SIZE) {
    const held = load<u64>(at);
    if (held == 0) continue;
    let slot = homeOf(u32(held >> 32)) & (count - 1);
    while (load<u64>(place + (usize(slot) << 3)) != 0) slot = (slot + 1) & (count - 1);
    store<u64>(place + (usize(slot) << 3), held);
  }
  storeShared<u64>(part, (u64(place) << 32) | u64(count - 1));
  if (old != 0) roomLeft(old, u32(end - old));
  return true;
}
