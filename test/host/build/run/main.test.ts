// The build as it is run, in a project that lacks most of what it would compile.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Project } from "./project.js";

const ROOT = join(import.meta.dirname, "../../../..");

it("tells in one line what cannot be compiled, ends with 1 and leaves nothing half-written", () => {
  const project = new Project({
    "asconfig.json": JSON.stringify({ targets: { "boot-ed25519": { entry: "assembly/none.ts" } } }),
    "tsconfig.build.json": JSON.stringify({ include: ["host"], exclude: [] }),
    "package.json": JSON.stringify({ type: "module" }),
    "host/cli/main.ts": "export {};\n",
  });
  symlinkSync(join(ROOT, "node_modules"), join(project.root, "node_modules"), "junction");
  const main = join(ROOT, "host/build/run/main.ts");
  const { status, stderr } = spawnSync(process.execPath, ["--import", "jiti/register", main], {
    cwd: project.root,
    encoding: "utf8",
  });
  expect(stderr).toMatch(/^build: \S+\.ts \(target boot-ed25519\): .*not found/);
  expect(status).toBe(1);
  const dist = join(project.root, "dist");
  const built = existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: "utf8" }) : [];
  expect(built.filter((name) => /\.(wasm|names)/.test(name))).toEqual([]);
  rmSync(project.root, { recursive: true });
});
