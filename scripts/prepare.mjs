// What npm runs when the package is installed from its sources, packed, or used by `npx` in its own folder: builds, unless what was
// built is newer than everything that it was built from. Does nothing where the compiler is not installed, nor in a package that was
// built before it was packed, which some of the sources are not in.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = [
  "assembly",
  "host",
  "test/gallery",
  "asconfig.json",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
];
const BUILT = "dist/wasm";

/** Times of last change, in ms, of a file or of all files below a folder. */
function times(path) {
  const stats = statSync(path);
  return stats.isDirectory() ? readdirSync(path).flatMap((name) => times(join(path, name))) : [stats.mtimeMs];
}

function isBuilt() {
  const built = join(ROOT, BUILT);
  if (!existsSync(built)) return false;
  const newestSource = Math.max(...SOURCES.flatMap((name) => times(join(ROOT, name))));
  const targets = Object.keys(JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8")).targets);
  return targets.every((target) => {
    const file = join(built, `${target}.wasm`);
    return existsSync(file) && statSync(file).mtimeMs > newestSource;
  });
}

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

if (isSource() && isInstalled("assemblyscript") && !isBuilt()) {
  const isWindows = process.platform === "win32";
  const { status } = spawnSync(isWindows ? "npm.cmd" : "npm", ["run", "build"], {
    cwd: ROOT,
    stdio: "inherit",
    shell: isWindows,
  });
  process.exit(status ?? 1);
}
