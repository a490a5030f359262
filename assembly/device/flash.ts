// The flash array: what a program or an erase does to content, wholly or torn, and whether the part's rules allow it. Who may do what, the
// log and the power cut are elsewhere (operations.ts). Content is kept as if erased were all ones, so programming only clears bits.

import {
  ERASE_DONE,
  ERASE_HALF,
  ERASE_UNREADABLE,
  ERASE_UNSTEADY,
  ERASE_UNTOUCHED,
  ERASE_WEAK,
  FLAG_UNREADABLE,
  FLAG_UNSTEADY,
  RULE_AND,
  RULE_ONCE,
  RULE_TWICE,
  STATUS_NOT_ERASED,
  STATUS_OK,
  STATUS_WRITE_LIMIT,
  TEAR_ALL,
  TEAR_NONE,
  TEAR_ONE_MISSING,
  TEAR_ONE_ONLY,
  TEAR_OPEN,
  TEAR_UNREADABLE,
  TEAR_UNSTEADY,
  TEAR_WEAK,
} from "../abi";
import { markOf, sectorAt, sectorEntry, setMark, setOpen, setTorn, setWord } from "./content";
import { digestErase, digestKeep, mixA } from "./digest";
import { openSet } from "./host";
import {
  ECC_UNIT,
  FAULTY,
  FLASH,
  MARKS,
  OPEN,
  PROGRAM_MIN,
  PROGRAM_RULE,
  SECTOR_FAULTY,
  SECTOR_OFFSET,
  SECTOR_SIZE,
  SECTOR_WEAR,
  TORN,
  WEAK,
} from "./map";
import { raiseOpen } from "./open";
import { chosenBit, isSampled, landed, rangeMask, sampled } from "./tear";
import { put, undoKeep, undoRoom } from "./undo";

/** nRF52840 product specification: two writes per word between erases. */
const TWICE: u32 = 2;

/**
 * Whether the part allows this program; `data` holds ceil(size / 4) words, bytes outside the range all ones. A weak bit
 * counts as erased: the part programs what it is told, and what comes of it shows when it is read.
 */
export function programStatus(offset: u32, size: u32, data: usize): i32 {
  let raises = false;
  for (let done: u32 = 0; done < size; done += 4) {
    const place = (offset & ~3) + done;
    const old = load<u32>(FLASH + place) | load<u32>(WEAK + place);
    if ((load<u32>(data + done) & ~old & rangeMask(offset, size)) != 0) raises = true;
  }
  const status =
    load<u32>(PROGRAM_RULE) == RULE_AND ? STATUS_OK : marksStatus(offset, size, data + (offset & 3));
  return status == STATUS_OK && raises ? STATUS_NOT_ERASED : status;
}

/** Whether every unit of a program may take one more; `data` stands at the program's first byte. */
function marksStatus(offset: u32, size: u32, data: usize): i32 {
  const rule = load<u32>(PROGRAM_RULE);
  const unitSize = load<u32>(PROGRAM_MIN);
  for (let done: u32 = 0; done < size; done += unitSize) {
    const mark = u32(load<u8>(markOf(offset + done)));
    if (mark == 0) continue;
    if (rule == RULE_TWICE) {
      if (mark >= TWICE) return STATUS_WRITE_LIMIT;
    } else if (rule == RULE_ONCE || !isZero(data + done, unitSize)) {
      return STATUS_NOT_ERASED;
    }
  }
  return STATUS_OK;
}

function isZero(data: usize, size: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(data + i) != 0) return false;
  }
  return true;
}

/** Programs `size` bytes at `offset`, of which the bits that `shape` (TEAR_…) lets through land. */
export function programContent(offset: u32, size: u32, data: usize, shape: u32): void {
  if (shape == TEAR_NONE) return;
  const sector = sectorAt(offset);
  const first = offset & ~3;
  const range = rangeMask(offset, size);
  const whole = shape == TEAR_ALL || shape == TEAR_UNREADABLE;
  const weakly = shape == TEAR_WEAK || shape == TEAR_UNSTEADY;
  const single =
    shape == TEAR_ONE_MISSING || shape == TEAR_ONE_ONLY ? chosenBit(first, size, data, range) : 0;
  undoRoom(size);
  digestKeep(sector);
  for (let done: u32 = 0; done < size; done += 4) {
    const place = first + done;
    const zeros = ~load<u32>(data + done) & range;
    const old = load<u32>(FLASH + place);
    const weak = load<u32>(WEAK + place);
    if (weakly) {
      setWord(sector, place, old & ~zeros, weak | (old & zeros));
    } else if (shape == TEAR_OPEN) {
      const cleared = (old | weak) & zeros;
      const scattered = u32(mixA(offset + done));
      if (cleared != 0) setOpen(sector, place, openSet(cleared, scattered, done >> 2, (size + 3) >> 2));
    } else {
      const mask = isSampled(shape)
        ? sampled(shape, place, (old | weak) & zeros)
        : landed(shape, offset, size, done, single);
      const lands = whole ? zeros : zeros & mask;
      setWord(sector, place, old & ~lands, weak & ~lands);
    }
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) countProgram(sector, offset, size);
  if (shape == TEAR_UNREADABLE) setTorn(sector, offset, size, FLAG_UNREADABLE);
  if (shape == TEAR_UNSTEADY) setTorn(sector, offset, size, FLAG_UNSTEADY);
}

