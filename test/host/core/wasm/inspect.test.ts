// What is said of a guest's binary: imports, exports, memory, globals, names, and whether an instance of it can be used again.
// Never calls it.
import { describe, expect, test } from "vitest";
import { WasmFormatError } from "../../../../host/core/wasm/error.js";
import { inspect } from "../../../../host/core/wasm/inspect.js";
import { meter } from "../../../../host/core/wasm/meter.js";
import { fromText } from "./fixtures.js";

describe("a guest", () => {
  const summary = inspect(
    fromText(
      `(module
        (import "hal" "read32" (func $read32 (param i32) (result i32)))
        (import "hal" "table" (table $imported 4 8 externref))
        (import "hal" "memory" (memory 2))
        (import "hal" "level" (global $level (mut f32)))
        (global $count (mut i64) (i64.const 1))
        (global $fixed i32 (i32.const 2))
        (table $own 1 funcref)
        (export "boot" (func $boot)) (export "count" (global $count)) (export "own" (table $own))
        (export "memory" (memory 0))
        (func $boot (drop (call $read32 (i32.const 0))) (global.set $count (i64.const 3)) (global.set $level (f32.const 0)))
        (func $spare (result i32) (global.get $fixed)))`,
      { hasNames: true },
    ),
  );

  test("reports what it imports", () => {
    expect(summary.imports).toHaveLength(4);
    expect(summary.imports).toEqual(
      expect.arrayContaining([
        { module: "hal", name: "read32", type: { kind: "function", parameters: ["i32"], results: ["i32"] } },
        {
          module: "hal",
          name: "table",
          type: { kind: "table", element: "externref", minimumEntries: 4, maximumEntries: 8 },
        },
        { module: "hal", name: "memory", type: { kind: "memory", minimumPages: 2, maximumPages: null } },
        { module: "hal", name: "level", type: { kind: "global", value: "f32", isMutable: true } },
      ]),
    );
  });

  test("reports what it exports, with index and type", () => {
    expect(summary.exports).toEqual([
      { name: "boot", index: 1, type: { kind: "function", parameters: [], results: [] } },
      { name: "count", index: 1, type: { kind: "global", value: "i64", isMutable: true } },
      {
        name: "own",
        index: 1,
        type: { kind: "table", element: "funcref", minimumEntries: 1, maximumEntries: null },
      },
      { name: "memory", index: 0, type: { kind: "memory", minimumPages: 2, maximumPages: null } },
    ]);
  });

  test("reports its memory's limits", () => {
    expect(summary.memories).toEqual([{ kind: "memory", minimumPages: 2, maximumPages: null }]);
  });

  test("reports mutable globals, and where a metered guest exports its own", () => {
    expect(summary.mutableGlobals).toEqual([
      { index: 0, type: "f32", resetExport: null },
      { index: 1, type: "i64", resetExport: "everboot.global.1" },
    ]);
  });

  test("reports names and the size of each body", () => {
    expect([...summary.functionNames]).toEqual([
      [0, "read32"],
      [1, "boot"],
      [2, "spare"],
    ]);
    expect(summary.functions).toEqual([
      { index: 1, name: "boot", bodySizeBytes: 18 },
      { index: 2, name: "spare", bodySizeBytes: 4 },
    ]);
  });
});

test("a function without a name section has no name", () => {
  expect(inspect(fromText("(module (func (nop)))")).functions).toEqual([
    { index: 0, name: null, bodySizeBytes: 3 },
  ]);
});

describe("an instruction that decides how an instance may be reused", () => {
  const kinds = ["hasStart", "mutatesTables", "dropsSegments", "growsMemory", "usesSimd"] as const;
  const flagsOf = (code: string, rest = "") => {
    const summary = inspect(
      fromText(
        `(module (memory 1) (table $t 1 funcref) (elem $e func $f) (data $d "x") ${rest}
          (func $f ${code} ) (func (drop (ref.func $f))))`,
      ),
    );
    return kinds.filter((kind) => summary[kind]);
  };
  const zeros = "(i32.const 0) (i32.const 0) (i32.const 0)";

  test.each<[string, string[], string[]]>([
    ["none", flagsOf("(nop)"), []],
    ["a start function", flagsOf("(nop)", "(start $f)"), ["hasStart"]],
    ["table.set", flagsOf("(table.set $t (i32.const 0) (ref.func $f))"), ["mutatesTables"]],
    ["table.grow", flagsOf("(drop (table.grow $t (ref.func $f) (i32.const 1)))"), ["mutatesTables"]],
    ["table.fill", flagsOf("(table.fill $t (i32.const 0) (ref.func $f) (i32.const 1))"), ["mutatesTables"]],
    ["table.copy", flagsOf(`(table.copy $t $t ${zeros})`), ["mutatesTables"]],
    ["table.init", flagsOf(`(table.init $t $e ${zeros})`), ["mutatesTables"]],
    ["table.get, which only reads", flagsOf("(drop (table.get $t (i32.const 0)))"), []],
    ["data.drop", flagsOf("(data.drop $d)"), ["dropsSegments"]],
    ["elem.drop", flagsOf("(elem.drop $e)"), ["dropsSegments"]],
    ["memory.grow", flagsOf("(drop (memory.grow (i32.const 1)))"), ["growsMemory"]],
    ["memory.size, which only reads", flagsOf("(drop (memory.size))"), []],
    ["a SIMD instruction", flagsOf("(drop (i8x16.splat (i32.const 1)))"), ["usesSimd"]],
  ])("is reported: %s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("a metered guest can be inspected and shows the fuel among its mutable globals", () => {
  const summary = inspect(meter(fromText("(module (global (mut i32) (i32.const 0)))")));
  expect(summary.exports.map(({ name }) => name)).toEqual(["everboot.fuel", "everboot.global.0"]);
  expect(summary.mutableGlobals.map(({ index, type }) => [index, type])).toEqual([
    [0, "i32"],
    [1, "i64"],
  ]);
});

test("a malformed binary is refused", () => {
  expect(() => inspect(Uint8Array.of(1, 2, 3))).toThrow(WasmFormatError);
});
