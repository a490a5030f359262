// Metering: a guest gives the results that it gave, takes the fuel that an independent interpreter counts, and ends where that is
// used up; what cannot be metered is refused. Never asserts how fast it runs.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../../../host/core/wasm/decode.js";
import { WasmFormatError } from "../../../../host/core/wasm/error.js";
import { inspect } from "../../../../host/core/wasm/inspect.js";
import { FUEL_EXPORT, resetExportOf } from "../../../../host/core/wasm/fuel.js";
import { meter } from "../../../../host/core/wasm/meter.js";
import { fromSections, fromText, instantiate, isValid, section, sized, text } from "./fixtures.js";
import { interpret } from "./interpreter.js";
import { program } from "./programs.js";

interface Run {
  readonly result: unknown;
  readonly fuelUsed: number;
}

type Callable = (...values: number[]) => unknown;

function fuelOf(exports: WebAssembly.Exports): WebAssembly.Global {
  return exports[FUEL_EXPORT] as WebAssembly.Global;
}

function runGuest(exports: WebAssembly.Exports, values: readonly number[], fuel = 1_000_000): Run {
  fuelOf(exports).value = BigInt(fuel);
  let result: unknown;
  try {
    result = (exports.run as Callable)(...values);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    result = "trap";
  }
  return { result, fuelUsed: fuel - Number(fuelOf(exports).value) };
}

const LOOP = `(module (func (export "run") (param i32 i32) (result i32) (local i32)
  (block $out (loop $next
    (br_if $out (i32.eqz (local.get 0)))
    (local.set 2 (i32.add (local.get 2) (local.get 1)))
    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
    (br $next)))
  (local.get 2)))`;

const TABLE = `(module (func (export "run") (param i32 i32) (result i32)
  (block $default (block $two (block $one (block $zero
    (br_table $zero $one $two $default (local.get 0)))
    (return (i32.const 100)))
    (local.set 1 (i32.add (local.get 1) (i32.const 1))))
    (local.set 1 (i32.mul (local.get 1) (i32.const 3))))
  (local.get 1)))`;

const NESTED_IFS = `(module (func (export "run") (param i32 i32) (result i32)
  (if (i32.lt_s (local.get 0) (i32.const 10))
    (then
      (if (i32.and (local.get 1) (i32.const 1))
        (then (local.set 0 (i32.mul (local.get 0) (i32.const 7))))
        (else (local.set 0 (i32.add (local.get 0) (local.get 1))))))
    (else (if (i32.eqz (local.get 1)) (then (local.set 0 (i32.const -1))))))
  (local.get 0)))`;

// The loop takes and yields two values, so a stack lies below whatever is inserted.
const MULTI_VALUE = fromSections(
  section(1, [2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 2, 0x7f, 0x7f]),
  section(3, [1, 0]),
  section(7, [1, ...text("run"), 0, 0]),
  // prettier-ignore
  section(10, [1, ...sized([
    1, 2, 0x7f, 0x20, 0, 0x41, 1, // sum, step
    0x03, 1, 0x21, 2, 0x21, 3, // loop (i32 i32) -> (i32 i32): step and sum into locals
    0x20, 3, 0x20, 2, 0x6a, 0x20, 2, 0x41, 2, 0x6a, // sum + step, step + 2
    0x20, 2, 0x20, 1, 0x48, 0x0d, 0, // again if step < parameter
    0x0b, 0x6a, 0x0b,
  ])]),
);

const FIBONACCI = `(module (func $run (export "run") (param i32 i32) (result i32)
  (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
    (then (local.get 0))
    (else (i32.add
      (call $run (i32.sub (local.get 0) (i32.const 1)) (local.get 1))
      (call $run (i32.sub (local.get 0) (i32.const 2)) (local.get 1)))))))`;

const BULK = `(module (memory 1 1) (data $seed "0123456789abcdef")
  (func (export "run") (param i32 i32) (result i32)
    (memory.init $seed (i32.const 0) (i32.const 0) (i32.const 16))
    (memory.fill (i32.const 16) (i32.const 9) (local.get 0))
    (memory.copy (i32.const 1000) (i32.const 3) (local.get 1))
    (i32.load (i32.add (i32.const 1000) (i32.shr_u (local.get 1) (i32.const 1))))))`;

const SPIN = `(module (func (export "run") (param i32 i32) (result i32) (loop $again (br $again)) (unreachable)))`;

