// The Hal, ABI 1, as guests import it (module "hal"). Every effect and every input of boot code passes here: rules,
// permissions, the operation log and the power cut. Knows nothing of what a guest is for.

import * as abi from "../abi";
import { flagsAt, sectorAt, sectorEntry } from "./content";
import { counterContent, counterStatus } from "./counters";
import { mixB } from "./digest";
import { eraseContent, programContent, programStatus } from "./flash";
import { strike } from "./host";
import {
  askCause,
  choose,
  logData,
  logEvent,
  logOperation,
  logRead,
  logRetained,
  logSector,
  stop,
  track,
} from "./log";
import * as map from "./map";
import { openAt } from "./open";
import { put, undoRoom } from "./undo";

export function read32(offset: u32): u32 {
  const answer = tryRead32(offset);
  if (i32(answer >> 32) != abi.STATUS_OK) stop(abi.STOP_READ_FAULT, offset);
  return u32(answer);
}

export function tryRead32(offset: u32): u64 {
  const status = readStatus(offset);
  if (status != abi.STATUS_OK) return u64(status) << 32;
  return fetch(offset);
}

export function latch32(offset: u32, word: u32): i32 {
  if ((offset & 3) != 0) return ruleBroken(abi.STATUS_MISALIGNED);
  if (offset >= load<u32>(map.FLASH_SIZE)) return ruleBroken(abi.STATUS_OUT_OF_RANGE);
  const page = max<u32>(load<u32>(map.PROGRAM_MAX), 4);
  const low = load<u32>(map.LATCH_LOW);
  if (low != abi.NOWHERE && low / page != offset / page) return ruleBroken(abi.STATUS_OUT_OF_ORDER);
  store<u32>(map.LATCHES + (offset & (page - 1)), word ^ load<u32>(map.POLARITY));
  if (low == abi.NOWHERE || offset < low) store<u32>(map.LATCH_LOW, offset);
  if (low == abi.NOWHERE || offset > load<u32>(map.LATCH_HIGH)) store<u32>(map.LATCH_HIGH, offset);
  return abi.STATUS_OK;
}

export function program(offset: u32, size: u32): i32 {
  let status = programCheck(offset, size);
  const effect = status == abi.STATUS_OK ? writeEffect(sectorAt(offset)) : 0;
  if (effect == abi.WRITE_FAILED) status = abi.STATUS_FAILED;
  if (status == abi.STATUS_OK) {
    const page = max<u32>(load<u32>(map.PROGRAM_MAX), 4);
    const data = map.LATCHES + (offset & ~3 & (page - 1));
    const place = logData(data, size);
    if (cutHere()) {
      programContent(offset, size, data, load<u32>(map.CUT_SHAPE));
      losePower(abi.OP_PROGRAM, offset, size, place);
    }
    if (effect == abi.WRITE_DROPPED) dropped(abi.OP_PROGRAM, offset, size, place);
    else if (effect == abi.WRITE_STRAY) goAstray(offset, size, data, place);
    else {
      programContent(offset, size, data, abi.TEAR_ALL);
      finished(abi.OP_PROGRAM, offset, size, place);
    }
    addBusy(load<u32>(map.PROGRAM_TYPICAL_MICROS), load<u32>(map.PROGRAM_MAX_MICROS));
  } else {
    logOperation(abi.OP_PROGRAM, u32(status), offset, size, 0);
  }
  clearLatches();
  return status;
}

