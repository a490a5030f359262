// Which immediates follow each opcode: WebAssembly core specification 2.0, section 5.4 and its index of
// instructions (MVP, sign extension, non-trapping conversion, bulk memory, reference types, multi-value,
// SIMD). Says nothing about operand types. Left out, and so refused by name of their number: tail calls,
// exceptions, threads, GC, and relaxed SIMD, whose results differ from engine to engine.

/** How the bytes after an opcode are laid out. */
export type Immediates =
  | "none"
  | "blockType"
  | "label"
  | "labelTable"
  | "index"
  | "indexPair"
  | "local"
  | "global"
  | "memoryAccess"
  | "memoryAccessLane"
  | "memoryIndex"
  | "memoryIndexPair"
  | "indexMemoryIndex"
  | "i32"
  | "i64"
  | "fourBytes"
  | "eightBytes"
  | "sixteenBytes"
  | "lane"
  | "valueTypes"
  | "heapType";

// Opcodes behind a prefix byte are written prefix * 256 + number: memory.copy (0xfc 10) is 0xfc0a.
export const OPCODE_UNREACHABLE = 0x00;
export const OPCODE_BLOCK = 0x02;
export const OPCODE_LOOP = 0x03;
export const OPCODE_IF = 0x04;
export const OPCODE_ELSE = 0x05;
export const OPCODE_END = 0x0b;
export const OPCODE_BR = 0x0c;
export const OPCODE_BR_IF = 0x0d;
export const OPCODE_BR_TABLE = 0x0e;
export const OPCODE_RETURN = 0x0f;
export const OPCODE_CALL = 0x10;
export const OPCODE_CALL_INDIRECT = 0x11;
export const OPCODE_LOCAL_GET = 0x20;
export const OPCODE_LOCAL_SET = 0x21;
export const OPCODE_LOCAL_TEE = 0x22;
export const OPCODE_GLOBAL_GET = 0x23;
export const OPCODE_GLOBAL_SET = 0x24;
export const OPCODE_TABLE_SET = 0x26;
export const OPCODE_MEMORY_GROW = 0x40;
export const OPCODE_I32_CONST = 0x41;
export const OPCODE_I64_CONST = 0x42;
export const OPCODE_I32_LT_U = 0x49;
export const OPCODE_I32_GT_U = 0x4b;
export const OPCODE_I32_ADD = 0x6a;
export const OPCODE_I32_SUB = 0x6b;
export const OPCODE_I64_LT_S = 0x53;
export const OPCODE_I32_SHL = 0x74;
export const OPCODE_I32_SHR_U = 0x76;
export const OPCODE_I64_ADD = 0x7c;
export const OPCODE_I64_SUB = 0x7d;
export const OPCODE_I64_EXTEND_I32_U = 0xad;
export const OPCODE_F64_STORE = 0x39;
export const OPCODE_F64_CONVERT_I64_S = 0xb9;
export const OPCODE_REF_FUNC = 0xd2;
export const OPCODE_MEMORY_INIT = 0xfc08;
export const OPCODE_DATA_DROP = 0xfc09;
export const OPCODE_MEMORY_COPY = 0xfc0a;
export const OPCODE_MEMORY_FILL = 0xfc0b;
export const OPCODE_TABLE_INIT = 0xfc0c;
export const OPCODE_ELEM_DROP = 0xfc0d;
export const OPCODE_TABLE_COPY = 0xfc0e;
export const OPCODE_TABLE_GROW = 0xfc0f;
export const OPCODE_TABLE_FILL = 0xfc11;

const PREFIX_MISC = 0xfc;
const PREFIX_SIMD = 0xfd;

