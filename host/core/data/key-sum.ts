// Sum of 128-bit keys, each half modulo 2^64: the same for the same set of keys, in any order.

/** Rows after which lanes are carried over: so many words of 32 bits a double adds up exactly. */
const EXACT = 1 << 20;
const LANES = 4;

/** Adds up keys. */
export class KeySum {
  readonly #lanes = new Float64Array(LANES);
  #rows = 0;
  #low = 0n;
  #high = 0n;

  /** Adds the key at `words[at … at+3]`, lowest word of the lower half first. */
  add(words: Uint32Array, at: number): void {
    const lanes = this.#lanes;
    for (let lane = 0; lane < LANES; lane++)
      lanes[lane] = (lanes[lane] as number) + (words[at + lane] as number);
    if (++this.#rows === EXACT) this.#carry();
  }

  /** The sum so far, in hex: the upper half first. */
  get hex(): string {
    this.#carry();
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(16, "0")).join("");
  }

  #carry(): void {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = Array.from(this.#lanes, BigInt);
    this.#low = BigInt.asUintN(64, this.#low + a + (b << 32n));
    this.#high = BigInt.asUintN(64, this.#high + c + (d << 32n));
    this.#lanes.fill(0);
    this.#rows = 0;
  }
}
