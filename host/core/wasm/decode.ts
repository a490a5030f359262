// Reads a wasm binary into a module: header, order of sections, and each section's content through
// sections.ts. Checks the format and what a rewriter depends on; it is no validator, so compile the module as
// well.
import { HEADER, SECTION_CUSTOM, SECTION_ORDER } from "./module.js";
import type { Section, WasmModule } from "./module.js";
import { Reader } from "./reader.js";
import { readNameSection, readSection } from "./sections.js";
import type { ModuleDraft } from "./sections.js";

/**
 * Reads a whole binary (WebAssembly core specification 2.0, section 5.5.16).
 *
 * @param binary the module's bytes; kept, not copied, and never written
 * @returns its sections, index spaces and instructions
 * @throws WasmFormatError with the offset of the first byte that is malformed or not supported
 */
export function decode(binary: Uint8Array): WasmModule {
  const reader = new Reader(binary, 0, binary.length);
  for (const expected of HEADER) {
    if (reader.byte() !== expected) throw reader.error("no wasm header of version 1", reader.offset - 1);
  }
  const draft = emptyDraft();
  const sections: Section[] = [];
  let lastRank = -1;
  while (!reader.isAtEnd()) {
    const { section, content } = readSectionHeader(reader);
    sections.push(section);
    if (section.id === SECTION_CUSTOM) {
      if (section.name === "name") readNameSection(content, draft);
      continue;
    }
    const rank = SECTION_ORDER.indexOf(section.id);
    if (rank < 0) throw reader.error(`unknown section ${section.id}`, section.offset);
    if (rank <= lastRank) throw reader.error(`section ${section.id} out of order`, section.offset);
    lastRank = rank;
    readSection(section.id, content, draft);
  }
  const definedCount = draft.functions.length - draft.importedFunctionCount;
  if (draft.bodies.length < definedCount) {
    throw reader.error(`${definedCount} functions but ${draft.bodies.length} bodies`);
  }
  return { binary, sections, ...draft };
}

function readSectionHeader(reader: Reader): { section: Section; content: Reader } {
  const offset = reader.offset;
  const id = reader.byte();
  const content = reader.slice(reader.u32());
  const name = id === SECTION_CUSTOM ? content.text() : null;
  const section = { id, offset, contentOffset: content.offset, endOffset: content.endOffset, name };
  return { section, content };
}

function emptyDraft(): ModuleDraft {
  return {
    types: [],
    imports: [],
    exports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    bodies: [],
    functionNames: new Map(),
    globalNames: new Map(),
    dataSegments: [],
    tableFunctions: new Set(),
    importedFunctionCount: 0,
    importedGlobalCount: 0,
    startFunctionIndex: null,
  };
}
