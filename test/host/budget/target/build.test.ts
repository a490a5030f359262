// What a build says of its functions, whatever the guest calls them.
// @module-tag slow: compiles a guest for the target once per name.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { buildTarget } from "../../../../host/budget/target/build.js";
import { missingTools } from "../../../../host/budget/target/tools.js";
import { fromText } from "../../core/wasm/fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "everboot-target-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = missingTools("cortex-m0plus");
const without = missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;

/** Function 2 is a helper under these names, 3 is boot, 4 has none; boot calls 2 and 4, which access memory unaligned. */
function guestWith(names: readonly string[]): Uint8Array {
  const exported = names.map((name) => `(export "${name}")`).join(" ");
  return fromText(`(module (import "hal" "jump" (func $jump (param i32)))
    (memory (export "memory") 1)
    (func (export "abiVersion") (result i32) (i32.const ${abi.ABI_VERSION}))
    (func $helper ${exported} (param i32) (result i32) (i32.load align=1 (local.get 0)))
    (func (export "boot")
      (call $jump (i32.add (call $helper (i32.const 1025)) (call $nameless (i32.const 1029)))))
    (func $nameless (param i32) (result i32) (i32.load align=2 (local.get 0))))`);
}

const build = (name: string, names: readonly string[]) =>
  buildTarget({
    ...{ name, core: "cortex-m0plus", binary: guestWith(names), folder: join(folder, name) },
    ...{ memoryStart: 1024, memoryEnd: 2048, nameOf: (index: number) => `f${index}` },
  });

describe.skipIf(missing.length > 0)(`a build for a target${without}`, () => {
  it.each([
    ["a dash", ["read-it"]],
    ["a dot", ["a.b"]],
    ["a digit in front", ["9x"]],
    ["a keyword of C", ["double"]],
    ["a function of the C library", ["memset"]],
    ["a function of the Hal", ["hal_jump"]],
    ["the number of another function", ["f4"]],
    ["two names", ["alpha", "beta"]],
  ])("knows a function whose export has %s as it knows one with a plain name", async (what, names) => {
    const [plain, odd] = [await build("plain", ["help"]), await build(what.replaceAll(" ", "-"), names)];
    const { help, ...others } = plain.stackBytes;
    // As large as with a plain name: its accesses are still those that may be unaligned.
    expect(odd.functions).toEqual(plain.functions);
    expect(odd.functions.map(({ functionIndex }) => functionIndex)).toEqual(
      expect.arrayContaining([2, 3, 4]),
    );
    expect(odd.stackBytes).toEqual({
      ...others,
      ...Object.fromEntries(names.map((name) => [name, help])),
    });
    expect(plain.stackBytes["boot"]).toBeGreaterThan(0);
  });
});
