// Which sources are mutated, and the core compiled from them, as they are or with one change, as the build does it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileModule } from "../../host/build/compile.js";
import type { PartProfile } from "../../host/device/profile.js";
import { type Mutant, applied, mutantsOf } from "./operators.js";

export const ROOT = join(import.meta.dirname, "../..");

type Design = PartProfile["record"];

/** What boot decides with, below assembly/; cryptography has tests of its own against other implementations. */
const SOURCES = [
  ...["accept", "boot", "slot"].map((name) => `boot/${name}`),
  ...["body", "record", "refreshed", "sealed", "standing", "value"].map((name) => `record/${name}`),
  ...["header", "tlv", "verify", "digest", "signature", "keys"].map((name) => `image/${name}`),
  ...["dependencies", "bytes", "algorithms", "pair-ed25519"].map((name) => `image/${name}`),
  "hal/flash",
].map((name) => `assembly/${name}.ts`);

const TARGETS: Readonly<Record<Design, string>> = {
  sealed: "boot-ed25519",
  refreshed: "boot-ed25519-refreshed",
};

/** Every mutant, in the order of files and places. */
export function allMutants(): Mutant[] {
  return SOURCES.flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), "utf8")));
}

/** The designs of the Record in whose builds a source is judged. */
export function designsOf(file: string): readonly Design[] {
  if (file.endsWith("/sealed.ts")) return ["sealed"];
  if (file.endsWith("/refreshed.ts")) return ["refreshed"];
  return /\/(record|hal)\//.test(file) ? ["sealed", "refreshed"] : ["sealed"];
}

/**
 * The boot core with a change, or as it is.
 * @param asWritten without the optimiser
 * @throws {Error} where it does not compile
 */
export function bootCore(design: Design, mutant?: Mutant, asWritten = false): Promise<Uint8Array> {
  const read = (name: string, file: string | null) =>
    mutant !== undefined && file !== null && name === mutant.file ? applied(file, mutant) : file;
  return compileModule({ root: ROOT, target: TARGETS[design], read, asWritten });
}
