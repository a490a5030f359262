// The flash array: what a program or an erase does to content, wholly or torn. Rules are checked here; who may do
// what, the log and the power live in hal.ts. Content is kept in erased-is-ones form, so programming only clears bits.

import {
  ERASE_DONE,
  ERASE_UNTOUCHED,
  RULE_AND,
  RULE_ONCE,
  RULE_ONCE_OR_ZERO,
  STATUS_NOT_ERASED,
  STATUS_OK,
  STATUS_WRITE_LIMIT,
  TEAR_ALL,
  TEAR_EVEN_BITS,
  TEAR_NONE,
  TEAR_ODD_BITS,
  TEAR_ONE_MISSING,
  TEAR_ONE_ONLY,
  TEAR_PREFIX,
  TEAR_SUFFIX,
} from "../abi";
import { digestErase, digestMark, digestWord, mixA } from "./digest";
import {
  DIRTY_GRANULES,
  FLASH,
  GRANULE_DIRTY,
  GRANULE_LIST,
  MARKS,
  PROGRAM_MIN,
  PROGRAM_RULE,
  SECTORS,
  SECTOR_AT,
  SECTOR_OFFSET,
  SECTOR_SHIFT,
  SECTOR_SIZE,
  SECTOR_WEAR,
} from "./map";

/** nRF52840 product specification: two writes per word between erases. */
const TWICE: u32 = 2;

export function sectorAt(offset: u32): u32 {
  return u32(load<u16>(SECTOR_AT + (usize(offset >> 8) << 1)));
}

export function sectorEntry(sector: u32): usize {
  return SECTORS + (usize(sector) << SECTOR_SHIFT);
}

/** Whether the part allows this program; `data` holds ceil(size / 4) words, bytes outside the range all ones. */
export function programStatus(offset: u32, size: u32, data: usize): i32 {
  const rule = load<u32>(PROGRAM_RULE);
  let raises = false;
  let zero = true;
  for (let done: u32 = 0; done < size; done += 4) {
    const word = load<u32>(data + done);
    const old = load<u32>(FLASH + ((offset & ~3) + done));
    if ((word & ~old & rangeMask(offset, size)) != 0) raises = true;
    if (word != 0) zero = false;
  }
  if (rule == RULE_AND) return raises ? STATUS_NOT_ERASED : STATUS_OK;
  const mark = u32(load<u8>(markOf(offset)));
  if (rule == RULE_ONCE_OR_ZERO && mark != 0 && zero) return STATUS_OK;
  if (rule == RULE_ONCE || rule == RULE_ONCE_OR_ZERO)
    return mark != 0 || raises ? STATUS_NOT_ERASED : STATUS_OK;
  if (mark >= TWICE) return STATUS_WRITE_LIMIT;
  return raises ? STATUS_NOT_ERASED : STATUS_OK;
}

/** Programs `size` bytes at `offset`, of which the bits that `shape` (TEAR_…) lets through land. */
export function programContent(offset: u32, size: u32, data: usize, shape: u32): void {
  if (shape == TEAR_NONE) return;
  const sector = sectorAt(offset);
  const first = offset & ~3;
  const single = shape == TEAR_ONE_MISSING || shape == TEAR_ONE_ONLY ? chosenBit(first, size, data) : 0;
  for (let done: u32 = 0; done < size; done += 4) {
    const place = FLASH + (first + done);
    const old = load<u32>(place);
    const clears = old & ~load<u32>(data + done);
    const after = old & ~(clears & landed(shape, offset, size, done, single));
    if (after == old) continue;
    store<u32>(place, after);
    digestWord(sector, first + done, old, after);
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) {
    const mark = markOf(offset);
    const count = u32(load<u8>(mark));
    const next = count < 255 ? count + 1 : 255;
    store<u8>(mark, u8(next));
    digestMark(sector, offset / load<u32>(PROGRAM_MIN), count, next);
  }
  markGranules(offset, size);
}

