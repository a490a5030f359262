// What a flash part does, told a second time: bytes and marks in plain arrays, written from assembly/abi.ts and the
// part profiles alone. Shares no code with the device module, and is slow on purpose.
import * as abi from "../../assembly/abi.js";
import { sectorsOf } from "../../host/device/layout.js";
import type { PartProfile, Region } from "../../host/device/profile.js";

/** Which bits of a byte a shape may have left; null where the shape leaves one bit, or a subset fixed by its place. */
const BIT_SHAPES = new Map<number, number>([
  [abi.TEAR_EVEN_BITS, 0x55],
  [abi.TEAR_ODD_BITS, 0xaa],
]);

/** A flash part as a test believes it to be. */
export class FlashModel {
  /** Content as the bus shows it. */
  content: Uint8Array;
  /** Programs since the last erase, per smallest program unit. */
  marks: Uint8Array;
  readonly part: PartProfile;
  readonly sectors: readonly Region[];

  constructor(part: PartProfile) {
    this.part = part;
    this.sectors = sectorsOf(part);
    const last = this.sectors.at(-1)!;
    this.content = new Uint8Array(last.offset + last.size).fill(part.erasedByte);
    this.marks = new Uint8Array(this.content.length / part.programMin.value);
  }

  /** What the part answers to programming `data` at `offset`. */
  programStatus(offset: number, data: Uint8Array): number {
    const units = this.unitsOf(offset, data.length);
    const unitSize = this.part.programMin.value;
    const raising = (from: number, size: number) =>
      data.subarray(from, from + size).some((byte, i) => this.raises(offset + from + i, byte));
    const { rule } = this.part;
    if (rule === "twice" && units.some((unit) => this.marks[unit]! >= 2)) return abi.STATUS_WRITE_LIMIT;
    for (const unit of units) {
      const from = unit * unitSize - offset;
      const unused = this.marks[unit] === 0;
      const toZero = data.subarray(from, from + unitSize).every((byte) => byte === 0);
      if (rule === "once-or-zero" && !unused && toZero) continue;
      if ((rule === "once" || rule === "once-or-zero") && !unused) return abi.STATUS_NOT_ERASED;
      if (raising(from, unitSize)) return abi.STATUS_NOT_ERASED;
    }
    return abi.STATUS_OK;
  }

  /** Programs `data` wholly. */
  program(offset: number, data: Uint8Array): void {
    data.forEach((byte, i) => {
      const at = offset + i;
      this.content[at] = this.part.erasedByte === 0xff ? this.content[at]! & byte : this.content[at]! | byte;
    });
    this.mark(offset, data.length);
  }

  /** Counts one program of every unit of a range. */
  mark(offset: number, size: number): void {
    if (this.part.rule === "and") return;
    for (const unit of this.unitsOf(offset, size)) this.marks[unit] = Math.min(this.marks[unit]! + 1, 255);
  }

  /** Bits that programming `data` would change, per byte. */
  changes(offset: number, data: Uint8Array): Uint8Array {
    return data.map((byte, i) => {
      const old = this.content[offset + i]!;
      return this.part.erasedByte === 0xff ? old & ~byte : byte & ~old;
    });
  }

  /**
   * Whether `after` is what this tear may leave of programming `data`: exactly, where the shape says which bits land;
   * one bit more or less for the shapes of a single bit; any subset for the scattered shape.
   */
  mayTearInto(shape: number, offset: number, data: Uint8Array, after: Uint8Array): boolean {
    const changes = this.changes(offset, data);
    const landed = after.map((byte, i) => byte ^ this.content[offset + i]!);
    const equals = (wanted: (change: number, index: number) => number) =>
      changes.every((change, i) => landed[i] === (wanted(change, i) & 0xff));
    const half = Math.ceil(data.length / 2);
    const missing = changes.map((change, i) => change & ~landed[i]!);
    const isSubset = landed.every((bits, i) => (bits & ~changes[i]!) === 0);
    const one = Math.min(1, bitCount(changes));
    switch (shape) {
      case abi.TEAR_NONE:
        return equals(() => 0);
      case abi.TEAR_ALL:
        return equals((change) => change);
      case abi.TEAR_PREFIX:
        return equals((change, i) => (i < half ? change : 0));
      case abi.TEAR_SUFFIX:
        return equals((change, i) => (i < half ? 0 : change));
      case abi.TEAR_EVEN_BITS:
      case abi.TEAR_ODD_BITS:
        return equals((change) => change & BIT_SHAPES.get(shape)!);
      case abi.TEAR_ONE_MISSING:
        return isSubset && bitCount(missing) === one;
      case abi.TEAR_ONE_ONLY:
        return isSubset && bitCount(landed) === one;
      default:
        return isSubset;
    }
  }

  /** Erases a sector as far as `phase` says. */
  erase(index: number, phase: number): void {
    const { offset, size } = this.sectors[index]!;
    if (phase === abi.ERASE_UNTOUCHED) return;
    const whole = phase === abi.ERASE_DONE ? size : size / 2;
    this.content.fill(this.part.erasedByte, offset, offset + whole);
    for (let at = offset + whole; at < offset + size; at++) {
      this.content[at] =
        this.part.erasedByte === 0xff ? this.content[at]! | 0x55 : this.content[at]! & ~0x55 & 0xff;
    }
    for (const unit of this.unitsOf(offset, whole)) this.marks[unit] = 0;
  }

  /** A copy to come back to. */
  snapshot(): { readonly content: Uint8Array; readonly marks: Uint8Array } {
    return { content: this.content.slice(), marks: this.marks.slice() };
  }

  restore(kept: { readonly content: Uint8Array; readonly marks: Uint8Array }): void {
    this.content = kept.content.slice();
    this.marks = kept.marks.slice();
  }

  private raises(at: number, byte: number): boolean {
    const old = this.content[at]!;
    return this.part.erasedByte === 0xff ? (byte & ~old) !== 0 : (old & ~byte) !== 0;
  }

  private unitsOf(offset: number, size: number): number[] {
    const unitSize = this.part.programMin.value;
    return Array.from({ length: size / unitSize }, (_, i) => offset / unitSize + i);
  }
}

/** How many bits are set. */
export function bitCount(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  return count;
}
