// What a guest call did: the operation log, and for the boot memo the log of what it depended on: first reads of words as
// they were before the call, whole sectors, choices of weak reads. A read that the call's own full erase already
// determines is not an input and is not logged.

import { OP_EVENT, READ_CAUSE, READ_CHOICE, READ_SECTOR, READ_WORD, STOP_LOG_FULL } from "../abi";
import { flagsAt, sectorAt } from "./content";
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
  CHOICES,
  CHOICES_MAX,
  CHOICE_COUNT,
  MODE,
  READ_LOG,
  READ_LOG_COUNT,
  READ_LOG_MAX,
  READ_LOG_SHIFT,
  READ_MODE_LOG,
  RESET_CAUSE,
  SCRIPT_SIZE,
  SECTOR_READS,
  STAMPS,
  STOP_KIND,
  STOP_VALUE,
  TRACKED,
  TRACKED_ERASED,
  WEAK,
} from "./map";

/** Words of a sector that are noted singly: what the memo asks for singly in the Record. */
const WORDS_LOGGED: u32 = 16;

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

/**
 * Notes that the call's outcome depends on the word at `offset` (a multiple of 4) as it was before the call. Of a sector the
 * first words are noted singly, then once the sector as a whole: a call that reads an image reads tens of thousands.
 */
export function logRead(offset: u32): void {
  const epoch = load<u32>(EPOCH);
  const sector = sectorAt(offset);
  const reads = SECTOR_READS + (usize(sector) << 3);
  if (load<u32>(reads) != epoch) {
    store<u32>(reads, epoch);
    store<u32>(reads, 0, 4);
  }
  const count = load<u32>(reads, 4);
  if (count > WORDS_LOGGED) return;
  const stamp = STAMPS + offset;
  if (load<u32>(stamp) == epoch) return;
  store<u32>(stamp, epoch);
  if (load<u32>(ERASED_EPOCH + (usize(sector) << 2)) == epoch) return;
  store<u32>(reads, count + 1, 4);
  if (count == WORDS_LOGGED) append(offset | READ_SECTOR, 0, 0, 0);
  else append(offset | READ_WORD, load<u32>(FLASH + offset), load<u32>(WEAK + offset), flagsAt(offset));
}

/** Counts, up to 255, how often calls depended on the word at `offset` as it was when tracking began. */
export function track(offset: u32): void {
  if (load<u8>(TRACKED_ERASED + sectorAt(offset)) != 0) return;
  const place = TRACKED + (offset >> 2);
  const count = load<u8>(place);
  if (count != 255) store<u8>(place, count + 1);
}

/** Notes that the call's outcome depends on why the device was reset; answers that. */
export function logCause(): u32 {
  const cause = load<u32>(RESET_CAUSE);
  if ((load<u32>(MODE) & READ_MODE_LOG) != 0) append(READ_CAUSE, cause, 0, 0);
  return cause;
}

/** Notes that the call's outcome depends on the marks of the sector at `offset`, so on the sector as a whole. */
export function logSector(offset: u32): void {
  if (load<u32>(ERASED_EPOCH + (usize(sectorAt(offset)) << 2)) == load<u32>(EPOCH)) return;
  append((offset & ~3) | READ_SECTOR, 0, 0, 0);
}

/**
 * Which of `options` a weak read sees, from 0: as the host's script says, the first where that has ended. Each choice is
 * kept in CHOICES, low four bits, with the number of options above them.
 */
export function choose(options: u32): u32 {
  const index = load<u32>(CHOICE_COUNT);
  if (index >= CHOICES_MAX) stop(STOP_LOG_FULL, index);
  const place = CHOICES + index;
  let chosen: u32 = index < load<u32>(SCRIPT_SIZE) ? u32(load<u8>(place)) & 15 : 0;
  if (chosen >= options) chosen = 0;
  store<u8>(place, u8(chosen | (options << 4)));
  store<u32>(CHOICE_COUNT, index + 1);
  if ((load<u32>(MODE) & READ_MODE_LOG) != 0) append(READ_CHOICE, chosen, options, 0);
  return chosen;
}

function append(head: u32, first: u32, second: u32, third: u32): void {
  const count = load<u32>(READ_LOG_COUNT);
  if (count >= READ_LOG_MAX) stop(STOP_LOG_FULL, count);
  const entry = READ_LOG + (usize(count) << READ_LOG_SHIFT);
  store<u32>(entry, head);
  store<u32>(entry, first, 4);
  store<u32>(entry, second, 8);
  store<u32>(entry, third, 12);
  store<u32>(READ_LOG_COUNT, count + 1);
}
