// Calls AssemblyScript functions of the project one by one: a small module that exports them, wired to a device's Hal.
import { BulkReads } from "../../host/core/bulk-reads.js";
import type { Device } from "../../host/device/device.js";
import { type RecordDesign, compileText } from "./compile.js";

/** Compiles `text` (its imports resolve as if it stood in assembly/test/) once; each device gets an instance. */
export async function library<T>(
  text: string,
  record?: RecordDesign,
): Promise<(device: Device) => T & { memory: WebAssembly.Memory }> {
  const module = new WebAssembly.Module((await compileText(text, record)) as BufferSource);
  return (device) => {
    const bulk = new BulkReads(device.hal);
    const hal = { ...device.hal, readWords: bulk.readWords } as WebAssembly.ModuleImports;
    const exports = new WebAssembly.Instance(module, { hal }).exports as unknown as T & {
      memory: WebAssembly.Memory;
    };
    bulk.attach(exports.memory);
    return exports;
  };
}
