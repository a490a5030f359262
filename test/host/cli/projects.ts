// Projects as `everboot init` writes them, compiled with this repository's own asc and what compilers the machine has. Test helper
// only.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { lackingForC, lackingForRust, rustcForWasm } from "../../support/tools.js";
import type { temporaryFolder } from "./run.js";

const ROOT = join(import.meta.dirname, "../../..");
const MAIN = join(ROOT, "dist/host/cli/main.js");

/** What compiling each template lacks here. */
export const MISSING = { assemblyscript: [], c: lackingForC(), rust: lackingForRust() } as const;
export const LANGUAGES = Object.keys(MISSING) as (keyof typeof MISSING)[];

const rustc = rustcForWasm();
const env = { ...process.env, ...(rustc === undefined ? {} : { RUSTC: rustc }) };

/** Runs `everboot` in a folder. */
export function everboot(cwd: string, ...words: string[]) {
  return everbootIn({ cwd, env }, words);
}

function everbootIn(where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }, words: string[]) {
  return spawnSync(process.execPath, [MAIN, ...words], { ...where, encoding: "utf8" });
}

export const read = (...path: string[]) => readFileSync(join(...path), "utf8");

/** Makes folders, and projects in them, below a test file's own. */
export function projectsIn(folder: Pick<ReturnType<typeof temporaryFolder>, "path">) {
  /** Folder for one test. */
  const place = (name: string): string => {
    const path = folder.path(name);
    mkdirSync(path);
    return path;
  };
  /** The project my-boot in a folder of this name, written with these variables set. */
  const init = (name: string, lang: string, variables: NodeJS.ProcessEnv = env) => {
    const cwd = place(name);
    const words = ["init", "my-boot", "--lang", lang];
    const { status, stdout, stderr } = everbootIn({ cwd, env: variables }, words);
    expect([status, stderr]).toEqual([0, ""]);
    return { cwd, project: join(cwd, "my-boot"), stdout };
  };
  return { place, init };
}

/** Compiles a project as its package.json says, with the compiler of this repository's node_modules; everboot is this repository. */
export function build(project: string): void {
  mkdirSync(join(project, "node_modules"), { recursive: true });
  const link = join(project, "node_modules/everboot");
  if (!existsSync(link)) symlinkSync(ROOT, link, "junction");
  const { scripts } = JSON.parse(read(project, "package.json")) as { scripts: { build: string } };
  const asc = `"${process.execPath}" "${join(ROOT, "node_modules/assemblyscript/bin/asc.js")}"`;
  const command = scripts.build.replaceAll(/\basc (?=assembly)/g, `${asc} `);
  execFileSync(command, { cwd: project, shell: true, env });
}
