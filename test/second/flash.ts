// What a program and an erase do to flash, by the rules of a part. Bytes are kept as the bus shows them; a bit is programmed where
// it differs from the erased byte, so that nothing here depends on which value that is.
import { STATUS } from "./numbers.js";
import type { Content, Part, Place } from "./world.js";

/** A program that a guest asks for: bytes as the bus shows them. */
export interface Program {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** How far an erase came. */
export type EraseShape = "untouched" | "half" | "done";
export const ERASE_SHAPES: readonly EraseShape[] = ["untouched", "half", "done"];

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
    const programmed = content.flash[offset + index]! ^ part.erasedByte;
    return (programmed & ~(byte ^ part.erasedByte)) !== 0;
  });
  return raises ? STATUS.notErased : STATUS.ok;
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
 * For each aligned word that a program touches the bits that it would change, the word's first byte lowest. A program smaller than
 * a word lies within one.
 */
export function changesOf({ flash }: Content, part: Part, { offset, data }: Program): number[] {
  const words = Array.from({ length: (data.length + 3) >> 2 }, () => 0);
  data.forEach((byte, index) => {
    const at = offset + index;
    const changed = (byte ^ part.erasedByte) & ~(flash[at]! ^ part.erasedByte) & 0xff;
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
      if (bits !== 0) content.flash[first + word * 4 + byte]! ^= bits;
    }
  });
  if (part.rule === "and") return;
  for (let done = 0; done < program.data.length; done += part.programMin) {
    const unit = (program.offset + done) / part.programMin;
    content.marks[unit] = Math.min(ALL_MARKED, content.marks[unit]! + 1);
  }
}

/** Erases a sector as far as the shape says. */
export function eraseSector({ flash, marks }: Content, part: Part, sector: Place, shape: EraseShape): void {
  if (shape === "untouched") return;
  const { offset, size } = sector;
  const whole = shape === "done" ? size : size / 2;
  flash.fill(part.erasedByte, offset, offset + whole);
  for (let at = offset + whole; at < offset + size; at++)
    flash[at] = ((flash[at]! ^ part.erasedByte) & ~ALTERNATING & 0xff) ^ part.erasedByte;
  if (part.rule === "and") return;
  for (let done = 0; done + part.programMin <= whole; done += part.programMin)
    marks[(offset + done) / part.programMin] = 0;
}