/** Erases a sector as far as `phase` (ERASE_…) says. */
export function eraseContent(sector: u32, phase: u32): void {
  if (phase == ERASE_UNTOUCHED) return;
  const entry = sectorEntry(sector);
  const offset = load<u32>(entry, SECTOR_OFFSET);
  const size = load<u32>(entry, SECTOR_SIZE);
  store<u32>(entry, load<u32>(entry, SECTOR_WEAR) + 1, SECTOR_WEAR);
  markGranules(offset, size);
  if (phase == ERASE_DONE) {
    memory.fill(FLASH + offset, 0xff, size);
    if (load<u32>(PROGRAM_RULE) != RULE_AND) memory.fill(markOf(offset), 0, size / load<u32>(PROGRAM_MIN));
    digestErase(sector);
    return;
  }
  for (let done: u32 = 0; done < size; done += 4) {
    const old = load<u32>(FLASH + (offset + done));
    const after = done < size / 2 ? 0xffffffff : old | 0x55555555;
    if (after == old) continue;
    store<u32>(FLASH + (offset + done), after);
    digestWord(sector, offset + done, old, after);
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) forgetErasedMarks(sector, offset, size);
}

/** A half-done erase has made these units programmable again; the others keep their mark. */
function forgetErasedMarks(sector: u32, offset: u32, size: u32): void {
  const unitSize = load<u32>(PROGRAM_MIN);
  for (let done: u32 = 0; done < size / 2; done += unitSize) {
    const mark = markOf(offset + done);
    const count = u32(load<u8>(mark));
    if (count == 0) continue;
    store<u8>(mark, 0);
    digestMark(sector, (offset + done) / unitSize, count, 0);
  }
}

export function markOf(offset: u32): usize {
  return MARKS + offset / load<u32>(PROGRAM_MIN);
}

/** Bits of a word that a program smaller than a word covers; all of it otherwise. */
function rangeMask(offset: u32, size: u32): u32 {
  if (size >= 4) return 0xffffffff;
  return ((u32(1) << (size << 3)) - 1) << ((offset & 3) << 3);
}

/** Which of the bits that would be cleared land, for the word `done` bytes into the program. */
function landed(shape: u32, offset: u32, size: u32, done: u32, single: u32): u32 {
  if (shape == TEAR_ALL) return 0xffffffff;
  if (shape == TEAR_EVEN_BITS) return 0x55555555;
  if (shape == TEAR_ODD_BITS) return 0xaaaaaaaa;
  if (shape == TEAR_PREFIX || shape == TEAR_SUFFIX) {
    const low = rangeMask(offset & 3, size > 4 ? 4 : size > 1 ? size / 2 : 1);
    const firstHalf = size > 4 ? (done < size / 2 ? u32(0xffffffff) : 0) : low;
    return shape == TEAR_PREFIX ? firstHalf : ~firstHalf;
  }
  const inWord = single >> 5 == done >> 2;
  const bit = inWord ? u32(1) << (single & 31) : 0;
  if (shape == TEAR_ONE_ONLY) return bit;
  if (shape == TEAR_ONE_MISSING) return ~bit;
  return u32(mixA(offset + done)); // TEAR_SCATTERED
}

/** The one bit of TEAR_ONE_…: a changed bit, which one depends on the place; word index << 5 | bit. */
function chosenBit(first: u32, size: u32, data: usize): u32 {
  const words = (size + 3) >> 2;
  const start = u32(mixA(first));
  for (let i: u32 = 0; i < words; i++) {
    const index = (start + i) % words;
    const clears = load<u32>(FLASH + (first + (index << 2))) & ~load<u32>(data + (index << 2));
    if (clears == 0) continue;
    const turn = (start >> 16) & 31;
    return (index << 5) | ((ctz(rotr<u32>(clears, turn)) + turn) & 31);
  }
  return 0;
}

function markGranules(offset: u32, size: u32): void {
  const last = (offset + size - 1) >> 8;
  for (let granule = offset >> 8; granule <= last; granule++) {
    if (load<u8>(GRANULE_DIRTY + granule) != 0) continue;
    store<u8>(GRANULE_DIRTY + granule, 1);
    const count = load<u32>(DIRTY_GRANULES);
    store<u32>(GRANULE_LIST + (usize(count) << 2), granule);
    store<u32>(DIRTY_GRANULES, count + 1);
  }
}
