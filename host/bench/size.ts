// `bench size`: what each algorithm and each boot build costs in bytes of wasm and of RAM. Measures no time.
//
// An algorithm is compiled by itself, with the flags of the crypto module of its build, from an entry that exports its
// functions and nothing else: whatever it needs is counted, so SHA-512 counts within Ed25519 and SHA-256 within LMS and
// RSA-PSS, and what two algorithms share is counted for both. A row has all bytes of the module, its code section, its data
// section (constants, with a few bytes of addresses) and its RAM: what a caller hands in; for a boot build the static
// memory that is not constants, which is buffers and the few zero words that the compiler leaves out of constants.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { decode } from "../core/wasm/decode.js";
import { SECTION_CODE, SECTION_DATA } from "../core/wasm/module.js";
import { BUILDS, type Build, type SizeRow } from "./rows.js";

interface Algorithm {
  readonly name: string;
  /** In assembly/crypto, without its ending. */
  readonly file: string;
  readonly functions: readonly string[];
  /** The constant that says how much RAM it asks for. */
  readonly ram: string;
}

const ALGORITHMS: readonly Algorithm[] = [
  {
    ...{ name: "sha256", file: "sha256", ram: "SHA256_CONTEXT_SIZE" },
    functions: ["sha256Init", "sha256Update", "sha256Final"],
  },
  {
    ...{ name: "sha512", file: "sha512", ram: "SHA512_CONTEXT_SIZE" },
    functions: ["sha512Init", "sha512Update", "sha512Final"],
  },
  { name: "ed25519", file: "ed25519", functions: ["ed25519Verify"], ram: "ED25519_SCRATCH_SIZE" },
  { name: "p256", file: "p256", functions: ["p256Verify"], ram: "P256_SCRATCH_SIZE" },
  { name: "rsa-pss", file: "rsa-pss", functions: ["rsaPssVerify"], ram: "RSA_SCRATCH_SIZE" },
  { name: "lms", file: "lms", functions: ["hssVerifyInMemory"], ram: "LMS_SCRATCH_SIZE" },
];

// AssemblyScript leaves memory below this unused and places static memory from here on.
const STATIC_START = 1024;

/** An entry that is no file: compiled as if it stood at `path` in the project. */
export interface VirtualEntry {
  readonly path: string;
  readonly text: string;
}

/** Compiles an entry with the flags of a target of asconfig.json. */
export type CompileEntry = (target: string, entry: VirtualEntry) => Promise<Uint8Array>;

/**
 * The sizes of the algorithms, then of every boot build (target "boot…" of asconfig.json) that is built.
 * @param root the project's folder
 */
export async function benchSize(root: string, compile: CompileEntry): Promise<SizeRow[]> {
  const rows: SizeRow[] = [];
  for (const algorithm of ALGORITHMS) {
    for (const build of BUILDS) rows.push(await algorithmRow(algorithm, build, compile));
  }
  for (const { target, entry, binary } of bootBuilds(root)) {
    const { code, constants } = sectionSizes(binary);
    const text = `export * from "./${basename(entry, ".ts")}";\nexport const STATIC_END: usize = __heap_base;\n`;
    const path = join(dirname(entry), "size-of-boot.ts");
    const staticEnd = await globalOf(await compile(target, { path, text }), "STATIC_END");
    rows.push({
      ...{ what: "boot", build: target, value: binary.length, unit: "bytes" },
      ...{ codeBytes: code, constantBytes: constants, ramBytes: staticEnd - STATIC_START - constants },
    });
  }
  return rows;
}

async function algorithmRow(
  { name, file, functions, ram }: Algorithm,
  build: Build,
  compile: CompileEntry,
): Promise<SizeRow> {
  const binary = await compile(`crypto-${build}`, {
    path: `assembly/crypto/size-of-${name}.ts`,
    text: `export { ${[...functions, ram].join(", ")} } from "./${file}";\n`,
  });
  const { code, constants } = sectionSizes(binary);
  return {
    ...{ what: name, build, value: binary.length, unit: "bytes" },
    ...{ codeBytes: code, constantBytes: constants, ramBytes: await globalOf(binary, ram) },
  };
}

/** The boot guests of asconfig.json that stand in dist/wasm. */
function bootBuilds(root: string): { target: string; entry: string; binary: Uint8Array }[] {
  const { targets } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8")) as {
    readonly targets: Readonly<Record<string, { readonly entry: string }>>;
  };
  return Object.entries(targets).flatMap(([target, { entry }]) => {
    const file = join(root, "dist/wasm", `${target}.wasm`);
    if (!target.startsWith("boot") || !existsSync(file)) return [];
    return [{ target, entry, binary: Uint8Array.from(readFileSync(file)) }];
  });
}

function sectionSizes(binary: Uint8Array): { readonly code: number; readonly constants: number } {
  const { sections } = decode(binary);
  const sizeOf = (wanted: number): number => {
    const section = sections.find(({ id }) => id === wanted);
    return section === undefined ? 0 : section.endOffset - section.contentOffset;
  };
  return { code: sizeOf(SECTION_CODE), constants: sizeOf(SECTION_DATA) };
}

/** An exported constant of a module, none of whose functions runs. */
async function globalOf(binary: Uint8Array, name: string): Promise<number> {
  const module = new WebAssembly.Module(binary as BufferSource);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name: what } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [what]: () => 0 };
  }
  const { exports } = await WebAssembly.instantiate(module, imports);
  return (exports[name] as WebAssembly.Global).value as number;
}
