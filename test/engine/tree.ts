// The project once more in a folder of its own, as built, with something changed in it: its tests and its command run there.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import ts from "typescript";
import { type Mutation, compileTarget } from "../support/compile.js";

const ROOT = join(import.meta.dirname, "../..");
/** What is not copied: what no test and no command needs. */
const LEFT_OUT = /^(\.git|node_modules|\.everboot|\.ci)(\/|$)/;
/** The modules of the simulation, and the folder of each. */
const SIMULATION = [
  ["device", "device"],
  ["states", "states"],
  ["states-shared", "states"],
] as const;
/** Something that hangs is noticed, too. */
const MILLIS = 300_000;

/** How a command has ended. */
export interface Ended {
  /** Exit code; -1 where it was stopped, after five minutes. */
  readonly code: number;
  readonly output: string;
}

/** A copy of the project. */
export class Tree {
  readonly folder = mkdtempSync(join(tmpdir(), "everboot-engine-"));

  constructor() {
    cpSync(ROOT, this.folder, {
      recursive: true,
      filter: (source) => !LEFT_OUT.test(relative(ROOT, source)),
    });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"), "junction");
  }

  /** Makes the changes, in the sources and in what is built of them; answers what takes them back. */
  async change(changes: readonly Mutation[]): Promise<() => void> {
    const before = new Map<string, Uint8Array>();
    const put = (name: string, content: string | Uint8Array) => {
      const file = join(this.folder, name);
      if (!before.has(name)) before.set(name, readFileSync(file));
      writeFileSync(file, content);
    };
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(this.folder, file), "utf8");
      const found = text.split(from).length - 1;
      if (found !== 1) throw new Error(`${file}: expected once, found ${found} times: ${from}`);
      const changed = text.replace(from, () => to);
      put(file, changed);
      if (file.startsWith("host/")) put(`dist/${file.replace(/\.ts$/, ".js")}`, transpiled(changed));
    }
    for (const [target, folder] of SIMULATION) {
      const inTarget = changes.filter(({ file }) => file.startsWith(`assembly/${folder}/`));
      if (inTarget.length > 0) put(`dist/wasm/${target}.wasm`, await compileTarget(target, inTarget));
    }
    return () => {
      for (const [name, content] of before) writeFileSync(join(this.folder, name), content);
    };
  }

  /** Runs Node with these words in the copy. */
  node(...words: string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, words, { cwd: this.folder, timeout: MILLIS });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, output }));
    });
  }

  /** Takes the copy away. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function transpiled(text: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