export function erase(offset: u32): i32 {
  let status = abi.STATUS_OK;
  if (offset >= load<u32>(map.FLASH_SIZE)) status = ruleBroken(abi.STATUS_OUT_OF_RANGE);
  else if (!mayWrite(offset)) status = denied();
  if (status != abi.STATUS_OK) {
    logOperation(abi.OP_ERASE, u32(status), offset, 0, 0);
    return status;
  }
  const sector = sectorAt(offset);
  const entry = sectorEntry(sector);
  const start = load<u32>(entry, map.SECTOR_OFFSET);
  const size = load<u32>(entry, map.SECTOR_SIZE);
  if (offset != start || !mayWriteAll(start, size)) {
    status = offset != start ? ruleBroken(abi.STATUS_MISALIGNED) : denied();
    logOperation(abi.OP_ERASE, u32(status), offset, 0, 0);
    return status;
  }
  const effect = writeEffect(sector);
  if (effect == abi.WRITE_FAILED) {
    logOperation(abi.OP_ERASE, abi.STATUS_FAILED, offset, 0, 0);
    return abi.STATUS_FAILED;
  }
  if (cutHere()) {
    eraseContent(sector, load<u32>(map.CUT_SHAPE));
    losePower(abi.OP_ERASE, start, size, sector);
  }
  if (effect == abi.WRITE_DROPPED) dropped(abi.OP_ERASE, start, size, sector);
  else {
    eraseContent(sector, abi.ERASE_DONE);
    store<u32>(map.ERASED_EPOCH + (usize(sector) << 2), load<u32>(map.EPOCH));
    if ((load<u32>(map.MODE) & map.READ_MODE_TRACK) != 0) store<u8>(map.TRACKED_ERASED + sector, 1);
    finished(abi.OP_ERASE, start, size, sector);
  }
  addBusy(load<u32>(entry, map.SECTOR_TYPICAL_MICROS), load<u32>(entry, map.SECTOR_MAX_MICROS));
  return abi.STATUS_OK;
}

export function counterRead(id: u32): u64 {
  if (id >= abi.COUNTER_COUNT) return u64(abi.STATUS_NO_SUCH_COUNTER) << 32;
  const place = usize(id) << 2;
  const weak = load<u32>(map.COUNTERS_WEAK + place);
  const value = load<u32>(map.COUNTERS + place);
  return u64(weak != 0 && choose(2) == 1 ? value ^ weak : value);
}

export function counterAdvance(id: u32, value: u32): i32 {
  const status = counterStatus(id, value);
  if (status != abi.STATUS_OK) {
    // A full counter breaks no rule: it is how a part says that it has no room left.
    if (status != abi.STATUS_FULL) ruleBroken(status);
    logOperation(abi.OP_COUNTER, u32(status), id, 0, value);
    return status;
  }
  const place = usize(id) << 2;
  if (load<u32>(map.COUNTERS + place) == value && load<u32>(map.COUNTERS_WEAK + place) == 0)
    return abi.STATUS_OK;
  const effect = writeEffect(abi.NOWHERE);
  if (effect == abi.WRITE_FAILED) {
    logOperation(abi.OP_COUNTER, abi.STATUS_FAILED, id, 0, value);
    return abi.STATUS_FAILED;
  }
  if (cutHere()) {
    counterContent(id, value, load<u32>(map.CUT_SHAPE));
    losePower(abi.OP_COUNTER, id, 0, value);
  }
  if (effect == abi.WRITE_DROPPED) dropped(abi.OP_COUNTER, id, 0, value);
  else {
    counterContent(id, value, abi.COUNTER_NEW);
    finished(abi.OP_COUNTER, id, 0, value);
  }
  return abi.STATUS_OK;
}

export function receive32(offset: u32): u64 {
  if (load<u32>(map.ROLE) == abi.ROLE_BOOT || load<u32>(map.OFFER_COUNT) == 0) {
    return u64(abi.STATUS_NOTHING_OFFERED) << 32;
  }
  if ((offset & 3) != 0) return u64(abi.STATUS_MISALIGNED) << 32;
  if (offset >= load<u32>(map.OFFER_WINDOW_SIZE)) return u64(abi.STATUS_OUT_OF_RANGE) << 32;
  const flipped = load<u32>(map.OFFER_FLIP) - 1;
  const mask = flipped >> 5 == offset >> 2 ? u32(1) << (flipped & 31) : 0;
  return u64(load<u32>(map.WINDOW + offset) ^ mask);
}

export function retainedRead(index: u32): u32 {
  if (index >= abi.RETAINED_COUNT) return 0;
  logRetained(index);
  return load<u32>(map.RETAINED + (usize(index) << 2));
}

export function retainedWrite(index: u32, word: u32): void {
  if (index >= abi.RETAINED_COUNT) return;
  logRetained(index); // whether anything changes depends on what stood there
  const place = map.RETAINED + (usize(index) << 2);
  if (load<u32>(place) == word) return;
  undoRoom(0);
  put(place, word);
  logOperation(abi.OP_RETAINED, abi.STATUS_OK, index, 0, word);
  const change = load<u32>(map.RETAINED_CHANGES);
  store<u32>(map.RETAINED_CHANGES, change + 1);
  if (change == load<u32>(map.RESET_AT)) stop(abi.STOP_RESET, change);
}

