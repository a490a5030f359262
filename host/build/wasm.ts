// Compiles every AssemblyScript module of asconfig.json into dist/wasm, and the names of its functions beside it. Runs at `npm ci` (prepare) and
// `npm run build`, after tsc.
import { readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { LAZY_CONSTANTS } from "./lazy-constants.js";
import { splitNames } from "./names.js";

interface AsConfig {
  readonly targets: Readonly<Record<string, { readonly entry: string }>>;
}

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const config = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8")) as AsConfig;
await mkdir(join(root, "dist/wasm"), { recursive: true });

for (const [target, { entry }] of Object.entries(config.targets)) {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      entry,
      "--config",
      "asconfig.json",
      "--target",
      target,
      "--debug",
      "--outFile",
      "out.wasm",
      "--baseDir",
      root,
    ],
    {
      transforms: [LAZY_CONSTANTS],
      writeFile: (_, content) => {
        binary = content as unknown as Uint8Array;
      },
    },
  );
  const messages = stderr.toString();
  if (messages !== "") process.stderr.write(messages);
  if (error !== null || binary === undefined) {
    process.stderr.write(`build: ${entry} (target ${target}): ${error?.message ?? "no output"}\n`);
    process.exit(1);
  }
  const { module, names } = splitNames(binary);
  await writeFile(join(root, `dist/wasm/${target}.wasm`), module);
  await writeFile(join(root, `dist/wasm/${target}.names`), names);
}

// npm makes a bin executable when it installs a package, not when the package's own folder is built again.
await chmod(join(root, "dist/host/cli/main.js"), 0o755);
