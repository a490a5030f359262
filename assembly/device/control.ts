// The host's side of the device: describe the part, begin a call, keep and restore content, replay kept operations.
// Order: setPart, addSector …, setRegion …, wipe; then provision and checkpoint.

import * as abi from "../abi";
import { sectorAt, sectorEntry, setMark, setOpen, setTorn, setWord } from "./content";
import { counterContent, counterStatus, flipCounter } from "./counters";
import { digestKeep, mixA, mixB } from "./digest";
import { eraseContent, programContent, programStatus } from "./flash";
import { clearLatches } from "./hal";
import * as map from "./map";
import { land, narrow } from "./open";
import { rangeMask } from "./tear";
import { put, undoForget, undoMark, undoRoom, undoTo } from "./undo";

export { undoMark, undoTo } from "./undo";
export { flagsAt } from "./content";
export { land, narrow } from "./open";

/** random32 starts from here in every call, so that a call stays a function of its other inputs. */
const RANDOM_SEED: u64 = 1;

/** The part: sizes and offsets in bytes, times in µs; `polarity` is 0 where erased reads as ones, else 0xFFFFFFFF. */
export function setPart(
  flashSize: u32,
  polarity: u32,
  programMin: u32,
  programMax: u32,
  rule: u32,
  typicalMicros: u32,
  maxMicros: u32,
): void {
  store<u32>(map.FLASH_SIZE, flashSize);
  store<u32>(map.POLARITY, polarity);
  store<u32>(map.PROGRAM_MIN, programMin);
  store<u32>(map.PROGRAM_MAX, programMax);
  store<u32>(map.PROGRAM_RULE, rule);
  store<u32>(map.PROGRAM_TYPICAL_MICROS, typicalMicros);
  store<u32>(map.PROGRAM_MAX_MICROS, maxMicros);
  memory.fill(map.FLASH, 0xff, flashSize);
  memory.fill(map.LATCHES, 0xff, map.LATCH_MAX);
  store<u32>(map.LATCH_LOW, abi.NOWHERE);
  store<u32>(map.CUT_AT, abi.NOWHERE);
  store<u32>(map.RESET_AT, abi.NOWHERE);
  store<u32>(map.WRITE_AT, abi.NOWHERE);
  store<u32>(map.COUNTER_MAX, abi.NOWHERE);
  store<u32>(map.KEPT_END, u32(map.KEPT));
  undoForget();
}

/**
 * ECC as far as it is modelled: `unitSize` bytes share one ECC word (0: not modelled); `erasedFaults` is 1 where reading
 * a unit that is not programmed is an error.
 */
export function setEcc(unitSize: u32, erasedFaults: u32): void {
  store<u32>(map.ECC_UNIT, unitSize);
  store<u32>(map.ERASED_FAULTS, unitSize == 0 ? 0 : erasedFaults);
}

/** The greatest value that a one-way counter of the part can hold; one that is not told holds every number. */
export function setCounterMax(most: u32): void {
  store<u32>(map.COUNTER_MAX, most);
}

/** The next sector, `size` bytes from where the last one ended. */
export function addSector(size: u32, typicalMicros: u32, maxMicros: u32): void {
  const index = load<u32>(map.SECTOR_COUNT);
  const last = sectorEntry(index - 1);
  const offset = index == 0 ? 0 : load<u32>(last, map.SECTOR_OFFSET) + load<u32>(last, map.SECTOR_SIZE);
  const entry = sectorEntry(index);
  store<u32>(entry, offset, map.SECTOR_OFFSET);
  store<u32>(entry, size, map.SECTOR_SIZE);
  store<u32>(entry, typicalMicros, map.SECTOR_TYPICAL_MICROS);
  store<u32>(entry, maxMicros, map.SECTOR_MAX_MICROS);
  for (let granule = offset >> 8; granule < (offset + size) >> 8; granule++) {
    store<u16>(map.SECTOR_AT + (usize(granule) << 1), u16(index));
  }
  store<u32>(map.SECTOR_COUNT, index + 1);
}

