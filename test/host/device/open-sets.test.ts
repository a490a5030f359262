// What may have landed in a word that a cut left open; and what of weak checksums that shows, where the nine shapes show hardly anything.
// @module-tag slow: every subset of the bits of torn words, counted out
import { describe, expect, it } from "vitest";
import { OpenSets } from "../../../host/device/open-sets.js";
import { Random } from "../../../host/core/data/random.js";

const ALL = 0xffffffff;
/** A program of one word. */
const ALONE = { index: 0, count: 1 };
const SCATTERED = 0x3a9c_51e7;
const RECORDS = 400;
const MISSING_MOST = 4;

const bits = (word: number) =>
  Array.from({ length: 32 }, (_, bit) => (word >>> bit) & 1).filter(Boolean).length;

describe("a torn word", () => {
  it("of which up to twelve bits change is left with any of them cleared", () => {
    const sets = new OpenSets();
    for (const cleared of [1, 0x8000_0000, 0b1011, 0xfff, 0xf00f_000f]) {
      const masks = sets.masks(sets.ofTear(cleared, SCATTERED, ALONE));
      expect(masks.length).toBe(2 ** bits(cleared));
      expect(new Set(masks).size).toBe(masks.length);
      for (const mask of masks) expect(mask & ~cleared).toBe(0);
    }
  });

  it("of which more change: with up to four missing, up to four landed, and as the shapes leave it", () => {
    const sets = new OpenSets();
    const choose = [1, 16, 120, 560, 1820];
    const few = choose.reduce((sum, count) => sum + count);
    const cleared = 0xf0f0_ff00;
    const masks = new Set(sets.masks(sets.ofTear(cleared, SCATTERED, ALONE)));
    for (const [count, expected] of choose.entries()) {
      expect([...masks].filter((mask) => bits(mask) === count).length).toBe(expected);
      expect([...masks].filter((mask) => bits(mask) === 16 - count).length).toBe(expected);
    }
    const shapes = [0x5555_5555, 0xaaaa_aaaa, 0xffff, 0xffff_0000, SCATTERED];
    for (const shape of shapes) expect(masks.has((cleared & shape) >>> 0)).toBe(true);
    const others = new Set(
      shapes.map((shape) => (cleared & shape) >>> 0).filter((mask) => Math.abs(bits(mask) - 8) < 4),
    );
    expect(masks.size).toBe(2 * few + others.size);
  });

  it("has one set for one content, whatever came before, and another for another", () => {
    const [one, other] = [new OpenSets(), new OpenSets()];
    other.ofTear(0xff, SCATTERED, ALONE);
    expect(one.ofTear(0xf0f, SCATTERED, ALONE)).toBe(other.ofTear(0xf0f, ~SCATTERED, ALONE));
    const numbers = [0xf0f, 0xf0e, 0xff0f_ff0f].map((cleared) => one.ofTear(cleared, SCATTERED, ALONE));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(one.ofTear(0xff0f_ff0f, 0, ALONE)).not.toBe(numbers[2]);
  });

  it("shows less after an erase that was cut: raised bits show no more, and where it fades that is told", () => {
    const sets = new OpenSets();
    const set = sets.ofTear(0xff, SCATTERED, ALONE);
    const half = sets.erased(set, 0x5555_5555, false);
    expect(new Set(sets.masks(half))).toEqual(new Set(sets.masks(sets.ofTear(0xaa, SCATTERED, ALONE))));
    const faded = sets.erased(half, 0, true);
    expect(faded >>> 31).toBe(1);
    expect(sets.masks(faded)).toEqual(sets.masks(half));
    expect(sets.erased(faded, 0x5555_5555, false) >>> 31).toBe(1);
    const [first, ...rest] = sets.masks(set);
    expect(sets.masks(sets.narrowed(set, rest))).toEqual(rest);
    expect(sets.narrowed(set, [first!, ...rest])).toBe(set);
    expect(sets.narrowed(faded, [0]) >>> 31).toBe(1);
  });
});

