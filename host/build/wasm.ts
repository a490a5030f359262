// Compiles every AssemblyScript module of asconfig.json into dist/wasm, and the names of its functions beside it. Runs at
// `npm ci` (prepare) and `npm run build`, after tsc.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileModule, targetsOf } from "./compile.js";
import { splitNames } from "./names.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
await mkdir(join(root, "dist/wasm"), { recursive: true });

for (const target of Object.keys(targetsOf(root))) {
  try {
    const { module, names } = splitNames(await compileModule({ root, target, hasNames: true }));
    await writeFile(join(root, `dist/wasm/${target}.wasm`), module);
    await writeFile(join(root, `dist/wasm/${target}.names`), names);
  } catch (error) {
    process.stderr.write(`build: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

// npm makes a bin executable when it installs a package, not when the package's own folder is built again.
await chmod(join(root, "dist/host/cli/main.js"), 0o755);
