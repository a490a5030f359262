// Which modules a build compiles: what is due and nothing else, by a small project of two modules that share a file.
import { closeSync, existsSync, openSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildModules, codeOf, compilingCode } from "../../../../host/build/run/modules.js";
import { Stamps } from "../../../../host/build/run/stamps.js";
import compileProduct from "../../../../host/build/run/worker.js";
import { Project, productOf } from "./project.js";

const ROOT = join(import.meta.dirname, "../../../..");
const CONFIG = {
  options: { runtime: "stub", optimizeLevel: 0 },
  targets: { one: { entry: "assembly/one.ts" }, two: { entry: "assembly/two.ts" } },
};
const FILES = {
  "asconfig.json": JSON.stringify(CONFIG),
  "assembly/one.ts": `import { shared } from "./shared";\nexport function one(): i32 {\n  return shared() + 1;\n}\n`,
  "assembly/two.ts": `import { below } from "./below";\nexport function two(): i32 {\n  return below();\n}\n`,
  "assembly/shared.ts": "export function shared(): i32 {\n  return 7;\n}\n",
  "assembly/below/index.ts": "export function below(): i32 {\n  return 2;\n}\n",
};
const BOTH = ["wasm-one", "wasm-two"];

let project: Project;
beforeEach(() => void (project = new Project(FILES)));
afterEach(() => rmSync(project.root, { recursive: true }));

/** Builds what is due; answers which modules were compiled, by whom it asked and by what it says. */
async function build(targets: readonly string[] = ["one", "two"], code = "compiler 1"): Promise<string[]> {
  const asked: string[] = [];
  const { root } = project;
  const said = await buildModules({
    ...{ root, code, products: targets.map(productOf), stamps: new Stamps(root) },
    compile: (product) => {
      asked.push(product.name);
      return compileProduct({ root, product });
    },
  });
  expect(said).toEqual(asked);
  return said;
}

/** What the built module of a target answers. */
function answerOf(target: string): number {
  const module = new WebAssembly.Module(project.read(`dist/wasm/${target}.wasm`) as BufferSource);
  const imports = { env: { abort: () => undefined } };
  return (new WebAssembly.Instance(module, imports).exports[target] as () => number)();
}

