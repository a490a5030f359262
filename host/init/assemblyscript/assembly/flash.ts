// Flash as a flat address space that is read, written and erased by offset; a pointer into flash there is not. Everything works on
// whole words, as the bus does.
import * as hal from "./hal";

/** Bytes of the largest unit that a part may program only whole. */
export const UNIT_MAX: u32 = 512;

/** Bytes that `size` takes on flash: a multiple of the part's smallest program. */
export function padded(size: u32): u32 {
  const least = hal.info(hal.INFO_PROGRAM_MIN, 0);
  return (size + least - 1) & ~(least - 1);
}

/** Reads words, to a multiple of 4. STATUS_OK, or the status of the first one that cannot be read. */
export function read(offset: u32, to: usize, size: u32): i32 {
  return hal.readWords(offset, to, (size + 3) >> 2);
}

/** Programs words, as many at a time as the part allows; offset and size are multiples of its smallest program. */
export function write(offset: u32, from: usize, size: u32): i32 {
  const least = max<u32>(hal.info(hal.INFO_PROGRAM_MIN, 0), 4);
  const most = hal.info(hal.INFO_PROGRAM_MAX, 0);
  if (((offset | size) & (least - 1)) != 0) return hal.STATUS_MISALIGNED;
  let unit: u32 = 0;
  for (let at: u32 = 0; at < size; at += unit) {
    unit = least;
    while (unit * 2 <= min(most, size - at) && ((offset + at) & (unit * 2 - 1)) == 0) unit *= 2;
    for (let word: u32 = at; word < at + unit; word += 4) {
      const latched = hal.latch32(offset + word, load<u32>(from + word));
      if (latched != hal.STATUS_OK) return latched;
    }
    const status = hal.program(offset + at, unit);
    if (status != hal.STATUS_OK) return status;
  }
  return hal.STATUS_OK;
}

/** Bytes of the sector that holds an offset. */
export function sectorSize(offset: u32): u32 {
  return hal.info(hal.INFO_SECTOR_SIZE, hal.info(hal.INFO_SECTOR_AT, offset));
}

/** Erases whole sectors. */
export function erase(offset: u32, size: u32): i32 {
  for (let at: u32 = 0; at < size; at += sectorSize(offset + at)) {
    const status = hal.erase(offset + at);
    if (status != hal.STATUS_OK) return status;
  }
  return hal.STATUS_OK;
}
