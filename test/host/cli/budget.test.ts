// The built `everboot budget`, run the way a user does.
// @module-tag slow: command line processes that explore for a budget each.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { BudgetReport } from "../../../host/budget/report.js";
import { type Mutation, compileTarget } from "../../support/compile.js";
import { screenOf } from "../../support/screens.js";
import { fromText } from "../core/wasm/fixtures.js";
import { everboot, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const BASE = [
  "budget",
  "update",
  "--device",
  "nrf52840",
  "--guest",
  "boot-ed25519",
  "--image-size",
  "4KiB",
] as const;

const STAND_IN =
  /^everboot: \S+: exports no "step" and is given no agent: the package's agent-full ran as its firmware \(a configuration names a guest with its agent\)\n$/;

async function json(
  ...argv: readonly string[]
): Promise<{ readonly text: string; readonly report: BudgetReport }> {
  const { code, stdout, stderr } = await everboot(...argv, "--json", "-");
  // A guest from a file has no agent of its own.
  expect(stderr).toMatch(argv.some((word) => word.endsWith(".wasm")) ? STAND_IN : /^$/);
  expect(code).toBe(0);
  return { text: stdout, report: JSON.parse(stdout) as BudgetReport };
}

describe("everboot budget", () => {
  it("is of the configuration's guest and device where the command line names none", async () => {
    const config = folder.path("mine.config.json");
    writeFileSync(config, JSON.stringify({ campaign: { guest: "boot-p256", device: "stm32l476" } }));
    const { report } = await json("budget", "update", "--config", config, "--image-size", "4KiB");
    expect([report.subject.guest, report.subject.device]).toEqual(["boot-p256", "stm32l476"]);
    const own = await json(
      "budget",
      "update",
      "--config",
      config,
      "--image-size",
      "4KiB",
      "--guest",
      "boot-ed25519",
    );
    expect(own.report.subject.guest).toBe("boot-ed25519");
  });

  it("gives the same bytes twice, whole numbers all of them, that add up", async () => {
    const [{ text, report }, again] = await Promise.all([json(...BASE), json(...BASE)]);
    expect(again.text).toBe(text);
    expect(text).not.toMatch(/\d\.\d+[,\n]/);
    for (const boot of report.boots) {
      for (const what of ["wasmInstructions", "instructions"] as const)
        expect(boot.phases.reduce((sum, phase) => sum + phase[what], 0)).toBe(boot[what]);
      for (const phase of boot.phases)
        expect(phase.functions.reduce((sum, { wasmInstructions }) => sum + wasmInstructions, 0)).toBe(
          phase.wasmInstructions,
        );
    }
    expect(report.boots.map(({ what }) => what)).toEqual([
      ...["runs v1 for slot A", "runs v2 for slot B", "runs v2 for slot B", "runs v2 for slot B"],
    ]);
    expect(report.boots[0]!.phases.map(({ phase }) => phase)).toEqual([
      ...["parse", "hash", "signature", "decide", "record"],
    ]);
    expect(report.ram.stackBytes).toBeGreaterThan(300);
    expect(
      report.boots[0]!.phases.flatMap(({ functions }) => functions).every(({ calibrated }) => calibrated),
    ).toBe(true);
  });

  it("prints phases, functions, sizes, and that nothing was measured on silicon", async () => {
    const { code, stdout } = await everboot(...BASE);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("Arm Cortex-M4 at 64 MHz, 2 wait states, cache on");
    expect(stdout).toMatch(/hash .*±10 %/);
    expect(stdout).toContain("crypto/sha256/compressSmall");
    expect(stdout).toContain("modelled, not measured on silicon");
    await expect(screenOf(stdout)).toMatchFileSnapshot("screens/budget.txt");
  });

  it("shows where the seconds go when a record costs a 128 KiB erase", async () => {
    const { report } = await json("budget", "update", "--device", "stm32h743", "--image-size", "4KiB");
    const boot = report.boots[report.slowest]!;
    expect(boot.flash).toMatchObject({ erases: 1, typicalMicros: 1_100_200 });
    expect(boot.phases.find(({ phase }) => phase === "record")!.flash.erases).toBe(1);
    expect(boot.bootMicros.likely).toBeGreaterThan(1_100_000);
    expect(report.terms.accuracy.join()).toContain("0.5 to 1.5 cycles per instruction");
    const { stdout } = await everboot("budget", "update", "--device", "stm32h743", "--image-size", "4KiB");
    expect(stdout.replace(/\s+/g, " ")).toMatch(/slowest boot.*of which 1\.10 s is flash: 1 erase/);
  });

  it("takes clock and cache from the command line", async () => {
    const [{ report: usual }, { report: other }] = await Promise.all([
      json(...BASE),
      json(...BASE, "--clock", "32MHz", "--cache", "off"),
    ]);
    const [a, b] = [usual.boots[0]!, other.boots[0]!];
    expect(b.wasmInstructions).toBe(a.wasmInstructions);
    expect(b.cpuMicros.likely / a.cpuMicros.likely).toBeCloseTo(2 * (1 + (1.02 + 1.35) / 2), 1);
    expect(other.terms).toMatchObject({ clockHz: 32_000_000, cache: "off" });
  });

  it("writes a page that needs nothing else, with all text escaped", async () => {
    const page = folder.path("budget.html");
    expect((await everboot(...BASE, "--html", page)).code).toBe(0);
    const html = readFileSync(page, "utf8");
    expect(html).not.toMatch(/<script|https?:|<link|url\((?!#)/);
    expect(html).toContain("~polyfills/bswap&#60;u32&#62;");
    expect(html).toContain("modelled, not measured on silicon");
  });

  it("says what changed since a baseline, or that nothing did", async () => {
    const before = folder.path("before.json");
    await everboot(...BASE, "--json", before);
    expect((await everboot(...BASE, "--baseline", before)).stdout).toContain(
      "nothing changed since the baseline",
    );
    const other = [...BASE.slice(0, 4), "--guest", "boot-p256", "--image-size", "4KiB", "--baseline", before];
    const { stdout } = await everboot(...other);
    expect(stdout).toContain("not the same subject: guest: boot-ed25519 before, boot-p256 now");
    expect(stdout).toMatch(/p256-field\/fieldMultiply +│ new/);
    expect(stdout).toMatch(/crypto\/sha512\/compressSmall +│ gone/);
  });
});

const ACCEPTED = "  const reason = passes(slot, floor, view);\n";
/** Some 200 bytes that no boot of the scenario executes. */
const LARGER: Mutation = {
  file: "assembly/boot/accept.ts",
  from: ACCEPTED,
  to: `  if (slot == 7) {\n${Array.from({ length: 30 }, (_, code) => `event(${1000 + code}, floor);`).join("\n")}\n}\n${ACCEPTED}`,
};
/** Some 5 % more cycles of a boot with an image of 4 KiB. */
const SLOWER: Mutation = {
  file: "assembly/boot/accept.ts",
  from: ACCEPTED,
  to: `  for (let i: u32 = 0; i < 30000; i++) store<u32>(view, load<u32>(view) + i);\n${ACCEPTED}`,
};

describe("everboot budget --check", () => {
  it("passes for the package's own boot builds and their budget.json", async () => {
    const { code, stdout, stderr } = await everboot("budget", "--check");
    expect(stderr).toBe("");
    expect(stdout.match(/within all limits of budget\.json/g)?.length).toBeGreaterThanOrEqual(8);
    expect(code).toBe(0);
  });

  it("fails with the line that is exceeded: 200 bytes more, 5 % cycles more", async () => {
    const guests = { same: [], larger: [LARGER], slower: [SLOWER] };
    for (const [name, mutations] of Object.entries(guests))
      writeFileSync(folder.path(`${name}.wasm`), await compileTarget("boot-ed25519", mutations));
    const { report } = await json(
      ...BASE.slice(0, 4),
      "--image-size",
      "4KiB",
      "--guest",
      folder.path("same.wasm"),
    );
    const { wasmBytes } = report.size;
    const cycles = report.boots[report.slowest]!.cycles.likely;
    const budget = (guest: string) => ({
      ...{ scenario: "update", device: "nrf52840", guest: folder.path(`${guest}.wasm`), imageSize: "4KiB" },
      limits: { wasmBytes: wasmBytes + 150, cycles: Math.round(cycles * 1.045) },
    });
    const file = folder.path("budget.json");
    writeFileSync(file, JSON.stringify({ budgets: Object.keys(guests).map(budget) }, null, 1));
    const { code, stdout } = await everboot("budget", "--check", file);
    expect(code).toBe(1);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(3);
    const lineOf = (guest: string, limit: string) => {
      const text = readFileSync(file, "utf8").split("\n");
      const begins = text.findIndex((line) => line.includes(`${guest}.wasm`));
      return text.findIndex((line, index) => index > begins && line.includes(limit)) + 1;
    };
    expect(lines[0]).toMatch(/same\.wasm: within all limits/);
    expect(lines[1]).toContain(`${file}:${lineOf("larger", "wasmBytes")}: update on nrf52840`);
    expect(lines[1]).toMatch(/larger\.wasm: wasmBytes: \d+ is over the limit \d+ by \d+ \(largest: /);
    expect(lines[2]).toContain(`${file}:${lineOf("slower", "cycles")}: `);
    expect(lines[2]).toMatch(/slower\.wasm: cycles: .*acceptSlot \d+ \(uncalibrated\)/);
  });
});

describe("bad input ends with one line and 2", () => {
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ["an unknown device", () => ["--device", "nrf99"], /nrf99/],
    [
      "a cache that is not known",
      () => ["--device", "stm32h743", "--cache", "off"],
      /--cache off: expected a device of which/,
    ],
    ["a clock that is none", () => ["--clock", "fast"], /Expected a frequency/],
    [
      "images without a key",
      () => ["--from", "images/imgtool/app-ed25519-signed.bin"],
      /--from: expected --key too/,
    ],
    ["a model without a target", () => ["--verify-model"], /expected --target too/],
    [
      "a baseline that is none",
      () => ["--baseline", "package.json"],
      /package\.json: expected a budget of schema/,
    ],
    ["a file of budgets that is none", () => ["--check", "README.md"], /README\.md:1:1: expected a value/],
    [
      "an unknown key in a budget",
      () => ["--check", written({ limits: { cycels: 1 } })],
      /:1: budgets\[0\]\.limits\.cycels: unknown key "cycels", did you mean "cycles"\?/,
    ],
    [
      "a negative limit",
      () => ["--check", written({ limits: { wasmBytes: -1 } })],
      /budgets\[0\]\.limits\.wasmBytes: expected an integer 0\.\./,
    ],
    [
      "a budget without limits",
      () => ["--check", written({ limits: {} })],
      /budgets\[0\]\.limits: expected a limit, found none/,
    ],
    [
      "a budget that is not there",
      () => ["--check", written({ limits: { wasmBytes: 1 } }), "--device", "tiny"],
      /expected a budget for update, tiny/,
    ],
    ["a guest without names", () => ["--guest", guest("")], /expected a name section/],
    [
      "a guest with SIMD",
      () => ["--guest", guest("(drop (v128.const i32x4 0 0 0 0))", { hasNames: true })],
      /without SIMD .* in boot at byte \d+/,
    ],
    [
      "a guest with a start function",
      () => ["--guest", guest("", { hasNames: true, start: "(start $begin)" })],
      /found a start function, begin/,
    ],
    ["a guest that is no wasm", () => ["--guest", "README.md"], /README\.md: expected a wasm module/],
  ];

  function written(changes: object): string {
    const file = folder.path("bad.json");
    const budget = { scenario: "update", device: "nrf52840", guest: "boot-ed25519", ...changes };
    writeFileSync(file, JSON.stringify({ budgets: [budget] }));
    return file;
  }

  function guest(body: string, { hasNames = false, start = "" } = {}): string {
    const file = folder.path("guest.wasm");
    const text = `(module (memory (export "memory") 1) (func $begin) ${start}
      (func $abi (export "abiVersion") (result i32) (i32.const 1)) (func $boot (export "boot") ${body}))`;
    writeFileSync(file, fromText(text, { hasNames }));
    return file;
  }

  it.each(cases)("%s", async (_, argv, expected) => {
    const { code, stdout, stderr } = await everboot("budget", "update", ...argv());
    expect(stderr).toMatch(expected);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
