// A bootloader in C in the manner of MCUboot, over a shim of flash areas: an assert that traps, a stack of 64 KiB with a mutable stack
// pointer, state in .data. It holds under power cuts, so all of its memory is reset; an assert that is wrong shows as a trap.
// @module-tag slow: builds a port and runs its campaigns.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inspect } from "../../../host/core/wasm/inspect.js";
import { lackingForC, skippedFor } from "../../support/tools.js";
import { everboot, temporaryFolder } from "./run.js";

const KIT = join(import.meta.dirname, "../../../host/init/c");
const PORT = join(import.meta.dirname, "flash-area");
const folder = temporaryFolder();
afterAll(folder.remove);

const missing = lackingForC();

function compiled(name: string, source: string, ...defines: string[]): string {
  const flags = ["--target=wasm32", "-O2", "-Wall", "-Werror", "-nostdlib", "-Wl,--no-entry", "-I", KIT];
  const file = folder.path(`${name}.wasm`);
  execFileSync("clang", [...flags, ...defines, "-Wl,-z,stack-size=65536", "-o", file, source]);
  return file;
}

function configured(name: string, ...defines: string[]): string {
  const boot = compiled(`${name}-boot`, join(PORT, "boot.c"), ...defines);
  const agent = compiled(`${name}-agent`, join(KIT, "agent.c"));
  const config = folder.path(`${name}.config.json`);
  writeFileSync(config, JSON.stringify({ guests: { ported: { boot, agent } } }));
  return config;
}

function campaign(config: string, scenario: string, device: string, ...words: string[]) {
  const job = ["--config", config, "--guest", "ported", "--image-size", "512", "--progress", "none"];
  return everboot("campaign", scenario, "--device", device, ...job, ...words);
}

describe.skipIf(missing.length > 0)(`a ported bootloader in C${skippedFor(missing)}`, () => {
  it("is what ports are: a mutable stack pointer, two pages of memory, no other imports", () => {
    const facts = inspect(readFileSync(compiled("facts", join(PORT, "boot.c"))));
    expect(facts.mutableGlobals).toHaveLength(1);
    expect(facts.memories.map(({ minimumPages }) => minimumPages)).toEqual([2]);
    expect(new Set(facts.imports.map(({ module }) => module))).toEqual(new Set(["hal"]));
  });

  it.each([
    ["update", "nrf52840"],
    ["revert", "stm32l476"],
    ["update", "tiny"],
  ])("keeps every oracle in %s on %s, its state new at every power-up", async (scenario, device) => {
    const { code, stdout } = await campaign(configured("good"), scenario, device, "--json", "-");
    expect((JSON.parse(stdout) as { violations: unknown[] }).violations).toEqual([]);
    expect(code).toBe(0);
  });

  it("whose assert is wrong traps, and the replay says so", async () => {
    const config = configured("wrong", "-DWRONG_ASSERT");
    const { code, stdout } = await campaign(config, "update", "nrf52840", "--json", "-");
    expect(code).toBe(1);
    const { violations } = JSON.parse(stdout) as { violations: { oracle: string; trace: unknown }[] };
    const brick = violations.find(({ oracle }) => oracle === "no-brick");
    expect(brick).toBeDefined();
    const trace = folder.path("wrong.json");
    writeFileSync(trace, JSON.stringify(brick?.trace));
    const told = await everboot("replay", trace, "--config", config);
    expect(told.stdout).toMatch(/^ {2}boot {5}traps: unreachable$/m);
    expect(told.code).toBe(1);
  });
});
