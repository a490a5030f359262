// The objects of a guest's memory, and the gaps between them, which it must not write. A guest declares its objects: by a custom
// section, or by a table that an exported function gives the address of. Then what is no object's is filled before each call and
// looked at after it. A byte written as it was does not show; nor does a write from one object into another that touches it.
import { GuestError } from "./errors.js";

/** Custom section with the table; compilers of AssemblyScript write it (host/build/objects.ts). */
export const OBJECTS_SECTION = "everboot.objects";
/** Export with the address of the table; a guest need not have it. */
export const OBJECTS_EXPORT = "objects";

const ENTRY_BYTES = 8;
const OBJECTS_MAX = 4096;
const FILL = 0xa5;

/** A range of a guest's memory that it may write. */
export interface MemoryObject {
  readonly address: number;
  /** At least 1. What reaches beyond the memory stands for all that it grows to. */
  readonly sizeBytes: number;
}

/** What a guest has declared, in figures. */
export interface Declared {
  readonly objects: number;
  /** Of the memory as it is at first. */
  readonly bytes: number;
  /** Objects that the next one touches, so that an overflow into it does not show. */
  readonly touching: number;
}

/** A range of bytes, the last one not in it. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Watches what is no object's. */
export class Watch {
  readonly declared: Declared;
  readonly #gaps: readonly Range[];
  readonly #end: number;

  /**
   * @param objects in any order; one may lie in another
   * @param memoryBytes size of the memory at first
   */
  constructor(objects: readonly MemoryObject[], memoryBytes: number) {
    const sorted = [...objects].sort((one, other) => one.address - other.address);
    const gaps: Range[] = [];
    let end = 0;
    let touching = 0;
    sorted.forEach(({ address, sizeBytes }, index) => {
      if (address > end) gaps.push({ from: end, to: address });
      else if (index > 0) touching++;
      end = Math.max(end, address + sizeBytes);
    });
    this.#end = end;
    if (end < memoryBytes) gaps.push({ from: end, to: memoryBytes });
    this.#gaps = gaps;
    const bytes = memoryBytes - gaps.reduce((sum, { from, to }) => sum + to - from, 0);
    this.declared = { objects: sorted.length, bytes, touching };
  }

  /** Fills the gaps of a memory as it is before a call, where that is zero. */
  fill(pristine: Uint8Array): void {
    for (const { from, to } of this.#gaps)
      for (let at = from; at < to; at++) if (pristine[at] === 0) pristine[at] = FILL;
  }

  /** The first address outside the objects whose byte is other than it was before the call; null where there is none. */
  firstChanged(memory: ArrayBuffer, pristine: Uint8Array): number | null {
    const bytes = new Uint8Array(memory);
    for (const { from, to } of this.#gaps) {
      const found = firstDifferent(bytes, pristine, from, to);
      if (found !== null) return found;
    }
    // What the memory has grown by is zero at first.
    for (let at = Math.max(this.#end, pristine.length); at < bytes.length; at++)
      if (bytes[at] !== 0) return at;
    return null;
  }

  /** Behind the last byte that is not zero and not filled. */
  usedEnd(memory: ArrayBuffer): number {
    const bytes = new Uint8Array(memory);
    const isFilled = (at: number) =>
      bytes[at] === FILL && this.#gaps.some(({ from, to }) => at >= from && at < to);
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] === 0 || isFilled(end - 1))) end--;
    return end;
  }
}

/**
 * By eight bytes, as most of a memory is a gap: as f64, half the time of words. Two that are equal are the same bytes, as no zero is among
 * them, all bytes of a gap being filled where they were; two NaN that are the same bytes are looked at once more.
 * @param pristine filled, with a buffer of its own
 */
function firstDifferent(bytes: Uint8Array, pristine: Uint8Array, from: number, to: number): number | null {
  const first = (from + 7) >>> 3;
  const last = to >>> 3;
  const byByte = (start: number, end: number) => {
    for (let at = start; at < end; at++) if (bytes[at] !== pristine[at]) return at;
    return null;
  };
  if (first >= last) return byByte(from, to);
  const early = byByte(from, first * 8);
  if (early !== null) return early;
  const numbers = new Float64Array(bytes.buffer, 0, last);
  const before = new Float64Array(pristine.buffer, 0, last);
  for (let at = first; at < last; at++) {
    if (numbers[at] === before[at]) continue;
    const found = byByte(at * 8, at * 8 + 8);
    if (found !== null) return found;
  }
  return byByte(last * 8, to);
}

/**
 * The objects that a guest declares; null where it declares none.
 * @param sections contents of its custom sections of that name
 * @param table address of its table in `memory`; null where it exports none
 * @throws {GuestError} naming the guest and the entry that does not fit
 */
export function objectsIn(
  name: string,
  { sections, table, memory, memoryBytes }: DeclaredIn,
): readonly MemoryObject[] | null {
  if (sections.length === 0 && table === null) return null;
  const found = sections.flatMap((section) => entriesOf(name, new DataView(section), { isWhole: true }));
  if (table !== null) {
    if (table > memory.byteLength)
      throw new GuestError(`${name}: "${OBJECTS_EXPORT}": expected an address in its memory, found ${table}`);
    found.push(...entriesOf(name, new DataView(memory, table), { isWhole: false }));
  }
  const outside = found.find(({ address }) => address > memoryBytes);
  if (outside !== undefined)
    throw new GuestError(
      `${name}: an object at 0x${outside.address.toString(16)}: expected it in the memory of ${memoryBytes} bytes that it has at first`,
    );
  return found;
}

/** Where a guest declares. */
export interface DeclaredIn {
  readonly sections: readonly ArrayBuffer[];
  readonly table: number | null;
  readonly memory: ArrayBuffer;
  /** Size of the memory before anything was called. */
  readonly memoryBytes: number;
}

/** Entries of a table: address and size, little-endian words; a table in memory ends with a size of 0. */
function entriesOf(name: string, view: DataView, { isWhole }: { readonly isWhole: boolean }): MemoryObject[] {
  const objects: MemoryObject[] = [];
  for (let at = 0; ; at += ENTRY_BYTES) {
    if (isWhole && at === view.byteLength) return objects;
    if (at + ENTRY_BYTES > view.byteLength || objects.length > OBJECTS_MAX)
      throw new GuestError(
        `${name}: table of objects: expected an end after at most ${OBJECTS_MAX} entries of ${ENTRY_BYTES} bytes, found none`,
      );
    const address = view.getUint32(at, true);
    const sizeBytes = view.getUint32(at + 4, true);
    if (sizeBytes === 0 && !isWhole) return objects;
    if (sizeBytes === 0)
      throw new GuestError(`${name}: section "${OBJECTS_SECTION}": expected sizes of at least 1, found 0`);
    objects.push({ address, sizeBytes });
  }
}
