// Rewrites a guest so that it keeps how far it wrote in linear memory, and how deep its own stack there went. Changes no
// result and moves no index; may be applied to what another pass has written.
import { decode } from "./decode.js";
import { RESERVED_EXPORT_PREFIX } from "./fuel.js";
import type { Instruction } from "./instructions.js";
import { READ_WORDS_IMPORT, importedFunction } from "./module.js";
import type { FunctionBody, WasmModule } from "./module.js";
import {
  OPCODE_CALL,
  OPCODE_END,
  OPCODE_GLOBAL_GET,
  OPCODE_GLOBAL_SET,
  OPCODE_I32_ADD,
  OPCODE_I32_CONST,
  OPCODE_I32_GT_U,
  OPCODE_I32_LT_U,
  OPCODE_I32_SHL,
  OPCODE_I32_SUB,
  OPCODE_IF,
  OPCODE_LOCAL_GET,
  OPCODE_LOCAL_SET,
  OPCODE_MEMORY_COPY,
  OPCODE_MEMORY_FILL,
  OPCODE_MEMORY_INIT,
} from "./opcodes.js";
import { rewrite } from "./rewrite.js";
import type { BodyEdit, Insertion } from "./rewrite.js";
import { type Writer, assemble } from "./writer.js";

/** Exported i32 globals of a guest with watermarks, to be read unsigned. */
export const WATERMARK_EXPORTS = {
  /** Least address written; 0xFFFFFFFF where nothing was. */
  lowest: `${RESERVED_EXPORT_PREFIX}lowest`,
  /** Behind the greatest address written; 0 where nothing was. */
  highest: `${RESERVED_EXPORT_PREFIX}highest`,
  /** Least value of the stack pointer; 0xFFFFFFFF where it has none or it did not move. */
  stack: `${RESERVED_EXPORT_PREFIX}stack`,
  /** Greatest value that it had when it was moved: where the stack begins. 0 where it did not move. */
  stackTop: `${RESERVED_EXPORT_PREFIX}stackTop`,
} as const;

const TYPE_I32 = 0x7f;
const TYPE_I64 = 0x7e;
const TYPE_F32 = 0x7d;
const TYPE_F64 = 0x7c;
const NO_TYPE = 0x40;
const MUTABLE = 1;

/** By store opcode: type of the value, and bytes written (specification 2.0, section 5.4.6). */
const STORES: ReadonlyMap<number, readonly [type: number, bytes: number]> = new Map([
  [0x36, [TYPE_I32, 4]],
  [0x37, [TYPE_I64, 8]],
  [0x38, [TYPE_F32, 4]],
  [0x39, [TYPE_F64, 8]],
  [0x3a, [TYPE_I32, 1]],
  [0x3b, [TYPE_I32, 2]],
  [0x3c, [TYPE_I64, 1]],
  [0x3d, [TYPE_I64, 2]],
  [0x3e, [TYPE_I64, 4]],
]);
const BULK_WRITES: ReadonlySet<number> = new Set([
  OPCODE_MEMORY_INIT,
  OPCODE_MEMORY_COPY,
  OPCODE_MEMORY_FILL,
]);

/** Locals that the pass appends to each body, in this order. */
const EXTRA_LOCALS = [TYPE_I32, TYPE_I32, TYPE_I32, TYPE_I64, TYPE_F32, TYPE_F64] as const;
const STACK_POINTER = "__stack_pointer";

/** Index of the mutable i32 global that is a stack pointer by its name, exported or in the name section of globals. */
export function stackPointerOf({ exports, globals, globalNames }: WasmModule): number | null {
  const exported = exports.find(({ kind, name }) => kind === "global" && name === STACK_POINTER)?.index;
  const named = [...globalNames].find(([, name]) => name === STACK_POINTER)?.[0];
  const index = exported ?? named;
  const found = index === undefined ? undefined : globals[index];
  return found?.isMutable === true && found.value === "i32" ? (index as number) : null;
}

/**
 * Rewrites a guest so that it keeps its watermarks. A bulk write of no bytes counts nothing; one that traps counts nothing more. A
 * call of readWords is one of all the words that it asks for.
 * @throws WasmFormatError if the binary is malformed or uses an unsupported feature
 */
export function watermark(binary: Uint8Array): Uint8Array {
  const module = decode(binary);
  const first = module.globals.length;
  const marks = { lowest: first, highest: first + 1, stack: first + 2, stackTop: first + 3 };
  const stackPointer = stackPointerOf(module);
  const readWords = importedFunction(module, READ_WORDS_IMPORT);
  return rewrite(module, {
    extraGlobals: [i32Global(-1), i32Global(0), i32Global(-1), i32Global(0)],
    extraExports: [
      { name: WATERMARK_EXPORTS.lowest, globalIndex: marks.lowest },
      { name: WATERMARK_EXPORTS.highest, globalIndex: marks.highest },
      { name: WATERMARK_EXPORTS.stack, globalIndex: marks.stack },
      { name: WATERMARK_EXPORTS.stackTop, globalIndex: marks.stackTop },
    ],
    editBody: (body) => markedBody(body, marks, { stackPointer, readWords }),
  });
}

interface Marks {
  readonly lowest: number;
  readonly highest: number;
  readonly stack: number;
  readonly stackTop: number;
}

