// Makes a module that reads the counters of a counting guest into a memory of its own. From JavaScript each counter costs some
// 60 ns: for all phases of a boot together as much as the boot itself. From wasm it is 2 ns.
import { counterExportOf } from "./count.js";
import {
  HEADER,
  SECTION_CODE,
  SECTION_EXPORT,
  SECTION_FUNCTION,
  SECTION_IMPORT,
  SECTION_MEMORY,
  SECTION_TYPE,
} from "./module.js";
import {
  OPCODE_END,
  OPCODE_F64_CONVERT_I64_S,
  OPCODE_F64_STORE,
  OPCODE_GLOBAL_GET,
  OPCODE_I32_CONST,
} from "./opcodes.js";
import { type Writer, assemble } from "./writer.js";

const FUNCTION_TYPE = 0x60;
const KIND_FUNCTION = 0;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const TYPE_I64 = 0x7e;
const MUTABLE = 1;
const DOUBLE_BYTES = 8;
const DOUBLE_ALIGNMENT = 3; // log2 of 8
const PAGE_BYTES = 0x10000;

/** Copies every counter of one instance of a counting guest into an array with room for all: exact up to 2^53. */
export type CountReader = (into: Float64Array) => void;

/** Compiles the reader for guests of so many counters. */
export function compileCountReader(counterCount: number): WebAssembly.Module {
  return new WebAssembly.Module(readerBinary(counterCount) as BufferSource);
}

/**
 * Ties a reader to a guest.
 * @param module from compileCountReader() for this guest's plan
 * @param exports of the guest's instance
 */
export function countReader(module: WebAssembly.Module, exports: WebAssembly.Exports): CountReader {
  const reader = new WebAssembly.Instance(module, { guest: exports }).exports;
  const counts = new Float64Array((reader["memory"] as WebAssembly.Memory).buffer);
  const read = reader["read"] as () => void;
  return (into) => {
    read();
    into.set(counts.subarray(0, into.length));
  };
}

function readerBinary(counterCount: number): Uint8Array {
  const counters = Array.from({ length: counterCount }, (_, counter) => counter);
  const pages = Math.ceil((counterCount * DOUBLE_BYTES) / PAGE_BYTES);
  return assemble((binary) => {
    const section = (id: number, write: (content: Writer) => void): void => {
      binary.byte(id);
      binary.sized(assemble(write));
    };
    binary.bytes(HEADER);
    section(SECTION_TYPE, (content) => content.bytes([1, FUNCTION_TYPE, 0, 0]));
    section(SECTION_IMPORT, (content) => {
      content.u32(counterCount);
      for (const counter of counters) {
        content.text("guest");
        content.text(counterExportOf(counter));
        content.bytes([KIND_GLOBAL, TYPE_I64, MUTABLE]);
      }
    });
    section(SECTION_FUNCTION, (content) => content.bytes([1, 0]));
    section(SECTION_MEMORY, (content) => {
      content.bytes([1, 0]);
      content.u32(pages);
    });
    section(SECTION_EXPORT, (content) => {
      content.u32(2);
      for (const [name, kind, index] of [
        ["memory", KIND_MEMORY, 0],
        ["read", KIND_FUNCTION, 0],
      ] as const) {
        content.text(name);
        content.bytes([kind, index]);
      }
    });
    section(SECTION_CODE, (content) => {
      content.u32(1);
      content.sized(assemble((body) => writeBody(body, counters)));
    });
  });
}

function writeBody(body: Writer, counters: readonly number[]): void {
  body.byte(0); // no locals
  for (const counter of counters) {
    body.bytes([OPCODE_I32_CONST, 0]);
    body.indexed(OPCODE_GLOBAL_GET, counter);
    body.byte(OPCODE_F64_CONVERT_I64_S);
    body.bytes([OPCODE_F64_STORE, DOUBLE_ALIGNMENT]);
    body.u32(counter * DOUBLE_BYTES);
  }
  body.byte(OPCODE_END);
}
