// `everboot init`: what it writes and refuses, and that the policies in AssemblyScript and C hold in their campaigns and are caught
// without their checksum. Compiles in the written project with this repository's own compilers.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hasWasmTarget, lacking, skippedFor } from "../../support/tools.js";
import { temporaryFolder } from "./run.js";
import { LANGUAGES, MISSING, build, everboot, projectsIn, read } from "./projects.js";

const folder = temporaryFolder();
afterAll(folder.remove);
const { place, init } = projectsIn(folder);

function campaign(project: string, scenario: string, ...words: string[]) {
  const { status, stdout } = everboot(
    project,
    "campaign",
    scenario,
    ...words,
    "--progress",
    "none",
    "--json",
    "-",
  );
  return {
    status,
    report: JSON.parse(stdout) as { guest: { name: string }; violations: unknown[]; verdict: string },
  };
}

describe.each(LANGUAGES)("everboot init --lang %s", (lang) => {
  it("writes a whole project, and nothing beside it", () => {
    const { cwd, project, stdout } = init(`whole-${lang}`, lang);
    expect(readdirSync(cwd)).toEqual(["my-boot"]);
    const names = readdirSync(project);
    expect(names).toEqual(
      expect.arrayContaining([".gitignore", "README.md", "everboot.config.json", "package.json"]),
    );
    expect(names).not.toContain("gitignore");
    expect(stdout).toMatch(/^my-boot: a boot policy in \w+; next: cd my-boot && npm install && npm test\n/);
    const manifest = JSON.parse(read(project, "package.json")) as {
      name: string;
      scripts: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    expect(manifest.name).toBe("my-boot");
    expect(manifest.scripts["test"]).toMatch(
      /^npm run build && everboot campaign update && everboot campaign revert$/,
    );
    expect(manifest.devDependencies["everboot"]).toMatch(/^file:\.\.\//);
    expect(read(project, "README.md")).toMatch(/^# my-boot\n/);
  });

  it("notes what the machine lacks, and the project's own command says the same and fails", () => {
    const { project, stdout } = init(`lacking-${lang}`, lang);
    if (MISSING[lang].length === 0) expect(stdout).not.toMatch(/^note:/m);
    if (lang === "assemblyscript") return;
    const build = spawnSync(process.execPath, ["build.mjs"], {
      cwd: project,
      encoding: "utf8",
      env: { ...process.env, CLANG: "no-such-clang", RUSTC: "no-such-rustc" },
    });
    expect(build.status).toBe(1);
    expect(build.stderr).toMatch(/^no-such-(clang|rustc) not found: install .*\n$/);
  });

  it.skipIf(MISSING[lang].length > 0)(
    `its policy holds on three parts, its naive twin is caught${skippedFor(MISSING[lang])}`,
    { tags: "slow" },
    () => {
      const { project } = init(`holds-${lang}`, lang);
      build(project);
      for (const device of ["nrf52840", "stm32h743", "tiny"]) {
        for (const scenario of ["update", "revert"]) {
          const { status, report } = campaign(project, scenario, "--device", device);
          expect([device, scenario, report.violations, status]).toEqual([device, scenario, [], 0]);
          expect([report.guest.name, report.verdict]).toEqual(["mine", "clean"]);
        }
      }
      const file = join(
        project,
        { assemblyscript: "assembly/record.ts", c: "record.h", rust: "src/record.rs" }[lang],
      );
      const naive = read(file).replace(
        / \|\| (candidate\.|record\.)?check != (checkOf|record_check|check_of)\([^)]*\)/,
        "",
      );
      expect(naive).not.toBe(read(file));
      writeFileSync(file, naive);
      build(project);
      const { status, report } = campaign(project, "update");
      expect(report.violations.length).toBeGreaterThan(0);
      expect(status).toBe(1);
    },
  );
});

const noRustc = lacking("rustc");
it.skipIf(noRustc.length > 0 || hasWasmTarget("rustc"))(
  "a rustc without the target is told how to get it",
  () => {
    const { project, stdout } = init("rust-target", "rust", process.env);
    const line = "rustc has no target wasm32-unknown-unknown: rustup target add wasm32-unknown-unknown\n";
    expect(stdout).toContain(`note: ${line}`);
    const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], { cwd: project, encoding: "utf8" });
    expect([status, stderr]).toEqual([1, line]);
  },
);

