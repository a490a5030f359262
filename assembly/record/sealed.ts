// The Record's design A, for parts that program once: two areas in turn, each with a body and then a seal. The newest
// sealed record whose body is whole wins; newest is a cycle modulo 3. Assumes that a torn seal is decided: it reads alike
// for ever. Never keeps anything in RAM between calls.
//
// Rules, and what each protects against (traces are named in record/DESIGN.md):
//   the other area is erased unconditionally before it is written (a used unit is never programmed);
//   the seal is programmed after the whole body (a torn body is never vouched for);
//   only the seal itself is a seal (an erase that begins by programming must not make one).

import { NO_AREA, eraseArea, programBody, programUnit, readBody, recordArea, unitHolds } from "./body";
import { AREA_BIT, NOT_STANDING, areaOf, isNewer } from "./standing";
import { CYCLE, RECORD_NONE, recordCycle, recordWithCycle } from "./value";

/** "SEAL", little-endian. */
const SEAL: u32 = 0x4c414553;

/** Makes `record` the newest, durably, after the one that `found` is: true only when reading back gives it. */
export function sealedWrite(found: u64, record: u32): bool {
  const cycle = found == NOT_STANDING ? 0 : (recordCycle(u32(found)) + 1) % CYCLE;
  const area = recordArea(found == NOT_STANDING ? 0 : areaOf(found) ^ 1);
  const word = recordWithCycle(record, cycle);
  if (area == NO_AREA || !eraseArea(area) || !programBody(area, word)) return false;
  return programUnit(area, SEAL) && u32(sealedFind()) == word;
}

/** Erases whatever is not the newest record, unconditionally: nothing torn is left. False where there is no record. */
export function sealedSettle(found: u64): bool {
  if (found == NOT_STANDING) return false;
  const area = recordArea(areaOf(found) ^ 1);
  return area != NO_AREA && eraseArea(area);
}

/**
 * The newest sealed record as it stands. Read twice, and the newer of the two counts: one misread word would otherwise
 * make the older record current, and what is written on its basis is durable.
 */
export function sealedFind(): u64 {
  const first = readNewest();
  const second = readNewest();
  if (first == NOT_STANDING || second == NOT_STANDING) return first == NOT_STANDING ? second : first;
  return isNewer(u32(second), u32(first)) ? second : first;
}

function readNewest(): u64 {
  const first = sealedBody(0);
  const second = sealedBody(1);
  if (second != RECORD_NONE && (first == RECORD_NONE || isNewer(second, first)))
    return AREA_BIT | u64(second);
  return first == RECORD_NONE ? NOT_STANDING : u64(first);
}

/** The record word of an area whose seal is seen and whose body is whole, else RECORD_NONE. */
function sealedBody(index: u32): u32 {
  const area = recordArea(index);
  return area != NO_AREA && unitHolds(area, SEAL) ? readBody(area) : RECORD_NONE;
}
