// A wasm module as plain data: its sections, index spaces and instructions, and where they stand in the
// binary. Holds the numbers of the sections (WebAssembly core specification 2.0, section 5.5.2) and never
// code that reads or writes.
import type { Instruction } from "./instructions.js";
import type { ExternType, FunctionType, GlobalType, MemoryType, TableType } from "./types.js";

export const SECTION_CUSTOM = 0;
export const SECTION_TYPE = 1;
export const SECTION_IMPORT = 2;
export const SECTION_FUNCTION = 3;
export const SECTION_TABLE = 4;
export const SECTION_MEMORY = 5;
export const SECTION_GLOBAL = 6;
export const SECTION_EXPORT = 7;
export const SECTION_START = 8;
export const SECTION_ELEMENT = 9;
export const SECTION_CODE = 10;
export const SECTION_DATA = 11;
export const SECTION_DATA_COUNT = 12;

/** What every binary begins with: "\0asm", version 1. */
export const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Sections other than custom ones in the order they must have, each at most once (section 5.5.16). */
export const SECTION_ORDER: readonly number[] = [
  SECTION_TYPE,
  SECTION_IMPORT,
  SECTION_FUNCTION,
  SECTION_TABLE,
  SECTION_MEMORY,
  SECTION_GLOBAL,
  SECTION_EXPORT,
  SECTION_START,
  SECTION_ELEMENT,
  SECTION_DATA_COUNT,
  SECTION_CODE,
  SECTION_DATA,
];

/** Where a section stands; all offsets are bytes from the start of the binary. */
export interface Section {
  readonly id: number;
  /** The section's id byte. */
  readonly offset: number;
  /** First byte behind the size; for a custom section behind its name. */
  readonly contentOffset: number;
  readonly endOffset: number;
  /** Only custom sections have a name. */
  readonly name: string | null;
}

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: ExternType;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternType["kind"];
  /** Index in the index space of its kind. */
  readonly index: number;
}

/** The body of one defined function. */
export interface FunctionBody {
  /** Index in the function index space, imported functions first. */
  readonly functionIndex: number;
  /** First byte behind the body's size: its list of locals. */
  readonly offset: number;
  readonly endOffset: number;
  /** Runs of equal locals, as written. */
  readonly localRunCount: number;
  /** First byte behind the count of runs. */
  readonly localRunsOffset: number;
  /** Parameters and locals together. */
  readonly localCount: number;
  /** Ends with the `end` that closes the function. */
  readonly instructions: readonly Instruction[];
}

/** One data segment. */
export interface DataSegment {
  /** Where it is put in linear memory; null for a passive one, or where a global says so. */
  readonly address: number | null;
  readonly sizeBytes: number;
}

/** A module as read; each index space lists what is imported first. */
export interface WasmModule {
  readonly binary: Uint8Array;
  readonly sections: readonly Section[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly functions: readonly FunctionType[];
  readonly tables: readonly TableType[];
  readonly memories: readonly MemoryType[];
  readonly globals: readonly GlobalType[];
  readonly importedGlobalCount: number;
  readonly startFunctionIndex: number | null;
  /** In the order of the code section, which is that of their function indexes. */
  readonly bodies: readonly FunctionBody[];
  /** From the name section, by function index; empty if there is none or if it is malformed. */
  readonly functionNames: ReadonlyMap<number, string>;
  /** Likewise of globals. */
  readonly globalNames: ReadonlyMap<number, string>;
  readonly dataSegments: readonly DataSegment[];
  /** Functions that element segments name. */
  readonly tableFunctions: ReadonlySet<number>;
}

/** Index of the function that a module imports by this name; -1 where it does not. */
export function importedFunction({ imports }: WasmModule, wanted: string): number {
  return imports.filter(({ type }) => type.kind === "function").findIndex(({ name }) => name === wanted);
}

/** The import of the Hal that writes a guest's memory: offset, address and words are on the stack, the words on top. */
export const READ_WORDS_IMPORT = "readWords";
