// A growing buffer for the bytes of a wasm binary (WebAssembly core specification 2.0, section 5.2). The
// counterpart of reader.ts; never reads a binary.

/** Appends bytes, LEB128 numbers and length-prefixed pieces. */
export class Writer {
  #buffer = new Uint8Array(256);
  #sizeBytes = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#sizeBytes++] = value;
  }

  bytes(values: Uint8Array | readonly number[]): void {
    this.#reserve(values.length);
    this.#buffer.set(values, this.#sizeBytes);
    this.#sizeBytes += values.length;
  }

  /** An unsigned 32-bit LEB128 number. */
  u32(value: number): void {
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return this.byte(rest);
      this.byte((rest % 128) + 128);
    }
  }

  /** A signed 64-bit LEB128 number; a value outside -2^63..2^63-1 wraps as in two's complement. */
  s64(value: bigint): void {
    for (let rest = BigInt.asIntN(64, value); ; rest >>= 7n) {
      const low = Number(rest & 0x7fn);
      if (rest >= -64n && rest < 64n) return this.byte(low);
      this.byte(low + 128);
    }
  }

  /** A one-byte opcode with an index. */
  indexed(opcode: number, index: number): void {
    this.byte(opcode);
    this.u32(index);
  }

  /** A length-prefixed UTF-8 name. */
  text(value: string): void {
    this.sized(new TextEncoder().encode(value));
  }

  /** Bytes with their count before them. */
  sized(values: Uint8Array): void {
    this.u32(values.length);
    this.bytes(values);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#sizeBytes);
  }

  #reserve(sizeBytes: number): void {
    const needed = this.#sizeBytes + sizeBytes;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#sizeBytes));
    this.#buffer = grown;
  }
}

/** The bytes that `write` writes. */
export function assemble(write: (code: Writer) => void): Uint8Array {
  const code = new Writer();
  write(code);
  return code.finish();
}
