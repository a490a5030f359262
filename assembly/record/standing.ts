// A record as it stands on flash: its word and where it was found, as one number. Whoever has read it hands this number on to say which
// record is to be replaced, and need not read again what may read otherwise by then.
//
//   bit  33       32    31..0
//        settled  area  record word, with its cycle

import { CYCLE, recordCycle } from "./value";

/** There is no record. */
export const NOT_STANDING: u64 = 0xffffffffffffffff;
/** It stands in area 1. */
export const AREA_BIT: u64 = 1 << 32;
/** Design R: a mark vouches for it. */
export const SETTLED_BIT: u64 = 1 << 33;

/** Index of the area that holds it. */
export function areaOf(standing: u64): u32 {
  return (standing & AREA_BIT) != 0 ? 1 : 0;
}

/** Whether a record's cycle follows that of another. */
export function isNewer(record: u32, than: u32): bool {
  return recordCycle(record) == (recordCycle(than) + 1) % CYCLE;
}
