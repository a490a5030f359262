// Walks one expression (a function body or a constant initialiser) into a list of instructions with their
// places. Checks nesting, labels, and local and global indexes; operand types are left to the engine that
// compiles the module.
import { immediatesOf, isPrefix, OPCODE_BLOCK, OPCODE_ELSE, OPCODE_END, OPCODE_IF } from "./opcodes.js";
import type { Immediates } from "./opcodes.js";
import type { Reader } from "./reader.js";
import { readReferenceType, readValueType } from "./types.js";

/** One instruction and where it stands. */
export interface Instruction {
  /** The opcode; behind a prefix byte, prefix * 256 + number (memory.copy is 0xfc0a). */
  readonly opcode: number;
  /** First byte, from the start of the binary. */
  readonly offset: number;
  /** First byte behind the immediates. */
  readonly endOffset: number;
  /** Indexes, labels (of br_table with the default last), alignment and offset, or the i32 constant; else empty. */
  readonly immediates: readonly number[];
}

/** What index immediates are checked against. */
export interface ExpressionContext {
  readonly localCount: number;
  readonly globalCount: number;
}

const NO_IMMEDIATES: readonly number[] = [];

interface IndexCounts extends ExpressionContext {
  labelCount: number;
}

const READERS: Readonly<Record<Immediates, (reader: Reader, counts: IndexCounts) => readonly number[]>> = {
  none: () => NO_IMMEDIATES,
  blockType: (reader) => [readBlockType(reader)],
  label: (reader, { labelCount }) => [readIndex(reader, "label", labelCount)],
  labelTable: (reader, { labelCount }) => {
    const labels = reader.vector(() => readIndex(reader, "label", labelCount));
    labels.push(readIndex(reader, "label", labelCount));
    return labels;
  },
  index: (reader) => [reader.u32()],
  indexPair: (reader) => [reader.u32(), reader.u32()],
  local: (reader, { localCount }) => [readIndex(reader, "local", localCount)],
  global: (reader, { globalCount }) => [readIndex(reader, "global", globalCount)],
  memoryAccess: readMemoryAccess,
  memoryAccessLane: (reader) => [...readMemoryAccess(reader), reader.byte()],
  memoryIndex: readMemoryIndex,
  memoryIndexPair: (reader) => [...readMemoryIndex(reader), ...readMemoryIndex(reader)],
  indexMemoryIndex: (reader) => [reader.u32(), ...readMemoryIndex(reader)],
  i32: (reader) => [reader.signed(32)],
  i64: (reader) => {
    reader.signed(64);
    return NO_IMMEDIATES;
  },
  fourBytes: (reader) => skipBytes(reader, 4),
  eightBytes: (reader) => skipBytes(reader, 8),
  sixteenBytes: (reader) => skipBytes(reader, 16),
  lane: (reader) => [reader.byte()],
  valueTypes: (reader) => {
    reader.vector(() => readValueType(reader));
    return NO_IMMEDIATES;
  },
  heapType: (reader) => {
    readReferenceType(reader);
    return NO_IMMEDIATES;
  },
};

/**
 * Reads instructions up to and including the `end` that closes the expression (specification 2.0, section
 * 5.4.9).
 *
 * @param reader stands at the first opcode; is moved behind the last `end`
 * @param context how many locals and globals exist; a higher index is refused, since appending locals and globals would
 *   otherwise turn an invalid reference into a valid one
 * @returns every instruction in order, the last one being the closing `end`
 * @throws WasmFormatError for an unknown opcode, a bad immediate, wrong nesting, or an end of bytes before the `end`
 */
export function readExpression(reader: Reader, context: ExpressionContext): Instruction[] {
  const instructions: Instruction[] = [];
  const openers = [OPCODE_BLOCK]; // the opcode that opened each nested construct, outermost first
  const counts = { ...context, labelCount: 0 };
  while (openers.length > 0) {
    counts.labelCount = openers.length;
    const instruction = readInstruction(reader, counts);
    const { opcode, offset } = instruction;
    instructions.push(instruction);
    if (opcode === OPCODE_END) openers.pop();
    else if (opcode === OPCODE_ELSE) {
      if (openers.pop() !== OPCODE_IF) throw reader.error("else without if", offset);
      openers.push(OPCODE_ELSE);
    } else if (immediatesOf(opcode) === "blockType") openers.push(opcode);
  }
  return instructions;
}

function readInstruction(reader: Reader, counts: IndexCounts): Instruction {
  const offset = reader.offset;
  const first = reader.byte();
  const number = isPrefix(first) ? reader.u32() : null;
  const opcode = number === null ? first : first * 256 + number;
  const shape = number !== null && number > 0xff ? undefined : immediatesOf(opcode);
  if (shape === undefined) {
    const written = number === null ? hex(first) : `${hex(first)} ${hex(number)}`;
    throw reader.error(`unknown opcode ${written}`, offset);
  }
  const immediates = READERS[shape](reader, counts);
  return { opcode, offset, endOffset: reader.offset, immediates };
}

function readIndex(reader: Reader, noun: string, count: number): number {
  const startOffset = reader.offset;
  const index = reader.u32();
  if (index >= count) throw reader.error(`${noun} ${index} of ${count}`, startOffset);
  return index;
}

function readBlockType(reader: Reader): number {
  const startOffset = reader.offset;
  const type = reader.signed(33);
  if (type >= 0 || type === -64) return type; // an index, or 0x40: neither parameters nor results
  reader.offset = startOffset;
  readValueType(reader);
  return type;
}

function readMemoryAccess(reader: Reader): readonly number[] {
  const startOffset = reader.offset;
  const alignment = reader.u32();
  if (alignment >= 32) throw reader.error(`alignment 2^${alignment} or a memory index`, startOffset);
  return [alignment, reader.u32()];
}

function readMemoryIndex(reader: Reader): readonly number[] {
  const startOffset = reader.offset;
  const index = reader.byte();
  if (index !== 0) throw reader.error(`memory ${index} where only memory 0 is known`, startOffset);
  return [index];
}

function skipBytes(reader: Reader, sizeBytes: number): readonly number[] {
  reader.skip(sizeBytes);
  return NO_IMMEDIATES;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