/** Counts one program of every unit in a range. */
function countProgram(sector: u32, offset: u32, size: u32): void {
  const unitSize = load<u32>(PROGRAM_MIN);
  for (let done: u32 = 0; done < size; done += unitSize) {
    const count = u32(load<u8>(markOf(offset + done)));
    setMark(sector, offset + done, count < 255 ? count + 1 : 255);
  }
}

/** Erases a sector as far as `shape` (ERASE_…) says. */
export function eraseContent(sector: u32, shape: u32): void {
  if (shape == ERASE_UNTOUCHED) return;
  const entry = sectorEntry(sector);
  const offset = load<u32>(entry, SECTOR_OFFSET);
  const size = load<u32>(entry, SECTOR_SIZE);
  store<u32>(entry, load<u32>(entry, SECTOR_WEAR) + 1, SECTOR_WEAR);
  undoRoom(size);
  digestKeep(sector);
  if (shape == ERASE_DONE) eraseWhole(sector, offset, size);
  else if (shape == ERASE_WEAK || shape == ERASE_UNSTEADY) weaken(sector, offset, size, shape);
  else eraseHalf(sector, offset, size, shape);
}

/** Everything erased and certain. */
function eraseWhole(sector: u32, offset: u32, size: u32): void {
  for (let at = FLASH + offset; at < FLASH + offset + size; at += 8) {
    if (load<u64>(at) == 0xffffffffffffffff) continue;
    undoKeep(at);
    undoKeep(at + 4);
    store<u64>(at, 0xffffffffffffffff);
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) clear(MARKS, offset, size, load<u32>(PROGRAM_MIN));
  const faulty = sectorEntry(sector) + SECTOR_FAULTY;
  if (load<u32>(faulty) != 0) {
    clear(WEAK, offset, size, 1);
    clear(OPEN, offset, size, 1);
    if (load<u32>(ECC_UNIT) != 0) clear(TORN, offset, size, load<u32>(ECC_UNIT));
    put(FAULTY, load<u32>(FAULTY) - load<u32>(faulty));
    put(faulty, 0);
  }
  digestErase(sector);
}

/** Zeroes the bytes of a sector in a table that has one byte for each `unitSize` bytes of flash. */
function clear(table: usize, offset: u32, size: u32, unitSize: u32): void {
  const first = table + offset / unitSize;
  const end = table + (offset + size) / unitSize;
  for (let at = first & ~3; at < end; at += 4) {
    const word = load<u32>(at);
    if (word == 0) continue;
    // A part whose units are so large that a word of the table spans sectors: only this sector's bytes.
    let kept: u32 = 0;
    for (let byte: usize = 0; byte < 4; byte++) {
      const place = at + byte;
      if (place < first || place >= end) kept |= word & (u32(0xff) << u32(byte << 3));
    }
    if (kept != word) put(at, kept);
  }
}

/** First half erased; of the rest alternating bits, or where ECC is modelled, nothing that can be read. */
function eraseHalf(sector: u32, offset: u32, size: u32, shape: u32): void {
  const half = size / 2;
  const isCertain = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0;
  for (let done: u32 = 0; done < size; done += 4) {
    const place = offset + done;
    const word = load<u32>(FLASH + place);
    if (isCertain && word == 0xffffffff) continue;
    const raised: u32 = done < half ? 0xffffffff : shape == ERASE_HALF ? 0x55555555 : 0;
    if (!isCertain) raiseOpen(sector, place, raised, false);
    setWord(sector, place, word | raised, load<u32>(WEAK + place) & ~raised);
  }
  if (shape == ERASE_UNREADABLE) {
    setTorn(sector, offset, half, 0);
    tearProgrammed(sector, offset + half, half, FLAG_UNREADABLE);
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) forgetErasedMarks(sector, offset, size);
}

/** A half-done erase has made these units programmable again; the others keep their mark. */
function forgetErasedMarks(sector: u32, offset: u32, size: u32): void {
  const unitSize = load<u32>(PROGRAM_MIN);
  let mark = markOf(offset);
  for (let done: u32 = 0; done + unitSize <= size / 2; done += unitSize) {
    if (load<u8>(mark) != 0) setMark(sector, offset + done, 0);
    mark++;
  }
}

/** All ones, but weakly: whatever was programmed may still be read. Marks stay: the erase is not done. */
function weaken(sector: u32, offset: u32, size: u32, shape: u32): void {
  if (shape == ERASE_UNSTEADY) unsettle(sector, offset, size);
  const isCertain = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0;
  for (let place = offset; place < offset + size; place += 4) {
    const word = load<u32>(FLASH + place);
    if (!isCertain) raiseOpen(sector, place, 0, true);
    if (word != 0xffffffff) setWord(sector, place, word, ~word);
  }
}

/** Every unit that holds data may fail at any read from now on; what could not be read before cannot show as data. */
function unsettle(sector: u32, offset: u32, size: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  for (let at = offset; at < offset + size; at += unitSize) {
    if (u32(load<u8>(TORN + at / unitSize)) != FLAG_UNREADABLE) continue;
    for (let place = at; place < at + unitSize; place += 4) setWord(sector, place, 0xffffffff, 0);
  }
  tearProgrammed(sector, offset, size, FLAG_UNSTEADY);
}

/** Sets the flags of every ECC unit in a range that holds data. */
function tearProgrammed(sector: u32, offset: u32, size: u32, flags: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  for (let at = offset; at < offset + size; at += unitSize) {
    let holdsData = load<u8>(TORN + at / unitSize) != 0;
    for (let place = at; place < at + unitSize; place += 4) {
      if (load<u32>(FLASH + place) != 0xffffffff) holdsData = true;
    }
    if (holdsData) setTorn(sector, at, unitSize, flags);
  }
}