/** A region of the layout (REGION_…): where it lies, who may read and write it, which digest sum it feeds. */
export function setRegion(region: u32, offset: u32, size: u32): void {
  const everybody = abi.ROLE_BOOT | abi.ROLE_FIRMWARE_A | abi.ROLE_FIRMWARE_B;
  let writers: u32 = 0;
  let place = map.KEYS_REGION;
  if (region == abi.REGION_SLOT_A || region == abi.REGION_SLOT_B) {
    writers = region == abi.REGION_SLOT_A ? abi.ROLE_FIRMWARE_B : abi.ROLE_FIRMWARE_A;
    place = map.SLOTS + (usize(region - abi.REGION_SLOT_A) << 3);
  } else if (region == abi.REGION_RECORD) {
    writers = everybody;
    place = map.RECORD_REGION;
  }
  store<u32>(place, offset);
  store<u32>(place, size, 4);
  for (let at = offset; at < offset + size; at += abi.GRANULE_SIZE) {
    store<u8>(map.PERMISSIONS + (at >> 8), u8(everybody | (writers << 4)));
    if (region != abi.REGION_KEYS) store<u32>(sectorEntry(sectorAt(at)), region, map.SECTOR_REGION);
  }
}

/** Lets `roles` (ROLE_ bits) write both slots, which otherwise only the firmware of the other slot may. */
export function grantSlots(roles: u32): void {
  for (let slot: usize = 0; slot < 2; slot++) {
    const entry = map.SLOTS + (slot << 3);
    const offset = load<u32>(entry);
    for (let at = offset; at < offset + load<u32>(entry, 4); at += abi.GRANULE_SIZE) {
      const place = map.PERMISSIONS + (at >> 8);
      store<u8>(place, load<u8>(place) | u8(roles << 4));
    }
  }
}

/** Offered image `index`: its place in the receive window, which then holds `count` images in `windowSize` bytes. */
export function setOffer(index: u32, offset: u32, size: u32): void {
  store<u32>(map.OFFERS + (usize(index) << 3), offset);
  store<u32>(map.OFFERS + (usize(index) << 3), size, 4);
}

/** How many images are offered from now on, in how many bytes of the window; none: 0, 0. */
export function setOfferCount(count: u32, windowSize: u32): void {
  store<u32>(map.OFFER_COUNT, count);
  store<u32>(map.OFFER_WINDOW_SIZE, windowSize);
}

export function setAttempts(attempts: u32): void {
  store<u32>(map.ATTEMPTS, attempts);
}

/** Where a table (TABLE_…) stands in this module's memory. */
export function addressOf(table: u32): usize {
  if (table == abi.TABLE_FLASH) return map.FLASH;
  if (table == abi.TABLE_WINDOW) return map.WINDOW;
  if (table == abi.TABLE_LOG) return map.LOG;
  if (table == abi.TABLE_LOG_DATA) return map.DATA;
  if (table == abi.TABLE_READ_LOG) return map.READ_LOG;
  if (table == abi.TABLE_DIGESTS) return map.DIGESTS;
  if (table == abi.TABLE_DIGESTS_BEFORE) return map.DIGESTS_BEFORE;
  if (table == abi.TABLE_REGION_DIGESTS) return map.REGION_DIGESTS;
  if (table == abi.TABLE_COUNTERS) return map.COUNTERS;
  if (table == abi.TABLE_RETAINED) return map.RETAINED;
  if (table == abi.TABLE_CALL) return map.STOP_KIND;
  if (table == abi.TABLE_SECTORS) return map.SECTORS;
  if (table == abi.TABLE_KEY) return map.STATE_KEY;
  if (table == abi.TABLE_WEAK) return map.WEAK;
  if (table == abi.TABLE_COUNTERS_WEAK) return map.COUNTERS_WEAK;
  if (table == abi.TABLE_CHOICES) return map.CHOICES;
  if (table == abi.TABLE_TRACKED) return map.TRACKED;
  if (table == abi.TABLE_SHADOWS) return map.SHADOWS;
  if (table == abi.TABLE_RESET_CAUSE) return map.RESET_CAUSE;
  if (table == abi.TABLE_OPEN) return map.OPEN;
  if (table == abi.TABLE_TEAR_MASKS) return map.TEAR_MASKS;
  return map.BUSY_TYPICAL_MICROS;
}

/** The calls to come end at operation `at` (from 0), which is done as far as `shape` says; NOWHERE: at none. */
export function setCut(at: u32, shape: u32): void {
  store<u32>(map.CUT_AT, at);
  store<u32>(map.CUT_SHAPE, shape);
}

/** The calls to come end right after change `at` (from 0) of a retained word; NOWHERE: after none. */
export function setResetAt(at: u32): void {
  store<u32>(map.RESET_AT, at);
}

/** How many choices of weak reads (TABLE_CHOICES) are laid down for the calls to come. */
export function setScript(size: u32): void {
  store<u32>(map.SCRIPT_SIZE, size);
}