/** Ways to make a record of 32 bits from a payload, whose last bits are a check. */
const CHECKS: Readonly<Record<string, (payload: number) => number>> = {
  "xor-8": (payload) => word24(payload, (a, b, c) => a ^ b ^ c),
  "sum-8": (payload) => word24(payload, (a, b, c) => a + b + c),
  "crc-8": (payload) => word24(payload, (...bytes) => crc(bytes, 8, 0x07)),
  "sum-8 with complement": (payload) =>
    word16(payload, (a, b) => ((a + b) & 0xff) | ((~(a + b) & 0xff) << 8)),
  "fletcher-16": (payload) => word16(payload, (a, b) => ((a + b) % 255) | (((2 * a + b) % 255) << 8)),
  "crc-16": (payload) => word16(payload, (...bytes) => crc(bytes, 16, 0x1021)),
  "beside its inverse": (payload) => word16(payload, (a, b) => ~(a | (b << 8)) & 0xffff),
};

function word24(payload: number, check: (a: number, b: number, c: number) => number): number {
  const [a, b, c] = [payload & 0xff, (payload >>> 8) & 0xff, (payload >>> 16) & 0xff];
  return (a | (b << 8) | (c << 16) | ((check(a, b, c) & 0xff) << 24)) >>> 0;
}

function word16(payload: number, check: (a: number, b: number) => number): number {
  const [a, b] = [payload & 0xff, (payload >>> 8) & 0xff];
  return (a | (b << 8) | (check(a, b) << 16)) >>> 0;
}

function crc(bytes: readonly number[], width: number, polynomial: number): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++)
      sum = ((sum << 1) ^ ((sum >>> (width - 1)) & 1 ? polynomial : 0)) & ((1 << width) - 1);
  }
  return sum;
}

describe("a record over erased flash, torn so that it reads as another valid one with up to four bits missing", () => {
  /** What the shapes leave of a word at an even place; the two shapes of one bit try each bit in turn. */
  const shapesOf = (cleared: number, turn: number): number[] => {
    const clears = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter(
      (bit) => (cleared & bit) !== 0,
    );
    const one = clears[turn % clears.length]!;
    return [
      0xffff,
      0xffff_0000,
      0x5555_5555,
      0xaaaa_aaaa,
      ~one,
      one,
      SCATTERED ^ Math.imul(turn, 0x9e37_79b1),
    ].map((shape) => (cleared & shape) >>> 0);
  };

  /** Masks that leave up to four bits of `cleared` missing, found by looking at each four of the 32 bits. */
  function* fewMissing(cleared: number): Generator<number> {
    for (let a = 0; a < 32; a++)
      for (let b = a; b < 32; b++)
        for (let c = b; c < 32; c++)
          for (let d = c; d < 32; d++) {
            const missing = ((1 << a) | (1 << b) | (1 << c) | (1 << d)) >>> 0;
            if ((missing & ~cleared) === 0) yield (cleared & ~missing) >>> 0;
          }
  }

  it.each(Object.entries(CHECKS))(
    "%s: all that can be is shown by dense tears, little by the shapes",
    (name, make) => {
      const sets = new OpenSets();
      const random = new Random(1);
      const payloadMask =
        name.includes("16") || name.includes("complement") || name.includes("inverse") ? 0xffff : 0xffffff;
      const isValid = (word: number) => make(word & payloadMask) === word;
      let [fooled, shown, dense] = [0, 0, 0];
      for (let record = 0; record < RECORDS; record++) {
        const word = make(random.below(payloadMask + 1));
        const cleared = ~word >>> 0;
        const reads = (mask: number) => (ALL & ~mask) >>> 0;
        const isOther = (mask: number) => reads(mask) !== word && reads(mask) !== ALL && isValid(reads(mask));
        let can = false;
        for (const mask of fewMissing(cleared)) if (isOther(mask)) can = true;
        if (!can) continue;
        fooled++;
        if (shapesOf(cleared, record).some(isOther)) shown++;
        const masks = sets.masks(sets.ofTear(cleared, SCATTERED, ALONE));
        if (masks.some((mask) => bits(cleared & ~mask) <= MISSING_MOST && isOther(mask))) dense++;
      }
      expect(dense).toBe(fooled);
      expect(fooled > 0).toBe(name !== "beside its inverse");
      expect(shown).toBeLessThanOrEqual(fooled);
    },
  );
});