const programs: readonly [string, Uint8Array, (a: number, b: number) => number][] = [
  // entry with the loop's first test, again for each round; each round's work; what follows
  ["a loop", fromText(LOOP), (a) => 2 + 2 * a],
  // entry; zero returns; else one and two run, or two, or neither; each is followed by what comes behind it
  ["br_table", fromText(TABLE), (a) => 1 + (a === 0 ? 1 : a === 1 ? 3 : a === 2 ? 2 : 1)],
  // entry; the outer arm, whose condition is its first block; an inner arm, if there is one; what follows
  ["nested ifs", fromText(NESTED_IFS), (a, b) => 3 + Number(a < 10 || b === 0)],
  // entry; the loop's rounds, the last of which is followed by one more block
  ["multi-value", MULTI_VALUE, (_a, b) => 2 + Math.max(1, Math.ceil((b - 1) / 2) + 1)],
  // each call: entry and one arm
  ["recursion", fromText(FIBONACCI), (a) => 2 * fibonacciCalls(a)],
  // one block; what memory.fill and memory.copy move
  ["bulk memory", fromText(BULK), (a, b) => 1 + Math.floor(a / 64) + Math.floor(b / 64)],
];

function fibonacciCalls(n: number): number {
  return n < 2 ? 1 : 1 + fibonacciCalls(n - 1) + fibonacciCalls(n - 2);
}

describe.each(programs)("%s", (name, binary, expectedFuel) => {
  const plain = instantiate(binary);
  const metered = instantiate(meter(binary));

  test("gives the unmetered result and takes the fuel counted by hand, every time", () => {
    fc.assert(
      fc.property(fc.nat({ max: 14 }), fc.nat({ max: 14 }), fc.constantFrom(1, 50), (a, b, scale) => {
        const values = name === "bulk memory" ? [a * scale, b * scale] : [a, b];
        const run = runGuest(metered, values);
        expect(run.result).toBe((plain.run as Callable)(...values));
        expect(run.fuelUsed).toBe(expectedFuel(values[0]!, values[1]!));
        expect(runGuest(metered, values)).toEqual(run);
      }),
    );
  });
});

