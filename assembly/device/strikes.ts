// What the host lays down for a call: where it is cut or reset, which read or write goes wrong, which choices weak reads make, and
// whether it is noted what the call depends on. Only sets words that the Hal looks at: what happens then stands in hal.ts and log.ts.

import * as map from "./map";

/** The calls to come end at operation `at` (from 0), which is done as far as `shape` says; NOWHERE: at none. */
export function setCut(at: u32, shape: u32): void {
  store<u32>(map.CUT_AT, at);
  store<u32>(map.CUT_SHAPE, shape);
}

/** The calls to come end right after change `at` (from 0) of a retained word; NOWHERE: after none. */
export function setResetAt(at: u32): void {
  store<u32>(map.RESET_AT, at);
}

/** The calls to come end right after question `at` (from 0) to what surrounds the device, of those that are logged; NOWHERE: after none. */
export function setAskedCut(at: u32): void {
  store<u32>(map.ASKED_CUT, at);
}

/** How many choices of weak reads stand in TABLE_CHOICES, for each of the calls to come. */
export function setScript(size: u32): void {
  store<u32>(map.SCRIPT_SIZE, size);
}

/** Flips `mask` into the read that comes after `reads` others in the call that has just begun. */
export function flipRead(reads: u32, mask: u32): void {
  store<u32>(map.FLIP_AFTER, reads);
  store<u32>(map.FLIP_MASK, mask);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_FLIP);
}

/** The word at `offset` reads with `mask` flipped from its second reading on in the call that has just begun. */
export function refetch(offset: u32, mask: u32): void {
  store<u32>(map.REFETCH_OFFSET, offset);
  store<u32>(map.REFETCH_MASK, mask);
  store<u32>(map.REFETCH_COUNT, 0);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_REFETCH);
}

/** Tells the host of the read that comes after `reads` others in the call that has just begun. */
export function tellRead(reads: u32): void {
  store<u32>(map.FLIP_AFTER, reads);
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_TELL);
}

/** Operation `at` of the call that has just begun goes wrong: `effect` is a WRITE_ number, `bit` an address bit of a stray. */
export function failWrite(at: u32, effect: u32, bit: u32): void {
  store<u32>(map.WRITE_AT, at);
  store<u32>(map.WRITE_EFFECT, effect);
  store<u32>(map.WRITE_BIT, bit);
}

/** Forgets which words calls have depended on. */
export function trackClear(): void {
  memory.fill(map.TRACKED, 0, load<u32>(map.FLASH_SIZE) >> 2);
  memory.fill(map.TRACKED_ERASED, 0, map.SECTOR_MAX);
}

/** Marks what the call that has just begun depends on, in TRACKED. */
export function trackCall(): void {
  store<u32>(map.MODE, load<u32>(map.MODE) | map.READ_MODE_TRACK);
}
