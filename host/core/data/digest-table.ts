// A hash table from 128-bit state keys to numbers, in typed arrays: no object per state.

const START_CAPACITY = 1 << 12; // 80 KiB: whoever runs a scene plainly makes two tables for it
const LOAD_LIMIT = 0.6;

/** Keys, each with one number from 0 to 2^31 - 1. An exploration keeps its states elsewhere (campaign/explore/states). */
export class DigestTable {
  #keys = new Uint32Array(START_CAPACITY * 4);
  #values = new Int32Array(START_CAPACITY).fill(-1);
  #mask = START_CAPACITY - 1;
  #count = 0;

  /** Keys held. */
  get size(): number {
    return this.#count;
  }

  /** The value of the key at `words[at … at+3]`, or -1. */
  get(words: Uint32Array, at: number): number {
    return this.#values[this.#find(words, at)] as number;
  }

  /** Sets the value of the key at `words[at … at+3]`. */
  set(words: Uint32Array, at: number, value: number): void {
    const slot = this.#find(words, at);
    if (this.#values[slot] === -1) this.#put(slot, words, at, value);
    else this.#values[slot] = value;
  }

  /** The value of the key at `words[at … at+3]`; where it has none yet, it gets `value`. */
  getOrSet(words: Uint32Array, at: number, value: number): number {
    const slot = this.#find(words, at);
    const known = this.#values[slot] as number;
    if (known !== -1) return known;
    this.#put(slot, words, at, value);
    return value;
  }

  #put(slot: number, words: Uint32Array, at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.#keys[slot * 4 + i] = words[at + i] as number;
    this.#values[slot] = value;
    this.#count++;
    if (this.#count > this.#values.length * LOAD_LIMIT) this.#grow();
  }

  #find(words: Uint32Array, at: number): number {
    let slot = (words[at] as number) & this.#mask;
    while (this.#values[slot] !== -1) {
      const key = slot * 4;
      if (
        this.#keys[key] === words[at] &&
        this.#keys[key + 1] === words[at + 1] &&
        this.#keys[key + 2] === words[at + 2] &&
        this.#keys[key + 3] === words[at + 3]
      ) {
        return slot;
      }
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#values = new Int32Array(values.length * 2).fill(-1);
    this.#mask = this.#values.length - 1;
    this.#count = 0;
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] !== -1) this.set(keys, slot * 4, values[slot] as number);
    }
  }
}
