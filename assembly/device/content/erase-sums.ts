// What the digest of a sector would be if an erase of it were cut, kept beside the digest while words change: so the key of such a cut
// costs one subtraction, and not a pass over the sector. Three sums stand for both shapes in any order: half done; faded; and half done
// and faded, which is the same whichever came first. They hold for sectors in which no word is open. Changes no content.

import { ERASE_HALF, ERASE_WEAK } from "../../abi";
import { OF_MARK, OF_TORN, OF_WEAK, OF_WORD, addTo, sumsOf, termA, termB } from "./digest";
import {
  ECC_UNIT,
  ERASES_KEPT,
  FLASH,
  MARKS,
  PROGRAM_MIN,
  SECTOR_COUNT,
  SECTOR_OFFSET,
  SECTOR_OPEN,
  SECTOR_SIZE,
  SUMS_SIZE,
  TORN,
  WEAK,
} from "../map";
import { extentOf, sectorEntry } from "./sectors";

/** Bits of each word of a sector's second half that an erase which is half done has raised; of the first half all are. */
export const HALF_RAISED: u32 = 0x55555555;

const HALF: usize = 0;
const FADED: usize = 16;
const HALF_FADED: usize = 32;

/**
 * From now on the sums are kept for these shapes of a cut erase, a set of bits 1 << ERASE_ number, and true for what stands on flash now.
 * Of shapes that have no sum nothing is kept.
 */
export function keepErases(shapes: u32): void {
  store<u32>(ERASES_KEPT, shapes & ((1 << ERASE_HALF) | (1 << ERASE_WEAK)));
  if (load<u32>(ERASES_KEPT) == 0) return;
  for (let sector: u32 = 0; sector < load<u32>(SECTOR_COUNT); sector++) {
    memory.fill(sumsOf(sector), 0, SUMS_SIZE);
    addContent(sector);
  }
}

/** Whether the sum of an erase of this shape is kept, and holds for `sector`. */
export function hasSum(sector: u32, shape: u32): bool {
  return (
    shape < 32 &&
    (load<u32>(ERASES_KEPT) & (1 << shape)) != 0 &&
    load<u32>(sectorEntry(sector), SECTOR_OPEN) == 0
  );
}

/** Where the sum stands that a sector's digest becomes by an erase of this shape. */
export function sumOf(sector: u32, shape: u32): usize {
  return sumsOf(sector) + (shape == ERASE_HALF ? HALF : FADED);
}

/** An erase of this shape was done: what it would leave once more is what it has left. */
export function sumsErased(sector: u32, shape: u32): void {
  const sums = sumsOf(sector);
  if (shape == ERASE_HALF) move(sums + FADED, sums + HALF_FADED);
  else move(sums + HALF, sums + HALF_FADED);
}

/** A word has changed; `a` and `b` are what the digest has been changed by. */
export function sumWord(sector: u32, offset: u32, before: u32, after: u32, a: u64, b: u64): void {
  const sums = sumsOf(sector);
  const kept = load<u32>(ERASES_KEPT);
  const fades = (kept & (1 << ERASE_WEAK)) != 0;
  if (fades) {
    addTo(sums + FADED, a, b);
    exchange(sums + FADED, OF_WEAK | offset, ~before, ~after);
  }
  if (!isInSecondHalf(sector, offset)) return;
  const stoodBefore = ~before & ~HALF_RAISED;
  const stands = ~after & ~HALF_RAISED;
  if (stoodBefore == stands) return;
  const halfA = termA(OF_WORD | offset, stands) - termA(OF_WORD | offset, stoodBefore);
  const halfB = termB(OF_WORD | offset, stands) - termB(OF_WORD | offset, stoodBefore);
  addTo(sums + HALF, halfA, halfB);
  if (!fades) return;
  addTo(sums + HALF_FADED, halfA, halfB);
  exchange(sums + HALF_FADED, OF_WEAK | offset, stoodBefore, stands);
}

/** The weak bits of a word have changed. */
export function sumWeak(sector: u32, offset: u32, before: u32, after: u32): void {
  if (isInSecondHalf(sector, offset))
    exchange(sumsOf(sector) + HALF, OF_WEAK | offset, before & ~HALF_RAISED, after & ~HALF_RAISED);
}

/** The mark of a program unit has changed (OF_MARK), or what is wrong with an ECC unit (OF_TORN); `end` is the byte behind it. */
export function sumUnit(sector: u32, index: u32, end: u32, a: u64, b: u64): void {
  const sums = sumsOf(sector);
  addTo(sums + FADED, a, b);
  // An erase that is half done makes the units of the first half programmable again; what cannot be read stays so.
  if (index >= OF_MARK && index < OF_TORN && end <= middleOf(sector)) return;
  addTo(sums + HALF, a, b);
  addTo(sums + HALF_FADED, a, b);
}

function middleOf(sector: u32): u32 {
  const entry = sectorEntry(sector);
  return load<u32>(entry, SECTOR_OFFSET) + load<u32>(entry, SECTOR_SIZE) / 2;
}

function isInSecondHalf(sector: u32, offset: u32): bool {
  return offset >= middleOf(sector);
}

function exchange(sum: usize, index: u32, before: u32, after: u32): void {
  addTo(sum, termA(index, after) - termA(index, before), termB(index, after) - termB(index, before));
}

function move(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
}

/** Adds all that stands in a sector to its sums. */
function addContent(sector: u32): void {
  const extent = extentOf(sector);
  const end = load<u32>(extent, 4);
  for (let offset = load<u32>(extent); offset < end; offset += 4) {
    const word = load<u32>(FLASH + offset);
    const index = OF_WORD | offset;
    sumWord(sector, offset, 0xffffffff, word, termA(index, ~word), termB(index, ~word));
    sumWeak(sector, offset, 0, load<u32>(WEAK + offset));
  }
  addUnits(sector, MARKS, OF_MARK, load<u32>(PROGRAM_MIN));
  if (load<u32>(ECC_UNIT) != 0) addUnits(sector, TORN, OF_TORN, load<u32>(ECC_UNIT));
}

function addUnits(sector: u32, table: usize, kind: u32, unitSize: u32): void {
  const extent = extentOf(sector);
  const end = load<u32>(extent, 4);
  for (let unit = load<u32>(extent) / unitSize; unit * unitSize < end; unit++) {
    const value = u32(load<u8>(table + unit));
    const index = kind | unit;
    sumUnit(sector, index, (unit + 1) * unitSize, termA(index, value), termB(index, value));
  }
}
