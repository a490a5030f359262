// The running 128-bit digest of persistent content: a sum, per sector, of one mixed value per word and per mark.
// A sum can be updated in place, so a state's key costs nothing to keep. Erased words and fresh units add nothing.
// Not a cryptographic digest: nobody chooses flash content to collide here, and two lanes of 64 bits with
// independent finalisers keep an accidental collision among a billion states below 2^-68.

import {
  DIGESTS,
  DIRTY_SECTORS,
  REGION_DIGESTS,
  SECTORS,
  SECTOR_DIRTY,
  SECTOR_LIST,
  SECTOR_REGION,
  SECTOR_SHIFT,
} from "./map";

// Multipliers of MurmurHash3's and SplitMix64's finalisers (public domain constants).
const LANE_A_1: u64 = 0xff51afd7ed558ccd;
const LANE_A_2: u64 = 0xc4ceb9fe1a85ec53;
const LANE_B_1: u64 = 0xbf58476d1ce4e5b9;
const LANE_B_2: u64 = 0x94d049bb133111eb;
/** Tells a mark from a word at the same index. */
const MARK_SPACE: u64 = 0x8000000000000000;

export function mixA(x: u64): u64 {
  x ^= x >> 33;
  x *= LANE_A_1;
  x ^= x >> 33;
  x *= LANE_A_2;
  return x ^ (x >> 33);
}

export function mixB(x: u64): u64 {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * LANE_B_1;
  x = (x ^ (x >> 27)) * LANE_B_2;
  return x ^ (x >> 31);
}

/** What the word at `offset` adds; content is in erased-is-ones form. */
function wordTerm(offset: u32, word: u32): u64 {
  return ((u64(offset) << 32) | u64(word)) + 1;
}

/** Replaces the word at `offset` of sector `sector` in the digests. */
export function digestWord(sector: u32, offset: u32, before: u32, after: u32): void {
  let a: u64 = 0;
  let b: u64 = 0;
  if (after != 0xffffffff) {
    const term = wordTerm(offset, after);
    a += mixA(term);
    b += mixB(term);
  }
  if (before != 0xffffffff) {
    const term = wordTerm(offset, before);
    a -= mixA(term);
    b -= mixB(term);
  }
  add(sector, a, b);
}

/** Replaces the mark (programs since the last erase) of a unit in the digests. */
export function digestMark(sector: u32, unit: u32, before: u32, after: u32): void {
  let a: u64 = 0;
  let b: u64 = 0;
  if (after != 0) {
    const term = MARK_SPACE | (u64(unit) << 8) | u64(after);
    a += mixA(term);
    b += mixB(term);
  }
  if (before != 0) {
    const term = MARK_SPACE | (u64(unit) << 8) | u64(before);
    a -= mixA(term);
    b -= mixB(term);
  }
  add(sector, a, b);
}

/** The sector was erased whole: its digest is zero. */
export function digestErase(sector: u32): void {
  const entry = DIGESTS + (usize(sector) << 4);
  add(sector, 0 - load<u64>(entry), 0 - load<u64>(entry, 8));
}

function add(sector: u32, a: u64, b: u64): void {
  markSector(sector);
  const entry = DIGESTS + (usize(sector) << 4);
  store<u64>(entry, load<u64>(entry) + a);
  store<u64>(entry, load<u64>(entry, 8) + b, 8);
  const region =
    REGION_DIGESTS + (usize(load<u32>(SECTORS + (usize(sector) << SECTOR_SHIFT), SECTOR_REGION)) << 4);
  store<u64>(region, load<u64>(region) + a);
  store<u64>(region, load<u64>(region, 8) + b, 8);
}

function markSector(sector: u32): void {
  if (load<u8>(SECTOR_DIRTY + sector) != 0) return;
  store<u8>(SECTOR_DIRTY + sector, 1);
  const count = load<u32>(DIRTY_SECTORS);
  store<u32>(SECTOR_LIST + (usize(count) << 2), sector);
  store<u32>(DIRTY_SECTORS, count + 1);
}