export function info(field: u32, index: u32): u32 {
  if (field <= abi.INFO_SECTOR_AT) return sectorInfo(field, index);
  if (field == abi.INFO_PROGRAM_MIN) return load<u32>(map.PROGRAM_MIN);
  if (field == abi.INFO_PROGRAM_MAX) return load<u32>(map.PROGRAM_MAX);
  if (field == abi.INFO_ERASED_WORD) return ~load<u32>(map.POLARITY);
  if (field == abi.INFO_PROGRAM_RULE) return load<u32>(map.PROGRAM_RULE);
  if (field == abi.INFO_RESET_CAUSE) return askCause();
  if (field == abi.INFO_BOOTED_OFFSET) return load<u32>(map.BOOTED_OFFSET);
  if (field == abi.INFO_OFFER_COUNT)
    return load<u32>(map.ROLE) == abi.ROLE_BOOT ? 0 : load<u32>(map.OFFER_COUNT);
  if (field == abi.INFO_OFFER_OFFSET || field == abi.INFO_OFFER_SIZE) {
    if (load<u32>(map.ROLE) == abi.ROLE_BOOT || index >= load<u32>(map.OFFER_COUNT)) return abi.NOWHERE;
    return load<u32>(map.OFFERS + (usize(index) << 3) + (field == abi.INFO_OFFER_SIZE ? 4 : 0));
  }
  if (field == abi.INFO_SLOT_OFFSET || field == abi.INFO_SLOT_SIZE) {
    if (index > 1) return abi.NOWHERE;
    return load<u32>(map.SLOTS + (usize(index) << 3) + (field == abi.INFO_SLOT_SIZE ? 4 : 0));
  }
  if (field == abi.INFO_RECORD_OFFSET) return load<u32>(map.RECORD_REGION);
  if (field == abi.INFO_RECORD_SIZE) return load<u32>(map.RECORD_REGION, 4);
  if (field == abi.INFO_KEYS_OFFSET) return load<u32>(map.KEYS_REGION);
  if (field == abi.INFO_KEYS_SIZE) return load<u32>(map.KEYS_REGION, 4);
  if (field == abi.INFO_ATTEMPTS) return load<u32>(map.ATTEMPTS);
  if (field == abi.INFO_COUNTER_MAX) return load<u32>(map.COUNTER_MAX);
  return abi.NOWHERE;
}

export function jump(offset: u32): void {
  stop(abi.STOP_JUMP, offset);
}

export function halt(reason: u32): void {
  stop(abi.STOP_HALT, reason);
}

export function watchdogStart(millis: u32): void {
  store<u32>(map.WATCHDOG_MILLIS, millis);
}

/** Time stands still in this model, so a watchdog only ends what fuel ends; feeding it changes nothing. */
export function feed(): void {}

/** SplitMix64's upper half, seeded anew in every call. */
export function random32(): u32 {
  const state = load<u64>(map.RANDOM_STATE);
  store<u64>(map.RANDOM_STATE, state + 0x9e3779b97f4a7c15);
  return u32(mixB(state) >> 32);
}

export function event(code: u32, value: u32): void {
  logEvent(code, value);
}

/** Marks a phase of the boot for cost accounts; without one it does nothing. */
export function phase(_id: u32): void {}

function sectorInfo(field: u32, index: u32): u32 {
  if (field == abi.INFO_ABI) return abi.ABI_VERSION;
  if (field == abi.INFO_FLASH_SIZE) return load<u32>(map.FLASH_SIZE);
  if (field == abi.INFO_SECTOR_COUNT) return load<u32>(map.SECTOR_COUNT);
  if (field == abi.INFO_SECTOR_AT) return index < load<u32>(map.FLASH_SIZE) ? sectorAt(index) : abi.NOWHERE;
  if (index >= load<u32>(map.SECTOR_COUNT)) return abi.NOWHERE;
  return load<u32>(
    sectorEntry(index) + (field == abi.INFO_SECTOR_SIZE ? map.SECTOR_SIZE : map.SECTOR_OFFSET),
  );
}

