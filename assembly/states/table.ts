// The table: from a key to a number. Open addressing; a slot holds a number and half of one lane of its key, so that the record itself is
// looked at for hardly any other key. Grows by going through the records in order.

import { DIRECTORY, KEY, MASK, RECORD_COUNT, RECORD_SIZE, SLOTS, TWINS, TWIN_COUNT, TWIN_SIZE } from "./map";
import { recordAt, roomClear, roomFor, roomLeft, roomOfRecord } from "./room";

/** A key that is not there; memory that is at its end. */
const NONE: i32 = -1;
const NO_ROOM: i32 = -2;
/** In a slot: the number of a twin, not of a record. */
const IS_TWIN: u32 = 0x80000000;
const START_SLOTS: u32 = 1 << 12;
/** Bytes of a slot: a number, and a tag above it. */
const SLOT_SIZE: u32 = 8;

/** Forgets all states. Answers 0, or NO_ROOM. */
export function clear(): i32 {
  roomClear();
  store<u32>(RECORD_COUNT, 0);
  store<u32>(TWIN_COUNT, 0);
  return makeSlots(START_SLOTS) ? 0 : NO_ROOM;
}

/** The number of the state with this key, or -1; of a twin that of the state that it stands beside. */
export function find(a: u64, b: u64): i32 {
  const held = load<u64>(slotOf(a, b));
  return held == 0 ? NONE : numberOf(u32(held));
}

/** The slot of this key: where it is, or the free one where it would be. */
function slotOf(a: u64, b: u64): usize {
  const mask = load<u32>(MASK);
  const slots = usize(load<u32>(SLOTS));
  let slot = u32(a) & mask;
  let held = load<u64>(slots + (usize(slot) << 3));
  while (held != 0) {
    if (u32(held >> 32) == tagOf(a)) {
      const record = recordOf(u32(held));
      if (load<u64>(record) == a && load<u64>(record, 8) == b) break;
    }
    slot = (slot + 1) & mask;
    held = load<u64>(slots + (usize(slot) << 3));
  }
  return slots + (usize(slot) << 3);
}

function numberOf(entry: u32): i32 {
  return i32((entry & IS_TWIN) != 0 ? load<u32>(recordOf(entry), 16) : entry);
}

/** The same for the key at KEY. */
export function findAt(): i32 {
  return find(load<u64>(KEY), load<u64>(KEY, 8));
}

/** Adds a state with the key at KEY, which no state has. Answers its number, which is the count of states before; or -2 without room. */
export function addAt(): i32 {
  const number = load<u32>(RECORD_COUNT);
  const record = roomOfRecord(DIRECTORY, number, RECORD_SIZE);
  if (record == 0 || !makeRoom()) return NO_ROOM;
  store<u32>(RECORD_COUNT, number + 1);
  const a = load<u64>(KEY);
  store<u64>(record, a);
  store<u64>(record, load<u64>(KEY, 8), 8);
  put(a, number);
  return i32(number);
}

/** A key whose state is a twin of the state `number`, unless there is a state with that key. Answers that state; or -2 without room. */
export function addTwin(a: u64, b: u64, number: u32): i32 {
  if (!makeRoom()) return NO_ROOM;
  const slot = slotOf(a, b);
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
  return i32(number);
}

/** The same for the key at KEY. */
export function addTwinAt(number: u32): i32 {
  return addTwin(load<u64>(KEY), load<u64>(KEY, 8), number);
}

/** Never zero: a slot that is all zero is free. */
function tagOf(a: u64): u32 {
  return u32(a >> 32) | 1;
}

function recordOf(entry: u32): usize {
  return (entry & IS_TWIN) != 0
    ? recordAt(TWINS, entry ^ IS_TWIN, TWIN_SIZE)
    : recordAt(DIRECTORY, entry, RECORD_SIZE);
}

/** Stores an entry in the first slot that is free for its key. */
function put(a: u64, entry: u32): void {
  const mask = load<u32>(MASK);
  const slots = usize(load<u32>(SLOTS));
  let slot = u32(a) & mask;
  while (load<u64>(slots + (usize(slot) << 3)) != 0) slot = (slot + 1) & mask;
  store<u64>(slots + (usize(slot) << 3), slotWith(a, entry));
}

function slotWith(a: u64, entry: u32): u64 {
  return (u64(tagOf(a)) << 32) | u64(entry);
}

/** Makes the table larger where one key more would fill it beyond three quarters. */
function makeRoom(): bool {
  const slots = load<u32>(MASK) + 1;
  const count = load<u32>(RECORD_COUNT) + load<u32>(TWIN_COUNT);
  if (count + 1 <= slots - slots / 4) return true;
  const before = usize(load<u32>(SLOTS));
  if (slots >= 0x10000000 || !makeSlots(slots * 2)) return false;
  roomLeft(before, slots * SLOT_SIZE);
  for (let number: u32 = 0; number < load<u32>(RECORD_COUNT); number++)
    put(load<u64>(recordOf(number)), number);
  for (let twin: u32 = 0; twin < load<u32>(TWIN_COUNT); twin++)
    put(load<u64>(recordOf(twin | IS_TWIN)), twin | IS_TWIN);
  return true;
}

/** An empty table. */
function makeSlots(count: u32): bool {
  const place = roomFor(count * SLOT_SIZE);
  if (place == 0) return false;
  store<u32>(MASK, count - 1);
  store<u32>(SLOTS, u32(place));
  return true;
}
