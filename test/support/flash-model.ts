// What a flash part does, told a second time: bytes, weak bits, marks and torn ECC units in plain arrays, written from
// assembly/abi.ts and the part profiles alone. Shares no code with the device module, and is slow on purpose.
import * as abi from "../../assembly/abi.js";
import { ERASES, TEARS } from "../../host/campaign/plan/shapes.js";
import { sectorsOf } from "../../host/device/layout.js";
import type { PartProfile, Region } from "../../host/device/profile.js";

/** Which bits of a byte a shape may have left; null where the shape leaves one bit, or a subset fixed by its place. */
const BIT_SHAPES = new Map<number, number>([
  [abi.TEAR_EVEN_BITS, 0x55],
  [abi.TEAR_ODD_BITS, 0xaa],
]);

/**
 * The shapes of a torn program that a part's fault models have, by number: all of them where there is ECC; but not those of dense tears,
 * which are open, told bit by bit, or drawn (open-sets.test.ts).
 */
export function tearsOf({ ecc }: PartProfile): readonly (typeof TEARS)[number][] {
  return TEARS.slice(0, (ecc === undefined ? abi.TEAR_WEAK : abi.TEAR_UNSTEADY) + 1);
}

/** Likewise the phases of a torn erase. */
export function phasesOf({ ecc }: PartProfile): readonly (typeof ERASES)[number][] {
  return ecc === undefined ? ERASES.slice(0, abi.ERASE_WEAK + 1) : ERASES;
}

/** What a read of a word sees: its value on the bus, or that it cannot be read. */
export type Reading = number | "nothing";

/** A flash part as a test believes it to be; its ECC is modelled where the profile has one. */
export class FlashModel {
  /** Content as the bus shows it, every bit that was programmed seen as programmed. */
  readonly content: Uint8Array;
  /** Bits of the content that a read may see erased. */
  readonly weak: Uint8Array;
  /** Programs since the last erase, per smallest program unit. */
  readonly marks: Uint8Array;
  /** FLAG_ bits, per ECC unit. */
  readonly torn: Uint8Array;
  readonly part: PartProfile;
  readonly sectors: readonly Region[];
  readonly #eccBytes: number;
  /** Between the bus and erased-is-ones form. */
  readonly #inversion: number;