const RANGES: readonly (readonly [first: number, last: number, immediates: Immediates])[] = [
  [0x00, 0x01, "none"], // unreachable, nop
  [0x02, 0x04, "blockType"], // block, loop, if
  [0x05, 0x05, "none"], // else
  [0x0b, 0x0b, "none"], // end
  [0x0c, 0x0d, "label"], // br, br_if
  [0x0e, 0x0e, "labelTable"], // br_table
  [0x0f, 0x0f, "none"], // return
  [0x10, 0x10, "index"], // call
  [0x11, 0x11, "indexPair"], // call_indirect
  [0x1a, 0x1b, "none"], // drop, select
  [0x1c, 0x1c, "valueTypes"], // select with types
  [0x20, 0x22, "local"],
  [0x23, 0x24, "global"],
  [0x25, 0x26, "index"], // table.get, table.set
  [0x28, 0x3e, "memoryAccess"], // loads and stores
  [0x3f, 0x40, "memoryIndex"], // memory.size, memory.grow
  [0x41, 0x41, "i32"],
  [0x42, 0x42, "i64"],
  [0x43, 0x43, "fourBytes"],
  [0x44, 0x44, "eightBytes"],
  [0x45, 0xc4, "none"], // comparisons, arithmetic, conversions, sign extension
  [0xd0, 0xd0, "heapType"], // ref.null
  [0xd1, 0xd1, "none"], // ref.is_null
  [0xd2, 0xd2, "index"], // ref.func
  [0xfc00, 0xfc07, "none"], // saturating conversions
  [0xfc08, 0xfc08, "indexMemoryIndex"], // memory.init
  [0xfc09, 0xfc09, "index"], // data.drop
  [0xfc0a, 0xfc0a, "memoryIndexPair"], // memory.copy
  [0xfc0b, 0xfc0b, "memoryIndex"], // memory.fill
  [0xfc0c, 0xfc0c, "indexPair"], // table.init
  [0xfc0d, 0xfc0d, "index"], // elem.drop
  [0xfc0e, 0xfc0e, "indexPair"], // table.copy
  [0xfc0f, 0xfc11, "index"], // table.grow, table.size, table.fill
  [0xfd00, 0xfd0b, "memoryAccess"], // v128 loads and store
  [0xfd0c, 0xfd0d, "sixteenBytes"], // v128.const, i8x16.shuffle
  [0xfd0e, 0xfd14, "none"], // swizzle, splats
  [0xfd15, 0xfd22, "lane"], // extract_lane, replace_lane
  [0xfd23, 0xfd53, "none"],
  [0xfd54, 0xfd5b, "memoryAccessLane"],
  [0xfd5c, 0xfd5d, "memoryAccess"], // load32_zero, load64_zero
  [0xfd5e, 0xfdff, "none"],
];

// Numbers inside the last SIMD range that no instruction has.
const SIMD_HOLES: readonly number[] = [
  0xfd9a, 0xfda2, 0xfda5, 0xfda6, 0xfdaf, 0xfdb0, 0xfdb2, 0xfdb3, 0xfdb4, 0xfdbb, 0xfdc2, 0xfdc5, 0xfdc6,
  0xfdcf, 0xfdd0, 0xfdd2, 0xfdd3, 0xfdd4, 0xfde2, 0xfdee,
];

const IMMEDIATES: ReadonlyMap<number, Immediates> = tabulate();

/** The layout of an opcode's immediates, or undefined if the opcode is not known. */
export function immediatesOf(opcode: number): Immediates | undefined {
  return IMMEDIATES.get(opcode);
}

/** Whether a first byte announces that the opcode's number follows as LEB128. */
export function isPrefix(byte: number): boolean {
  return byte === PREFIX_MISC || byte === PREFIX_SIMD;
}

/** Whether an opcode is one of the SIMD instructions. */
export function isSimd(opcode: number): boolean {
  return opcode >> 8 === PREFIX_SIMD;
}

function tabulate(): Map<number, Immediates> {
  const table = new Map<number, Immediates>();
  for (const [first, last, immediates] of RANGES) {
    for (let opcode = first; opcode <= last; opcode++) table.set(opcode, immediates);
  }
  for (const opcode of SIMD_HOLES) table.delete(opcode);
  return table;
}
