// Seeded numbers for samples: the same seed gives the same sample, whatever else a campaign does. No cryptography.

/** A sequence of pseudo-random numbers (xorshift32 after mixing the seeds). */
export class Random {
  #state: number;

  constructor(...seeds: readonly number[]) {
    let state = 0x9e3779b9;
    for (const seed of seeds) {
      state = Math.imul(state ^ (seed >>> 0), 0x85ebca6b);
      state ^= state >>> 13;
      state = Math.imul(state + 0x7f4a7c15, 0xc2b2ae35);
      state ^= state >>> 16;
    }
    this.#state = state === 0 ? 1 : state;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return Math.floor(((this.#state >>> 0) / 2 ** 32) * limit);
  }
}
