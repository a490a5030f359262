// The packed package in an empty folder, as someone who installs it has it: the documents' configuration runs, and the package
// is imported by its name. Dependencies are linked from here instead of being fetched.
// @module-tag slow: packs the package and installs it.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "everboot-package-"));
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const target = join(folder, "node_modules/everboot");
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components", "1"]);
  const { dependencies } = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), "vitest"]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link, "junction");
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function everboot(...words: string[]) {
  const main = join(folder, "node_modules/everboot/dist/host/cli/main.js");
  return spawnSync(process.execPath, [main, ...words], { cwd: folder, encoding: "utf8" });
}

/** The first code block of a document that begins so. */
function documentBlock(document: string, start: string): string {
  const blocks = readFileSync(join(ROOT, document), "utf8").split("```");
  const block = blocks.find((text) => text.replace(/^\w+\n/, "").startsWith(start));
  if (block === undefined) throw new Error(`${document}: no code block begins with ${start}`);
  return block.replace(/^\w+\n/, "");
}

describe("the packed package in an empty folder", () => {
  it("runs the configuration of docs/configuration.md: its device, layout, scenario and oracle", () => {
    writeFileSync(
      join(folder, "everboot.config.ts"),
      documentBlock("docs/configuration.md", "import { defineConfig }"),
    );
    const words = ["--device", "nrf52840-slow", "--layout", "small-slots", "--image-size", "1KiB"];
    const { status, stdout, stderr } = everboot("campaign", "second-try", ...words, "--json", "-");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      scenario: "second-try",
      device: "nrf52840-slow",
      verdict: "clean",
      violations: [],
      incomplete: null,
      ownRuns: 500,
    });
  });

  it("is imported by its name, with the matcher for vitest", () => {
    const test = join(folder, "update.test.ts");
    writeFileSync(test, documentBlock("docs/ci.md", 'import { openDevice, runCampaign } from "everboot";'));
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [vitest, "run", "--root", folder, "--reporter", "json", "--testTimeout", "900000"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).toMatchObject({
      numPassedTests: 2,
      numFailedTests: 0,
    });
  });
});