/** A reset, and why (CAUSE_OPEN: that is decided when it is asked for); retained words are lost with the power. */
export function reset(cause: u32): void {
  undoRoom(0);
  if (load<u32>(map.RESET_CAUSE) != cause) put(map.RESET_CAUSE, cause);
  if (cause != abi.CAUSE_POWER) return;
  for (let at = map.RETAINED; at < map.RETAINED + abi.RETAINED_COUNT * 4; at += 4) {
    if (load<u32>(at) != 0) put(at, 0);
  }
}

/** Writes a word of flash past all rules (provisioning); keeps the digests true. */
export function provisionWord(offset: u32, word: u32): void {
  const sector = sectorAt(offset);
  undoRoom(4);
  digestKeep(sector);
  setWord(sector, offset, word ^ load<u32>(map.POLARITY), 0);
}

/** Erases every sector past all rules and zeroes wear, marks, counters and retained words; there is no way back. */
export function wipe(): void {
  undoForget();
  const count = load<u32>(map.SECTOR_COUNT);
  for (let sector: u32 = 0; sector < count; sector++) {
    eraseContent(sector, abi.ERASE_DONE);
    store<u32>(sectorEntry(sector), 0, map.SECTOR_WEAR);
    undoForget();
  }
  memory.fill(map.COUNTERS, 0, abi.COUNTER_COUNT * 4);
  memory.fill(map.COUNTERS_WEAK, 0, abi.COUNTER_COUNT * 4);
  memory.fill(map.RETAINED, 0, abi.RETAINED_COUNT * 4);
  memory.fill(map.SHADOWS, 0, u32(map.SHADOWS_END - map.SHADOWS));
  store<u32>(map.FAULTY, 0);
  store<f64>(map.BUSY_TYPICAL_MICROS, 0);
  store<f64>(map.BUSY_MAX_MICROS, 0);
}

/** Marks every unit that holds data as programmed once, as a provisioning tool leaves it. */
export function markProvisioned(): void {
  if (load<u32>(map.PROGRAM_RULE) == abi.RULE_AND) return;
  const unitSize = load<u32>(map.PROGRAM_MIN);
  const size = load<u32>(map.FLASH_SIZE);
  for (let offset: u32 = 0; offset < size; offset += unitSize) {
    const blank = rangeMask(offset, unitSize);
    let used = false;
    for (let done: u32 = 0; done < unitSize; done += 4) {
      if ((load<u32>(map.FLASH + ((offset & ~3) + done)) & blank) != blank) used = true;
    }
    if (!used) continue;
    memory.fill(map.LATCHES, 0xff, unitSize);
    programContent(offset, unitSize, map.LATCHES, abi.TEAR_ALL);
  }
}

/** Marks every unit of a range as programmed once, what looks erased too: a tool programs an image whole. */
export function markProgrammed(offset: u32, size: u32): void {
  if (load<u32>(map.PROGRAM_RULE) == abi.RULE_AND) return;
  const unitSize = load<u32>(map.PROGRAM_MIN);
  for (let at = offset - (offset % unitSize); at < offset + size; at += unitSize) {
    const sector = sectorAt(at);
    undoRoom(unitSize);
    digestKeep(sector);
    setMark(sector, at, 1);
  }
}

/** Begins a guest call: of boot where `bootedOffset` is NOWHERE, else of the firmware there; `logReads` for the memo. */
export function beginCall(bootedOffset: u32, logReads: u32): void {
  clearLatches();
  const inSlotA = bootedOffset - load<u32>(map.SLOTS) < load<u32>(map.SLOTS, 4);
  const firmware = inSlotA ? abi.ROLE_FIRMWARE_A : abi.ROLE_FIRMWARE_B;
  store<u32>(map.ROLE, bootedOffset == abi.NOWHERE ? abi.ROLE_BOOT : firmware);
  store<u32>(map.BOOTED_OFFSET, bootedOffset);
  store<u64>(map.RANDOM_STATE, RANDOM_SEED);
  store<u32>(map.STOP_KIND, abi.STOP_NONE);
  store<u32>(map.LOG_COUNT, 0);
  store<u32>(map.LOG_DATA, 0);
  store<u32>(map.OPERATION_COUNT, 0);
  store<u32>(map.RULE_BREAKS, 0);
  store<u32>(map.DENIALS, 0);
  store<u32>(map.READ_LOG_COUNT, 0);
  store<u32>(map.CHOICE_COUNT, 0);
  store<u32>(map.ASKED, 0);
  store<u32>(map.RETAINED_CHANGES, 0);
  store<u32>(map.EPOCH, load<u32>(map.EPOCH) + 1);
  store<u32>(map.MODE, logReads != 0 ? map.READ_MODE_LOG : 0);
  store<u32>(map.WRITE_AT, abi.NOWHERE);
  if (logReads != 0) memory.copy(map.DIGESTS_BEFORE, map.DIGESTS, load<u32>(map.SECTOR_COUNT) << 4);
}

