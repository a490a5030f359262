// Compiles every AssemblyScript module of asconfig.json into dist/wasm, the names of its functions beside it, and the gallery's
// guests into dist/gallery. Runs at `npm ci` (prepare) and `npm run build`, after tsc.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GALLERY, TWINS } from "../gallery/entries.js";
import { PACKAGE_REASONS, withHaltNames } from "../core/halts.js";
import { compileModule, targetsOf } from "./compile.js";
import { splitNames } from "./names.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
await mkdir(join(root, "dist/wasm"), { recursive: true });

for (const target of Object.keys(targetsOf(root))) {
  const names: Uint8Array[] = [];
  await writeBuilt(`dist/wasm/${target}.wasm`, async () => {
    const split = splitNames(await compileModule({ root, target, hasNames: true }));
    names.push(split.names);
    return split.module;
  });
  await writeFile(join(root, `dist/wasm/${target}.names`), names[0] as Uint8Array);
}

// The guests of the gallery: each is boot and agent in one module, with the flags of the boot build that verifies Ed25519.
await mkdir(join(root, "dist/gallery"), { recursive: true });
for (const { name } of GALLERY) {
  for (const twin of TWINS) {
    const entry = `test/gallery/${name}/${twin}.ts`;
    await writeBuilt(`dist/gallery/${name}-${twin}.wasm`, () =>
      compileModule({ root, target: "boot-ed25519", entry, hasGuards: true }),
    );
  }
}

// npm makes a bin executable when it installs a package, not when the package's own folder is built again.
await chmod(join(root, "dist/host/cli/main.js"), 0o755);

/** Writes a module; ends the build with what the compiler says where it cannot be compiled. */
async function writeBuilt(file: string, compile: () => Promise<Uint8Array>): Promise<void> {
  try {
    await writeFile(join(root, file), named(await compile()));
  } catch (error) {
    process.stderr.write(`build: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** A guest of the package calls its reasons as assembly/abi.ts does; the device and the crypto modules have none. */
function named(module: Uint8Array): Uint8Array {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(module as BufferSource));
  const isGuest = exported.some(({ name }) => name === "boot" || name === "step");
  return isGuest ? withHaltNames(module, PACKAGE_REASONS) : module;
}
