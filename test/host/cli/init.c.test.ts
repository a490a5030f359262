// A guest in C over everboot.h alone: the example policy holds under power cuts, and its naive twin is caught.
// @module-tag slow: builds projects and runs their campaigns.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { HAL_SIGNATURES } from "../../../host/core/guest-check.js";
import { lackingForC, skippedFor } from "../../support/tools.js";
import { everboot, temporaryFolder } from "./run.js";

const KIT = join(import.meta.dirname, "../../../host/init/c");
const folder = temporaryFolder();
afterAll(folder.remove);

const missing = lackingForC();
const without = skippedFor(missing);

/** Compiles boot and agent, with this change to their Record, and writes a configuration that names the pair. */
function compiled(name: string, change: (record: string) => string): string {
  const place = folder.path(name);
  cpSync(KIT, place, { recursive: true });
  const record = join(place, "record.h");
  writeFileSync(record, change(readFileSync(record, "utf8")));
  for (const guest of ["boot", "agent"]) {
    const flags = [
      "--target=wasm32",
      "-O2",
      "-Wall",
      "-Werror",
      "-nostdlib",
      "-Wl,--no-entry",
      "-Wl,--strip-debug",
    ];
    execFileSync("clang", [...flags, "-o", `${guest}.wasm`, `${guest}.c`], { cwd: place });
  }
  const config = join(place, "everboot.config.json");
  writeFileSync(config, JSON.stringify({ guests: { mine: { boot: "./boot.wasm", agent: "./agent.wasm" } } }));
  return config;
}

function campaign(config: string, scenario: string, device: string) {
  const common = [
    "--config",
    config,
    "--guest",
    "mine",
    "--image-size",
    "1KiB",
    "--progress",
    "none",
    "--json",
    "-",
  ];
  return everboot("campaign", scenario, "--device", device, ...common);
}

const CHECKED = " || record.check != record_check(&record)";

describe.skipIf(missing.length > 0)(`a guest in C${without}`, () => {
  it.each([
    ["revert", "nrf52840"],
    ["update", "stm32h743"],
  ])("keeps every oracle in %s on %s under any power cut", async (scenario, device) => {
    const { code, stdout } = await campaign(
      compiled("good", (record) => record),
      scenario,
      device,
    );
    expect((JSON.parse(stdout) as { violations: unknown[] }).violations).toEqual([]);
    expect(code).toBe(0);
  });

  it("whose record has no checksum believes a torn one", async () => {
    const naive = compiled("naive", (record) => {
      expect(record).toContain(CHECKED);
      return record.replace(CHECKED, "");
    });
    const { code, stdout } = await campaign(naive, "update", "nrf52840");
    expect((JSON.parse(stdout) as { violations: unknown[] }).violations.length).toBeGreaterThan(0);
    expect(code).toBe(1);
  });
});

const header = readFileSync(join(KIT, "everboot.h"), "utf8");

it("everboot.h says the numbers of the Hal as abi.ts does, every one that guests need", () => {
  const numbers = new Map(Object.entries(abi).map(([name, value]) => [name, value >>> 0]));
  const defines = [...header.matchAll(/^#define EVERBOOT_(\w+) (0x[0-9a-f]+|\d+)u?(?: *\/\* .* \*\/)?$/gm)];
  const named = (name: string) => [name, `STATUS_${name}`, `INPUT_${name}`].find((one) => numbers.has(one));
  for (const [, name = "", digits] of defines)
    expect([name, Number(digits)]).toEqual([name, numbers.get(named(name) ?? name)]);
  const said = new Set(defines.map(([, name = ""]) => named(name)));
  const wanted = [...numbers.keys()].filter((name) =>
    /^(STATUS|INFO|CAUSE|STEP|INPUT|NONCE|DAYS)_(?!ABI$|OPEN|COUNT$|OFFSET|APPLICATION$)/.test(name),
  );
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.filter((name) => !said.has(name))).toEqual([]);
});

it("everboot.h has every import with its type", () => {
  const lines = [...header.matchAll(/^EVERBOOT_IMPORT\((\w+)\) ((?:_Noreturn )?\w+) \w+\((.*)\);$/gm)];
  const types = (parameters: string) =>
    parameters === "void" ? [] : parameters.split(", ").map((one) => (/^uint64_t/.test(one) ? "i64" : "i32"));
  const results = (type: string) => (/void$/.test(type) ? [] : [type === "uint64_t" ? "i64" : "i32"]);
  const said = lines.map(([, name = "", to = "", from = ""]) => [name, [types(from), results(to)]]);
  expect(Object.fromEntries(said)).toEqual(HAL_SIGNATURES);
});
