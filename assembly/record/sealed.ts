// The Record's design for parts that program once: two sectors in turn, each with a body and then a seal. The newest
// sealed record whose body is whole wins; newest is a cycle modulo 3. Assumes that a seal, once touched, is decided: it
// never again reads as erased. Never keeps anything in RAM between calls.
//
// Rules, and what each protects against (traces in assembly/DESIGN.md):
//   the other sector is erased unconditionally before it is written (a used unit is never programmed);
//   the seal is programmed after the whole body (a torn body is never seen);
//   any touched seal counts as seen (a torn seal decides for the new record, whose body is whole by then).

import { STATUS_OK } from "../abi";
import { erase } from "../hal/hal";
import { programBody, programUnit, readBody, recordSector, unitTouched } from "./body";
import { RECORD_NONE, recordCycle, recordWithCycle } from "./value";

/** "SEAL", little-endian. */
const SEAL: u32 = 0x4c414553;
const CYCLE: u32 = 3;
const READINGS_MAX: i32 = 6;
const NO_RECORD: u64 = 0xffffffffffffffff;

/** Nothing is left to be made sure of: a seal decides once and for all. */
export function sealedRecover(): void {}

/** The newest whole record, its cycle removed; RECORD_NONE when there is none. */
export function sealedRead(): u32 {
  const newest = newestRecord();
  return newest == NO_RECORD ? RECORD_NONE : recordWithCycle(u32(newest), 0);
}

/** Makes `record` the newest, durably: true only when reading back gives it. */
export function sealedWrite(record: u32): bool {
  const newest = newestRecord();
  const cycle = newest == NO_RECORD ? 0 : (recordCycle(u32(newest)) + 1) % CYCLE;
  const offset = recordSector(newest != NO_RECORD && u32(newest >> 32) == 0 ? 1 : 0);
  if (offset == RECORD_NONE || erase(offset) != STATUS_OK) return false;
  if (!programBody(offset, recordWithCycle(record, cycle))) return false;
  return programUnit(offset, SEAL) && sealedRead() == record;
}

/** Erases whatever is not the newest record, unconditionally: nothing torn is left. True when there is a record. */
export function sealedSettle(): bool {
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
  const first = sealedBody(0);
  const second = sealedBody(1);
  if (first == RECORD_NONE && second == RECORD_NONE) return NO_RECORD;
  const secondIsNewer = recordCycle(second) == (recordCycle(first) + 1) % CYCLE;
  if (first == RECORD_NONE || (second != RECORD_NONE && secondIsNewer)) return (u64(1) << 32) | u64(second);
  return u64(first);
}

/** The record word of a sector whose seal is seen and whose body is whole, else RECORD_NONE. */
function sealedBody(index: u32): u32 {
  const offset = recordSector(index);
  if (offset == RECORD_NONE || !unitTouched(offset)) return RECORD_NONE;
  return readBody(offset);
}
