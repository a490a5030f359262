// How much flash a Record takes on a part (images/SPEC.md): body, then one unit, in whole sectors. Pure.
import type { PartProfile } from "./profile.js";

const BODY_SIZE = 16;

/** Program size in bytes that the Record uses: the smallest that holds its body, else the largest, at least 4. */
export function recordUnitBytes(part: PartProfile): number {
  let size = Math.max(part.programMin.value, 4);
  while (size < BODY_SIZE && size < part.programMax.value) size *= 2;
  return size;
}

/** Offset of the unit behind the body (seal or mark) in its area. */
export function unitOffsetBytes(part: PartProfile): number {
  const unit = recordUnitBytes(part);
  return Math.ceil(BODY_SIZE / unit) * unit;
}

/** Size in bytes of one of the Record's two areas, where it begins with a sector of `sectorBytes`. */
export function recordAreaBytes(part: PartProfile, sectorBytes: number): number {
  const needed = unitOffsetBytes(part) + recordUnitBytes(part);
  return Math.ceil(needed / sectorBytes) * sectorBytes;
}
