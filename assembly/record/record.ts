// The Record: the boot state, kept on flash so that a cut leaves the old one or the new one. One interface; which design stands behind
// it is a choice of the build (--use RECORD_REFRESHED=i32), made for a part by what its flash can do (record/DESIGN.md). A record is read
// once in a call and handed on as it stands: what may read otherwise the next time must not be asked twice.

import { PHASE_RECORD } from "../abi";
import { phase } from "../hal/hal";
import { refreshedFind, refreshedRecover, refreshedSettle, refreshedWrite } from "./refreshed";
import { sealedFind, sealedSettle, sealedWrite } from "./sealed";
import { NOT_STANDING } from "./standing";
import { RECORD_NONE, recordWithCycle } from "./value";

/** Reads the record for whoever acts on it first after a reset: what this answers is what later readings see. */
export function recordRecover(): u64 {
  phase(PHASE_RECORD);
  // In design A a seal decides once and for all: nothing is left to be made sure of.
  if (isDefined(RECORD_REFRESHED)) return refreshedRecover();
  return sealedFind();
}

/** The record as it stands (standing.ts), for whoever reads it after recordRecover has been asked in this power-up. */
export function recordFind(): u64 {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_REFRESHED)) return refreshedFind();
  return sealedFind();
}

/** The word of a standing record, its cycle removed; RECORD_NONE where there is none. */
export function recordOf(standing: u64): u32 {
  return standing == NOT_STANDING ? RECORD_NONE : recordWithCycle(u32(standing), 0);
}

/** Makes `record` the current one, durably, in place of `standing`: true only when reading back gives it. */
export function recordWrite(standing: u64, record: u32): bool {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_REFRESHED)) return refreshedWrite(standing, record);
  return sealedWrite(standing, record);
}

/** Clears away all of the region that is not the record, so that nothing torn is left. False where there is none. */
export function recordSettle(standing: u64): bool {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_REFRESHED)) return refreshedSettle(standing);
  return sealedSettle(standing);
}
