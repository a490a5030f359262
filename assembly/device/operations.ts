// What is common to all operations by which a guest changes flash or a counter: permission, faults, the power cut, the log, the time they
// take. What it does to content stands in flash.ts and counters.ts.

import * as abi from "../abi";
import { programContent } from "./content/flash";
import { logOperation, stop } from "./log";
import * as map from "./map";
import { sectorEntry } from "./content/sectors";
import { put, undoRoom } from "./content/undo";

/** Whether the guest that runs may write the byte at `offset`. */
export function mayWrite(offset: u32): bool {
  return (u32(load<u8>(map.PERMISSIONS + (offset >> 8))) & (load<u32>(map.ROLE) << abi.WRITE_SHIFT)) != 0;
}

/** Whether it may write every byte of a range. */
export function mayWriteAll(offset: u32, size: u32): bool {
  const last = (offset + size - 1) >> 8;
  const role = load<u32>(map.ROLE) << abi.WRITE_SHIFT;
  for (let granule = offset >> 8; granule <= last; granule++) {
    if ((u32(load<u8>(map.PERMISSIONS + granule)) & role) == 0) return false;
  }
  return true;
}

/** What goes wrong with the operation at hand in `sector` (NOWHERE: in none), a WRITE_ number; 0: nothing. */
export function writeEffect(sector: u32): u32 {
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

/** Whether the operation at hand is the one that is cut. */
export function cutHere(): bool {
  return load<u32>(map.OPERATION_COUNT) == load<u32>(map.CUT_AT);
}

/** Logs the operation as cut and ends the call. Never returns. */
export function losePower(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.OP_CUT, offset, size, value);
  stop(abi.STOP_POWER, load<u32>(map.OPERATION_COUNT));
}

/** The part acknowledges the operation and does not do it. */
export function dropped(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.OP_DROPPED, offset, size, value);
  store<u32>(map.OPERATION_COUNT, load<u32>(map.OPERATION_COUNT) + 1);
}

/** The program lands where one address bit is wrong, whatever the part's rules say of that place. */
export function goAstray(offset: u32, size: u32, data: usize, place: u32): void {
  const elsewhere = offset ^ (u32(1) << load<u32>(map.WRITE_BIT));
  programContent(elsewhere, size, data, abi.TEAR_ALL);
  finished(abi.OP_STRAY, elsewhere, size, place);
}

/** Logs and counts the operation as done. */
export function finished(kind: u32, offset: u32, size: u32, value: u32): void {
  logOperation(kind, abi.STATUS_OK, offset, size, value);
  store<u32>(map.OPERATION_COUNT, load<u32>(map.OPERATION_COUNT) + 1);
}

/** The part was busy for so long; counts on over rollbacks. */
export function addBusy(typicalMicros: u32, maxMicros: u32): void {
  store<f64>(map.BUSY_TYPICAL_MICROS, load<f64>(map.BUSY_TYPICAL_MICROS) + f64(typicalMicros));
  store<f64>(map.BUSY_MAX_MICROS, load<f64>(map.BUSY_MAX_MICROS) + f64(maxMicros));
}
