// Makes JavaScript and declarations of the harness by TypeScript's own command, where any of its sources, its configuration or
// the packages' versions is not what it was, or what was made is damaged. Compiles no AssemblyScript.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { digestOf, type Stamps } from "./stamps.js";

const CONFIG = "tsconfig.build.json";
/** What TypeScript reads besides sources: its options, and the lock of all packages, whose types it reads too. */
const CONFIGS = [CONFIG, "tsconfig.json", "package.json", "package-lock.json"];
const STAMP = "typescript";
/** What TypeScript itself remembers: with it, a changed file takes a third of the time that all files take. */
const MEMORY = "dist/stamps/typescript.tsbuildinfo";

/** A build of the harness. */
export interface TypesBuild {
  /** The project's folder. */
  readonly root: string;
  readonly stamps: Stamps;
  /** Runs TypeScript's command with these words and answers whether it succeeded; it has told what is wrong. */
  readonly run: (words: readonly string[]) => Promise<boolean>;
}

/**
 * Compiles where that is due, and deletes what was made of sources that are gone.
 * @returns "made", "kept" where nothing was due, "failed" where TypeScript says no
 */
export async function buildTypes({ root, stamps, run }: TypesBuild): Promise<"made" | "kept" | "failed"> {
  const sources = sourcesOf(root);
  const files = sources.flatMap(filesOf);
  const digests = Object.fromEntries([...sources, ...CONFIGS].map((path) => [path, stamps.source(path)]));
  // A new file changes the list, which is why the list is part of it.
  const what = digestOf(JSON.stringify(sources));
  if (stamps.isFresh(STAMP, what)) return "kept";
  // TypeScript writes only what changed, and does not look whether the rest is still there.
  if (!stamps.isWhole(STAMP)) stamps.remove(MEMORY);
  // With an error in it nothing is written: what was built before stays as it was.
  const words = ["--noEmitOnError", "--incremental", "--tsBuildInfoFile", MEMORY];
  if (!(await run(["-p", CONFIG, ...words]))) return "failed";
  stamps.forget(STAMP, new Set(files));
  stamps.stamp(STAMP, what, digests, files);
  return "made";
}

/** Runs TypeScript's command as a process that writes to this one's output; ended where the signal says so. */
export function typescriptOf(root: string, signal: AbortSignal): TypesBuild["run"] {
  const command = createRequire(join(root, "package.json")).resolve("typescript/bin/tsc");
  return (words) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [command, ...words], { cwd: root, stdio: "inherit", signal });
      child.on("error", reject);
      child.on("close", (code) => resolve(code === 0));
    });
}

/** The TypeScript files that the configuration includes; it names files and folders, not patterns. */
function sourcesOf(root: string): string[] {
  const { include, exclude } = JSON.parse(readFileSync(join(root, CONFIG), "utf8")) as {
    readonly include: readonly string[];
    readonly exclude: readonly string[];
  };
  const files = include.flatMap((path) => {
    if (path.endsWith(".ts")) return [path];
    const below = readdirSync(join(root, path), { recursive: true, encoding: "utf8" });
    return below
      .map((name) => `${path}/${name.replaceAll("\\", "/")}`)
      .filter((name) => name.endsWith(".ts"));
  });
  return files.filter((file) => !exclude.some((path) => file === path || file.startsWith(`${path}/`))).sort();
}

/** What is made of a source. */
function filesOf(source: string): string[] {
  if (source.endsWith(".d.ts")) return [];
  const path = `dist/${source.slice(0, -".ts".length)}`;
  return [`${path}.js`, `${path}.d.ts`];
}
