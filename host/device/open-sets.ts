// What may have landed in a word that a cut program left open: sets of masks, by numbers that follow from their content, so that every
// run and every share has the same. A mask has the bits that the program has cleared.
//
// In one word: any subset where up to 12 bits change; else up to 4 bits missing, up to 4 landed, and what the nine shapes leave. In a
// program of several words, where more than one is landed in part: up to 4 bits missing in these together, or up to 4 landed. What the
// nine shapes leave of several words together is no affair of these sets: campaigns have the shapes besides.
import * as abi from "../../assembly/abi.js";
import { CapacityError } from "../core/errors.js";

const ALL_SUBSETS_BITS = 12;
const FEW_BITS = 4;
const EVEN_BITS = 0x55555555;
const LOW_HALF = 0xffff;

/** Which word of how many of its program. */
interface Place {
  readonly index: number;
  readonly count: number;
}

interface OpenSet {
  readonly masks: readonly number[];
  /** The bits that the program changes. */
  readonly cleared: number;
  /** Undefined after an erase that was cut: what has landed in the other words says nothing any more. */
  readonly place?: Place;
  /** Bits that may be missing in the program's other words that are landed in part, and that may have landed there. */
  readonly left?: { readonly missing: number; readonly landed: number };
  /** One of these masks was chosen, though not which: the other words' sets have been narrowed for it, or it had no say in them. */
  readonly isCounted?: true;
}

/** The sets of one device. */
export class OpenSets {
  readonly #sets = new Map<number, OpenSet>();
  readonly #texts = new Map<number, string>();
  readonly #known = new Map<string, number>();

  /** The masks of a set, those that clear the most first. */
  masks(set: number): readonly number[] {
    return this.#of(set).masks;
  }

  /** The number of the set of masks of a program that clears these bits of a word; `scattered` is one of the nine shapes' own. */
  ofTear(cleared: number, scattered: number, place: Place): number {
    return this.#once(`tear ${cleared} ${scattered & cleared} ${place.index} ${place.count}`, () =>
      this.#numberOf({ masks: tornMasks(cleared, scattered), cleared, place }, 0),
    );
  }

  /** The set of those of another's masks with which a call goes one way, in its order. */
  narrowed(set: number, masks: readonly number[]): number {
    const whole = this.#of(set);
    const [only, ...more] = masks;
    // It lands at once: whose program it was says nothing any more.
    if (only !== undefined && more.length === 0)
      return this.#numberOf({ masks, cleared: only }, set & abi.OPEN_FADED);
    const isCounted = masks.length < whole.masks.length && (whole.place?.count ?? 1) > 1;
    const counted = isCounted ? ({ isCounted } as const) : {};
    return this.#numberOf({ ...whole, masks, ...counted }, set & abi.OPEN_FADED);
  }

  /** What is left of a set where an erase that is cut has raised bits for certain; `fades`: or may show instead, all ones. */
  erased(set: number, raised: number, fades: boolean): number {
    return this.#once(`erased ${set} ${raised} ${fades}`, () => {
      const { masks, cleared } = this.#of(set);
      const left = [...new Set(masks.map((mask) => (mask & ~raised) >>> 0))];
      const faded = fades ? abi.OPEN_FADED : set & abi.OPEN_FADED;
      return this.#numberOf({ masks: left, cleared: (cleared & ~raised) >>> 0 }, faded);
    });
  }

  /** Where the other words of the program are of which a set's word at `offset` is one: offsets. */
  others(set: number, offset: number): readonly number[] {
    const { place } = this.#of(set);
    if (place === undefined) return [];
    const { index, count } = place;
    return Array.from({ length: count }, (_, other) => offset + (other - index) * 4).filter(
      (at) => at !== offset,
    );
  }

  /** What is left of the set of another word of a program, where of the word with `set` it is `mask` that has landed. */
  beside(other: number, set: number, mask: number): number {
    const { cleared, place, isCounted, left = { missing: FEW_BITS, landed: FEW_BITS } } = this.#of(set);
    // What is counted in the other words already is not counted twice.
    if (isCounted === true || mask === 0 || mask === cleared) return other;
    const missing = left.missing - bitsOf(cleared & ~mask);
    const landed = left.landed - bitsOf(mask);
    return this.#once(`beside ${other} ${missing} ${landed} ${place?.count}`, () => {
      const those = this.#of(other);
      // A word that was counted before has had its say in this one: what is left here was made to suit it.
      if (those.place?.count !== place?.count || those.isCounted === true) return other;
      const isLeft = (one: number) =>
        one === 0 ||
        one === those.cleared ||
        bitsOf(those.cleared & ~one) <= missing ||
        bitsOf(one) <= landed;
      const masks = those.masks.filter(isLeft);
      return this.#numberOf({ ...those, masks, left: { missing, landed } }, other & abi.OPEN_FADED);
    });
  }

  #of(set: number): OpenSet {
    const found = this.#sets.get(set);
    if (found === undefined) throw new Error(`no set of masks ${set}`);
    return found;
  }

  #once(key: string, make: () => number): number {
    let set = this.#known.get(key);
    if (set === undefined) this.#known.set(key, (set = make()));
    return set;
  }

  #numberOf(open: OpenSet, faded: number): number {
    const { masks, cleared, place, left, isCounted = false } = open;
    if (masks.length === 0) throw new Error("nothing can have landed in an open word");
    const budget = [left?.missing ?? -99, left?.landed ?? -99, isCounted ? 1 : 0];
    const facts = [cleared, place?.index ?? -1, place?.count ?? 0, ...budget];
    const set = ((hashOf([...facts, ...masks]) & 0x7fffffff) | faded) >>> 0;
    const text = `${facts.join()}:${masks.join()}`;
    if (!this.#sets.has(set) && (set & 0x7fffffff) !== 0) {
      this.#sets.set(set, open);
      this.#texts.set(set, text);
    } else if (this.#texts.get(set) !== text)
      throw new CapacityError("two sets of torn bits have one number");
    return set;
  }
}

/** MurmurHash3, 32 bits, of words (Appleby, public domain): numbers of sets that differ in little are far apart. */
function hashOf(words: readonly number[]): number {
  const turned = (word: number, by: number) => (word << by) | (word >>> (32 - by));
  let hash = 0;
  for (const word of words) {
    hash ^= Math.imul(turned(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = Math.imul(turned(hash, 13), 5) + 0xe6546b64;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Every mask with which a cut may leave a word of which a program clears these bits. */
function tornMasks(cleared: number, scattered: number): number[] {
  const bits = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter(
    (bit) => (cleared & bit) !== 0,
  );
  const missing = (some: number) => (cleared & ~some) >>> 0;
  if (bits.length <= ALL_SUBSETS_BITS) return subsets(bits, bits.length).map(missing);
  const few = subsets(bits, FEW_BITS);
  const shapes = [EVEN_BITS, ~EVEN_BITS, LOW_HALF, ~LOW_HALF, scattered];
  return [...new Set([...few.map(missing), ...few, ...shapes.map((shape) => (cleared & shape) >>> 0)])];
}

/** The sums of at most `most` of the bits, few first. */
function subsets(bits: readonly number[], most: number): number[] {
  let layer: { readonly sum: number; readonly next: number }[] = [{ sum: 0, next: 0 }];
  const all = [0];
  for (let size = 1; size <= most; size++) {
    layer = layer.flatMap(({ sum, next }) =>
      bits.slice(next).map((bit, index) => ({ sum: (sum | bit) >>> 0, next: next + index + 1 })),
    );
    for (const { sum } of layer) all.push(sum);
  }
  return all;
}

function bitsOf(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
