// Writes a decoded module again with globals and exports appended and code put into function bodies. Appends
// only, so that every index of the original, and with them the name section, stays right. Never decides what
// is put where.
import {
  HEADER,
  SECTION_CODE,
  SECTION_CUSTOM,
  SECTION_EXPORT,
  SECTION_GLOBAL,
  SECTION_ORDER,
} from "./module.js";
import type { FunctionBody, Section, WasmModule } from "./module.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

/** Code to put into a body. */
export interface Insertion {
  /** Index of the instruction before which the code goes. */
  readonly beforeInstruction: number;
  /** Encoded instructions that leave the operand stack as it was, or as the next instruction expects it. */
  readonly code: Uint8Array;
}

/** What becomes of one body. */
export interface BodyEdit {
  /** Encoded value types of locals to append; the first gets the index `body.localCount`. */
  readonly extraLocals: readonly number[];
  /** In ascending order of their place; code for the same place stays in this order. */
  readonly insertions: readonly Insertion[];
}

/** What becomes of a module. */
export interface ModuleEdit {
  /** Encoded globals (type, mutability, initialiser); the first gets the index `module.globals.length`. */
  readonly extraGlobals: readonly Uint8Array[];
  readonly extraExports: readonly { readonly name: string; readonly globalIndex: number }[];
  readonly editBody: (body: FunctionBody) => BodyEdit;
}

const EXPORT_KIND_GLOBAL = 0x03; // specification 2.0, section 5.5.10

/**
 * Writes a module again with an edit applied; custom sections are copied as they are and where they are.
 *
 * @param module as decoded from the original binary
 * @param edit what to append and insert
 * @returns a new binary, valid if the original and the inserted code are
 */
export function rewrite(module: WasmModule, edit: ModuleEdit): Uint8Array {
  const contents = new Map<number, Uint8Array>();
  if (edit.extraGlobals.length > 0) contents.set(SECTION_GLOBAL, globalSection(module, edit));
  if (edit.extraExports.length > 0) contents.set(SECTION_EXPORT, exportSection(module, edit));
  if (module.bodies.length > 0) contents.set(SECTION_CODE, codeSection(module, edit));
  const writer = new Writer();
  writer.bytes(HEADER);
  for (const section of placed(module, contents)) {
    const content = contents.get(section.id);
    if (content === undefined) writer.bytes(module.binary.subarray(section.offset, section.endOffset));
    else {
      writer.byte(section.id);
      writer.sized(content);
    }
  }
  return writer.finish();
}

// The module's sections and, each behind the last section that must precede it, those that the edit adds.
function placed(module: WasmModule, contents: ReadonlyMap<number, Uint8Array>): Section[] {
  const sections = [...module.sections];
  for (const id of contents.keys()) {
    if (sections.some((section) => section.id === id)) continue;
    const rank = SECTION_ORDER.indexOf(id);
    let position = 0;
    sections.forEach((section, index) => {
      if (section.id !== SECTION_CUSTOM && SECTION_ORDER.indexOf(section.id) < rank) position = index + 1;
    });
    sections.splice(position, 0, { id, offset: 0, contentOffset: 0, endOffset: 0, name: null });
  }
  return sections;
}

function globalSection(module: WasmModule, { extraGlobals }: ModuleEdit): Uint8Array {
  const writer = new Writer();
  extendVector(writer, module, { id: SECTION_GLOBAL, extraCount: extraGlobals.length });
  for (const encoded of extraGlobals) writer.bytes(encoded);
  return writer.finish();
}

function exportSection(module: WasmModule, { extraExports }: ModuleEdit): Uint8Array {
  const writer = new Writer();
  extendVector(writer, module, { id: SECTION_EXPORT, extraCount: extraExports.length });
  for (const { name, globalIndex } of extraExports) {
    writer.text(name);
    writer.byte(EXPORT_KIND_GLOBAL);
    writer.u32(globalIndex);
  }
  return writer.finish();
}

// Writes a section's vector with a higher count, so that more items can follow.
function extendVector(
  writer: Writer,
  { binary, sections }: WasmModule,
  { id, extraCount }: { readonly id: number; readonly extraCount: number },
): void {
  const section = sections.find((candidate) => candidate.id === id);
  if (section === undefined) return writer.u32(extraCount);
  const reader = new Reader(binary, section.contentOffset, section.endOffset);
  writer.u32(reader.u32() + extraCount);
  writer.bytes(binary.subarray(reader.offset, section.endOffset));
}

function codeSection(module: WasmModule, { editBody }: ModuleEdit): Uint8Array {
  const writer = new Writer();
  writer.u32(module.bodies.length);
  for (const body of module.bodies) writer.sized(editedBody(module.binary, body, editBody(body)));
  return writer.finish();
}

function editedBody(binary: Uint8Array, body: FunctionBody, edit: BodyEdit): Uint8Array {
  const writer = new Writer();
  writer.u32(body.localRunCount + edit.extraLocals.length);
  const codeOffset = body.instructions[0]!.offset;
  writer.bytes(binary.subarray(body.localRunsOffset, codeOffset));
  for (const type of edit.extraLocals) writer.bytes([1, type]);
  let copiedOffset = codeOffset;
  for (const { beforeInstruction, code } of edit.insertions) {
    const { offset } = body.instructions[beforeInstruction]!;
    writer.bytes(binary.subarray(copiedOffset, offset));
    writer.bytes(code);
    copiedOffset = offset;
  }
  writer.bytes(binary.subarray(copiedOffset, body.endOffset));
  return writer.finish();
}
