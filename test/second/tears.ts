// What a torn program leaves: which of the bits that it would change have landed, as one mask for each word. Nine documented shapes,
// three of which depend on a hash of the place; and, where asked for, every combination that the dense mode has.
import type { Program } from "./flash.js";

/** How a torn program may come out. */
export interface Tear {
  /** For people. */
  readonly name: string;
  /** A mask for each word; null: the program had not begun, no unit counts as programmed. */
  readonly masks: readonly number[] | null;
}

/** A further way in which a program may be torn: masks from the program and the bits that it would change. */
export type ExtraTear = (program: Program, changes: readonly number[]) => readonly number[];

const EVERY = 0xffffffff;
const EVEN = 0x55555555;
const ODD = 0xaaaaaaaa;
const LOW_HALF = 0xffff;
const HIGH_HALF = 0xffff0000;

/** Bits up to which dense means every subset. */
const SUBSETS_UP_TO = 12;
/** Beyond: subsets of which at most so many bits have not landed, or have. */
const FEW = 4;

const M64 = (1n << 64n) - 1n;
const HASHES = new Map<number, number>();

/** The low word of the hash of a place: the finaliser of MurmurHash3 over 64 bits. */
export function placeHash(place: number): number {
  let hash = HASHES.get(place);
  if (hash === undefined) {
    let x = BigInt(place);
    x ^= x >> 33n;
    x = (x * 0xff51afd7ed558ccdn) & M64;
    x ^= x >> 33n;
    x = (x * 0xc4ceb9fe1a85ec53n) & M64;
    x ^= x >> 33n;
    HASHES.set(place, (hash = Number(x & 0xffffffffn)));
  }
  return hash;
}

/** The nine shapes, the one in which nothing happened first. */
export function shapesOf(program: Program, changes: readonly number[]): Tear[] {
  const each = (mask: (word: number) => number) => changes.map((_, word) => mask(word) >>> 0);
  const firstHalf = each((word) => firstHalfOf(program, word));
  const single = singleBit(program.offset & ~3, changes);
  const only = each((word) => (word === single.word ? 1 << single.bit : 0));
  return [
    { name: "none", masks: null },
    { name: "all", masks: each(() => EVERY) },
    { name: "prefix", masks: firstHalf },
    { name: "suffix", masks: firstHalf.map((mask) => ~mask >>> 0) },
    { name: "even-bits", masks: each(() => EVEN) },
    { name: "odd-bits", masks: each(() => ODD) },
    { name: "one-missing", masks: only.map((mask) => ~mask >>> 0) },
    { name: "one-only", masks: only },
    { name: "scattered", masks: each((word) => placeHash(program.offset + word * 4)) },
  ];
}

/** Of a word, the bits that belong to the first half of a program's bytes; one byte has no second half. */
function firstHalfOf({ offset, data: { length } }: Program, word: number): number {
  if (length > 4) return word * 4 < length / 2 ? EVERY : 0;
  const bytes = Math.max(1, length / 2);
  return (2 ** (8 * bytes) - 1) * 2 ** (8 * (offset & 3));
}

/** The one bit that is missing, or alone: one that would change, which one the place of the program decides. */
function singleBit(
  first: number,
  changes: readonly number[],
): { readonly word: number; readonly bit: number } {
  const hash = placeHash(first);
  const turn = (hash >>> 16) & 31;
  for (let step = 0; step < changes.length; step++) {
    const word = ((hash + step) >>> 0) % changes.length;
    for (let bit = 0; bit < 32; bit++) {
      const turned = (bit + turn) & 31;
      if (((changes[word]! >>> turned) & 1) === 1) return { word, bit: turned };
    }
  }
  return { word: 0, bit: 0 };
}

/**
 * The nine shapes; and each word's bits landed in every way that dense has. Of several words that are landed in part, those combinations
 * in which few bits are missing in all of them together, or few have landed.
 */
export function denseOf(program: Program, changes: readonly number[]): Tear[] {
  let combined: (readonly number[])[] = [[]];
  for (const [word, changed] of changes.entries()) {
    const ways = denseMasks(changed, placeHash(program.offset + word * 4));
    combined = combined.flatMap((before) => ways.map((mask) => [...before, mask]));
  }
  const few = combined.filter((masks) => isFew(masks, changes));
  return [
    ...shapesOf(program, changes),
    ...few.map((masks) => ({ name: `dense ${masks.map((mask) => mask.toString(16)).join()}`, masks })),
  ];
}

function isFew(masks: readonly number[], changes: readonly number[]): boolean {
  const partly = masks.map((mask, word) => ({ mask, changed: changes[word]! }));
  const words = partly.filter(({ mask, changed }) => mask !== 0 && mask !== changed);
  const total = (of: (word: { mask: number; changed: number }) => number) =>
    words.reduce((sum, word) => sum + bitCount(of(word)), 0);
  return (
    words.length <= 1 ||
    total(({ mask }) => mask) <= FEW ||
    total(({ mask, changed }) => changed & ~mask) <= FEW
  );
}

function bitCount(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}

/** The ways in which the changed bits of one word may land, none and all among them. */
export function denseMasks(changed: number, hash: number): number[] {
  const bits = Array.from({ length: 32 }, (_, bit) => 2 ** bit).filter((bit) => (changed & bit) !== 0);
  if (bits.length <= SUBSETS_UP_TO) return subsets(bits, bits.length);
  const masks = new Set<number>();
  for (const few of subsets(bits, FEW)) masks.add(few).add((changed ^ few) >>> 0);
  for (const mask of [EVEN, ODD, LOW_HALF, HIGH_HALF, hash]) masks.add((changed & mask) >>> 0);
  return [...masks];
}

/** Every sum of at most `most` of these bits. */
function subsets(bits: readonly number[], most: number): number[] {
  let found = [{ mask: 0, count: 0 }];
  for (const bit of bits) {
    const more = found.filter(({ count }) => count < most);
    found = [...found, ...more.map(({ mask, count }) => ({ mask: mask + bit, count: count + 1 }))];
  }
  return found.map(({ mask }) => mask);
}
