// Where the sectors of the part are described. Changes nothing.

import { EXTENTS, EXTENT_SHIFT, SECTORS, SECTOR_AT, SECTOR_SHIFT } from "../map";

/** Index of the sector that holds byte `offset`. */
export function sectorAt(offset: u32): u32 {
  return u32(load<u16>(SECTOR_AT + (usize(offset >> 8) << 1)));
}

/** Where sector `sector` is described (map.ts, SECTORS). */
export function sectorEntry(sector: u32): usize {
  return SECTORS + (usize(sector) << SECTOR_SHIFT);
}

/** Where the extent of a sector stands: outside of it everything is erased and certain. */
export function extentOf(sector: u32): usize {
  return EXTENTS + (usize(sector) << EXTENT_SHIFT);
}