it.skipIf(noRustc.length > 0)(`the policy in Rust has the right types${skippedFor(noRustc)}`, () => {
  const { project } = init("rust-types", "rust");
  for (const guest of ["boot", "agent"]) {
    const flags = ["--edition", "2021", "--crate-type", "lib", "--emit=metadata", "-D", "warnings"];
    const { status, stderr } = spawnSync(
      "rustc",
      [...flags, "-o", join(project, `${guest}.rmeta`), `src/${guest}.rs`],
      { cwd: project, encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
  }
});

describe("everboot init takes an empty folder, and refuses", () => {
  it("not the folder that one stands in", () => {
    const cwd = place("here");
    const { status, stdout } = everboot(cwd, "init", ".", "--lang", "c");
    expect(status).toBe(0);
    expect(stdout).toMatch(/next: npm install/);
    expect(readdirSync(cwd)).toContain("package.json");
    expect(JSON.parse(read(cwd, "package.json"))).toMatchObject({ name: "here" });
  });

  it.each([
    [
      "a folder with something in it",
      ["full", "--lang", "c"],
      /^everboot: full: expected a new or empty folder, found one with 1 entries \(file\)\n$/,
    ],
    [
      "a file",
      ["full/file", "--lang", "c"],
      /^everboot: full\/file: expected a new or empty folder, found a file\n$/,
    ],
    [
      "a place in a folder that is not there",
      ["no/where", "--lang", "c"],
      /^everboot: no\/where: expected a place for a new project, found no such folder\n$/,
    ],
    [
      "an unknown language",
      ["new", "--lang", "rusty"],
      /^everboot: --lang: expected one of assemblyscript, c, rust, found "rusty", did you mean "rust"\?\n$/,
    ],
    ["no language", ["new"], /^everboot: required option '--lang <language>' not specified/],
  ])("%s: exit 2, nothing written", (what, words, message) => {
    const cwd = place(what.replaceAll(" ", "-"));
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full/file"), "");
    const { status, stdout, stderr } = everboot(cwd, "init", ...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect([readdirSync(cwd), readdirSync(join(cwd, "full"))]).toEqual([["full"], ["file"]]);
  });
});

describe("the package that a project depends on", () => {
  const spec = async (name: string, owner: object, resolved?: string) => {
    const { ownSpec } = await import("../../../host/app/workspace/own-spec.js");
    const cwd = place(name);
    const root = join(cwd, "node_modules/everboot");
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, "package.json"), JSON.stringify({ version: "1.2.3" }));
    writeFileSync(join(cwd, "package.json"), JSON.stringify(owner));
    writeFileSync(join(cwd, "everboot.tgz"), "");
    const packages = resolved === undefined ? {} : { "node_modules/everboot": { resolved } };
    writeFileSync(join(cwd, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
    return ownSpec(join(cwd, "my-boot"), root);
  };

  it.each([
    ["an archive", { dependencies: { everboot: "file:everboot.tgz" } }, undefined, "file:../everboot.tgz"],
    ["an archive without a mention", {}, "file:everboot.tgz", "file:../everboot.tgz"],
    [
      "an archive that is gone",
      { dependencies: { everboot: "file:gone.tgz" } },
      undefined,
      "file:../node_modules/everboot",
    ],
    [
      "a version",
      { devDependencies: { everboot: "^1.0.0" } },
      "https://example.org/everboot-1.2.3.tgz",
      "^1.2.3",
    ],
    [
      "an address",
      { dependencies: { everboot: "https://example.org/e.tgz" } },
      undefined,
      "https://example.org/e.tgz",
    ],
    ["nothing that is known", {}, undefined, "file:../node_modules/everboot"],
  ])("is what it was installed from: %s", async (name, owner, resolved, expected) => {
    const { spec: found, isFolder } = await spec(name.replaceAll(" ", "-"), owner, resolved);
    expect(found).toBe(expected);
    expect(isFolder).toBe(expected.endsWith("node_modules/everboot"));
  });

  it("is the package's folder where it is linked", async () => {
    const { ownSpec } = await import("../../../host/app/workspace/own-spec.js");
    const cwd = place("linked");
    mkdirSync(join(cwd, "node_modules"));
    mkdirSync(join(cwd, "clone"));
    symlinkSync(join(cwd, "clone"), join(cwd, "node_modules/everboot"), "junction");
    expect(ownSpec(join(cwd, "my-boot"), join(cwd, "node_modules/everboot"))).toEqual({
      spec: "file:../clone",
      isFolder: true,
    });
  });
});
