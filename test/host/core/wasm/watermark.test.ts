// The lowest and the highest address that a guest has written, and how far its stack went down, for each instruction that can
// write. Never asserts what was written.
import { describe, expect, test } from "vitest";
import { WATERMARK_EXPORTS, watermark } from "../../../../host/core/wasm/watermark.js";
import { fromText, instantiate } from "./fixtures.js";

type Callable = (...values: number[]) => unknown;

function marks(body: string, values: readonly number[] = [], globals = "") {
  const binary = fromText(
    `(module (import "hal" "readWords" (func $read (param i32 i32 i32) (result i32))) (memory 1) ${globals} (func (export "run") (param i32 i32) (result i32) ${body} (i32.load (i32.const 100))))`,
    { hasNames: true },
  );
  const asked: number[][] = [];
  const imports = { hal: { readWords: (...words: number[]) => asked.push(words) } };
  const plain = (instantiate(binary, imports).run as Callable)(...values);
  const exports = instantiate(watermark(binary), imports);
  expect((exports.run as Callable)(...values)).toBe(plain);
  expect(asked.slice(asked.length / 2)).toEqual(asked.slice(0, asked.length / 2));
  return Object.fromEntries(
    Object.entries(WATERMARK_EXPORTS).map(([name, exported]) => [
      name,
      ((exports[exported] as WebAssembly.Global).value as number) >>> 0,
    ]),
  );
}

const UNTOUCHED = { lowest: 0xffff_ffff, highest: 0, stack: 0xffff_ffff, stackTop: 0 };

describe("watermarks", () => {
  test("nothing is written", () => expect(marks("")).toEqual(UNTOUCHED));

  test.each([
    ["(i32.store8 offset=7 (i32.const 100) (i32.const 9))", 107, 108],
    ["(i32.store16 (i32.const 100) (i32.const 9))", 100, 102],
    ["(i32.store offset=4 (i32.const 96) (i32.const 9))", 100, 104],
    ["(i64.store32 (i32.const 100) (i64.const 9))", 100, 104],
    ["(i64.store (i32.const 96) (i64.const 9))", 96, 104],
    ["(f32.store (i32.const 100) (f32.const 9))", 100, 104],
    ["(f64.store (i32.const 100) (f64.const 9))", 100, 108],
    ["(i32.store (i32.const 300) (i32.const 1)) (i32.store (i32.const 20) (i32.const 2))", 20, 304],
    ["(memory.fill (i32.const 90) (i32.const 3) (i32.const 30))", 90, 120],
    ["(memory.copy (i32.const 90) (i32.const 500) (i32.const 30))", 90, 120],
    ["(memory.copy (i32.const 500) (i32.const 90) (i32.const 30))", 500, 530],
    ["(drop (call $read (i32.const 7000) (i32.const 200) (i32.const 9)))", 200, 236],
  ])("%s", (body, lowest, highest) => {
    expect(marks(body)).toEqual({ ...UNTOUCHED, lowest, highest });
  });

  test("a bulk write of no bytes, or of no words, counts nothing", () => {
    expect(marks("(drop (call $read (i32.const 8) (i32.const 200) (local.get 0)))", [0])).toEqual(UNTOUCHED);
    expect(marks("(memory.fill (i32.const 90) (i32.const 3) (local.get 0))", [0])).toEqual(UNTOUCHED);
  });

  test("how far a stack pointer goes down from where it begins", () => {
    const globals = "(global $__stack_pointer (mut i32) (i32.const 4096))";
    const body = `(global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 0)))
      (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 1)))
      (global.set $__stack_pointer (i32.const 4096))`;
    expect(marks(body, [16, 48], globals)).toEqual({ ...UNTOUCHED, stack: 4032, stackTop: 4096 });
  });
});