describe("a build of modules", () => {
  it("compiles everything from nothing, and nothing when nothing changed", async () => {
    expect(await build()).toEqual(BOTH);
    expect([answerOf("one"), answerOf("two")]).toEqual([8, 2]);
    expect(project.read("dist/wasm/one.names").includes("assembly/shared/shared")).toBe(true);
    expect(await build()).toEqual([]);
  });

  it("compiles exactly what reads a source that changed", async () => {
    await build();
    project.change("assembly/shared.ts", "return 7;", "return 70;");
    expect(await build()).toEqual(["wasm-one"]);
    expect(answerOf("one")).toBe(71);
    project.change("assembly/below/index.ts", "return 2;", "return 20;");
    expect(await build()).toEqual(["wasm-two"]);
    project.write("assembly/nobody.ts", "export const NOBODY: i32 = 1;\n");
    expect(await build()).toEqual([]);
  });

  it("compiles again where a file appears that the compiler would have preferred", async () => {
    await build();
    project.write("assembly/below.ts", "export function below(): i32 {\n  return 200;\n}\n");
    expect(await build()).toEqual(["wasm-two"]);
    expect(answerOf("two")).toBe(200);
  });

  it("compiles the target whose options changed, and all where common options or the compiler did", async () => {
    await build();
    const { options, targets } = CONFIG;
    const changed = { options, targets: { ...targets, two: { ...targets.two, noAssert: true } } };
    project.write("asconfig.json", JSON.stringify(changed, null, 2));
    expect(await build()).toEqual(["wasm-two"]);
    project.write("asconfig.json", JSON.stringify({ ...changed, options: { ...options, optimizeLevel: 1 } }));
    expect(await build()).toEqual(BOTH);
    expect(await build(["one", "two"], "compiler 2")).toEqual(BOTH);
  });

  it.each([
    ["a module that is missing", (file: string) => rmSync(file), "one.wasm"],
    ["a module that was cut short", (file: string) => truncateSync(file, 20), "one.wasm"],
    ["names that are missing", (file: string) => rmSync(file), "one.names"],
    ["names that were cut short", (file: string) => truncateSync(file, 0), "one.names"],
  ])("makes %s again, and nothing else", async (_, damage, name) => {
    await build();
    const before = project.read(`dist/wasm/${name}`);
    damage(join(project.root, "dist/wasm", name));
    expect(await build()).toEqual(["wasm-one"]);
    expect(project.read(`dist/wasm/${name}`)).toEqual(before);
  });

  it("keeps what was compiled before another module failed, and tells what the compiler says", async () => {
    project.change("assembly/two.ts", "return below()", "return nothing()");
    await expect(build()).rejects.toThrow(/^assembly\/two\.ts \(target two\): .*Cannot find name 'nothing'/s);
    expect(existsSync(join(project.root, "dist/wasm/two.wasm"))).toBe(false);
    project.change("assembly/two.ts", "nothing()", "below()");
    await build();
    expect(await build()).toEqual([]);
  });

  it("leaves the module of the last good build whole where the next one fails", async () => {
    await build();
    const before = project.read("dist/wasm/two.wasm");
    project.change("assembly/two.ts", "return below()", "return nothing()");
    await expect(build()).rejects.toThrow("Cannot find name 'nothing'");
    expect(project.read("dist/wasm/two.wasm")).toEqual(before);
  });

  it("puts a new module in the place of the old one, so that whoever reads meanwhile reads one of them", async () => {
    await build();
    const before = project.read("dist/wasm/one.wasm");
    const reader = openSync(join(project.root, "dist/wasm/one.wasm"), "r");
    project.change("assembly/shared.ts", "7", "70");
    await build();
    expect(readFileSync(reader)).toEqual(before);
    closeSync(reader);
  });

  it("builds the same twice at once", async () => {
    await Promise.all([build(), build()]);
    expect([answerOf("one"), answerOf("two")]).toEqual([8, 2]);
    expect(await build()).toEqual([]);
  });

  it("deletes a module that is no longer made", async () => {
    await build();
    expect(await build(["one"])).toEqual([]);
    for (const name of ["dist/wasm/two.wasm", "dist/wasm/two.names", "dist/stamps/wasm-two.json"])
      expect(existsSync(join(project.root, name))).toBe(false);
    expect(answerOf("one")).toBe(8);
  });
});

describe("what stands for the compiler and the code that calls it", () => {
  it("changes with the code and with what that imports to run, not with what it imports for types", () => {
    const code = new Project({
      "main.ts": `import {\n  a,\n} from "./a.js";\nimport type { b } from "./b.js";\nexport * from "./c.js";\na;\n`,
      ...{ "a.ts": "export const a = 1;\n", "b.ts": "export type b = 1;\n", "c.ts": "export const c = 1;\n" },
    });
    const now = (): string => compilingCode(ROOT, join(code.root, "main.ts"));
    const seen = [now()];
    expect(now()).toBe(seen[0]);
    code.write("b.ts", "export type b = 2;\n");
    expect(now()).toBe(seen[0]);
    for (const name of ["a.ts", "c.ts", "main.ts"]) {
      code.write(name, `${code.read(name).toString()}// changed\n`);
      expect(seen).not.toContain(now());
      seen.push(now());
    }
    rmSync(code.root, { recursive: true });
  });

  it("holds the passes over the program and what names a guest's reasons", () => {
    const files = [...codeOf(join(ROOT, "host/build/run/worker.ts")).keys()].map((file) =>
      relative(ROOT, file).replaceAll("\\", "/"),
    );
    const passes = ["compile", "config", "lazy-constants", "objects", "names"].map(
      (name) => `host/build/${name}.ts`,
    );
    expect(files).toEqual(expect.arrayContaining([...passes, "host/core/halts.ts", "assembly/abi.ts"]));
    expect(files.filter((file) => /^host\/(campaign|gallery)/.test(file))).toEqual([]);
  });
});
