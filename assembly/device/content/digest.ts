// The running 128-bit digest of persistent content: a sum, per sector, of one mixed value per word, weak bits, mark and
// torn unit. A sum can be updated in place, so a state's key costs nothing to keep. Erased words and fresh units add
// nothing. Not a cryptographic digest: nobody chooses flash content to collide here, and two lanes of 64 bits with
// independent finalisers keep an accidental collision among a billion states below 2^-68.

import {
  DIGESTS,
  ERASES_KEPT,
  REGION_DIGESTS,
  SECTORS,
  SECTOR_REGION,
  SECTOR_SHIFT,
  SUMS,
  SUMS_SIZE,
} from "../map";
import { undoKeepBlock } from "./undo";

// Multipliers of MurmurHash3's and SplitMix64's finalisers (public domain constants).
const LANE_A_1: u64 = 0xff51afd7ed558ccd;
const LANE_A_2: u64 = 0xc4ceb9fe1a85ec53;
const LANE_B_1: u64 = 0xbf58476d1ce4e5b9;
const LANE_B_2: u64 = 0x94d049bb133111eb;

// What a value says, told apart by the top three bits of its index; offsets have at most 21 bits.
/** The word at an offset, as complement: erased is 0. */
export const OF_WORD: u32 = 0;
/** The weak bits of the word at an offset. */
export const OF_WEAK: u32 = 0x40000000;
/** Programs of a unit since the last erase. */
export const OF_MARK: u32 = 0x80000000;
/** The FLAG_ bits of a torn ECC unit. */
export const OF_TORN: u32 = 0xc0000000;
/** The set of what may have landed in the word at an offset. */
export const OF_OPEN: u32 = 0x20000000;

/** A finaliser of 64 bits: each bit of `x` changes about half of the answer's. Of the first lane; mixB of the second. */
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

/** Remembers a sector's sums for the undo log; once before each operation on it. */
export function digestKeep(sector: u32): void {
  undoKeepBlock(DIGESTS + (usize(sector) << 4), 16);
  undoKeepBlock(regionDigest(sector), 16);
  if (load<u32>(ERASES_KEPT) != 0) undoKeepBlock(sumsOf(sector), SUMS_SIZE);
}

/** Replaces a value in the digests of `sector`: `index` is an OF_ number and a place; 0 adds nothing. */
export function digestChange(sector: u32, index: u32, before: u32, after: u32): void {
  digestAdd(sector, termA(index, after) - termA(index, before), termB(index, after) - termB(index, before));
}

/** The sum of a sector's digest is another one from here on; its region's follows. */
export function digestSet(sector: u32, a: u64, b: u64): void {
  const entry = DIGESTS + (usize(sector) << 4);
  digestAdd(sector, a - load<u64>(entry), b - load<u64>(entry, 8));
}

/** What a value adds to the first lane; termB() to the second. */
export function termA(index: u32, value: u32): u64 {
  return value == 0 ? 0 : mixA((u64(index) << 32) | u64(value));
}

export function termB(index: u32, value: u32): u64 {
  return value == 0 ? 0 : mixB((u64(index) << 32) | u64(value));
}

/** Where the sums of a sector stand that an erase would leave (erase-sums.ts). */
export function sumsOf(sector: u32): usize {
  return SUMS + usize(sector) * SUMS_SIZE;
}

/** Adds to the digest of a sector, and so to its region's. */
export function digestAdd(sector: u32, a: u64, b: u64): void {
  addTo(DIGESTS + (usize(sector) << 4), a, b);
  addTo(regionDigest(sector), a, b);
}

/** Adds to the sum of two lanes at `place`. */
export function addTo(place: usize, a: u64, b: u64): void {
  store<u64>(place, load<u64>(place) + a);
  store<u64>(place, load<u64>(place, 8) + b, 8);
}

export function regionDigest(sector: u32): usize {
  return REGION_DIGESTS + (usize(load<u32>(SECTORS + (usize(sector) << SECTOR_SHIFT), SECTOR_REGION)) << 4);
}
