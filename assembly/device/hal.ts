// The Hal, ABI 1, as guests import it (module "hal"), but for info() (info.ts). Every effect and every input of boot code passes here: rules,
// permissions, the operation log and the power cut. Knows nothing of what a guest is for.

import * as abi from "../abi";
import { counterContent, counterStatus } from "./content/counters";
import { mixB } from "./content/digest";
import { eraseContent } from "./content/erase";
import { programContent, programStatus } from "./content/flash";
import {
  choose,
  denied,
  logData,
  logEvent,
  logOperation,
  logRead,
  logSector,
  ruleBroken,
  stop,
  track,
} from "./log";
import * as map from "./map";
import {
  addBusy,
  cutHere,
  dropped,
  finished,
  goAstray,
  losePower,
  mayWrite,
  mayWriteAll,
  writeEffect,
} from "./operations";
import { isApplication, isFirmware } from "./roles";
import { outsideRead, outsideWrite } from "./volatile";
import { decide, fetch, readStatus } from "./reads";
import { sectorAt, sectorEntry } from "./content/sectors";

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
  if (isApplication()) return u64(denied()) << 32;
  if (id >= abi.COUNTER_COUNT) return u64(abi.STATUS_NO_SUCH_COUNTER) << 32;
  const place = usize(id) << 2;
  const weak = load<u32>(map.COUNTERS_WEAK + place);
  const value = load<u32>(map.COUNTERS + place);
  return u64(weak != 0 && choose(2) == 1 ? value ^ weak : value);
}

export function counterAdvance(id: u32, value: u32): i32 {
  if (isApplication()) return denied();
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
  if (!isFirmware() || load<u32>(map.OFFER_COUNT) == 0) {
    return u64(abi.STATUS_NOTHING_OFFERED) << 32;
  }
  if ((offset & 3) != 0) return u64(abi.STATUS_MISALIGNED) << 32;
  if (offset >= load<u32>(map.OFFER_WINDOW_SIZE)) return u64(abi.STATUS_OUT_OF_RANGE) << 32;
  const flipped = load<u32>(map.OFFER_FLIP) - 1;
  const mask = flipped >> 5 == offset >> 2 ? u32(1) << (flipped & 31) : 0;
  return u64(load<u32>(map.WINDOW + offset) ^ mask);
}

export function retainedRead(index: u32): u32 {
  if (index >= abi.RETAINED_ALL || isApplication()) return 0;
  return outsideRead(abi.OUTSIDE_RETAINED + index);
}

export function retainedWrite(index: u32, word: u32): void {
  if (index >= abi.RETAINED_ALL || isApplication()) return;
  if (!outsideWrite(abi.OUTSIDE_RETAINED + index, word)) return;
  logOperation(abi.OP_RETAINED, abi.STATUS_OK, index, 0, word);
  const change = load<u32>(map.RETAINED_CHANGES);
  store<u32>(map.RETAINED_CHANGES, change + 1);
  if (change == load<u32>(map.RESET_AT)) stop(abi.STOP_RESET, change);
}

export function jump(offset: u32): void {
  if (isApplication()) stop(abi.STOP_REFUSED, 0);
  stop(abi.STOP_JUMP, offset);
}

export function halt(reason: u32): void {
  if (isApplication()) stop(abi.STOP_REFUSED, 0);
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

/** A phase of a budget begins: of use to who measures, and nothing to the device. */
export function phase(_id: u32): void {}

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
