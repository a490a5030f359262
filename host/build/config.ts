// What asconfig.json says: the builds that there are, and their options. Loads no compiler.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The compiler's own configuration, in the project's folder. */
export const COMPILER_CONFIG = "asconfig.json";

/** The part of the configuration that is read here; the compiler reads it all. */
export interface CompilerConfig {
  readonly targets: Readonly<Record<string, { readonly entry: string; readonly sharedMemory?: boolean }>>;
}

/** The configuration of a project, as it is at this moment. */
export function compilerConfig(root: string): CompilerConfig {
  return JSON.parse(readFileSync(join(root, COMPILER_CONFIG), "utf8")) as CompilerConfig;
}
