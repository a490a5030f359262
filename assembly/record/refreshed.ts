// The Record's design R, for parts that may program the same value again: two sectors, each with a body and then a mark.
// A mark says that the body in the *other* sector is strong and counts; it stands in the sector that the next write
// erases first. Assumes nothing of weak bits. Never keeps anything in RAM between calls.
//
//   write     erase the other sector (its mark goes first), program the body there, program the mark beside the old body
//   recover   no mark: make true what was read: program the same body again, erase the other sector, mark it
//
// Rules, and what each protects against (traces are named in record/DESIGN.md):
//   before anything is done on its basis, a record that was read is programmed again (it may be weak, and fade);
//   only then is the other sector erased, unconditionally (a torn record that was passed over would come back);
//   the mark is programmed last and erased first (seen even once, and weakly, it is true; clean boots write nothing).

import {
  NO_AREA,
  eraseArea,
  programBody,
  programUnit,
  readBody,
  recordArea,
  unitHolds,
  unitTakes,
} from "./body";
import { AREA_BIT, NOT_STANDING, SETTLED_BIT, areaOf, isNewer } from "./standing";
import { CYCLE, RECORD_NONE, recordCycle, recordWithCycle } from "./value";

/** "DONE", little-endian. */
const MARK: u32 = 0x454e4f44;

/** Makes true what is read, before anyone acts on it; answers it. */
export function refreshedRecover(): u64 {
  const found = refreshedFind();
  if (found == NOT_STANDING || (found & SETTLED_BIT) != 0) return found;
  const index = areaOf(found);
  // The word that was read, not what another reading might see.
  if (programBody(recordArea(index), u32(found)) && clearOther(index)) return found | SETTLED_BIT;
  return found;
}

/** Makes `record` the current one, durably, in place of the one that `found` is: true only when reading back gives it. */
export function refreshedWrite(found: u64, record: u32): bool {
  const index = found == NOT_STANDING ? 1 : areaOf(found);
  const cycle = found == NOT_STANDING ? 0 : (recordCycle(u32(found)) + 1) % CYCLE;
  const area = recordArea(index ^ 1);
  if (area == NO_AREA || recordArea(index) == NO_AREA) return false;
  // With no record at all the mark's place may be used already.
  if (found == NOT_STANDING && !eraseArea(recordArea(index))) return false;
  const word = recordWithCycle(record, cycle);
  if (!eraseArea(area) || !programBody(area, word)) return false;
  // A mark that does not land leaves an unclean boot to settle it: the record stands all the same.
  if (unitTakes(recordArea(index), MARK)) programUnit(recordArea(index), MARK);
  return u32(refreshedFind()) == word;
}

/** Erases the area that does not hold the record, and marks it: nothing torn is left. False where there is no record. */
export function refreshedSettle(found: u64): bool {
  return found != NOT_STANDING && clearOther(areaOf(found));
}

function clearOther(index: u32): bool {
  const other = recordArea(index ^ 1);
  return other != NO_AREA && eraseArea(other) && programUnit(other, MARK);
}

/**
 * The current record as it stands. What no mark vouches for is read twice, so that one misread word decides nothing: a
 * settled reading wins, then the newer.
 */
export function refreshedFind(): u64 {
  const first = readRecord();
  if (first != NOT_STANDING && (first & SETTLED_BIT) != 0) return first;
  const second = readRecord();
  if (second == NOT_STANDING) return first;
  if (first == NOT_STANDING || (second & SETTLED_BIT) != 0) return second;
  return isNewer(u32(second), u32(first)) ? second : first;
}

/** Marks are read first: where one is seen, the other area's body is the only one that matters. */
function readRecord(): u64 {
  const areaA = recordArea(0);
  const areaB = recordArea(1);
  if (areaA == NO_AREA || areaB == NO_AREA) return NOT_STANDING;
  if (unitHolds(areaB, MARK)) {
    const vouched = readBody(areaA);
    if (vouched != RECORD_NONE) return SETTLED_BIT | u64(vouched);
  }
  if (unitHolds(areaA, MARK)) {
    const vouched = readBody(areaB);
    if (vouched != RECORD_NONE) return SETTLED_BIT | AREA_BIT | u64(vouched);
  }
  const bodyA = readBody(areaA);
  const bodyB = readBody(areaB);
  if (bodyB != RECORD_NONE && (bodyA == RECORD_NONE || isNewer(bodyB, bodyA))) return AREA_BIT | u64(bodyB);
  return bodyA == RECORD_NONE ? NOT_STANDING : u64(bodyA);
}
