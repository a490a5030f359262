// What npm runs when the package is installed from its sources, packed, or used by `npx` in its own folder, and what `npm test` begins
// with: builds, unless what was built is newer than everything that it was built from, folders included, whose time of change tells
// of a file that was deleted. Does nothing where the compiler is not installed, nor in a package that was
// built before it was packed, which some of the sources are not in.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const GALLERY = "test/gallery";
const SOURCES = [
  "assembly",
  "host",
  GALLERY,
  "asconfig.json",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
];
/** The twins of each bug of the gallery (host/gallery/entries.ts). */
const TWINS = ["bad", "fixed"];

/** Times of last change, in ms, of a file, or of a folder and all that is below it. */
function times(path) {
  const stats = statSync(path);
  const below = stats.isDirectory() ? readdirSync(path).flatMap((name) => times(join(path, name))) : [];
  return [stats.mtimeMs, ...below];
}

/** Every file whose absence or age says that a build is missing, or has not come to its end. */
function builtFiles() {
  const { targets } = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8"));
  const bugs = readdirSync(join(ROOT, GALLERY)).filter((name) => /^\d/.test(name));
  return [
    "dist/host/cli/main.js",
    ...Object.keys(targets).flatMap((target) => [`dist/wasm/${target}.wasm`, `dist/wasm/${target}.names`]),
    ...bugs.flatMap((name) => TWINS.map((twin) => `dist/gallery/${name}-${twin}.wasm`)),
  ].map((name) => join(ROOT, name));
}

function isBuilt() {
  const newestSource = Math.max(...SOURCES.flatMap((name) => times(join(ROOT, name))));
  return builtFiles().every((file) => existsSync(file) && statSync(file).mtimeMs > newestSource);
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