describe("words of one program", () => {
  const CLEARED = [0b11111, 0b1111, 0b11111];
  const FEW = 4;

  /** What may have landed in all of them together, as it is documented. */
  function documented(cleared: readonly number[]): string[] {
    let all: (readonly number[])[] = [[]];
    for (const word of cleared)
      all = all.flatMap((before) => Array.from({ length: word + 1 }, (_, mask) => [...before, mask]));
    return all
      .filter((masks) => {
        const partly = masks.flatMap((mask, at) => (mask === 0 || mask === cleared[at] ? [] : [at]));
        const landed = partly.reduce((sum, at) => sum + bits(masks[at]!), 0);
        const missing = partly.reduce((sum, at) => sum + bits(cleared[at]!) - bits(masks[at]!), 0);
        return partly.length <= 1 || landed <= FEW || missing <= FEW;
      })
      .map((masks) => masks.join());
  }

  /**
   * Asks for the words in this order, again and again; each time the answer tells masks apart by `tells`, as a call does, and the last time
   * each mask from each other.
   */
  function reached(cleared: readonly number[], order: readonly number[], tells: (mask: number) => number) {
    const sets = new OpenSets();
    const first = cleared.map((word, index) =>
      sets.ofTear(word, SCATTERED, { index, count: cleared.length }),
    );
    const asked = [
      ...order.map((word) => ({ word, tells })),
      ...cleared.map((_, word) => ({ word, tells: (mask: number) => mask })),
    ];
    let states = new Map([[first.join(), first]]);
    for (const ask of asked) {
      const next = new Map<string, number[]>();
      for (const state of states.values()) {
        const set = state[ask.word]!;
        const groups = new Map<string, { readonly masks: number[]; readonly state: number[] }>();
        for (const mask of sets.masks(set)) {
          const after = state.map((other, at) => (at === ask.word ? set : sets.beside(other, set, mask)));
          const said = `${ask.tells(mask)} ${after.join()}`;
          const group = groups.get(said) ?? { masks: [], state: after };
          group.masks.push(mask);
          groups.set(said, group);
        }
        for (const group of groups.values()) {
          const after = group.state.map((other, at) =>
            at === ask.word ? sets.narrowed(set, group.masks) : other,
          );
          next.set(after.join(), after);
        }
      }
      states = next;
    }
    return [...states.values()].map((state) => state.map((set) => sets.masks(set).join("|")).join());
  }

  it.each([[[0, 1, 2]], [[0, 1, 0]], [[1, 0, 1, 0]], [[2, 0, 1, 2, 0]], [[0, 0, 1, 1, 2, 2]]])(
    "come out in all combinations that there are and in no other, asked for in the order %j",
    (order) => {
      for (const cleared of [CLEARED.slice(0, 2), CLEARED]) {
        const some = order.filter((word) => word < cleared.length);
        const found = reached(cleared, some, (mask) => bits(mask) & 1);
        expect(new Set(found)).toEqual(new Set(documented(cleared)));
      }
    },
  );

  it("are counted once each: a word that was narrowed before says nothing more of the others when one mask of it is left", () => {
    const sets = new OpenSets();
    const open = (index: number) => sets.ofTear(0xffff, SCATTERED, { index, count: 4 });
    const [first, second, third] = [open(0), open(1), open(2)];
    const two = sets.masks(first).filter((mask) => bits(0xffff & ~mask) === 2);
    const narrowed = sets.narrowed(first, two);
    const afterFirst = [second, third].map((other) => sets.beside(other, first, two[0]!));
    const one = sets.masks(afterFirst[1]!).find((mask) => bits(0xffff & ~mask) === 1)!;
    const left = sets.beside(afterFirst[0]!, afterFirst[1]!, one);
    expect(sets.beside(left, narrowed, two[0]!)).toBe(left);
  });
});
