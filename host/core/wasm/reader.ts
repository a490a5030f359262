// A bounded cursor over the bytes of a wasm binary: LEB128 numbers, names, vectors (WebAssembly core
// specification 2.0, section 5.2). Never reads outside its range: whatever does not fit is a WasmFormatError.
import { WasmFormatError } from "./error.js";

/** A cursor that moves forward through `[offset, endOffset)` of one binary. */
export class Reader {
  readonly binary: Uint8Array;
  /** Absolute offset of the next byte, in bytes from the start of the binary. */
  offset: number;
  readonly endOffset: number;
  /** Function whose body is being read, for error messages only. */
  readonly functionIndex: number | null;

  constructor(binary: Uint8Array, offset: number, endOffset: number, functionIndex: number | null = null) {
    this.binary = binary;
    this.offset = offset;
    this.endOffset = endOffset;
    this.functionIndex = functionIndex;
  }

  isAtEnd(): boolean {
    return this.offset >= this.endOffset;
  }

  /** The error to throw for a problem at `offset`, by default at the cursor. */
  error(problem: string, offset: number = this.offset): WasmFormatError {
    return new WasmFormatError(problem, offset, this.functionIndex);
  }

  byte(): number {
    if (this.isAtEnd()) throw this.error("unexpected end");
    return this.binary[this.offset++]!;
  }

  skip(sizeBytes: number): void {
    if (sizeBytes > this.endOffset - this.offset)
      throw this.error(`unexpected end, ${sizeBytes} bytes expected`);
    this.offset += sizeBytes;
  }

  /** An unsigned 32-bit LEB128 number. */
  u32(): number {
    const startOffset = this.offset;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.error("number does not fit 32 bits", startOffset);
  }

  /** A signed LEB128 number of 32 or 33 bits, or of 64, whose value is then exact only up to 2^53. */
  signed(bits: 32 | 33 | 64): number {
    const startOffset = this.offset;
    let value = 0;
    for (let shift = 0; shift < bits; shift += 7) {
      const byte = this.byte();
      if (byte >= 0x80) {
        value += (byte & 0x7f) * 2 ** shift;
        continue;
      }
      const top = (byte << 25) >> 25; // the last seven bits carry the sign
      const topBits = bits - shift;
      if (topBits < 7 && (top < -(2 ** (topBits - 1)) || top >= 2 ** (topBits - 1))) break;
      return value + top * 2 ** shift;
    }
    throw this.error(`number does not fit ${bits} bits`, startOffset);
  }

  /** A length-prefixed name, which must be UTF-8. */
  text(): string {
    const sizeBytes = this.u32();
    const startOffset = this.offset;
    this.skip(sizeBytes);
    try {
      // ignoreBOM keeps a leading U+FEFF, which is part of the name.
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return decoder.decode(this.binary.subarray(startOffset, this.offset));
    } catch {
      throw this.error("name is not UTF-8", startOffset);
    }
  }

  /** A length-prefixed list. `readItem` must consume at least one byte, so a false length ends at the range's end. */
  vector<Item>(readItem: (index: number) => Item): Item[] {
    const count = this.u32();
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(readItem(index));
    return items;
  }

  /** A cursor over the next `sizeBytes` bytes; this one moves behind them. */
  slice(sizeBytes: number, functionIndex: number | null = null): Reader {
    const startOffset = this.offset;
    this.skip(sizeBytes);
    return new Reader(this.binary, startOffset, this.offset, functionIndex);
  }
}