/** Flips `mask` into the read that comes after `reads` others in the call that has just begun. */
export function flipRead(reads: u32, mask: u32): void {
  store<u32>(map.FLIP_AFTER, reads);
  store<u32>(map.FLIP_MASK, mask);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_FLIP);
}

/** The word at `offset` reads with `mask` flipped from its second reading on in the call that has just begun. */
export function refetch(offset: u32, mask: u32): void {
  store<u32>(map.REFETCH_OFFSET, offset);
  store<u32>(map.REFETCH_MASK, mask);
  store<u32>(map.REFETCH_COUNT, 0);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_REFETCH);
}

/** Tells the host of the read that comes after `reads` others in the call that has just begun. */
export function tellRead(reads: u32): void {
  store<u32>(map.FLIP_AFTER, reads);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_TELL);
}

/** Operation `at` of the call that has just begun goes wrong: `effect` is a WRITE_ number, `bit` an address bit of a stray. */
export function failWrite(at: u32, effect: u32, bit: u32): void {
  store<u32>(map.WRITE_AT, at);
  store<u32>(map.WRITE_EFFECT, effect);
  store<u32>(map.WRITE_BIT, bit);
}

/** Forgets which words calls have depended on. */
export function trackClear(): void {
  memory.fill(map.TRACKED, 0, load<u32>(map.FLASH_SIZE) >> 2);
  memory.fill(map.TRACKED_ERASED, 0, map.SECTOR_MAX);
}

/** Marks what the call that has just begun depends on, in TRACKED. */
export function trackCall(): void {
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_TRACK);
}

/** From here on, rollback() comes back to flash, marks, counters, retained words and reset cause as they are now. */
export function checkpoint(): void {
  undoForget();
}

/** Restores what the last checkpoint saw; wear and busy time go on counting. */
export function rollback(): void {
  undoTo(u32(map.UNDO));
}

/** Keeps the operation log of the last call for replay; answers where its first entry now stands. */
export function keepLog(): u32 {
  const entries = load<u32>(map.LOG_COUNT) << map.LOG_SHIFT;
  const bytes = (load<u32>(map.LOG_DATA) + 15) & ~15;
  const place = load<u32>(map.KEPT_END);
  const end = place + entries + bytes;
  const pages = memory.size();
  const needed = i32((end + 0xffff) >> 16) - pages;
  if (needed > 0 && memory.grow(max(needed, 64)) < 0) return 0;
  memory.copy(place, map.LOG, entries);
  memory.copy(place + entries, map.DATA, bytes);
  for (let at = place; at < place + entries; at += 16) {
    const kind = load<u32>(at) & 0xff;
    if (kind == abi.OP_PROGRAM || kind == abi.OP_STRAY)
      store<u32>(at, place + entries + load<u32>(at, 12), 12);
  }
  store<u32>(map.KEPT_END, end);
  return place;
}

/** Keeps an operation of the host's own for replay(): flips and the like, which no guest did. */
export function keepOperation(kind: u32, offset: u32, value: u32): u32 {
  const place = load<u32>(map.KEPT_END);
  const needed = i32((place + 16 + 0xffff) >> 16) - memory.size();
  if (needed > 0 && memory.grow(max(needed, 64)) < 0) return 0;
  store<u32>(place, kind);
  store<u32>(place, offset, 4);
  store<u32>(place, 0, 8);
  store<u32>(place, value, 12);
  store<u32>(map.KEPT_END, place + 16);
  return place;
}

/** Does the kept operation at `entry` again, as far as `shape` says; answers its status on this content. */
export function replay(entry: usize, shape: u32): i32 {
  const head = load<u32>(entry);
  if (head >> 8 != 0) return abi.STATUS_OK;
  const kind = head & 0xff;
  const offset = load<u32>(entry, 4);
  const size = load<u32>(entry, 8);
  const value = load<u32>(entry, 12);
  if (kind == abi.OP_PROGRAM) {
    const status = programStatus(offset, size, value);
    if (status == abi.STATUS_OK) programContent(offset, size, value, shape);
    return status;
  }
  if (kind == abi.OP_ERASE) {
    eraseContent(value, shape);
  } else if (kind == abi.OP_COUNTER) {
    const status = counterStatus(offset, value);
    if (status == abi.STATUS_OK) counterContent(offset, value, shape);
    return status;
  } else if (kind == abi.OP_RETAINED) {
    undoRoom(0);
    put(map.RETAINED + (usize(offset) << 2), value);
  } else if (kind == abi.OP_CAUSE) {
    undoRoom(0);
    put(map.RESET_CAUSE, value);
  } else if (kind == abi.OP_NARROW) {
    narrow(offset, value);
  } else if (kind == abi.OP_LAND) {
    land(offset, value);
  } else {
    replayStrike(kind, offset, size, value);
  }
  return abi.STATUS_OK;
}

