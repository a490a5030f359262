// Reads the content of each section of a wasm binary into a draft of the module (WebAssembly core
// specification 2.0, section 5.5). Never looks at what lies between sections; decode.ts does.
import { WasmFormatError } from "./error.js";
import { type Instruction, readExpression } from "./instructions.js";
import {
  SECTION_CODE,
  SECTION_DATA,
  SECTION_DATA_COUNT,
  SECTION_ELEMENT,
  SECTION_EXPORT,
  SECTION_FUNCTION,
  SECTION_GLOBAL,
  SECTION_IMPORT,
  SECTION_MEMORY,
  SECTION_START,
  SECTION_TABLE,
  SECTION_TYPE,
} from "./module.js";
import type { DataSegment, Export, FunctionBody, Import } from "./module.js";
import { OPCODE_I32_CONST, OPCODE_REF_FUNC } from "./opcodes.js";
import type { Reader } from "./reader.js";
import {
  readFunctionType,
  readGlobalType,
  readMemoryType,
  readReferenceType,
  readTableType,
  readValueType,
} from "./types.js";
import type { ExternType, FunctionType, GlobalType, MemoryType, TableType } from "./types.js";

/** What the section readers fill in, in the order of the sections. */
export interface ModuleDraft {
  readonly types: FunctionType[];
  readonly imports: Import[];
  readonly exports: Export[];
  readonly functions: FunctionType[];
  readonly tables: TableType[];
  readonly memories: MemoryType[];
  readonly globals: GlobalType[];
  readonly bodies: FunctionBody[];
  readonly functionNames: Map<number, string>;
  readonly globalNames: Map<number, string>;
  readonly dataSegments: DataSegment[];
  readonly tableFunctions: Set<number>;
  importedFunctionCount: number;
  importedGlobalCount: number;
  startFunctionIndex: number | null;
}

type SectionReader = (reader: Reader, draft: ModuleDraft) => void;

const EXTERN_KINDS: readonly ExternType["kind"][] = ["function", "table", "memory", "global"];
/** Subsections of the name section that are read: functions (specification 2.0, appendix A.4.1), globals (extended names). */
const NAMED: Readonly<Record<number, (draft: ModuleDraft) => Map<number, string>>> = {
  1: ({ functionNames }) => functionNames,
  7: ({ globalNames }) => globalNames,
};

// Engines allow 50 000 (WebAssembly JavaScript interface, section 9); the rest is room for what a rewriter
// appends.
const MAX_LOCALS = 49_000;

const SECTION_READERS: Readonly<Record<number, SectionReader>> = {
  [SECTION_TYPE]: (reader, draft) => void reader.vector(() => draft.types.push(readFunctionType(reader))),
  [SECTION_IMPORT]: readImports,
  [SECTION_FUNCTION]: (reader, draft) =>
    void reader.vector(() => draft.functions.push(readTypeUse(reader, draft))),
  [SECTION_TABLE]: (reader, draft) => void reader.vector(() => draft.tables.push(readTableType(reader))),
  [SECTION_MEMORY]: (reader, draft) => void reader.vector(() => draft.memories.push(readMemoryType(reader))),
  [SECTION_GLOBAL]: (reader, draft) => void reader.vector(() => readGlobal(reader, draft)),
  [SECTION_EXPORT]: (reader, draft) =>
    void reader.vector(() => draft.exports.push(readExport(reader, draft))),
  [SECTION_START]: (reader, draft) => {
    draft.startFunctionIndex = readIndex(reader, "function", draft.functions.length);
  },
  [SECTION_ELEMENT]: (reader, draft) => void reader.vector(() => readElementSegment(reader, draft)),
  [SECTION_DATA_COUNT]: (reader) => void reader.u32(),
  [SECTION_CODE]: readBodies,
  [SECTION_DATA]: (reader, draft) => void reader.vector(() => readDataSegment(reader, draft)),
};

/** Reads one section other than a custom one; the reader must span exactly its content. */
export function readSection(id: number, reader: Reader, draft: ModuleDraft): void {
  SECTION_READERS[id]!(reader, draft);
  if (!reader.isAtEnd()) throw reader.error(`section ${id} is longer than what it lists`);
}

