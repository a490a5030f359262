// What a program and an erase do to flash, by the rules of a part. Bytes are kept as the bus shows them; a bit is programmed where
// it differs from the erased byte, so that nothing here depends on which value that is.
import { STATUS } from "./numbers.js";
import type { Content, Part, Place } from "./world.js";

/** A program that a guest asks for: bytes as the bus shows them. */
export interface Program {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** How far an erase came; "weak": everything may still read as it was. Where the code's errors are modelled, units are torn then, too. */
export type EraseShape = "untouched" | "half" | "done" | "weak";

/** What a unit of the code is: never readable, or not at every read. */
export const TORN = { no: 0, unreadable: 1, unsteady: 2 } as const;

const ALL_MARKED = 255;
/** Programs of a unit between two erases, where the part allows two. */
const TWICE = 2;
/** Of a half erased sector's second half these bits of each byte are erased. */
const ALTERNATING = 0x55;

/** Whether the part does this program, a STATUS. */
export function programStatus(content: Content, part: Part, program: Program): number {
  const marked = part.rule === "and" ? STATUS.ok : marksStatus(content, part, program);
  if (marked !== STATUS.ok) return marked;
  const { offset, data } = program;
  const raises = data.some((byte, index) => {
    return (certainAt(content, part, offset + index) & ~(byte ^ part.erasedByte)) !== 0;
  });
  return raises ? STATUS.notErased : STATUS.ok;
}

/** The bits of a byte that are programmed and read so at every read. */
function certainAt({ flash, weak }: Content, part: Part, at: number): number {
  return (flash[at]! ^ part.erasedByte) & ~weak[at]!;
}

function marksStatus({ marks }: Content, part: Part, { offset, data }: Program): number {
  for (let done = 0; done < data.length; done += part.programMin) {
    const mark = marks[(offset + done) / part.programMin]!;
    if (mark === 0) continue;
    if (part.rule === "twice") {
      if (mark >= TWICE) return STATUS.writeLimit;
      continue;
    }
    const unit = data.subarray(done, done + part.programMin);
    const isZero = unit.every((byte) => byte === (part.erasedByte ^ 0xff));
    if (part.rule === "once" || !isZero) return STATUS.notErased;
  }
  return STATUS.ok;
}

/**
 * For each aligned word that a program touches the bits that it would change, those that are weak among them, the word's first byte
 * lowest. A program smaller than a word lies within one.
 */
export function changesOf(content: Content, part: Part, { offset, data }: Program): number[] {
  const words = Array.from({ length: (data.length + 3) >> 2 }, () => 0);
  data.forEach((byte, index) => {
    const at = offset + index;
    const changed = (byte ^ part.erasedByte) & ~certainAt(content, part, at) & 0xff;
    const word = (at >> 2) - (offset >> 2);
    words[word] = (words[word]! | (changed << ((at & 3) * 8))) >>> 0;
  });
  return words;
}

/** Programs those of the bits that `masks` lets land, word by word, and counts one program of each unit. */
export function land(content: Content, part: Part, program: Program, masks: readonly number[]): void {
  const changes = changesOf(content, part, program);
  const first = program.offset & ~3;
  changes.forEach((changed, word) => {
    const landed = (changed & masks[word]!) >>> 0;
    for (let byte = 0; byte < 4; byte++) {
      const bits = (landed >>> (byte * 8)) & 0xff;
      if (bits !== 0) programBits(content, part, first + word * 4 + byte, bits);
    }
  });
  countProgram(content, part, program);
}

/** Programs these bits of a byte, for certain. */
function programBits({ flash, weak }: Content, { erasedByte }: Part, at: number, bits: number): void {
  flash[at] = ((flash[at]! ^ erasedByte) | bits) ^ erasedByte;
  weak[at]! &= ~bits;
}

function countProgram({ marks }: Content, part: Part, { offset, data }: Program): void {
  if (part.rule === "and") return;
  for (let done = 0; done < data.length; done += part.programMin) {
    const unit = (offset + done) / part.programMin;
    marks[unit] = Math.min(ALL_MARKED, marks[unit]! + 1);
  }
}

/** Programs what a program changes so that each read sees it programmed or as it was. */
export function landWeakly(content: Content, part: Part, program: Program): void {
  const { flash, weak } = content;
  program.data.forEach((byte, index) => {
    const at = program.offset + index;
    const fresh = (byte ^ part.erasedByte) & ~(flash[at]! ^ part.erasedByte) & 0xff;
    programBits(content, part, at, fresh);
    weak[at]! |= fresh;
  });
  countProgram(content, part, program);
}

/** Tears every unit of the code that a range touches. */
export function tear({ torn }: Content, { ecc }: Part, { offset, size }: Place, how: number): void {
  if (ecc === null) return;
  for (let unit = Math.floor(offset / ecc.unit); unit * ecc.unit < offset + size; unit++) torn[unit] = how;
}

/** Tears the units of a range that hold data, or were torn before. */
function tearData(content: Content, part: Part, { offset, size }: Place, how: number): void {
  const { ecc } = part;
  if (ecc === null) return;
  for (let at = offset; at < offset + size; at += ecc.unit) {
    const bytes = content.flash.subarray(at, at + ecc.unit);
    const isTorn = content.torn[at / ecc.unit] !== TORN.no;
    if (isTorn || bytes.some((byte) => byte !== part.erasedByte))
      tear(content, part, { offset: at, size: ecc.unit }, how);
  }
}

/** An erase that has weakened everything and finished nothing. */
function weaken(content: Content, part: Part, sector: Place): void {
  const { flash, weak, torn } = content;
  const { ecc, erasedByte } = part;
  if (ecc !== null) {
    // What could not be read before never shows as data.
    for (let at = sector.offset; at < sector.offset + sector.size; at += ecc.unit) {
      if (torn[at / ecc.unit] !== TORN.unreadable) continue;
      flash.fill(erasedByte, at, at + ecc.unit);
      weak.fill(0, at, at + ecc.unit);
    }
    tearData(content, part, sector, TORN.unsteady);
  }
  for (let at = sector.offset; at < sector.offset + sector.size; at++) weak[at] = flash[at]! ^ erasedByte;
}

/** Erases a sector as far as the shape says. */
export function eraseSector(content: Content, part: Part, sector: Place, shape: EraseShape): void {
  if (shape === "untouched") return;
  if (shape === "weak") {
    weaken(content, part, sector);
    return;
  }
  const { flash, weak, marks } = content;
  const { offset, size } = sector;
  const whole = shape === "done" ? size : size / 2;
  flash.fill(part.erasedByte, offset, offset + whole);
  weak.fill(0, offset, offset + whole);
  // Of the rest some bits; or with a code, whose bits nobody sees, none, and what holds data is torn.
  const raised = part.ecc === null ? ALTERNATING : 0;
  for (let at = offset + whole; at < offset + size; at++) {
    flash[at] = ((flash[at]! ^ part.erasedByte) & ~raised & 0xff) ^ part.erasedByte;
    weak[at]! &= ~raised;
  }
  tear(content, part, { offset, size: whole }, TORN.no);
  tearData(content, part, { offset: offset + whole, size: size - whole }, TORN.unreadable);
  if (part.rule === "and") return;
  for (let done = 0; done + part.programMin <= whole; done += part.programMin)
    marks[(offset + done) / part.programMin] = 0;
}

/** What a read of the word at an offset may see, in the order of the choices: a word, or null where the code gives up. */
export function readingsOf(content: Content, part: Part, offset: number): readonly (number | null)[] {
  const { flash, weak, torn, marks } = content;
  const { ecc } = part;
  if (ecc !== null) {
    const isBlank = ecc.erasedFaults && marks[Math.floor(offset / part.programMin)] === 0;
    if (isBlank || torn[Math.floor(offset / ecc.unit)] === TORN.unreadable) return [null];
  }
  const word = wordAt(flash, offset);
  const bits = wordAt(weak, offset);
  const isUnsteady = ecc !== null && torn[Math.floor(offset / ecc.unit)] === TORN.unsteady;
  return [word, ...(bits === 0 ? [] : [(word ^ bits) >>> 0]), ...(isUnsteady ? [null] : [])];
}

/** The word at an offset, its first byte lowest. */
export function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>>
    0
  );
}
