// What an erase does to content, whole or cut: each acts on the sector's extent only, since behind its ends there is nothing to erase. Where a
// sum says what the digest becomes (erase-sums.ts), content is changed in blocks, and else word by word.

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
} from "../../abi";
import { markOf, setMark, setTorn, setWord } from "./content";
import { digestKeep, digestSet, sumsOf } from "./digest";
import { HALF_RAISED, hasSum, sumOf, sumsErased } from "./erase-sums";
import {
  ECC_UNIT,
  ERASES_KEPT,
  EXTENT_NONE,
  FAULTY,
  FLASH,
  MARKS,
  OPEN,
  PROGRAM_MIN,
  PROGRAM_RULE,
  SECTOR_FAULTY,
  SECTOR_OFFSET,
  SECTOR_OPEN,
  SECTOR_SIZE,
  SECTOR_WEAR,
  SUMS_SIZE,
  TORN,
  WEAK,
} from "../map";
import { raiseOpen } from "./open";
import { extentOf, sectorEntry } from "./sectors";
import { put, undoKeepBlock, undoRoom } from "./undo";

/** Bytes that are looked at together: a sector may be large and hold little. */
const PIECE: u32 = 4096;
/** Two words of a second half of which an erase is half done. */
const HALF_RAISED_PAIR: u64 = (u64(HALF_RAISED) << 32) | u64(HALF_RAISED);

/** Erases a sector as far as `shape` (ERASE_…) says. */
export function eraseContent(sector: u32, shape: u32): void {
  if (shape == ERASE_UNTOUCHED) return;
  const entry = sectorEntry(sector);
  store<u32>(entry, load<u32>(entry, SECTOR_WEAR) + 1, SECTOR_WEAR);
  const low = load<u32>(extentOf(sector));
  const high = load<u32>(extentOf(sector), 4);
  if (low >= high) return;
  const middle = load<u32>(entry, SECTOR_OFFSET) + load<u32>(entry, SECTOR_SIZE) / 2;
  undoRoom(load<u32>(entry, SECTOR_SIZE));
  digestKeep(sector);
  if (shape == ERASE_DONE) eraseWhole(sector, low, high);
  else if (hasSum(sector, shape)) {
    if (shape == ERASE_HALF) eraseHalfBlocks(sector, low, high, middle);
    else weakenBlocks(sector, low, high);
    const sum = sumOf(sector, shape);
    digestSet(sector, load<u64>(sum), load<u64>(sum, 8));
    sumsErased(sector, shape);
  } else if (shape == ERASE_WEAK || shape == ERASE_UNSTEADY) weaken(sector, low, high, shape);
  else eraseHalf(sector, low, high, middle, shape);
}

/** Everything erased and certain. */
function eraseWhole(sector: u32, low: u32, high: u32): void {
  const extent = extentOf(sector);
  clearPieces(FLASH, low, high, 0xffffffffffffffff);
  if (load<u32>(PROGRAM_RULE) != RULE_AND) clear(MARKS, low, high, load<u32>(PROGRAM_MIN));
  const faulty = sectorEntry(sector) + SECTOR_FAULTY;
  if (load<u32>(faulty) != 0) {
    clearPieces(WEAK, low, high, 0);
    if (load<u32>(sectorEntry(sector), SECTOR_OPEN) != 0) {
      clearPieces(OPEN, low, high, 0);
      put(sectorEntry(sector) + SECTOR_OPEN, 0);
    }
    if (load<u32>(ECC_UNIT) != 0) clear(TORN, low, high, load<u32>(ECC_UNIT));
    put(FAULTY, load<u32>(FAULTY) - load<u32>(faulty));
    put(faulty, 0);
  }
  put(extent, EXTENT_NONE);
  put(extent + 4, 0);
  digestSet(sector, 0, 0);
  if (load<u32>(ERASES_KEPT) != 0) memory.fill(sumsOf(sector), 0, SUMS_SIZE);
}

/** Fills a table that has a byte for each byte of flash with `blank`, in pieces: those that are blank are not remembered. */
function clearPieces(table: usize, low: u32, high: u32, blank: u64): void {
  for (let at = low; at < high; at += PIECE) {
    const size = min(PIECE, high - at);
    if (isBlank(table + at, size, blank)) continue;
    undoKeepBlock(table + at, size);
    memory.fill(table + at, u8(blank), size);
  }
}

function isBlank(place: usize, size: u32, blank: u64): bool {
  for (let done: usize = 0; done < size; done += 8) if (load<u64>(place + done) != blank) return false;
  return true;
}

/** Zeroes what stands for the bytes from `low` to `high` in a table that has one byte for each `unitSize` bytes of flash. */
function clear(table: usize, low: u32, high: u32, unitSize: u32): void {
  const first = table + low / unitSize;
  const end = table + (high + unitSize - 1) / unitSize;
  // A few bytes of neighbours may be remembered too: undone, they are as they were.
  const start = first & ~7;
  undoKeepBlock(start, u32(((end + 7) & ~7) - start));
  memory.fill(first, 0, end - first);
}

