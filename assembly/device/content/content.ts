// The words of flash, and what is uncertain of them as overlays over the content: weak bits (a read sees the word as FLASH has it, or
// with the bits of WEAK set), torn ECC units (no read succeeds, or not every one), and open words (open.ts). Each change made here keeps
// the digests, the count of what is uncertain, and the undo log up to date; rules and permissions are not asked.

import { FLAG_BLANK, FLAG_OPEN } from "../../abi";
import {
  OF_MARK,
  OF_OPEN,
  OF_TORN,
  OF_WEAK,
  OF_WORD,
  digestAdd,
  digestChange,
  digestKeep,
  termA,
  termB,
} from "./digest";
import { sumUnit, sumWeak, sumWord } from "./erase-sums";
import {
  ECC_UNIT,
  ERASED_FAULTS,
  ERASES_KEPT,
  FAULTY,
  FLASH,
  MARKS,
  OPEN,
  PROGRAM_MIN,
  SECTOR_FAULTY,
  SECTOR_OPEN,
  TORN,
  WEAK,
} from "../map";
import { extentOf, sectorEntry } from "./sectors";
import { put, putByte, undoRoom } from "./undo";

/**
 * An operation on `size` bytes at `offset` begins, all in one sector: its sums can be brought back, and what it will change is within the
 * sector's extent.
 */
export function beginChange(sector: u32, offset: u32, size: u32): void {
  undoRoom(size);
  digestKeep(sector);
  const extent = extentOf(sector);
  // Pairs of words, and whole program units: all are powers of two.
  const span = max<u32>(8, load<u32>(PROGRAM_MIN));
  const low = offset & ~(span - 1);
  const high = (offset + size + span - 1) & ~(span - 1);
  if (low < load<u32>(extent)) put(extent, low);
  if (high > load<u32>(extent, 4)) put(extent + 4, high);
}

/** Sets the word at `offset`; `weak` are bits, clear in `word`, that a read may see set. */
export function setWord(sector: u32, offset: u32, word: u32, weak: u32): void {
  const before = load<u32>(FLASH + offset);
  if (before != word) {
    put(FLASH + offset, word);
    const index = OF_WORD | offset;
    const a = termA(index, ~word) - termA(index, ~before);
    const b = termB(index, ~word) - termB(index, ~before);
    digestAdd(sector, a, b);
    if (load<u32>(ERASES_KEPT) != 0) sumWord(sector, offset, before, word, a, b);
  }
  const weakBefore = load<u32>(WEAK + offset);
  if (weakBefore == weak) return;
  put(WEAK + offset, weak);
  digestChange(sector, OF_WEAK | offset, weakBefore, weak);
  if (load<u32>(ERASES_KEPT) != 0) sumWeak(sector, offset, weakBefore, weak);
  countFaulty(sector, (weak != 0 ? 1 : 0) - (weakBefore != 0 ? 1 : 0));
}

/** Sets the number of the set of what may have landed in the word at `offset`; 0: the word is not open. */
export function setOpen(sector: u32, offset: u32, set: u32): void {
  const before = load<u32>(OPEN + offset);
  if (before == set) return;
  put(OPEN + offset, set);
  digestChange(sector, OF_OPEN | offset, before, set);
  const change = (set != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
  if (change == 0) return;
  const place = sectorEntry(sector) + SECTOR_OPEN;
  put(place, load<u32>(place) + change);
  countFaulty(sector, change);
}

/** Sets the programs since the last erase of the unit at `offset`. */
export function setMark(sector: u32, offset: u32, count: u32): void {
  const before = u32(load<u8>(markOf(offset)));
  if (before == count) return;
  putByte(markOf(offset), count);
  const unitSize = load<u32>(PROGRAM_MIN);
  const unit = offset / unitSize;
  changeUnit(sector, OF_MARK | unit, (unit + 1) * unitSize, before, count);
}

/** Sets what is wrong with each ECC unit of a range: FLAG_UNREADABLE, FLAG_UNSTEADY or 0. */
export function setTorn(sector: u32, offset: u32, size: u32, flags: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  if (unitSize == 0) return;
  for (let unit = offset / unitSize; unit * unitSize < offset + size; unit++) {
    const before = u32(load<u8>(TORN + unit));
    if (before == flags) continue;
    putByte(TORN + unit, flags);
    changeUnit(sector, OF_TORN | unit, (unit + 1) * unitSize, before, flags);
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

/** What is noted of a unit has changed; `end` is the byte behind it. */
function changeUnit(sector: u32, index: u32, end: u32, before: u32, after: u32): void {
  const a = termA(index, after) - termA(index, before);
  const b = termB(index, after) - termB(index, before);
  digestAdd(sector, a, b);
  if (load<u32>(ERASES_KEPT) != 0) sumUnit(sector, index, end, a, b);
}

function countFaulty(sector: u32, change: i32): void {
  if (change == 0) return;
  const place = sectorEntry(sector) + SECTOR_FAULTY;
  put(place, load<u32>(place) + change);
  put(FAULTY, load<u32>(FAULTY) + change);
}
