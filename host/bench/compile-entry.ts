// Compiles an entry that is no file among the project's AssemblyScript, for `bench size`. Writes nothing to disk.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MisuseError } from "../core/errors.js";
import type { CompileEntry } from "./size.js";

/**
 * Loads the compiler, a development dependency.
 * @param root the project's folder
 * @throws MisuseError when it is not installed
 */
export async function loadCompiler(root: string): Promise<CompileEntry> {
  const { default: asc } = await import("assemblyscript/asc").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new MisuseError("bench size: expected assemblyscript, found it not installed (npm ci installs it)");
  });
  // Read late, as the compiler is: it imports the compiler.
  const { LAZY_CONSTANTS } = await import("../build/lazy-constants.js");
  const readSource = (name: string): string | null => {
    try {
      return readFileSync(join(root, name), "utf8");
    } catch {
      return null; // the compiler asks for places where a file might be
    }
  };
  return async (target, { path, text }) => {
    let binary: Uint8Array | undefined;
    const { error, stderr } = await asc.main(
      [path, "--config", "asconfig.json", "--target", target, "--outFile", "out.wasm"],
      {
        readFile: (name) => (name === path ? text : readSource(name)),
        writeFile: (_, content) => {
          binary = content as unknown as Uint8Array;
        },
        listFiles: () => [],
        transforms: [LAZY_CONSTANTS], // as in host/build/wasm.ts, or other constants would be counted than are built
      },
    );
    if (error !== null || binary === undefined)
      throw new Error(`${path} (target ${target}): ${error?.message ?? "no output"} ${stderr.toString()}`);
    return binary;
  };
}
