// Compiles AssemblyScript in memory: the project's own sources, as they are or with a line changed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
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
        const text = extra[name] ?? source(name);
        if (text === null) return null;
        return mutations.reduce((changed, mutation) => {
          if (mutation.file !== name) return changed;
          if (!changed.includes(mutation.from))
            throw new Error(`${name}: nothing to mutate: ${mutation.from}`);
          used.add(mutation);
          return changed.replace(mutation.from, mutation.to);
        }, text);
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
