// The build, run as TypeScript (`npm run build`; `npm ci` by way of scripts/prepare.mjs): the harness into dist/host, every
// AssemblyScript module of asconfig.json into dist/wasm with the names of its functions beside it, the gallery's guests into
// dist/gallery. What is still as it would be built is left alone. TypeScript and the modules' compilers run side by side, since
// none needs what another makes.
import { chmodSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { buildModules, compilingCode } from "./modules.js";
import { productsOf, type Product } from "./products.js";
import { Stamps } from "./stamps.js";
import { buildTypes, typescriptOf } from "./types.js";
import type { Compiled, Task } from "./worker.js";

/** A thread holds a compiler of some 400 MB. */
const THREADS_MOST = 4;

// npm runs this in the package's folder.
const root = process.cwd();
const worker = new URL("./worker.ts", import.meta.url);

try {
  await build();
} catch (error) {
  process.stderr.write(`build: ${(error as Error).message}\n`);
  process.exit(1); // threads that still compile are of no use
}

async function build(): Promise<void> {
  const stamps = new Stamps(root);
  const ended = new AbortController();
  let pool: Tinypool | undefined;
  const compile = (product: Product): Promise<Compiled> => {
    pool ??= poolOfCompilers();
    const task: Task = { root, product };
    return pool.run(task) as Promise<Compiled>;
  };
  const code = compilingCode(root, fileURLToPath(worker));
  try {
    await Promise.all([
      buildTypes({ root, stamps, run: typescriptOf(root, ended.signal) }).then((types) => {
        if (types === "failed") process.exit(1); // it has told why
      }),
      buildModules({ root, products: productsOf(root), stamps, code, compile }),
    ]);
  } finally {
    ended.abort();
    await pool?.destroy();
  }
  // npm makes a bin executable when it installs a package, not when the package's own folder is built again.
  chmodSync("dist/host/cli/main.js", 0o755);
}

function poolOfCompilers(): Tinypool {
  return new Tinypool({
    filename: worker.href,
    minThreads: 1,
    maxThreads: Math.min(availableParallelism(), THREADS_MOST),
    isolateWorkers: false,
    concurrentTasksPerWorker: 1,
  });
}
