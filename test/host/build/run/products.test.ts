// What is built from AssemblyScript, against what stands in the project and what its package carries.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configOf, productsOf } from "../../../../host/build/run/products.js";

const ROOT = join(import.meta.dirname, "../../../..");
const products = productsOf(ROOT);
const files = products.flatMap(({ module, names }) => (names === undefined ? [module] : [module, names]));

describe("the products of the build", () => {
  it("have names and files of their own", () => {
    expect(new Set(products.map(({ name }) => name)).size).toBe(products.length);
    expect(new Set(files).size).toBe(files.length);
  });

  it("are every folder of the gallery, twice, besides the modules", () => {
    const folders = readdirSync(join(ROOT, "test/gallery")).filter((name) => /^\d/.test(name));
    const guests = folders.flatMap((name) => ["bad", "fixed"].map((twin) => `gallery-${name}-${twin}`));
    expect(products.map(({ name }) => name).filter((name) => name.startsWith("gallery-"))).toEqual(guests);
  });

  it("are in the package, which carries neither stamps nor what only the build needs", () => {
    const words = ["pack", "--ignore-scripts", "--dry-run", "--json"];
    const shell = process.platform === "win32";
    const told = execFileSync("npm", words, { cwd: ROOT, encoding: "utf8", shell, stdio: "pipe" });
    const [{ files: packed }] = JSON.parse(told) as [{ files: { path: string }[] }];
    const paths = packed.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(files));
    expect(paths).toContain("dist/host/cli/main.js");
    expect(paths.filter((path) => /^dist\/(stamps|host\/build\/run)\//.test(path))).toEqual([]);
  });

  it("depend on what asconfig.json says of their target alone", () => {
    expect(JSON.parse(configOf(ROOT, "device"))).toMatchObject({
      options: { runtime: "stub" },
      targets: { device: { entry: "assembly/device/index.ts" } },
    });
    expect(configOf(ROOT, "device")).not.toContain("boot-full");
  });
});
