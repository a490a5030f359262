// What npm runs when the package is installed from its sources, packed, or used by `npx` in its own folder, and what `npm test` begins
// with: builds, which is over at once where all is built (host/build/run). Does nothing where the compiler is not installed, nor in a
// package that was built before it was packed, which some of the sources are not in.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = [
  "assembly",
  "host/build/run/main.ts",
  "test/gallery",
  "asconfig.json",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
];

function isInstalled(name) {
  try {
    createRequire(join(ROOT, "package.json")).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** All that a build starts from is there. */
function isSource() {
  return SOURCES.every((name) => existsSync(join(ROOT, name)));
}

if (isSource() && isInstalled("assemblyscript")) {
  const words = ["--import", "jiti/register", "host/build/run/main.ts"];
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: "inherit" });
  process.exit(status ?? 1);
}