function readStatus(offset: u32): i32 {
  if ((offset & 3) != 0) return ruleBroken(abi.STATUS_MISALIGNED);
  if (offset >= load<u32>(map.FLASH_SIZE)) {
    denied();
    return abi.STATUS_OUT_OF_RANGE;
  }
  if ((u32(load<u8>(map.PERMISSIONS + (offset >> 8))) & load<u32>(map.ROLE)) == 0) return denied();
  return abi.STATUS_OK;
}

/** One access to a word that may be read: its status in the high word. */
function fetch(offset: u32): u64 {
  const mode = load<u32>(map.MODE);
  if ((mode & map.READ_MODE_LOG) != 0) logRead(offset);
  let word = load<u32>(map.FLASH + offset);
  if ((load<u32>(map.FAULTY) | load<u32>(map.ERASED_FAULTS)) != 0) {
    const seen = uncertain(offset, word);
    if (i32(seen >> 32) != abi.STATUS_OK) return seen;
    word = u32(seen);
  }
  word ^= load<u32>(map.POLARITY);
  return u64(mode > map.READ_MODE_LOG ? struck(offset, word, mode) : word);
}

/** A read in a call in which reads are tracked or one of them goes wrong. */
function struck(offset: u32, word: u32, mode: u32): u32 {
  if ((mode & map.READ_MODE_TRACK) != 0) track(offset);
  if ((mode & map.READ_MODE_REFETCH) != 0 && offset == load<u32>(map.REFETCH_OFFSET)) {
    const count = load<u32>(map.REFETCH_COUNT);
    store<u32>(map.REFETCH_COUNT, count + 1);
    if (count != 0) return word ^ load<u32>(map.REFETCH_MASK);
  }
  if ((mode & (map.READ_MODE_FLIP | map.READ_MODE_TELL)) == 0) return word;
  const left = load<u32>(map.FLIP_AFTER);
  store<u32>(map.FLIP_AFTER, left - 1);
  if (left != 0) return word;
  if ((mode & map.READ_MODE_TELL) != 0) strike();
  return (mode & map.READ_MODE_FLIP) != 0 ? word ^ load<u32>(map.FLIP_MASK) : word;
}

/** Ends the call where a word is asked for that is open. */
function decide(offset: u32): void {
  if (openAt(offset) != 0) stop(abi.STOP_OPEN, offset);
}

/** What a read sees where weak bits or torn units are about: the word, the word with its weak bits set, or nothing. */
function uncertain(offset: u32, word: u32): u64 {
  decide(offset);
  const flags = flagsAt(offset);
  const nothing = u64(abi.STATUS_UNREADABLE) << 32;
  if ((flags & (abi.FLAG_UNREADABLE | abi.FLAG_BLANK)) != 0) return nothing;
  const weak = load<u32>(map.WEAK + offset);
  const options = 1 + (weak != 0 ? 1 : 0) + ((flags & abi.FLAG_UNSTEADY) != 0 ? 1 : 0);
  if (options == 1) return u64(word);
  const chosen = choose(options);
  if (chosen == 0) return u64(word);
  return chosen == 1 && weak != 0 ? u64(word | weak) : nothing;
}

function programCheck(offset: u32, size: u32): i32 {
  const least = load<u32>(map.PROGRAM_MIN);
  if (size < least || size > load<u32>(map.PROGRAM_MAX) || (size & (size - 1)) != 0) {
    return ruleBroken(abi.STATUS_BAD_SIZE);
  }
  if ((offset & (size - 1)) != 0) return ruleBroken(abi.STATUS_MISALIGNED);
  const flashSize = load<u32>(map.FLASH_SIZE);
  if (offset >= flashSize || size > flashSize - offset) return ruleBroken(abi.STATUS_OUT_OF_RANGE);
  if (!mayWriteAll(offset, size)) return denied();
  const low = load<u32>(map.LATCH_LOW);
  if (low != abi.NOWHERE && (low < (offset & ~3) || load<u32>(map.LATCH_HIGH) >= offset + size)) {
    return ruleBroken(abi.STATUS_OUT_OF_ORDER);
  }
  if ((load<u32>(map.MODE) & map.READ_MODE_LOG) != 0) {
    if (load<u32>(map.PROGRAM_RULE) != abi.RULE_AND) logSector(offset);
    else for (let done: u32 = 0; done < size; done += 4) logRead((offset & ~3) + done);
  }
  if ((load<u32>(map.MODE) & map.READ_MODE_TRACK) != 0)
    for (let done: u32 = 0; done < size; done += 4) track((offset & ~3) + done);
  if (load<u32>(map.FAULTY) != 0)
    for (let done: u32 = 0; done < size; done += 4) decide((offset & ~3) + done);
  const page = max<u32>(load<u32>(map.PROGRAM_MAX), 4);
  const status = programStatus(offset, size, map.LATCHES + (offset & ~3 & (page - 1)));
  return status == abi.STATUS_OK ? status : ruleBroken(status);
}

