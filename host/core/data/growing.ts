// Typed arrays that grow: states by the million without an object each.

const START_SIZE = 1 << 12;

/** A growing list of 32-bit numbers. */
export class GrowingWords {
  #words = new Uint32Array(START_SIZE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    return this.#words[index] as number;
  }

  set(index: number, value: number): void {
    this.#words[index] = value;
  }

  push(value: number): void {
    if (this.#size === this.#words.length) {
      const longer = new Uint32Array(this.#size * 2);
      longer.set(this.#words);
      this.#words = longer;
    }
    this.#words[this.#size++] = value;
  }
}

/** A growing list of bytes. */
export class GrowingBytes {
  #bytes = new Uint8Array(START_SIZE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    return this.#bytes[index] as number;
  }

  set(index: number, value: number): void {
    this.#bytes[index] = value;
  }

  push(value: number): void {
    if (this.#size === this.#bytes.length) {
      const longer = new Uint8Array(this.#size * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#size++] = value;
  }
}
