// What the report of functions says of small modules written by hand: what keeps a function in, what would go with it, and when its
// body counts as the same. Never reads a built module.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { GuestFunctions } from "../../../host/budget/functions.js";
import { fromText } from "../core/wasm/fixtures.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function functionsOf(text: string): GuestFunctions {
  return new GuestFunctions("guest", fromText(`(module ${text})`, { hasNames: true }), sha256);
}

const TREE = `(import "hal" "jump" (func $jump (param i32)))
  (memory 1) (data (i32.const 2000) "abcde") (data (i32.const 3000) "xyz")
  (table 2 funcref) (elem (i32.const 0) $held)
  (func $leaf (result i32) (i32.const 5))
  (func $shared (call $jump (call $leaf)))
  (func $left (call $shared) (nop))
  (func $right (call $shared) (drop (i32.const 1)))
  (func $held (drop (i32.const 2)))
  (func $lost (drop (i32.const 3)))
  (func $boot (export "boot") (call $left) (call $right))`;

describe("what keeps a function", () => {
  const { functions, dataBytes, tableEntries, wasmBytes, nameBytes } = functionsOf(TREE).sizes();
  const find = (name: string) => functions.find((each) => each.name === name)!;
  const bytes = (...names: string[]) => names.reduce((sum, name) => sum + find(name).bodyBytes, 0);

  it("is the shortest chain of callers from an export or a table, or nothing", () => {
    expect(find("leaf").retainedBy).toEqual(["export boot", "boot", "left", "shared", "leaf"]);
    expect(find("held").retainedBy).toEqual(["table", "held"]);
    expect(find("lost").retainedBy).toEqual([]);
  });

  it("what would go with it is what nothing else keeps", () => {
    expect(find("left").retainedBytes).toBe(bytes("left"));
    expect(find("shared").retainedBytes).toBe(bytes("shared", "leaf"));
    expect(find("boot").retainedBytes).toBe(bytes("boot", "left", "right", "shared", "leaf"));
    expect(find("lost").retainedBytes).toBe(0);
  });

  it("constants, table and names are counted apart", () => {
    expect([dataBytes, tableEntries]).toEqual([8, 1]);
    expect(wasmBytes + nameBytes).toBe(fromText(`(module ${TREE})`, { hasNames: true }).length);
    expect(functionsOf(TREE).dataRange()).toEqual({ start: 2000, end: 3003 });
  });
});

describe("the hash of a body", () => {
  const body = (text: string, before = "") => {
    const functions = functionsOf(
      `(import "hal" "read32" (func $read (param i32) (result i32))) (memory 1) ${before} (func $other) (func $f (export "f") (param i32) ${text})`,
    );
    return functions.hashOf(functions.exportOf("f"));
  };
  const plain = body("(drop (i32.load offset=4 (i32.const 2000))) (call $other)");

  it.each([
    ["what stands before it", "(drop (i32.load offset=4 (i32.const 2000))) (call $other)", "(func $more)"],
    ["where static memory lies", "(drop (i32.load offset=4 (i32.const 3000))) (call $other)", ""],
  ])("does not depend on %s", (_, text, before) => expect(body(text, before)).toBe(plain));

  it.each([
    ["another instruction", "(drop (i32.load8_u offset=4 (i32.const 2000))) (call $other)"],
    ["another callee", "(drop (i32.load offset=4 (i32.const 2000))) (drop (call $read (i32.const 0)))"],
    ["another small constant", "(drop (i32.load offset=8 (i32.const 2000))) (call $other)"],
    ["one instruction more", "(drop (i32.load offset=4 (i32.const 2000))) (call $other) (call $other)"],
  ])("is another with %s", (_, text) => expect(body(text)).not.toBe(plain));
});
