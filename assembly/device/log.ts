// What a guest call did: the operation log, and for the boot memo the log of first reads (offset, content before the
// call). A read that the call's own full erase already determines is not an input and is not logged.

import { OP_EVENT, STOP_LOG_FULL } from "../abi";
import { sectorAt } from "./flash";
import { stop as powerOff } from "./host";
import {
  DATA,
  DATA_MAX,
  EPOCH,
  ERASED_EPOCH,
  FLASH,
  LOG,
  LOG_COUNT,
  LOG_DATA,
  LOG_MAX,
  LOG_SHIFT,
  READ_LOG,
  READ_LOG_COUNT,
  STAMPS,
  STOP_KIND,
  STOP_VALUE,
} from "./map";

/** Ends the guest's call for good. Never returns. */
export function stop(kind: u32, value: u32): void {
  store<u32>(STOP_KIND, kind);
  store<u32>(STOP_VALUE, value);
  powerOff();
  unreachable();
}

/** Appends an operation; `data` (may be 0) holds `dataSize` bytes that are kept with it. */
export function logOperation(kind: u32, status: u32, offset: u32, size: u32, value: u32): void {
  const count = load<u32>(LOG_COUNT);
  if (count >= LOG_MAX) stop(STOP_LOG_FULL, count);
  const entry = LOG + (usize(count) << LOG_SHIFT);
  store<u32>(entry, kind | (status << 8));
  store<u32>(entry, offset, 4);
  store<u32>(entry, size, 8);
  store<u32>(entry, value, 12);
  store<u32>(LOG_COUNT, count + 1);
}

export function logEvent(code: u32, value: u32): void {
  logOperation(OP_EVENT, 0, code, 0, value);
}

/** Keeps the words that a program is about to write; answers their place in the data log. */
export function logData(source: usize, size: u32): u32 {
  const place = load<u32>(LOG_DATA);
  const bytes = (size + 3) & ~3;
  if (place + bytes > DATA_MAX) stop(STOP_LOG_FULL, place);
  memory.copy(DATA + place, source, bytes);
  store<u32>(LOG_DATA, place + bytes);
  return place;
}

/** Notes that the call's outcome depends on the word at `offset` (a multiple of 4) as it was before the call. */
export function logRead(offset: u32): void {
  const stamp = STAMPS + offset;
  const epoch = load<u32>(EPOCH);
  if (load<u32>(stamp) == epoch) return;
  store<u32>(stamp, epoch);
  if (load<u32>(ERASED_EPOCH + (usize(sectorAt(offset)) << 2)) == epoch) return;
  const count = load<u32>(READ_LOG_COUNT);
  const entry = READ_LOG + (usize(count) << 3);
  store<u32>(entry, offset);
  store<u32>(entry, load<u32>(FLASH + offset), 4);
  store<u32>(READ_LOG_COUNT, count + 1);
}