  constructor(part: PartProfile) {
    this.part = part;
    this.sectors = sectorsOf(part);
    const last = this.sectors.at(-1)!;
    this.content = new Uint8Array(last.offset + last.size).fill(part.erasedByte);
    this.weak = new Uint8Array(this.content.length);
    this.marks = new Uint8Array(this.content.length / part.programMin.value);
    this.#eccBytes = part.ecc?.unitBytes.value ?? 0;
    this.torn = new Uint8Array(this.#eccBytes === 0 ? 0 : this.content.length / this.#eccBytes);
    this.#inversion = part.erasedByte ^ 0xff;
  }

  /** Everything that a read of the word at `offset` may see, in the order of the choices. */
  readings(offset: number): readonly Reading[] {
    const flags = this.#eccBytes === 0 ? 0 : this.torn[Math.floor(offset / this.#eccBytes)]!;
    const mark = this.marks[Math.floor(offset / this.part.programMin.value)]!;
    if (flags === abi.FLAG_UNREADABLE || (this.part.ecc?.erasedFaults === true && mark === 0))
      return ["nothing"];
    const word = wordAt(this.content, offset);
    const weak = wordAt(this.weak, offset);
    const erased = (this.part.erasedByte === 0xff ? word | weak : word & ~weak) >>> 0;
    return [
      word,
      ...(weak === 0 ? [] : [erased]),
      ...(flags === abi.FLAG_UNSTEADY ? ["nothing" as const] : []),
    ];
  }

  /** What the part answers to programming `data` at `offset`. */
  programStatus(offset: number, data: Uint8Array): number {
    const units = this.#unitsOf(offset, data.length);
    const unitSize = this.part.programMin.value;
    const raising = (from: number, size: number) =>
      data.subarray(from, from + size).some((byte, i) => this.#raises(offset + from + i, byte));
    const { rule } = this.part;
    if (rule === "twice" && units.some((unit) => this.marks[unit]! >= 2)) return abi.STATUS_WRITE_LIMIT;
    for (const unit of units) {
      const from = unit * unitSize - offset;
      const unused = this.marks[unit] === 0;
      // All zero in erased-is-ones form: every bit programmed.
      const toZero = data.subarray(from, from + unitSize).every((byte) => byte === this.#inversion);
      if (rule === "once-or-zero" && !unused && toZero) continue;
      if ((rule === "once" || rule === "once-or-zero") && !unused) return abi.STATUS_NOT_ERASED;
      if (raising(from, unitSize)) return abi.STATUS_NOT_ERASED;
    }
    return abi.STATUS_OK;
  }

  /** Programs `data` wholly: what lands is strong, and a torn unit stays torn. */
  program(offset: number, data: Uint8Array): void {
    data.forEach((byte, i) => {
      const at = offset + i;
      this.content[at] = (this.#ones(at) & (byte ^ this.#inversion)) ^ this.#inversion;
      this.weak[at] = this.weak[at]! & (byte ^ this.#inversion);
    });
    this.mark(offset, data.length);
  }

  /** Takes over what a torn program was seen to leave. */
  programTorn(shape: number, offset: number, content: Uint8Array, weak: Uint8Array): void {
    this.content.set(content, offset);
    this.weak.set(weak, offset);
    if (shape !== abi.TEAR_NONE) this.mark(offset, content.length);
    if (shape === abi.TEAR_UNREADABLE) this.#tear(offset, content.length, abi.FLAG_UNREADABLE);
    if (shape === abi.TEAR_UNSTEADY) this.#tear(offset, content.length, abi.FLAG_UNSTEADY);
  }

  /** Counts one program of every unit of a range. */
  mark(offset: number, size: number): void {
    if (this.part.rule === "and") return;
    for (const unit of this.#unitsOf(offset, size)) this.marks[unit] = Math.min(this.marks[unit]! + 1, 255);
  }

  /**
   * Whether `after`, with these weak bits, is what this tear may leave of programming `data`: exactly, where the shape says
   * which bits land; one bit more or less for the shapes of a single bit; any subset for the scattered shape. A bit that
   * lands is strong; a weak one that does not stays weak.
   */
  mayTearInto(
    shape: number,
    offset: number,
    data: Uint8Array,
    after: { readonly content: Uint8Array; readonly weak: Uint8Array },
  ): boolean {
    const ones = data.map((_, i) => this.#ones(offset + i));
    const weak = this.weak.subarray(offset, offset + data.length);
    const onesAfter = after.content.map((byte) => byte ^ this.#inversion);
    if (shape === abi.TEAR_WEAK || shape === abi.TEAR_UNSTEADY) {
      return data.every((byte, i) => {
        const zeros = ~(byte ^ this.#inversion);
        return (
          onesAfter[i] === (ones[i]! & ~zeros & 0xff) &&
          after.weak[i] === ((weak[i]! | (ones[i]! & zeros)) & 0xff)
        );
      });
    }
    // A weak bit may be erased, so a program may make it strong: what may be seen as one, before and after.
    const highest = ones.map((byte, i) => byte | weak[i]!);
    const highestAfter = onesAfter.map((byte, i) => byte | after.weak[i]!);
    const changes = highest.map((byte, i) => byte & ~(data[i]! ^ this.#inversion));
    const landed = highest.map((byte, i) => byte ^ highestAfter[i]!);
    const isConsistent = onesAfter.every(
      (byte, i) => byte === (ones[i]! & highestAfter[i]!) && after.weak[i] === (weak[i]! & highestAfter[i]!),
    );
    if (!isConsistent) return false;
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
      case abi.TEAR_UNREADABLE:
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
    if (phase === abi.ERASE_WEAK || phase === abi.ERASE_UNSTEADY) this.#weaken(offset, size, phase);
    else if (phase === abi.ERASE_DONE) this.#clear(offset, size, true);
    else {
      this.#clear(offset, size / 2, phase === abi.ERASE_UNREADABLE);
      if (phase === abi.ERASE_UNREADABLE) this.#tearData(offset + size / 2, size / 2, abi.FLAG_UNREADABLE);
      else this.#raise(offset + size / 2, size / 2, 0x55);
    }
  }

  /** Erased and certain, units programmable again; what ECC says of them only where it is asked for. */
  #clear(offset: number, size: number, withTorn: boolean): void {
    this.#raise(offset, size, 0xff);
    for (const unit of this.#unitsOf(offset, size)) this.marks[unit] = 0;
    if (withTorn) this.#tear(offset, size, 0);
  }

  #raise(offset: number, size: number, bits: number): void {
    for (let at = offset; at < offset + size; at++) {
      this.content[at] = (this.#ones(at) | bits) ^ this.#inversion;
      this.weak[at] = this.weak[at]! & ~bits;
    }
  }

  /** All that was programmed may read as erased; on torn units, or as nothing. An unreadable one never shows its data. */
  #weaken(offset: number, size: number, phase: number): void {
    if (phase === abi.ERASE_UNSTEADY) {
      for (const unit of this.#eccUnits(offset, size))
        if (this.torn[unit] === abi.FLAG_UNREADABLE) this.#raise(unit * this.#eccBytes, this.#eccBytes, 0xff);
      this.#tearData(offset, size, abi.FLAG_UNSTEADY);
    }
    for (let at = offset; at < offset + size; at++) this.weak[at] = ~this.#ones(at);
  }

  #tear(offset: number, size: number, flags: number): void {
    for (const unit of this.#eccUnits(offset, size)) this.torn[unit] = flags;
  }

  /** Tears every unit that holds data or was torn before. */
  #tearData(offset: number, size: number, flags: number): void {
    for (const unit of this.#eccUnits(offset, size)) {
      const from = unit * this.#eccBytes;
      const bytes = this.content.subarray(from, from + this.#eccBytes);
      if (this.torn[unit] !== 0 || bytes.some((byte) => byte !== this.part.erasedByte))
        this.torn[unit] = flags;
    }
  }

  #eccUnits(offset: number, size: number): number[] {
    if (this.#eccBytes === 0) return [];
    const first = Math.floor(offset / this.#eccBytes);
    const end = Math.ceil((offset + size) / this.#eccBytes);
    return Array.from({ length: end - first }, (_, i) => first + i);
  }

  #ones(at: number): number {
    return this.content[at]! ^ this.#inversion;
  }

  /** A weak bit counts as erased. */
  #raises(at: number, byte: number): boolean {
    return ((byte ^ this.#inversion) & ~(this.#ones(at) | this.weak[at]!)) !== 0;
  }

  #unitsOf(offset: number, size: number): number[] {
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

function wordAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer).getUint32(offset, true);
}
