// The flash array: what a program does to content, wholly or torn, and whether the part's rules allow it. Who may do what, the log and the
// power cut are elsewhere (operations.ts), and so is what an erase does (erase.ts). Content is kept as if erased were all ones, so
// programming only clears bits.

import {
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
} from "../../abi";
import { beginChange, markOf, setMark, setOpen, setTorn, setWord } from "./content";
import { mixA } from "./digest";
import { openSet } from "../host";
import { FLASH, PROGRAM_MIN, PROGRAM_RULE, WEAK } from "../map";
import { sectorAt } from "./sectors";
import { chosenBit, isSampled, landed, rangeMask, sampled } from "./tear";

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
  const weakly = shape == TEAR_WEAK || shape == TEAR_UNSTEADY;
  const single =
    shape == TEAR_ONE_MISSING || shape == TEAR_ONE_ONLY ? chosenBit(first, size, data, range) : 0;
  beginChange(sector, first, offset + size - first);
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
      const lands = zeros & programMask(shape, offset, size, done, single, (old | weak) & zeros);
      setWord(sector, place, old & ~lands, weak & ~lands);
    }
  }
  if (load<u32>(PROGRAM_RULE) != RULE_AND) countProgram(sector, offset, size);
  if (shape == TEAR_UNREADABLE) setTorn(sector, offset, size, FLAG_UNREADABLE);
  if (shape == TEAR_UNSTEADY) setTorn(sector, offset, size, FLAG_UNSTEADY);
}

/** Which bits of the word `done` bytes into a program may land, of which it clears `cleared`; `single` is what chosenBit() answered. */
export function programMask(shape: u32, offset: u32, size: u32, done: u32, single: u32, cleared: u32): u32 {
  if (shape == TEAR_ALL || shape == TEAR_UNREADABLE) return 0xffffffff;
  if (isSampled(shape)) return sampled(shape, (offset & ~3) + done, cleared);
  return landed(shape, offset, size, done, single);
}

/** Counts one program of every unit in a range. */
function countProgram(sector: u32, offset: u32, size: u32): void {
  const unitSize = load<u32>(PROGRAM_MIN);
  for (let done: u32 = 0; done < size; done += unitSize) {
    const count = u32(load<u8>(markOf(offset + done)));
    setMark(sector, offset + done, count < 255 ? count + 1 : 255);
  }
}
