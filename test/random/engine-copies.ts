// The engine with something changed, beside the engine as it is: its sources and those of the random guests' check, compiled
// into a folder of their own, where one text has taken another's place; and the device module compiled from changed sources.
import type { DeviceModules } from "../../host/device/device-options.js";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { type Mutation, compileTarget } from "../support/compile.js";
import { deviceModule } from "../support/scenes.js";

const ROOT = join(import.meta.dirname, "../..");
/** What the check is made of, besides AssemblyScript: all that is below these. */
const FOLDERS = ["host/campaign", "host/core", "host/device", "host/link", "test/random"];
const FILES = ["assembly/abi.ts", "test/support/naive.ts"];
/** Read as texts. */
const TEXTS = ["assembly/device/map.ts"];
const DEVICE = "assembly/device/";
/** Imports as Node does it, past the test runner, which would compile every module again. */
const LOADER = "load.cjs";

/** A changed engine: what puts random guests to it. */
export interface EngineCopy
  extends
    Pick<typeof import("./check.js"), "check">,
    Pick<typeof import("./cases.js"), "randomCase">,
    Pick<typeof import("./seat.js"), "Seat"> {
  readonly deviceModule: DeviceModules;
}

/** Makes copies of the engine, and takes them away. */
export class EngineCopies {
  readonly #folder = mkdtempSync(join(tmpdir(), "everboot-engines-"));
  readonly #compiled = new Map<string, string>();
  #count = 0;

  /**
   * A copy with these changes; each must find its text exactly once.
   * @throws {Error} naming the file where it does not.
   */
  async copy(changes: readonly Mutation[]): Promise<EngineCopy> {
    for (const change of changes) checkAnchor(change);
    const folder = join(this.#folder, String(this.#count++));
    const inDevice = changes.filter(({ file }) => file.startsWith(DEVICE));
    for (const name of [...FOLDERS.flatMap(sourcesIn), ...FILES]) this.#write(folder, name, changes);
    for (const name of TEXTS) write(folder, name, textOf(name));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, LOADER), "module.exports = (url) => import(url);");
    const importAt = createRequire(import.meta.url)(join(folder, LOADER)) as (
      url: string,
    ) => Promise<unknown>;
    const load = (name: string) => importAt(pathToFileURL(join(folder, name)).href);
    return {
      ...((await load("test/random/check.js")) as typeof import("./check.js")),
      ...((await load("test/random/cases.js")) as typeof import("./cases.js")),
      ...((await load("test/random/seat.js")) as typeof import("./seat.js")),
      deviceModule:
        inDevice.length === 0
          ? deviceModule
          : {
              ...deviceModule,
              device: new WebAssembly.Module((await compileTarget("device", inDevice)) as BufferSource),
            },
    };
  }

  /** Takes every copy away. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(folder: string, name: string, changes: readonly Mutation[]): void {
    const own = changes.filter(({ file }) => file === name);
    let code = own.length === 0 ? this.#compiled.get(name) : undefined;
    if (code === undefined) {
      code = transpiled(own.reduce((text, { from, to }) => text.replace(from, () => to), textOf(name)));
      if (own.length === 0) this.#compiled.set(name, code);
    }
    write(folder, name.replace(/\.ts$/, ".js"), code);
  }
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => /(?<!\.test|\.d)\.ts$/.test(name) && !/\/(interpreter|engine-)[^/]*$/.test(name));
}

function textOf(name: string): string {
  return readFileSync(join(ROOT, name), "utf8");
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function transpiled(text: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    verbatimModuleSyntax: true,
  };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

function checkAnchor({ file, from }: Mutation): void {
  const found = textOf(file).split(from).length - 1;
  if (found !== 1) throw new Error(`${file}: expected once, found ${found} times: ${from}`);
}
