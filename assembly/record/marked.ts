// The Record's design for parts that may program the same value again: two sectors, one of which holds the record; the
// other holds, alone in it, a mark that all is settled. Assumes nothing of weak bits. Never keeps anything in RAM.
//
//   clean     record in R[a], strong; in R[1 - a] nothing but the mark
//   write     erase R[1 - a] (the mark goes first), program the body there, erase R[a], program the mark there
//   recover   no mark: make true what was read: program the same body again, erase the other sector, program the mark
//
// Where both bodies are whole the first sector counts. Rules, and what each protects against (traces in
// assembly/DESIGN.md):
//   before anything is done on its basis, a record that was read is programmed again (it may be weak, and fade);
//   the other sector is erased unconditionally (a blank reading is no proof: a weak record in it comes back);
//   the mark is programmed last and erased first (seen even once, and weakly, it is true; clean boots write nothing).

import { STATUS_OK } from "../abi";
import { erase } from "../hal/hal";
import { programBody, programUnit, readBody, recordSector, unitHolds } from "./body";
import { RECORD_NONE } from "./value";

/** "DONE", little-endian. */
const MARK: u32 = 0x454e4f44;
const READINGS_MAX: i32 = 6;
const NO_RECORD: u64 = 0xffffffffffffffff;

/** Makes true what is read, before anyone acts on it. */
export function markedRecover(): void {
  const found = agreedRecord();
  if (found == NO_RECORD || isSettled(u32(found >> 32))) return;
  // The word that was read, not what another reading might see.
  const index = u32(found >> 32);
  if (programBody(recordSector(index), u32(found))) settle(index);
}

/** The record; RECORD_NONE when there is none. */
export function markedRead(): u32 {
  const found = agreedRecord();
  return found == NO_RECORD ? RECORD_NONE : u32(found);
}

/** Makes `record` the one, durably: true only when reading back gives it. */
export function markedWrite(record: u32): bool {
  const found = agreedRecord();
  const target: u32 = found != NO_RECORD && found >> 32 == 0 ? 1 : 0;
  const offset = recordSector(target);
  if (offset == RECORD_NONE || erase(offset) != STATUS_OK) return false;
  return programBody(offset, record) && settle(target) && markedRead() == record;
}

/** All is settled already: recover and write see to it. True when there is a record. */
export function markedSettle(): bool {
  return agreedRecord() != NO_RECORD;
}

/** Erases the sector that does not hold the record, and marks it. */
function settle(index: u32): bool {
  const other = recordSector(index ^ 1);
  return other != RECORD_NONE && erase(other) == STATUS_OK && programUnit(other, MARK);
}

/** The mark stands in the other sector: the record in sector `index` is strong, and the only one. */
function isSettled(index: u32): bool {
  const other = recordSector(index ^ 1);
  return other != RECORD_NONE && unitHolds(other, MARK);
}

/**
 * The record, and in the high word the index of its sector; NO_RECORD when neither has one. Read until two readings in a
 * row agree: what is done on the basis of one misread word would be durable.
 */
function agreedRecord(): u64 {
  let before = readRecord();
  for (let again = 1; again < READINGS_MAX; again++) {
    const now = readRecord();
    if (now == before) return now;
    before = now;
  }
  return before;
}

/** Where both sectors hold one, the first counts. */
function readRecord(): u64 {
  for (let index: u32 = 0; index < 2; index++) {
    const offset = recordSector(index);
    if (offset == RECORD_NONE) break;
    const word = readBody(offset);
    if (word != RECORD_NONE) return (u64(index) << 32) | u64(word);
  }
  return NO_RECORD;
}
