// Loading a configuration from files: every kind of file, and every way in which a file fails.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../../../host/app/workspace/config.js";
import { FileError } from "../../../../host/app/workspace/files.js";
import { layoutOf, partOf } from "../../../../host/config/resolve.js";
import { MisuseError } from "../../../../host/core/errors.js";
import { exampleDevice } from "../../config/example.js";
import { temporaryFolder } from "../../cli/run.js";

const BODY = `{ limits: { maxStates: 7 } }`;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

function write(name: string, text: string): void {
  mkdirSync(dirname(folder.path(name)), { recursive: true });
  writeFileSync(folder.path(name), text);
}

function load(path?: string) {
  return loadConfig(path, folder.path("."));
}

/** What the user reads. */
async function complaint(path?: string): Promise<string> {
  const error = await load(path).then(
    () => new Error("accepted"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MisuseError);
  expect((error as MisuseError).message).not.toMatch(/\n/);
  return (error as MisuseError).message;
}

describe("a configuration", () => {
  it("need not be there", async () => {
    expect(await load()).toBeUndefined();
  });

  it.each([
    ["ts", `import { defineConfig } from "everboot";\nexport default defineConfig(${BODY});\n`],
    [
      "mts",
      `import { defineConfig } from "everboot";\nconst x: number = await 7;\nexport default defineConfig({ limits: { maxStates: x } });\n`,
    ],
    ["js", `import { defineConfig } from "everboot";\nexport default defineConfig(${BODY});\n`],
    ["js", `module.exports = ${BODY};\n`],
    ["js", `Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = ${BODY};\n`],
    ["mjs", `import { defineConfig } from "everboot";\nexport default defineConfig(${BODY});\n`],
    ["json", `{ "limits": { "maxStates": 7 } }`],
  ])("is found and loaded as .%s: %j", async (suffix, text) => {
    write(`everboot.config.${suffix}`, text);
    expect(await load()).toMatchObject({ file: `everboot.config.${suffix}`, limits: { maxStates: 7 } });
  });

  it("in TypeScript may have types, helpers and enums", async () => {
    write("parts/board.ts", `export enum Part { Board = "board" }\nexport const attempts: number = 4;\n`);
    write(
      "everboot.config.ts",
      `import { type EverbootConfig, type Run, partById } from "everboot";
import { Part, attempts } from "./parts/board";
const config: EverbootConfig = {
  devices: { [Part.Board]: { extends: partById("tiny").id, endurance: attempts } },
  oracles: [{ name: "none", demands: "nothing", judge: (run: Run) => run.device satisfies string as never }],
};
export default config;
`,
    );
    const config = await load();
    expect(config?.devices[0]).toMatchObject({ id: "board", endurance: { value: 4 } });
    expect(config?.oracles[0]?.judge({ device: "board" } as never)).toBe("board");
  });

  it("sees the running package itself", async () => {
    write("everboot.config.ts", `import { MisuseError } from "everboot";\nthrow new MisuseError("x");`);
    expect(await complaint()).toBe(
      "everboot.config.ts:2:7: expected a configuration, found an exception: MisuseError: x",
    );
    write(
      "same.ts",
      `import * as all from "everboot";\nexport default { oracles: [{ name: "a", demands: "b", judge: () => all.MisuseError }] };`,
    );
    expect((await load("same.ts"))?.oracles[0]?.judge({} as never)).toBe(MisuseError);
  });

  it("cannot run a campaign while one loads it", async () => {
    write("runs.ts", `import { runCampaign } from "everboot";\nexport default await runCampaign();`);
    await expect(load("runs.ts")).rejects.toThrow(
      "runs.ts:2:33: expected a configuration, found an exception: MisuseError: expected no campaign to be run by a configuration, which campaigns load",
    );
  });

  it("is read from a path, relative or absolute, and named so", async () => {
    write("deep/own.json", "{}");
    expect((await load("deep/own.json"))?.file).toBe("deep/own.json");
    expect((await load(folder.path("deep/own.json")))?.file).toBe("deep/own.json");
    expect((await loadConfig("../own.json", folder.path("deep/er")))?.file).toBe(
      folder.path("deep/own.json"),
    );
  });

  it("gives paths from its own folder", async () => {
    write(
      "deep/own.json",
      JSON.stringify({
        guests: { own: { boot: "./b.wasm", agent: "/a.wasm" }, near: { boot: "/b.wasm", agent: "a.wasm" } },
        campaign: { guest: "../c.wasm" },
      }),
    );
    const config = await load("deep/own.json");
    expect(config?.guests).toEqual([
      { name: "own", boot: folder.path("deep/b.wasm"), agent: "/a.wasm" },
      { name: "near", boot: "/b.wasm", agent: folder.path("deep/a.wasm") },
    ]);
    expect(config?.campaign.guest).toBe(folder.path("c.wasm"));
    write("named.json", JSON.stringify({ campaign: { guest: "boot-ed25519" } }));
    expect((await load("named.json"))?.campaign.guest).toBe("boot-ed25519");
  });

  it("like the documents' is fine, and its layout fits its device", async () => {
    const [, example = ""] =
      /```ts\n(import \{ defineConfig \}[^]*?)```/.exec(readFileSync("docs/configuration.md", "utf8")) ?? [];
    write("everboot.config.ts", example);
    const config = await load();
    expect(config?.scenarios).toMatchObject([{ name: "second-try", otherwise: "update-completes" }]);
    const part = partOf(config, "nrf52840-slow");
    expect(layoutOf(config, part, "small-slots").slotB.size).toBe(128 * 1024);
    const run = (count: number) =>
      ({ calls: [{ operations: new Array(count).fill({ kind: "erase" }) }] }) as never;
    expect(config?.oracles.map(({ judge }) => [judge(run(400)), judge(run(401))])).toEqual([
      [null, "401 sectors were erased"],
    ]);
  });

  it("takes a device from JSON", async () => {
    write("everboot.config.json", JSON.stringify({ devices: { mine: exampleDevice } }));
    expect((await load())?.devices[0]?.layout.slotA).toEqual({ offset: 0x2000, size: 0x10000 });
  });
});

describe("a configuration that does not load", () => {
  it.each([
    [
      "throws in its first line",
      `throw new Error("first"); export default {};`,
      "everboot.config.ts:1:7: expected a configuration, found an exception: Error: first",
    ],
    [
      "throws, types before it in its line, a message of two lines",
      `import { join } from "node:path";\ninterface A { readonly x: number }\nfunction deep(a: A): never {\n  const y: number = 3; throw new RangeError(\`no \${y}\n  more \${a.x}\`);\n}\nexport default { x: deep({ x: 1 }), join };\n`,
      "everboot.config.ts:4:30: expected a configuration, found an exception: RangeError: no 3 more 1",
    ],
    [
      "throws what is no error",
      `throw "a string";`,
      "everboot.config.ts: expected a configuration, found an exception: a string",
    ],
    [
      "is not TypeScript",
      `export default {\n  devices: {\n    a: 1;\n  }\n};\n`,
      'everboot.config.ts:3:9: syntax error: Unexpected token, expected ","',
    ],
    [
      "exports no default",
      `export const devices = {}, limits = {};`,
      "everboot.config.ts: expected a default export, found devices, limits",
    ],
    [
      "exports a function",
      `export default () => ({});`,
      /^everboot\.config\.ts: expected an object with .*, found a function$/,
    ],
    [
      "has a mistake in it",
      `export default { scenarios: [{ name: "x", step: [] }] };`,
      'everboot.config.ts: scenarios[0].step: unknown key "step", did you mean "steps"? (and 3 more)',
    ],
    [
      "shadows a guest of the package",
      `export default { guests: { trusting: { boot: "x.wasm" } } };`,
      'everboot.config.ts: guests.trusting: expected another name, found "trusting", a guest of the package',
    ],
  ])("because it %s is told in one line", async (_, text, line) => {
    write("everboot.config.ts", text);
    expect(await complaint()).toEqual(typeof line === "string" ? line : expect.stringMatching(line));
  });

  it("because a helper throws is told with the place that called it", async () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 11;
    write(
      "helper.ts",
      `export function help(n: number): never {\n  return n === 0 ? fail() : help(n - 1);\n}\nfunction fail(): never {\n  throw new Error("helpless");\n}\n`,
    );
    write("everboot.config.ts", `import { help } from "./helper";\n\nexport default { x: help(20) };\n`);
    expect(await complaint()).toBe(
      "everboot.config.ts:3:25: expected a configuration, found an exception: Error: helpless",
    );
    expect(Error.stackTraceLimit).toBe(11);
    Error.stackTraceLimit = stackTraceLimit;
  });

  it("because a helper is broken is told with the helper's place", async () => {
    write("helper.ts", `export const = 1;\n`);
    write("everboot.config.ts", `import "./helper";\nexport default {};\n`);
    expect(await complaint()).toBe(`${folder.path("helper.ts")}:1:14: syntax error: Unexpected token`);
  });

  it("behind a link is told by the link's name", async () => {
    write(
      "real/base.ts",
      `import { x } from "./other";\nif (x === 1) throw new Error("linked");\nexport default {};\n`,
    );
    write("real/other.ts", `export const x = 1;\n`);
    symlinkSync(folder.path("real/base.ts"), folder.path("everboot.config.ts"));
    expect(await complaint()).toBe(
      "everboot.config.ts:2:20: expected a configuration, found an exception: Error: linked",
    );
  });

  it("because it imports what is not there is told", async () => {
    write("everboot.config.ts", `import x from "./nowhere";\nexport default x;\n`);
    expect(await complaint()).toBe(
      "everboot.config.ts:1:1: expected a configuration, found an exception: Error: Cannot find module './nowhere'",
    );
  });

  it("as CommonJS is told with its place too", async () => {
    write("everboot.config.js", `const a = 1;\nmodule.exports = { a: a.b.c };\n`);
    expect(await complaint()).toBe(
      "everboot.config.js:2:27: expected a configuration, found an exception: TypeError: Cannot read properties of undefined (reading 'c')",
    );
    write("first.cjs", `throw new Error("first");`);
    expect(await complaint("first.cjs")).toBe(
      "first.cjs:1:7: expected a configuration, found an exception: Error: first",
    );
  });

  it("as JSON is told with line and column", async () => {
    write("everboot.config.json", `{\n  "limits": {,}\n}`);
    expect(await complaint()).toBe(
      'everboot.config.json:2:14: expected a key in double quotes or "}", found ","',
    );
  });

  it("because there are two is refused", async () => {
    write("everboot.config.ts", "export default {};");
    write("everboot.config.json", "{}");
    expect(await complaint()).toBe(
      "expected one configuration, found everboot.config.ts and everboot.config.json",
    );
  });

  it("because it is no such file is refused", async () => {
    await expect(load("nowhere.ts")).rejects.toThrow(FileError);
    write("config.yaml", "");
    expect(await complaint("config.yaml")).toBe(
      'config.yaml: expected a configuration (.ts, .mts, .cts, .js, .mjs, .cjs, .json), found ".yaml"',
    );
  });
});
