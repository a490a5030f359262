// From the packed package to a tested boot policy, as someone does it who has nothing but Node: install, init, install, test. npm gets the
// other packages from a registry on this machine that has what node_modules has.
// @module-tag slow: packs the package, installs it, and runs a project's own npm test.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveRegistry } from "../support/registry.js";
import { lacking, lackingForC, skippedFor } from "../support/tools.js";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "everboot-init-"));
let registry: Awaited<ReturnType<typeof serveRegistry>>;
let archive = "";

beforeAll(async () => {
  registry = await serveRegistry(join(ROOT, "node_modules"));
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  archive = join(folder, (JSON.parse(packed) as [{ filename: string }])[0].filename);
});

afterAll(() => {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line of npm's in a folder, with a cache of its own and the registry of this machine. */
function run(
  cwd: string,
  file: string,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    npm_config_registry: registry.url,
    npm_config_cache: join(folder, "cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
  return new Promise((resolve) => {
    execFile(file, words, { cwd, env, shell: process.platform === "win32" }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const noTar = lacking("tar");
const MISSING = { assemblyscript: noTar, c: [...noTar, ...lackingForC()] } as const;

const BOOT_SOURCE = { assemblyscript: "assembly/boot.ts", c: "boot.c" } as const;

describe.each(["assemblyscript", "c"] as const)("the packed package, init --lang %s", (lang) => {
  const missing = MISSING[lang];
  it.skipIf(missing.length > 0)(`makes a project whose npm test is clean${skippedFor(missing)}`, async () => {
    const cwd = join(folder, lang);
    mkdirSync(cwd);
    const done = async (place: string, file: string, ...words: string[]) => {
      const { code, stdout, stderr } = await run(place, file, ...words);
      expect(code, `${file} ${words.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
      return stdout;
    };
    await done(cwd, "npm", "install", archive);
    await done(cwd, "npx", "everboot", "init", "my-boot", "--lang", lang);
    const project = join(cwd, "my-boot");
    await done(project, "npm", "install");
    const out = await done(project, "npm", "test");
    expect(out.match(/^clean for up to 1 fault in a run under power$/gm)).toHaveLength(2);
    expect(out).toMatch(/^update on nrf52840, guest mine/m);
    expect(out).toMatch(/^revert on nrf52840, guest mine/m);
    expect(readFileSync(join(project, "package.json"), "utf8")).toMatch(/"everboot": "file:.*\.tgz"/);
    // What the last build has left is not judged in place of what does not compile.
    writeFileSync(join(project, BOOT_SOURCE[lang]), "no such thing {");
    expect((await run(project, "npm", "run", "build")).code).not.toBe(0);
    expect(existsSync(join(project, "build/boot.wasm"))).toBe(false);
  });
});
