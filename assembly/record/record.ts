// The Record on flash, design A: two sectors in turn, each with a body and then a seal. The newest sealed record whose
// body is whole wins. Never keeps anything in RAM between calls, never touches anything but the Record region.
//
// One sector (images/SPEC.md has every byte; U = program size of the part for 16 bytes, at least 4):
//
//   0         4          8            12            16 … U*n       U*n … +U
//   | record  | ~record  | check      | ~check      | erased pad  | seal          |  rest stays erased
//
// Rules, and what each protects against (traces in assembly/DESIGN.md):
//   the other sector is erased unconditionally before it is written (a used unit is never programmed);
//   the seal is programmed after the whole body (a torn body is never seen);
//   any touched seal counts as seen (a torn seal decides for the new record, whose body is whole by then);
//   body words stand beside their complements (any one-directional tear shows), and the check covers the word.

import { INFO_RECORD_OFFSET, INFO_RECORD_SIZE, NOWHERE, PHASE_RECORD, STATUS_OK } from "../abi";
import { programBytes, programSizeFor, readsErased, sectorSize } from "../hal/flash";
import { erase, info, phase, tryRead32 } from "../hal/hal";
import { RECORD_NONE, recordCycle, recordWellFormed, recordWithCycle } from "./value";

const BODY_SIZE: u32 = 16;
/** "SEAL", little-endian. */
const SEAL: u32 = 0x4c414553;
/** CRC-32 of ISO 3309, reflected. */
const CRC_POLYNOMIAL: u32 = 0xedb88320;
const CYCLE: u32 = 3;
const READINGS_MAX: i32 = 6;
const NO_RECORD: u64 = 0xffffffffffffffff;

const BODY: usize = memory.data(16);
const READ: usize = memory.data(16);

/** The newest whole record, its cycle removed; RECORD_NONE when there is none. */
export function recordRead(): u32 {
  phase(PHASE_RECORD);
  const newest = newestRecord();
  return newest == NO_RECORD ? RECORD_NONE : recordWithCycle(u32(newest), 0);
}

/** Makes `record` the newest, durably: true only when reading back gives it. */
export function recordWrite(record: u32): bool {
  phase(PHASE_RECORD);
  const newest = newestRecord();
  const cycle = newest == NO_RECORD ? 0 : (recordCycle(u32(newest)) + 1) % CYCLE;
  const target: u32 = newest != NO_RECORD && u32(newest >> 32) == 0 ? 1 : 0;
  const offset = recordSector(target);
  if (offset == RECORD_NONE || erase(offset) != STATUS_OK) return false;
  const word = recordWithCycle(record, cycle);
  const check = crc32(word);
  store<u32>(BODY, word);
  store<u32>(BODY, ~word, 4);
  store<u32>(BODY, check, 8);
  store<u32>(BODY, ~check, 12);
  const size = programSizeFor(BODY_SIZE);
  if (programBytes(offset, BODY, BODY_SIZE, size) != STATUS_OK) return false;
  store<u32>(BODY, SEAL);
  if (programBytes(offset + bodySpan(size), BODY, 4, size) != STATUS_OK) return false;
  return recordRead() == record;
}

/** Erases whatever is not the newest record, unconditionally: nothing torn is left. True when there is a record. */
export function recordSettle(): bool {
  const newest = newestRecord();
  if (newest == NO_RECORD) return false;
  const offset = recordSector(u32(newest >> 32) == 0 ? 1 : 0);
  return offset != RECORD_NONE && erase(offset) == STATUS_OK;
}

/**
 * The newest sealed record with its cycle, and in the high word the index of its sector; NO_RECORD when neither sector
 * has one. Both sectors are read until two readings in a row agree: one misread word would otherwise make the older
 * record current, and what is written on its basis is durable.
 */
function newestRecord(): u64 {
  let before = readNewest();
  for (let again = 1; again < READINGS_MAX; again++) {
    const now = readNewest();
    if (now == before) return now;
    before = now;
  }
  return before;
}

function readNewest(): u64 {
  const first = sealedRecord(0);
  const second = sealedRecord(1);
  if (first == RECORD_NONE && second == RECORD_NONE) return NO_RECORD;
  const secondIsNewer = recordCycle(second) == (recordCycle(first) + 1) % CYCLE;
  if (first == RECORD_NONE || (second != RECORD_NONE && secondIsNewer)) return (u64(1) << 32) | u64(second);
  return u64(first);
}

/** The record word of a sector whose seal is seen and whose body is whole, else RECORD_NONE. */
function sealedRecord(index: u32): u32 {
  const offset = recordSector(index);
  if (offset == RECORD_NONE) return RECORD_NONE;
  const size = programSizeFor(BODY_SIZE);
  const span = bodySpan(size);
  if (readsErased(offset + span, size)) return RECORD_NONE;
  for (let at: u32 = 0; at < BODY_SIZE; at += 4) {
    const answer = tryRead32(offset + at);
    if (i32(answer >> 32) != STATUS_OK) return RECORD_NONE;
    store<u32>(READ + at, u32(answer));
  }
  const word = load<u32>(READ);
  const check = load<u32>(READ, 8);
  if (word != ~load<u32>(READ, 4) || check != ~load<u32>(READ, 12)) return RECORD_NONE;
  if (check != crc32(word) || !recordWellFormed(word)) return RECORD_NONE;
  if (span > BODY_SIZE && !readsErased(offset + BODY_SIZE, span - BODY_SIZE)) return RECORD_NONE;
  return word;
}

/** Offset of Record sector `index`; RECORD_NONE when the region does not hold it. */
function recordSector(index: u32): u32 {
  const start = info(INFO_RECORD_OFFSET, 0);
  const size = sectorSize(start);
  if (size == NOWHERE || size > info(INFO_RECORD_SIZE, 0)) return RECORD_NONE;
  const offset = index == 0 ? start : start + size;
  const end = u64(offset) + u64(sectorSize(offset));
  return end <= u64(start) + u64(info(INFO_RECORD_SIZE, 0)) ? offset : RECORD_NONE;
}

/** Bytes that the body's programs cover. */
function bodySpan(programSize: u32): u32 {
  return (BODY_SIZE + programSize - 1) & ~(programSize - 1);
}

function crc32(word: u32): u32 {
  let crc: u32 = ~word;
  for (let bit = 0; bit < 32; bit++) crc = (crc >> 1) ^ (CRC_POLYNOMIAL & (0 - (crc & 1)));
  return ~crc;
}
