// What a torn program leaves: which of the bits that it would clear have landed. Pure: shapes and places in, masks out.

import {
  TEAR_ALL,
  TEAR_BITS,
  TEAR_EVEN_BITS,
  TEAR_ODD_BITS,
  TEAR_ONE_MISSING,
  TEAR_ONE_ONLY,
  TEAR_PREFIX,
  TEAR_SAMPLED_HALF,
  TEAR_SAMPLED_MOST,
  TEAR_SUFFIX,
} from "../../abi";
import { mixA, mixB } from "./digest";
import { FLASH, TEAR_MASKS, WEAK } from "../map";

/** Bits of a word that a program smaller than a word covers; all of it otherwise. */
export function rangeMask(offset: u32, size: u32): u32 {
  if (size >= 4) return 0xffffffff;
  return ((u32(1) << (size << 3)) - 1) << ((offset & 3) << 3);
}

/** Which of the bits that would be cleared land, for the word `done` bytes into the program; `single` is what chosenBit() answered. */
export function landed(shape: u32, offset: u32, size: u32, done: u32, single: u32): u32 {
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
  if (shape == TEAR_BITS) return load<u32>(TEAR_MASKS + done);
  return u32(mixA(offset + done)); // TEAR_SCATTERED
}

/** Which of the bits `cleared` of the word at `place` land in a sampled tear: drawn by place and content, so that it is one for ever. */
export function sampled(shape: u32, place: u32, cleared: u32): u32 {
  const drawn = mixB(mixA((u64(place) << 32) | u64(cleared)));
  if (shape == TEAR_SAMPLED_HALF) return u32(drawn);
  let left = cleared;
  for (let turn: u64 = 0; turn <= (drawn & 3); turn++) {
    if (left == 0) break;
    // One of the bits that are left: those below it are taken off.
    let at = left;
    for (let skip = u32(drawn >> (8 * (turn + 1))) % popcnt(left); skip > 0; skip--) at &= at - 1;
    left &= ~(at & (0 - at));
  }
  return left;
}

/** Whether a shape is drawn by sampled(). */
export function isSampled(shape: u32): bool {
  return shape == TEAR_SAMPLED_HALF || shape == TEAR_SAMPLED_MOST;
}

/** The one bit of TEAR_ONE_…: a changed bit, which one depends on the place; word index << 5 | bit. */
export function chosenBit(first: u32, size: u32, data: usize, range: u32): u32 {
  const words = (size + 3) >> 2;
  const start = u32(mixA(first));
  for (let i: u32 = 0; i < words; i++) {
    const index = (start + i) % words;
    const place = first + (index << 2);
    const mayBeOne = load<u32>(FLASH + place) | load<u32>(WEAK + place);
    const clears = mayBeOne & ~load<u32>(data + (index << 2)) & range;
    if (clears == 0) continue;
    const turn = (start >> 16) & 31;
    return (index << 5) | ((ctz(rotr<u32>(clears, turn)) + turn) & 31);
  }
  return 0;
}
