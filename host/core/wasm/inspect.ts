// Says what a guest asks of the host and what of it outlives a reset: imports, exports, limits, mutable
// state, and the instructions that decide how an instance may be reused. Reads only; judges nothing.
import { decode } from "./decode.js";
import type { Import, WasmModule } from "./module.js";
import { resetExportOf, resettableGlobalsOf } from "./fuel.js";
import {
  isSimd,
  OPCODE_DATA_DROP,
  OPCODE_ELEM_DROP,
  OPCODE_MEMORY_GROW,
  OPCODE_TABLE_COPY,
  OPCODE_TABLE_FILL,
  OPCODE_TABLE_GROW,
  OPCODE_TABLE_INIT,
  OPCODE_TABLE_SET,
} from "./opcodes.js";
import type { ExternType, MemoryType, ValueType } from "./types.js";

/** One export of a module. */
export interface ExportSummary {
  readonly name: string;
  /** Index in the index space of its kind. */
  readonly index: number;
  readonly type: ExternType;
}

/** One global that can change, imported or the module's own. */
export interface MutableGlobalSummary {
  readonly index: number;
  readonly type: ValueType;
  /** Name under which the metered guest exports it; null if it is imported. */
  readonly resetExport: string | null;
}

/** One function with a body. */
export interface FunctionSummary {
  /** Index in the function index space, imported functions first. */
  readonly index: number;
  /** From the name section; null if it does not say. */
  readonly name: string | null;
  /** The body's bytes: locals and code, without the size before them. */
  readonly bodySizeBytes: number;
}

/** What a host must know of a guest before it runs it. */
export interface WasmSummary {
  readonly imports: readonly Import[];
  readonly exports: readonly ExportSummary[];
  /** Imported ones first. */
  readonly memories: readonly MemoryType[];
  readonly hasStart: boolean;
  readonly mutableGlobals: readonly MutableGlobalSummary[];
  /** Has table.set, .grow, .fill, .copy or .init. */
  readonly mutatesTables: boolean;
  /** Has data.drop or elem.drop, after which an instance cannot be reset to its beginning. */
  readonly dropsSegments: boolean;
  readonly growsMemory: boolean;
  readonly usesSimd: boolean;
  /** Names of imported and defined functions alike, by function index. */
  readonly functionNames: ReadonlyMap<number, string>;
  readonly functions: readonly FunctionSummary[];
}

const TABLE_MUTATORS: ReadonlySet<number> = new Set([
  OPCODE_TABLE_SET,
  OPCODE_TABLE_GROW,
  OPCODE_TABLE_FILL,
  OPCODE_TABLE_COPY,
  OPCODE_TABLE_INIT,
]);

/**
 * Summarises a guest.
 *
 * @param binary the module, metered or not
 * @returns what it imports, exports, may change, and how large its functions are
 * @throws WasmFormatError if the binary is malformed or uses an unsupported feature
 */
export function inspect(binary: Uint8Array): WasmSummary {
  const module = decode(binary);
  const opcodes = opcodesOf(module);
  return {
    imports: module.imports,
    exports: module.exports.map(({ name, kind, index }) => ({
      name,
      index,
      type: spacesOf(module)[kind][index]!,
    })),
    memories: module.memories,
    hasStart: module.startFunctionIndex !== null,
    mutableGlobals: mutableGlobalsOf(module),
    mutatesTables: opcodes.some((opcode) => TABLE_MUTATORS.has(opcode)),
    dropsSegments: opcodes.includes(OPCODE_DATA_DROP) || opcodes.includes(OPCODE_ELEM_DROP),
    growsMemory: opcodes.includes(OPCODE_MEMORY_GROW),
    usesSimd: opcodes.some(isSimd),
    functionNames: module.functionNames,
    functions: module.bodies.map(({ functionIndex, offset, endOffset }) => ({
      index: functionIndex,
      name: module.functionNames.get(functionIndex) ?? null,
      bodySizeBytes: endOffset - offset,
    })),
  };
}

// Every opcode that occurs in a function body, each once.
function opcodesOf(module: WasmModule): number[] {
  const opcodes = new Set<number>();
  for (const { instructions } of module.bodies) {
    for (const { opcode } of instructions) opcodes.add(opcode);
  }
  return [...opcodes];
}

function spacesOf(module: WasmModule): Readonly<Record<ExternType["kind"], readonly ExternType[]>> {
  const { functions, tables, memories, globals } = module;
  return { function: functions, table: tables, memory: memories, global: globals };
}

function mutableGlobalsOf(module: WasmModule): MutableGlobalSummary[] {
  const resettable = new Set(resettableGlobalsOf(module));
  return module.globals.flatMap(({ value, isMutable }, index) =>
    isMutable
      ? [{ index, type: value, resetExport: resettable.has(index) ? resetExportOf(index) : null }]
      : [],
  );
}
