// The words of flash, and what is uncertain of them as overlays over the content: weak bits (a read sees the word as FLASH has it, or
// with the bits of WEAK set), torn ECC units (no read succeeds, or not every one), and open words (open.ts). Each change made here keeps
// the digests, the count of what is uncertain, and the undo log up to date; rules and permissions are not asked.

import { FLAG_BLANK, FLAG_OPEN } from "../abi";
import { OF_MARK, OF_OPEN, OF_TORN, OF_WEAK, OF_WORD, digestChange } from "./digest";
import {
  ECC_UNIT,
  ERASED_FAULTS,
  FAULTY,
  FLASH,
  MARKS,
  OPEN,
  PROGRAM_MIN,
  SECTORS,
  SECTOR_AT,
  SECTOR_FAULTY,
  SECTOR_SHIFT,
  TORN,
  WEAK,
} from "./map";
import { put, putByte } from "./undo";

/** Index of the sector that holds byte `offset`. */
export function sectorAt(offset: u32): u32 {
  return u32(load<u16>(SECTOR_AT + (usize(offset >> 8) << 1)));
}

/** Where sector `sector` is described (map.ts, SECTORS). */
export function sectorEntry(sector: u32): usize {
  return SECTORS + (usize(sector) << SECTOR_SHIFT);
}

/** Sets the word at `offset`; `weak` are bits, clear in `word`, that a read may see set. */
export function setWord(sector: u32, offset: u32, word: u32, weak: u32): void {
  const before = load<u32>(FLASH + offset);
  if (before != word) {
    put(FLASH + offset, word);
    digestChange(sector, OF_WORD | offset, ~before, ~word);
  }
  const weakBefore = load<u32>(WEAK + offset);
  if (weakBefore == weak) return;
  put(WEAK + offset, weak);
  digestChange(sector, OF_WEAK | offset, weakBefore, weak);
  countFaulty(sector, (weak != 0 ? 1 : 0) - (weakBefore != 0 ? 1 : 0));
}

/** Sets the number of the set of what may have landed in the word at `offset`; 0: the word is not open. */
export function setOpen(sector: u32, offset: u32, set: u32): void {
  const before = load<u32>(OPEN + offset);
  if (before == set) return;
  put(OPEN + offset, set);
  digestChange(sector, OF_OPEN | offset, before, set);
  countFaulty(sector, (set != 0 ? 1 : 0) - (before != 0 ? 1 : 0));
}

/** Sets the programs since the last erase of the unit at `offset`. */
export function setMark(sector: u32, offset: u32, count: u32): void {
  const before = u32(load<u8>(markOf(offset)));
  if (before == count) return;
  putByte(markOf(offset), count);
  digestChange(sector, OF_MARK | (offset / load<u32>(PROGRAM_MIN)), before, count);
}

/** Sets what is wrong with each ECC unit of a range: FLAG_UNREADABLE, FLAG_UNSTEADY or 0. */
export function setTorn(sector: u32, offset: u32, size: u32, flags: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  if (unitSize == 0) return;
  for (let unit = offset / unitSize; unit * unitSize < offset + size; unit++) {
    const before = u32(load<u8>(TORN + unit));
    if (before == flags) continue;
    putByte(TORN + unit, flags);
    digestChange(sector, OF_TORN | unit, before, flags);
    countFaulty(sector, (flags != 0 ? 1 : 0) - (before != 0 ? 1 : 0));
  }
}

/** Where the programs of the unit at `offset` are counted. */
export function markOf(offset: u32): usize {
  return MARKS + offset / load<u32>(PROGRAM_MIN);
}

/** FLAG_ bits of the word at `offset` and of the unit that holds it. */
export function flagsAt(offset: u32): u32 {
  const unitSize = load<u32>(ECC_UNIT);
  const open = load<u32>(OPEN + offset) != 0 ? FLAG_OPEN : 0;
  if (unitSize == 0) return open;
  const flags = u32(load<u8>(TORN + offset / unitSize)) | open;
  const blank = load<u32>(ERASED_FAULTS) != 0 && load<u8>(markOf(offset)) == 0;
  return blank ? flags | FLAG_BLANK : flags;
}

function countFaulty(sector: u32, change: i32): void {
  if (change == 0) return;
  const place = sectorEntry(sector) + SECTOR_FAULTY;
  put(place, load<u32>(place) + change);
  put(FAULTY, load<u32>(FAULTY) + change);
}
