// Compiles AssemblyScript in memory: the project's own sources, as they are or with a line changed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { compileModule } from "../../host/build/compile.js";
import type { PartProfile } from "../../host/device/profile.js";

const ROOT = join(import.meta.dirname, "../..");

/** Every algorithm, as in boot-full. */
const USED = ["abort=", ...["ED25519", "SHA512", "P256", "RSA", "LMS"].map((name) => `WITH_${name}=i32`)];

/** Replaces `from` by `to`, once, in one of the project's AssemblyScript files. */
export interface Mutation {
  /** Like "assembly/boot/boot.ts". */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A design of the Record, as part profiles name it. */
export type RecordDesign = PartProfile["record"];

/** Compiles `entry` (a path below the project) with these changes to its sources, for a design of the Record. */
export async function compile(
  entry: string,
  mutations: readonly Mutation[] = [],
  extra: Readonly<Record<string, string>> = {},
  record: RecordDesign = "sealed",
) {
  const names = record === "refreshed" ? [...USED, "RECORD_REFRESHED=i32"] : USED;
  const used = new Set<Mutation>();
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...[entry, "--outFile", "out.wasm", "--runtime", "stub", "-O2", "--noAssert"],
      ...names.flatMap((name) => ["--use", name]),
    ],
    {
      readFile: (name) => {
        for (const mutation of mutations) if (mutation.file === name) used.add(mutation);
        return mutated(name, extra[name] ?? source(name), mutations);
      },
      writeFile: (_, content) => {
        binary = content as unknown as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`${entry}: ${error?.message ?? "no output"}\n${stderr.toString()}`);
  if (used.size !== mutations.length) throw new Error(`${entry}: a mutated file was not compiled in`);
  return binary;
}

/**
 * Compiles a target of asconfig.json as the build does, names and all, with these changes to its sources.
 * @param hasGuards with a guard behind each object of its memory
 */
export function compileTarget(
  target: string,
  mutations: readonly Mutation[] = [],
  hasGuards = false,
): Promise<Uint8Array> {
  const read = (name: string, file: string | null) => mutated(name, file, mutations);
  return compileModule({ root: ROOT, target, hasNames: true, hasGuards, read });
}

/** A source with the changes that are meant for it. */
function mutated(name: string, text: string | null, mutations: readonly Mutation[]): string | null {
  if (text === null) return null;
  return mutations.reduce((changed, { file, from, to }) => {
    if (file !== name) return changed;
    if (!changed.includes(from)) throw new Error(`${name}: nothing to mutate: ${from}`);
    return changed.replace(from, to);
  }, text);
}

/** Compiles a guest given as text; its imports resolve as if it stood in assembly/test/. */
export function compileText(text: string, record?: RecordDesign): Promise<Uint8Array> {
  return compile("assembly/test/guest.ts", [], { "assembly/test/guest.ts": text }, record);
}

function source(name: string): string | null {
  try {
    return readFileSync(join(ROOT, name), "utf8");
  } catch {
    return null;
  }
}