/** First half erased, of the rest alternating bits: content only. */
function eraseHalfBlocks(sector: u32, low: u32, high: u32, middle: u32): void {
  const isCertain = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0;
  const split = min(max(low, middle), high);
  undoKeepBlock(FLASH + low, high - low);
  memory.fill(FLASH + low, 0xff, split - low);
  for (let at = FLASH + split; at < FLASH + high; at += 8) store<u64>(at, load<u64>(at) | HALF_RAISED_PAIR);
  if (!isCertain) {
    const before = weakWords(low, high);
    undoKeepBlock(WEAK + low, high - low);
    memory.fill(WEAK + low, 0, split - low);
    for (let at = WEAK + split; at < WEAK + high; at += 8) store<u64>(at, load<u64>(at) & ~HALF_RAISED_PAIR);
    countWeak(sector, before, weakWords(low, high));
  }
  if (load<u32>(PROGRAM_RULE) == RULE_AND) return;
  const unitSize = load<u32>(PROGRAM_MIN);
  // A unit that reaches into the second half keeps its mark.
  const cleared = split - (split % unitSize);
  if (cleared > low) clear(MARKS, low, cleared, unitSize);
}

/** All ones, but weakly: content only. */
function weakenBlocks(sector: u32, low: u32, high: u32): void {
  const before = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0 ? 0 : weakWords(low, high);
  undoKeepBlock(WEAK + low, high - low);
  for (let place: usize = low; place < high; place += 8) store<u64>(WEAK + place, ~load<u64>(FLASH + place));
  countWeak(sector, before, weakWords(low, high));
}

/** Words with weak bits from `low` to `high`. */
function weakWords(low: u32, high: u32): u32 {
  let count: u32 = 0;
  for (let at = WEAK + low; at < WEAK + high; at += 4) count += u32(load<u32>(at) != 0);
  return count;
}

function countWeak(sector: u32, before: u32, after: u32): void {
  if (before == after) return;
  const faulty = sectorEntry(sector) + SECTOR_FAULTY;
  put(faulty, load<u32>(faulty) + after - before);
  put(FAULTY, load<u32>(FAULTY) + after - before);
}

/** First half erased; of the rest alternating bits, or where ECC is modelled, nothing that can be read. */
function eraseHalf(sector: u32, low: u32, high: u32, middle: u32, shape: u32): void {
  const isCertain = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0;
  for (let place = low; place < high; place += 4) {
    const word = load<u32>(FLASH + place);
    if (isCertain && word == 0xffffffff) continue;
    const raised: u32 = place < middle ? 0xffffffff : shape == ERASE_HALF ? HALF_RAISED : 0;
    if (!isCertain) raiseOpen(sector, place, raised, false);
    setWord(sector, place, word | raised, load<u32>(WEAK + place) & ~raised);
  }
  const split = min(max(low, middle), high);
  if (shape == ERASE_UNREADABLE) {
    if (split > low) setTorn(sector, low, split - low, 0);
    tearProgrammed(sector, split, high, FLAG_UNREADABLE);
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) forgetErasedMarks(sector, low, split);
}

/** A half-done erase has made these units programmable again; the others keep their mark. */
function forgetErasedMarks(sector: u32, low: u32, high: u32): void {
  const unitSize = load<u32>(PROGRAM_MIN);
  for (let offset = low; offset + unitSize <= high; offset += unitSize)
    if (load<u8>(markOf(offset)) != 0) setMark(sector, offset, 0);
}

/** All ones, but weakly: whatever was programmed may still be read. Marks stay: the erase is not done. */
function weaken(sector: u32, low: u32, high: u32, shape: u32): void {
  if (shape == ERASE_UNSTEADY) unsettle(sector, low, high);
  const isCertain = load<u32>(sectorEntry(sector), SECTOR_FAULTY) == 0;
  for (let place = low; place < high; place += 4) {
    const word = load<u32>(FLASH + place);
    if (!isCertain) raiseOpen(sector, place, 0, true);
    if (word != 0xffffffff) setWord(sector, place, word, ~word);
  }
}

/** Every unit that holds data may fail at any read from now on; what could not be read before cannot show as data. */
function unsettle(sector: u32, low: u32, high: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  for (let at = low - (low % unitSize); at < high; at += unitSize) {
    if (u32(load<u8>(TORN + at / unitSize)) != FLAG_UNREADABLE) continue;
    for (let place = at; place < at + unitSize; place += 4) setWord(sector, place, 0xffffffff, 0);
  }
  tearProgrammed(sector, low, high, FLAG_UNSTEADY);
}

/** Sets the flags of every ECC unit in a range that holds data. */
function tearProgrammed(sector: u32, low: u32, high: u32, flags: u32): void {
  const unitSize = load<u32>(ECC_UNIT);
  for (let at = low - (low % unitSize); at < high; at += unitSize) {
    let holdsData = load<u8>(TORN + at / unitSize) != 0;
    for (let place = at; place < at + unitSize; place += 4) {
      if (load<u32>(FLASH + place) != 0xffffffff) holdsData = true;
    }
    if (holdsData) setTorn(sector, at, unitSize, flags);
  }
}