describe("fuel", () => {
  test("any program ends with the result and the fuel of an interpreter that counts blocks its own way", () => {
    let spun = 0;
    fc.assert(
      fc.property(program, fc.nat({ max: 5 }), fc.integer({ min: -3, max: 9 }), (binary, a, b) => {
        const fuel = 300;
        const metered = runGuest(instantiate(meter(binary)), [a, b], fuel);
        const expected = interpret(decode(binary), [a, b], fuel);
        expect(metered).toEqual({ result: expected.result, fuelUsed: fuel - expected.fuel });
        if (expected.fuel < 0) spun++;
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(spun).toBeGreaterThan(75);
  });

  test("a program that ends gives the unmetered result", () => {
    fc.assert(
      fc.property(program, fc.nat({ max: 5 }), fc.integer({ min: -3, max: 9 }), (binary, a, b) => {
        const metered = runGuest(instantiate(meter(binary)), [a, b], 300);
        fc.pre(metered.fuelUsed <= 300);
        let plain: unknown;
        try {
          plain = (instantiate(binary).run as Callable)(a, b);
        } catch (error) {
          if (!(error instanceof WebAssembly.RuntimeError)) throw error;
          plain = "trap";
        }
        expect(metered.result).toBe(plain);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test("a guest that spins traps at the loop that finds the fuel used up", () => {
    const metered = instantiate(meter(fromText(SPIN)));
    expect(runGuest(metered, [0, 0], 1000)).toEqual({ result: "trap", fuelUsed: 1001 });
    expect(runGuest(metered, [0, 0], 0)).toEqual({ result: "trap", fuelUsed: 1 });
  });

  test("a guest that recurses without end traps at the function that finds the fuel used up", () => {
    const recursing = fromText(
      `(module (func $run (export "run") (param i32 i32) (result i32) (call $run (local.get 0) (local.get 1))))`,
    );
    const metered = instantiate(meter(recursing));
    expect(runGuest(metered, [0, 0], 500)).toEqual({ result: "trap", fuelUsed: 501 });
  });

  test("a trap of the guest's own leaves the fuel exact", () => {
    const dividing = fromText(
      `(module (func (export "run") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1))))`,
    );
    expect(runGuest(instantiate(meter(dividing)), [1, 0], 10)).toEqual({ result: "trap", fuelUsed: 1 });
  });

  test("a bulk instruction that traps costs nothing for its length", () => {
    const run = runGuest(instantiate(meter(fromText(BULK))), [0xffff_ffff, 0], 10);
    expect(run).toEqual({ result: "trap", fuelUsed: 1 });
  });

  test("what is called, and the host that is called, take from and add to the same fuel", () => {
    const calling = fromText(
      `(module (import "host" "refuel" (func $refuel)) (func (export "run") (param i32 i32) (result i32)
        (call $refuel) (loop $again (br_if $again (i32.const 1))) (i32.const 0)))`,
    );
    const observed: unknown[] = [];
    const refuel = () => {
      observed.push(fuelOf(metered).value);
      fuelOf(metered).value = 3n;
    };
    const metered = instantiate(meter(calling), { host: { refuel } });
    runGuest(metered, [0, 0], 100);
    expect(observed).toEqual([99n]);
    expect(fuelOf(metered).value).toBe(-1n);
  });

  test("a start function runs on the initial fuel", () => {
    const starting = fromText(
      `(module (global $g (mut i32) (i32.const 0)) (func $start (global.set $g (i32.const 5))) (start $start))`,
    );
    const metered = instantiate(meter(starting, { initialFuel: 7n }));
    expect(fuelOf(metered).value).toBe(6n);
    expect(() => instantiate(meter(starting))).toThrow(WebAssembly.RuntimeError);
  });

  test.each([
    ["table.fill", `(table.fill $t (i32.const 0) (ref.null func) (local.get 0))`],
    ["table.copy", `(table.copy $t $t (i32.const 0) (i32.const 1) (local.get 0))`],
    ["table.init", `(table.init $t $e (i32.const 0) (i32.const 0) (local.get 0))`],
  ])("%s costs a unit for 64 entries", (_name, code) => {
    const elements = "$f ".repeat(200);
    const filling = fromText(
      `(module (table $t 300 funcref) (elem $e func ${elements}) (func $f)
        (func (export "run") (param i32 i32) (result i32) ${code} (i32.const 1)))`,
    );
    const metered = instantiate(meter(filling));
    expect(runGuest(metered, [63, 0])).toEqual({ result: 1, fuelUsed: 1 });
    expect(runGuest(metered, [130, 0])).toEqual({ result: 1, fuelUsed: 3 });
  });
});

describe("what stays", () => {
  const rich = fromText(
    `(module
      (import "host" "log" (func $log (param i32)))
      (import "host" "limit" (global $limit i32))
      (memory (export "memory") 1)
      (global $count (mut i32) (i32.const 41)) (global $fixed i32 (i32.const 1)) (global $wide (mut i64) (i64.const -2))
      (data (i32.const 8) "data")
      (func $bump (export "run") (param i32 i32) (result i32)
        (global.set $count (i32.add (global.get $count) (global.get $limit)))
        (global.set $wide (i64.extend_i32_s (global.get $count)))
        (call $log (global.get $count)) (global.get $count)))`,
    { hasNames: true },
  );

  test("imports, indexes, names and custom sections are those of the original", () => {
    const before = decode(rich);
    const after = decode(meter(rich));
    expect(after.imports).toEqual(before.imports);
    expect(after.globals.slice(0, -1)).toEqual(before.globals);
    expect(after.exports.slice(0, before.exports.length)).toEqual(before.exports);
    expect(after.functionNames).toEqual(before.functionNames);
    expect(after.functionNames.get(1)).toBe("bump");
    const bytesOf = (module: typeof after) =>
      module.sections
        .filter(({ id }) => id === 0)
        .map(({ offset, endOffset }) => module.binary.slice(offset, endOffset));
    expect(bytesOf(after)).toEqual(bytesOf(before));
  });

  test("every mutable global can be read and set back, constant ones are not exported", () => {
    const host = { log: () => undefined, limit: 1 };
    const metered = instantiate(meter(rich), { host });
    const reserved = Object.keys(metered).filter((name) => name.startsWith("everboot."));
    expect(reserved.sort()).toEqual([FUEL_EXPORT, resetExportOf(1), resetExportOf(3)]);
    const count = metered[resetExportOf(1)] as WebAssembly.Global;
    const wide = metered[resetExportOf(3)] as WebAssembly.Global;
    expect([count.value, wide.value]).toEqual([41, -2n]);
    expect(runGuest(metered, [0, 0]).result).toBe(42);
    expect([count.value, wide.value]).toEqual([42, 42n]);
    count.value = 41;
    expect(runGuest(metered, [0, 0]).result).toBe(42);
  });

  test("sections are added where the module has none, before trailing custom ones", () => {
    const custom = section(0, [...text("note"), 1, 2, 3]);
    const metered = meter(fromSections(custom, section(1, [1, 0x60, 0, 0]), custom));
    expect(decode(metered).sections.map(({ id }) => id)).toEqual([0, 1, 6, 7, 0]);
    expect(fuelOf(instantiate(metered)).value).toBe(0n);
  });

  test("a module of nothing but its header can be metered", () => {
    expect(fuelOf(instantiate(meter(fromSections()))).value).toBe(0n);
  });

  test("more than 128 globals and a function longer than 128 bytes keep their meaning", () => {
    const globals = Array.from(
      { length: 200 },
      (_, index) => `(global $g${index} (mut i32) (i32.const ${index}))`,
    );
    const sum = globals.map((_, index) => `(local.set 0 (i32.add (local.get 0) (global.get $g${index})))`);
    const many = `(module ${globals.join(" ")} (func (export "run") (param i32 i32) (result i32)
      ${sum.join(" ")} (local.get 0)))`;
    expect(runGuest(instantiate(meter(fromText(many))), [0, 0])).toEqual({ result: 19900, fuelUsed: 1 });
  });
});

describe("what is refused", () => {
  test("a guest that exports a reserved name, such as one metered before", () => {
    expect(() => meter(meter(fromText(LOOP)))).toThrow(
      /^export "everboot.fuel" has a name reserved for metering/,
    );
  });

  const withBody = (body: readonly number[], ...exported: readonly number[][]) =>
    fromSections(
      section(1, [1, 0x60, 0, 0]),
      section(3, [1, 0]),
      section(7, [exported.length, ...exported.flat()]),
      section(10, [1, ...sized([0, ...body, 0x0b])]),
    );

  test.each([
    ["sets the global that will be the fuel", withBody([0x42, 99, 0x24, 0]), "global 0 of 0"],
    ["reads the local that will be the copy", withBody([0x20, 0, 0x1a]), "local 0 of 0"],
    ["exports the global that will be the fuel", withBody([], [...text("f"), 3, 0]), "global 0 of 0"],
  ])("a guest that %s", (_what, binary, message) => {
    expect(isValid(binary)).toBe(false);
    expect(() => meter(binary)).toThrow(message);
  });
});

describe("mutated binaries", () => {
  const edit = fc.record({
    position: fc.nat({ max: 400 }),
    byte: fc.nat({ max: 255 }),
    kind: fc.nat({ max: 9 }),
  });
  const originals = fc.constantFrom(
    ...[LOOP, TABLE, NESTED_IFS, FIBONACCI, BULK].map((source) => fromText(source, { hasNames: true })),
    MULTI_VALUE,
  );
  const mutant = fc
    .tuple(fc.oneof(originals, program), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([binary, edits]) => mutate(binary, edits));

  test("only a WasmFormatError is thrown, and metering makes no module valid or invalid", () => {
    let accepted = 0;
    fc.assert(
      fc.property(mutant, (binary) => {
        let metered: Uint8Array;
        try {
          inspect(binary);
          metered = meter(binary);
        } catch (error) {
          expect(error).toBeInstanceOf(WasmFormatError);
          // A module that the engine takes is refused only for what is left out on purpose.
          if (isValid(binary)) expect(String(error)).toMatch(/unknown opcode|limits flags/);
          return;
        }
        accepted++;
        expect(isValid(metered)).toBe(isValid(binary));
      }),
      { numRuns: 8000, seed: 3 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

// Overwrites, removes or inserts a byte, or cuts the end off; all but the header.
function mutate(
  binary: Uint8Array,
  edits: readonly { readonly position: number; readonly byte: number; readonly kind: number }[],
): Uint8Array {
  const bytes = [...binary];
  for (const { position, byte, kind } of edits) {
    const at = 8 + (position % Math.max(1, bytes.length - 8));
    if (kind === 0) bytes.length = at;
    else if (kind === 1) bytes.splice(at, 1);
    else if (kind === 2) bytes.splice(at, 0, byte);
    else bytes[at] = byte;
  }
  return Uint8Array.from(bytes);
}
