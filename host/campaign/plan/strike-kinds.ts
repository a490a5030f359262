// What strikes there are of each kind, by number: the one place that says so, for the explorer's lists of a state and for the lists of
// whole runs that oracles of one's own are shown. A million strikes are no million objects: each is made when it is asked for.
import * as abi from "../../../assembly/abi.js";
import type { Random } from "../../core/data/random.js";
import type { Layout, PartProfile, Region } from "../../device/profile.js";
import type { FaultName } from "./fault-models.js";
import type { Scene } from "./scenario.js";
import type { FlipPlace } from "./strike-choice.js";
import type { Strike, WriteEffect } from "./strikes.js";

/** Strikes of one kind, numbered from 0. */
export interface StrikeRange {
  readonly size: number;
  at(index: number): Strike;
}

const WORD_BITS = 32;
const BYTE_BITS = 8;
/** Effects of a write that fails; a counter does not wear out. */
const FAILURES: readonly WriteEffect[] = ["dropped", "failed", "worn"];
/** Address bits below this one move bytes within the word that a part latches: no part loses those by a brown-out. */
const LEAST_STRAY_BIT = 2;

/** Regions of flash among the places where flips at rest strike. */
export function flipRegions(layout: Layout, places: readonly FlipPlace[]): Region[] {
  return places.flatMap((place) => (place === "counters" ? [] : [layout[place]]));
}

/** One bit of these words of flash at rest, each bit of each. */
export function restFlips(words: readonly number[]): StrikeRange {
  return {
    size: words.length * WORD_BITS,
    at: (index) => ({ kind: "flip", offset: wordAt(words, index), bit: index % WORD_BITS }),
  };
}

/** Each bit of the floor counter: as many as the greatest value that it can hold has. */
export function counterFlips({ counterMax }: Pick<PartProfile, "counterMax">): StrikeRange {
  return {
    size: counterMax === undefined ? WORD_BITS : WORD_BITS - Math.clz32(counterMax.value),
    at: (bit) => ({ kind: "counter", id: abi.COUNTER_FLOOR, bit }),
  };
}

/** Two bits of these words at once, drawn; none where there are no words. */
export function drawnPair(words: readonly number[], random: Random): readonly [Strike, Strike] {
  const draw = (): Strike => ({
    kind: "flip",
    offset: words[random.below(words.length)] as number,
    bit: random.below(WORD_BITS),
  });
  return [draw(), draw()];
}

/** One bit of the images that stand in the receive window, one after the other in whole words. */
export function offerFlips({ scenario, images }: Scene): StrikeRange {
  const bytes = images.reduce((sum, image) => sum + ((image.bytes.length + 3) & ~3), 0);
  return {
    size: scenario.steps.length === 0 ? 0 : bytes * BYTE_BITS,
    at: (index) => ({ kind: "offer", offset: Math.floor(index / WORD_BITS) * 4, bit: index % WORD_BITS }),
  };
}

/** One bit of one of a call's flash reads. */
export function readFlips(reads: number): StrikeRange {
  return {
    size: reads * WORD_BITS,
    at: (index) => ({ kind: "read", read: Math.floor(index / WORD_BITS), bit: index % WORD_BITS }),
  };
}

/** One bit of the first `used` bytes of boot's RAM, at one of a call's flash reads. */
export function ramFlips(reads: number, used: number): StrikeRange {
  const bits = used * BYTE_BITS;
  return {
    size: reads * bits,
    at: (index) => {
      const within = index % bits;
      const address = Math.floor(within / BYTE_BITS);
      return { kind: "ram", read: Math.floor(index / bits), address, bit: within % BYTE_BITS };
    },
  };
}

/** One bit of a word that a call reads more than once, from its second reading on. */
export function refetchFlips(words: readonly number[]): StrikeRange {
  return {
    size: words.length * WORD_BITS,
    at: (index) => ({ kind: "refetch", offset: wordAt(words, index), bit: index % WORD_BITS }),
  };
}

/** A persistent operation of a call, from 0 in it. */
export interface StruckOperation {
  readonly operation: number;
  /** OP_ kind. */
  readonly kind: number;
  readonly sizeBytes: number;
  /** Bytes of the sector that it writes in; not asked for of a counter. */
  readonly sectorBytes: number;
}

/** Every way in which an operation can go wrong while the device stays up, under the models that there are. */
export function writeStrikes(
  { operation, kind, sizeBytes, sectorBytes }: StruckOperation,
  has: (model: FaultName) => boolean,
): (Strike & { readonly kind: "write" })[] {
  const struck = (effect: WriteEffect, bit: number) => ({ kind: "write", operation, effect, bit }) as const;
  const effects = FAILURES.filter((effect) => kind !== abi.OP_COUNTER || effect !== "worn");
  const strikes = has("write") ? effects.map((effect) => struck(effect, 0)) : [];
  if (!has("misdirected") || kind !== abi.OP_PROGRAM) return strikes;
  for (let bit = Math.max(LEAST_STRAY_BIT, Math.log2(sizeBytes)); 2 ** bit < sectorBytes; bit++)
    strikes.push(struck("stray", bit));
  return strikes;
}

function wordAt(words: readonly number[], index: number): number {
  return words[Math.floor(index / WORD_BITS)] as number;
}
