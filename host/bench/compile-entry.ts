// Compiles an entry that is no file among the project's AssemblyScript, for `bench size`. Writes nothing to disk.
import { MisuseError } from "../core/errors.js";
import type { CompileEntry } from "./size.js";

/**
 * Loads the compiler, a development dependency.
 * @param root the project's folder
 * @throws MisuseError when it is not installed
 */
export async function loadCompiler(root: string): Promise<CompileEntry> {
  const { compileModule } = await import("../build/compile.js").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new MisuseError("bench size: expected assemblyscript, found it not installed (npm ci installs it)");
  });
  return (target, { path, text }) =>
    compileModule({ root, target, entry: path, read: (name, file) => (name === path ? text : file) });
}