/** Indexes of what passes look for; null or -1 where the module has none. */
interface Known {
  readonly stackPointer: number | null;
  readonly readWords: number;
}

function markedBody(body: FunctionBody, marks: Marks, { stackPointer, readWords }: Known): BodyEdit {
  const insertions: Insertion[] = [];
  body.instructions.forEach((instruction, index) => {
    const { opcode, immediates } = instruction;
    const store = STORES.get(opcode);
    if (store !== undefined)
      insertions.push({ beforeInstruction: index, code: beforeStore(body, instruction, store, marks) });
    const isRead = opcode === OPCODE_CALL && immediates[0] === readWords;
    if (BULK_WRITES.has(opcode) || isRead)
      insertions.push({ beforeInstruction: index, code: beforeBulk(body, marks, isRead) });
    if (opcode !== OPCODE_GLOBAL_SET || immediates[0] !== stackPointer) return;
    const top = assemble((code) =>
      keepExtreme(code, [OPCODE_GLOBAL_GET, stackPointer], marks.stackTop, OPCODE_I32_GT_U),
    );
    const bottom = assemble((code) =>
      keepExtreme(code, [OPCODE_GLOBAL_GET, stackPointer], marks.stack, OPCODE_I32_LT_U),
    );
    insertions.push({ beforeInstruction: index, code: top }, { beforeInstruction: index + 1, code: bottom });
  });
  return { extraLocals: insertions.length === 0 ? [] : EXTRA_LOCALS, insertions };
}

/** On the stack: address, value. Leaves both. */
function beforeStore(
  { localCount }: FunctionBody,
  { immediates }: Instruction,
  [type, sizeBytes]: readonly [number, number],
  marks: Marks,
): Uint8Array {
  const [address, place] = [localCount, localCount + 1];
  const value = localCount + 2 + [TYPE_I32, TYPE_I64, TYPE_F32, TYPE_F64].indexOf(type);
  const offset = immediates[1] as number;
  return assemble((code) => {
    code.indexed(OPCODE_LOCAL_SET, value);
    code.indexed(OPCODE_LOCAL_SET, address);
    const at = (addend: number) => {
      code.indexed(OPCODE_LOCAL_GET, address);
      constant(code, addend);
      code.byte(OPCODE_I32_ADD);
      code.indexed(OPCODE_LOCAL_SET, place);
    };
    at(offset);
    keepExtreme(code, [OPCODE_LOCAL_GET, place], marks.lowest, OPCODE_I32_LT_U);
    at(offset + sizeBytes);
    keepExtreme(code, [OPCODE_LOCAL_GET, place], marks.highest, OPCODE_I32_GT_U);
    code.indexed(OPCODE_LOCAL_GET, address);
    code.indexed(OPCODE_LOCAL_GET, value);
  });
}

/**
 * On the stack: destination, source or value, length in bytes; of a call of readWords (`isRead`) source, destination, length in words.
 * Leaves all three.
 */
function beforeBulk({ localCount }: FunctionBody, marks: Marks, isRead: boolean): Uint8Array {
  const [destination, other, length] = [localCount, localCount + 1, localCount + 2];
  const pushed = isRead ? [other, destination, length] : [destination, other, length];
  const size = (code: Writer) => {
    code.indexed(OPCODE_LOCAL_GET, length);
    if (isRead) code.bytes([OPCODE_I32_CONST, 2, OPCODE_I32_SHL]);
  };
  return assemble((code) => {
    for (const local of [...pushed].reverse()) code.indexed(OPCODE_LOCAL_SET, local);
    code.indexed(OPCODE_LOCAL_GET, length);
    code.bytes([OPCODE_IF, NO_TYPE]);
    keepExtreme(code, [OPCODE_LOCAL_GET, destination], marks.lowest, OPCODE_I32_LT_U);
    code.indexed(OPCODE_LOCAL_GET, destination);
    size(code);
    code.byte(OPCODE_I32_ADD);
    code.indexed(OPCODE_LOCAL_SET, destination);
    keepExtreme(code, [OPCODE_LOCAL_GET, destination], marks.highest, OPCODE_I32_GT_U);
    code.indexed(OPCODE_LOCAL_GET, destination);
    size(code);
    code.byte(OPCODE_I32_SUB);
    code.indexed(OPCODE_LOCAL_SET, destination);
    code.byte(OPCODE_END);
    for (const local of pushed) code.indexed(OPCODE_LOCAL_GET, local);
  });
}

/** Keeps what `value` puts on the stack in a mark where it compares so with what the mark has. */
function keepExtreme(
  code: Writer,
  value: readonly [opcode: number, index: number],
  mark: number,
  comparison: number,
): void {
  code.indexed(...value);
  code.indexed(OPCODE_GLOBAL_GET, mark);
  code.bytes([comparison, OPCODE_IF, NO_TYPE]);
  code.indexed(...value);
  code.indexed(OPCODE_GLOBAL_SET, mark);
  code.byte(OPCODE_END);
}

function constant(code: Writer, value: number): void {
  code.byte(OPCODE_I32_CONST);
  code.s64(BigInt(value | 0));
}

function i32Global(initial: number): Uint8Array {
  return assemble((code) => {
    code.bytes([TYPE_I32, MUTABLE]);
    constant(code, initial);
    code.byte(OPCODE_END);
  });
}