/** Reads the function names of a name section, or none if it is malformed, since a module stays valid with a bad one. */
export function readNameSection(reader: Reader, draft: ModuleDraft): void {
  try {
    while (!reader.isAtEnd()) {
      const id = reader.byte();
      const subsection = reader.slice(reader.u32());
      const names = NAMED[id]?.(draft);
      if (names !== undefined) subsection.vector(() => names.set(subsection.u32(), subsection.text()));
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    draft.functionNames.clear();
    draft.globalNames.clear();
  }
}

function readImports(reader: Reader, draft: ModuleDraft): void {
  reader.vector(() => {
    const module = reader.text();
    const name = reader.text();
    const type = readImportType(reader, draft);
    draft.imports.push({ module, name, type });
  });
  draft.importedFunctionCount = draft.functions.length;
  draft.importedGlobalCount = draft.globals.length;
}

function readImportType(reader: Reader, draft: ModuleDraft): ExternType {
  const kind = readExternKind(reader);
  if (kind === "function") return added(draft.functions, readTypeUse(reader, draft));
  if (kind === "table") return added(draft.tables, readTableType(reader));
  if (kind === "memory") return added(draft.memories, readMemoryType(reader));
  return added(draft.globals, readGlobalType(reader));
}

function added<Type>(list: Type[], type: Type): Type {
  list.push(type);
  return type;
}

function readExternKind(reader: Reader): ExternType["kind"] {
  const startOffset = reader.offset;
  const code = reader.byte();
  const kind = EXTERN_KINDS[code];
  if (kind === undefined) throw reader.error(`unknown import or export kind ${code}`, startOffset);
  return kind;
}

function readTypeUse(reader: Reader, draft: ModuleDraft): FunctionType {
  return draft.types[readIndex(reader, "type", draft.types.length)]!;
}

function readGlobal(reader: Reader, draft: ModuleDraft): void {
  const type = readGlobalType(reader);
  readInitializer(reader, draft);
  draft.globals.push(type);
}

function readExport(reader: Reader, draft: ModuleDraft): Export {
  const name = reader.text();
  const kind = readExternKind(reader);
  const spaces = {
    function: draft.functions,
    table: draft.tables,
    memory: draft.memories,
    global: draft.globals,
  };
  return { name, kind, index: readIndex(reader, kind, spaces[kind].length) };
}

function readInitializer(reader: Reader, draft: ModuleDraft): Instruction[] {
  return readExpression(reader, { localCount: 0, globalCount: draft.globals.length });
}

// Flag bits: 1 passive or declarative, 2 an explicit table (active) or declarative, 4 expressions instead of
// indexes.
function readElementSegment(reader: Reader, draft: ModuleDraft): void {
  const startOffset = reader.offset;
  const flags = reader.u32();
  if (flags > 7) throw reader.error(`element segment flags ${flags}`, startOffset);
  const isActive = (flags & 1) === 0;
  const hasExpressions = (flags & 4) !== 0;
  if (isActive && (flags & 2) !== 0) reader.u32();
  if (isActive) readInitializer(reader, draft);
  if ((flags & 3) !== 0) readElementKind(reader, hasExpressions);
  reader.vector(() => {
    if (!hasExpressions) return void draft.tableFunctions.add(reader.u32());
    for (const { opcode, immediates } of readInitializer(reader, draft))
      if (opcode === OPCODE_REF_FUNC) draft.tableFunctions.add(immediates[0] as number);
  });
}

function readElementKind(reader: Reader, hasExpressions: boolean): void {
  if (hasExpressions) {
    readReferenceType(reader);
    return;
  }
  const startOffset = reader.offset;
  const kind = reader.byte();
  if (kind !== 0) throw reader.error(`element kind ${kind}`, startOffset);
}

function readDataSegment(reader: Reader, draft: ModuleDraft): void {
  const startOffset = reader.offset;
  const flags = reader.u32();
  if (flags > 2) throw reader.error(`data segment flags ${flags}`, startOffset);
  if (flags === 2) reader.u32();
  const [first] = flags === 1 ? [] : readInitializer(reader, draft);
  const address = first?.opcode === OPCODE_I32_CONST ? (first.immediates[0] as number) >>> 0 : null;
  const sizeBytes = reader.u32();
  reader.skip(sizeBytes);
  draft.dataSegments.push({ address, sizeBytes });
}

function readBodies(reader: Reader, draft: ModuleDraft): void {
  reader.vector((index) => {
    const functionIndex = draft.importedFunctionCount + index;
    const type = draft.functions[functionIndex];
    if (type === undefined) throw reader.error("more bodies than functions");
    draft.bodies.push(readBody(reader.slice(reader.u32(), functionIndex), type, draft));
  });
}

function readBody(reader: Reader, type: FunctionType, draft: ModuleDraft): FunctionBody {
  const { offset, endOffset, functionIndex } = reader;
  let localCount = type.parameters.length;
  const localRunCount = reader.u32();
  const localRunsOffset = reader.offset;
  for (let run = 0; run < localRunCount; run++) {
    localCount += reader.u32();
    if (localCount > MAX_LOCALS) throw reader.error(`more than ${MAX_LOCALS} locals`);
    readValueType(reader);
  }
  const instructions = readExpression(reader, { localCount, globalCount: draft.globals.length });
  if (!reader.isAtEnd()) throw reader.error("body goes on behind its end");
  return {
    functionIndex: functionIndex!,
    offset,
    endOffset,
    localRunCount,
    localRunsOffset,
    localCount,
    instructions,
  };
}

function readIndex(reader: Reader, noun: string, count: number): number {
  const startOffset = reader.offset;
  const index = reader.u32();
  if (index >= count) throw reader.error(`${noun} ${index} of ${count}`, startOffset);
  return index;
}
