// The Record: the boot state, durable. One interface; which design stands behind it is a choice of the build (--use
// RECORD_MARKED=i32), made for a part by what its flash can do (assembly/DESIGN.md).

import { PHASE_RECORD } from "../abi";
import { phase } from "../hal/hal";
import { markedRead, markedRecover, markedSettle, markedWrite } from "./marked";
import { sealedRead, sealedRecover, sealedSettle, sealedWrite } from "./sealed";

/** Makes sure, once at the beginning of each power-up, that what is read of the Record from now on stays so. */
export function recordRecover(): void {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_MARKED)) markedRecover();
  else sealedRecover();
}

/** The record; RECORD_NONE when there is none. */
export function recordRead(): u32 {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_MARKED)) return markedRead();
  return sealedRead();
}

/** Makes `record` the current one, durably: true only when reading back gives it. */
export function recordWrite(record: u32): bool {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_MARKED)) return markedWrite(record);
  return sealedWrite(record);
}

/** Clears away all of the region that is not the record, so that nothing torn is left. True when there is a record. */
export function recordSettle(): bool {
  phase(PHASE_RECORD);
  if (isDefined(RECORD_MARKED)) return markedSettle();
  return sealedSettle();
}