function replayStrike(kind: u32, offset: u32, size: u32, value: u32): void {
  undoRoom(0);
  if (kind == abi.OP_STRAY) programContent(offset, size, value, abi.TEAR_ALL);
  else if (kind == abi.OP_WEAR) put(map.WORN, value + 1);
  else if (kind == abi.OP_FLIP_COUNTER) flipCounter(offset, value);
  else if (kind == abi.OP_FLIP_OFFER) put(map.OFFER_FLIP, value + 1);
  else if (kind == abi.OP_FLIP) {
    const sector = sectorAt(offset);
    digestKeep(sector);
    setWord(sector, offset, load<u32>(map.FLASH + offset) ^ value, load<u32>(map.WEAK + offset) & ~value);
  } else if (kind == abi.OP_PUT) {
    const sector = sectorAt(offset);
    digestKeep(sector);
    setOpen(sector, offset, 0);
    setTorn(sector, offset, 4, 0);
    setWord(sector, offset, value ^ load<u32>(map.POLARITY), 0);
    if (load<u32>(map.PROGRAM_RULE) != abi.RULE_AND) setMark(sector, offset, 1);
  }
}

/** Does `count` kept operations again, whole. Answers the index of the first whose status differs, else `count`. */
export function replayAll(entry: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = entry + (usize(i) << map.LOG_SHIFT);
    const kind = load<u32>(at) & 0xff;
    const whole =
      kind == abi.OP_PROGRAM ? abi.TEAR_ALL : kind == abi.OP_ERASE ? abi.ERASE_DONE : abi.COUNTER_NEW;
    if (replay(at, whole) != abi.STATUS_OK) return i;
  }
  return count;
}

/**
 * Leaves the 128-bit key of everything that survives in STATE_KEY: flash and marks, counters, retained words, reset
 * cause; `place` and four words of `history` add what the host knows: where in a power-up, and a digest of what the oracles
 * remember, which feeds both lanes by halves of its own.
 */
export function stateKey(place: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  let a: u64 = 0;
  let b: u64 = 0;
  for (let region = map.REGION_DIGESTS; region < map.REGION_DIGESTS + map.REGION_DIGESTS_SIZE; region += 16) {
    a += load<u64>(region);
    b += load<u64>(region, 8);
  }
  const standing = (u64(load<u32>(map.RESET_CAUSE)) << 32) | u64(place);
  a = mixA(mixA(a ^ ((u64(history1) << 32) | u64(history0))) + standing + 1);
  b = mixB(mixB(b + ((u64(history3) << 32) | u64(history2))) ^ (standing + 1));
  // Counters, their weak bits and retained words stand apart by their places, each mixed in before the value: a sum of the
  // two would be that of another value in another place. What is zero adds nothing.
  for (let at: usize = map.COUNTERS; at < map.SHADOWS_END; at += 8) {
    const pair = load<u64>(at);
    if (pair == 0) continue;
    a = mixA(mixA(a + u64(at)) ^ pair);
    b = mixB(mixB(b + u64(at)) ^ pair);
  }
  store<u64>(map.STATE_KEY, a);
  store<u64>(map.STATE_KEY, b, 8);
}

/** Leaves in STATE_KEY the key that the device would have after a reset for `cause`, about to boot. */
export function powerOnKey(cause: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  const mark = undoMark();
  reset(cause);
  stateKey(0, history0, history1, history2, history3);
  undoTo(mark);
}

/**
 * Leaves in STATE_KEY the key that the device would have, about to boot after a reset for `cause`, if the kept operation at
 * `entry` had been done as far as `shape` says.
 */
export function cutKey(
  entry: usize,
  shape: u32,
  cause: u32,
  history0: u32,
  history1: u32,
  history2: u32,
  history3: u32,
): void {
  const mark = undoMark();
  // The rules were checked when the operation was done here.
  if ((load<u32>(entry) & 0xff) == abi.OP_PROGRAM) {
    programContent(load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), shape);
  } else {
    replay(entry, shape);
  }
  reset(cause);
  stateKey(0, history0, history1, history2, history3);
  undoTo(mark);
}
