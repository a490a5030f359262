// Small wasm modules for the tests: from text through binaryen, which AssemblyScript brings, or put together
// from bytes where the test is about the bytes. Never touches dist/.
import binaryen from "assemblyscript/binaryen";
import { Writer } from "../../../../host/core/wasm/writer.js";

// What host/core/wasm supports. With more, binaryen writes types of the GC proposal.
const FEATURES =
  binaryen.Features.MutableGlobals |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.SignExt |
  binaryen.Features.BulkMemory |
  binaryen.Features.ReferenceTypes |
  binaryen.Features.Multivalue |
  binaryen.Features.SIMD128;

/** Assembles a module from text, with names if asked for. */
export function fromText(text: string, { hasNames = false } = {}): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(FEATURES);
  binaryen.setDebugInfo(hasNames);
  const binary = module.emitBinary();
  binaryen.setDebugInfo(false);
  module.dispose();
  return binary;
}

/** A module from its sections. */
export function fromSections(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** One section, or one body, with its size before it. */
export function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

/** Bytes with their count before them. */
export function sized(content: readonly number[]): number[] {
  const writer = new Writer();
  writer.sized(Uint8Array.from(content));
  return [...writer.finish()];
}

/** The bytes of a name with their count before them. */
export function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}

/** Instantiates a module. */
export function instantiate(binary: Uint8Array, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(copyOf(binary)), imports).exports;
}

/** Whether the engine accepts a module. */
export function isValid(binary: Uint8Array): boolean {
  return WebAssembly.validate(copyOf(binary));
}

function copyOf(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary);
}
