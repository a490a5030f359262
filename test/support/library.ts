// Calls AssemblyScript functions of the project one by one: a small module that exports them, wired to a device's Hal.
import type { Device } from "../../host/device/device.js";
import { type RecordDesign, compileText } from "./compile.js";

/** Compiles `text` (its imports resolve as if it stood in assembly/test/) once; each device gets an instance. */
export async function library<T>(
  text: string,
  record?: RecordDesign,
): Promise<(device: Device) => T & { memory: WebAssembly.Memory }> {
  const module = new WebAssembly.Module((await compileText(text, record)) as BufferSource);
  return (device) => {
    const { exports } = new WebAssembly.Instance(module, { hal: device.hal as WebAssembly.ModuleImports });
    return exports as unknown as T & { memory: WebAssembly.Memory };
  };
}
