// Compiles one AssemblyScript module with the flags of a target of asconfig.json, into memory. Whoever compiles the project's
// sources, whole or changed, does it here: flags and constants must be those of the build.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc, { type Transform } from "assemblyscript/asc";
import { COMPILER_CONFIG, compilerConfig } from "./config.js";
import { LAZY_CONSTANTS } from "./lazy-constants.js";
import Objects, { GuardedObjects, guarded } from "./objects.js";

/** What is compiled, and how. */
export interface Compilation {
  /** The project's folder. */
  readonly root: string;
  readonly target: string;
  /** Path below the folder; the target's own when absent. */
  readonly entry?: string;
  /** With a name section. */
  readonly hasNames?: boolean;
  /** Without the optimiser: does the same, and takes a third of the time to compile. */
  readonly asWritten?: boolean;
  /** With a guard behind each object of its memory, so that small overflows show too (objects.ts). */
  readonly hasGuards?: boolean;
  /** Text of a source in the place of what the file holds; null where there is none. */
  readonly read?: (name: string, file: string | null) => string | null;
}

/**
 * Compiles a module.
 * @throws {Error} with what the compiler says
 */
export async function compileModule({
  root,
  target,
  entry,
  hasNames = false,
  asWritten = false,
  hasGuards = false,
  read = (_, file) => file,
}: Compilation): Promise<Uint8Array> {
  const path = entry ?? compilerConfig(root).targets[target]?.entry ?? "";
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      path,
      "--config",
      COMPILER_CONFIG,
      "--target",
      target,
      "--outFile",
      "out.wasm",
      ...(hasNames ? ["--debug"] : []),
      ...(asWritten ? ["--optimizeLevel", "0", "--shrinkLevel", "0"] : []),
    ],
    {
      transforms: [LAZY_CONSTANTS, (hasGuards ? GuardedObjects : Objects) as unknown as Transform],
      readFile: (name) => {
        const text = read(name, fileText(join(root, name)));
        return hasGuards && text !== null ? guarded(text) : text;
      },
      writeFile: (_, content) => {
        binary = content as unknown as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error === null && binary !== undefined) return binary;
  throw new Error(`${path} (target ${target}): ${error?.message ?? "no output"} ${stderr.toString()}`);
}

/** The compiler asks for places where a file might be. */
function fileText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