export function clearLatches(): void {
  const low = load<u32>(map.LATCH_LOW);
  if (low == abi.NOWHERE) return;
  const page = max<u32>(load<u32>(map.PROGRAM_MAX), 4);
  memory.fill(map.LATCHES + (low & (page - 1)), 0xff, load<u32>(map.LATCH_HIGH) - low + 4);
  store<u32>(map.LATCH_LOW, abi.NOWHERE);
}

function mayWrite(offset: u32): bool {
  return (u32(load<u8>(map.PERMISSIONS + (offset >> 8))) & (load<u32>(map.ROLE) << 4)) != 0;
}

function mayWriteAll(offset: u32, size: u32): bool {
  const last = (offset + size - 1) >> 8;
  const role = load<u32>(map.ROLE) << 4;
  for (let granule = offset >> 8; granule <= last; granule++) {
    if ((u32(load<u8>(map.PERMISSIONS + granule)) & role) == 0) return false;
  }
  return true;
}

/** What goes wrong with the operation at hand in `sector` (NOWHERE: in none), a WRITE_ number; 0: nothing. */
function writeEffect(sector: u32): u32 {
  if (sector != abi.NOWHERE && load<u32>(map.WORN) == sector + 1) return abi.WRITE_FAILED;
  if (load<u32>(map.OPERATION_COUNT) != load<u32>(map.WRITE_AT)) return 0;
  store<u32>(map.WRITE_AT, abi.NOWHERE);
  const effect = load<u32>(map.WRITE_EFFECT);
  if (effect != abi.WRITE_WORN) return effect;
  if (sector == abi.NOWHERE) return abi.WRITE_FAILED;
  undoRoom(0);
  put(map.WORN, sector + 1);
  logOperation(abi.OP_WEAR, abi.STATUS_OK, load<u32>(sectorEntry(sector), map.SECTOR_OFFSET), 0, sector);
  return abi.WRITE_FAILED;
}

/** The part acknowledges the operation and does not do it. */
function dropped(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.OP_DROPPED, offset, size, value);
  store<u32>(map.OPERATION_COUNT, load<u32>(map.OPERATION_COUNT) + 1);
}

/** The program lands where one address bit is wrong, whatever the part's rules say of that place. */
function goAstray(offset: u32, size: u32, data: usize, place: u32): void {
  const elsewhere = offset ^ (u32(1) << load<u32>(map.WRITE_BIT));
  programContent(elsewhere, size, data, abi.TEAR_ALL);
  finished(abi.OP_STRAY, elsewhere, size, place);
}

function cutHere(): bool {
  return load<u32>(map.OPERATION_COUNT) == load<u32>(map.CUT_AT);
}

function losePower(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.OP_CUT, offset, size, value);
  stop(abi.STOP_POWER, load<u32>(map.OPERATION_COUNT));
}

function finished(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.STATUS_OK, offset, size, value);
  store<u32>(map.OPERATION_COUNT, load<u32>(map.OPERATION_COUNT) + 1);
}

function addBusy(typicalMicros: u32, maxMicros: u32): void {
  store<f64>(map.BUSY_TYPICAL_MICROS, load<f64>(map.BUSY_TYPICAL_MICROS) + f64(typicalMicros));
  store<f64>(map.BUSY_MAX_MICROS, load<f64>(map.BUSY_MAX_MICROS) + f64(maxMicros));
}

function ruleBroken(status: i32): i32 {
  store<u32>(map.RULE_BREAKS, load<u32>(map.RULE_BREAKS) + 1);
  return status;
}

function denied(): i32 {
  store<u32>(map.DENIALS, load<u32>(map.DENIALS) + 1);
  return abi.STATUS_DENIED;
}
