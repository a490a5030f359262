// Counts of what a guest executes, by class: exact for programs written by hand and for random ones, by an interpreter that counts
// otherwise. Never asserts what an instruction costs.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COST_CLASSES, classOf } from "../../../../host/core/wasm/classes.js";
import { type CountPlan, count, counterExportOf, tally } from "../../../../host/core/wasm/count.js";
import { FUEL_EXPORT } from "../../../../host/core/wasm/fuel.js";
import { meter } from "../../../../host/core/wasm/meter.js";
import { fromText, instantiate } from "./fixtures.js";
import { program } from "./programs.js";

type Callable = (...values: number[]) => unknown;

function fuelOf(exports: WebAssembly.Exports): WebAssembly.Global<"i64"> {
  return exports[FUEL_EXPORT] as WebAssembly.Global<"i64">;
}

/** What a run of a counting module counted, and whether it trapped. */
function counted(
  binary: Uint8Array,
  values: readonly number[],
  imports: WebAssembly.Imports = {},
  fuel = 100_000n,
) {
  const { binary: counting, plan } = count(binary);
  const exports = instantiate(counting, imports);
  fuelOf(exports).value = fuel;
  let trapped = false;
  try {
    (exports.run as Callable)(...values);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    trapped = true;
  }
  return { plan, counts: countsIn(exports, plan), trapped };
}

function countsIn(exports: WebAssembly.Exports, { counterCount }: CountPlan): number[] {
  return Array.from({ length: counterCount }, (_, counter) =>
    Number((exports[counterExportOf(counter)] as WebAssembly.Global<"i64">).value),
  );
}

/** Only the classes that there are. */
function classes(vector: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    COST_CLASSES.map((name, index) => [name, vector[index] as number] as const).filter(
      ([, times]) => times > 0,
    ),
  );
}

const LOOP = fromText(`(module (func (export "run") (param i32 i32)
  (block $out (loop $next
    (br_if $out (i32.eqz (local.get 0)))
    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
    (br $next)))))`);

const ARMS = fromText(`(module (func (export "run") (param i32 i32)
  (if (local.get 0)
    (then (local.set 1 (i32.rotl (local.get 1) (i32.const 3))))
    (else (local.set 1 (i32.div_u (local.get 1) (i32.const 3)))))))`);

const CALLS = fromText(`(module
  (import "hal" "phase" (func $phase (param i32)))
  (import "hal" "feed" (func $feed))
  (memory (export "memory") 1)
  (func $leaf (param i32) (i64.store (i32.const 8) (i64.mul (i64.load (i32.const 0)) (i64.const 3))))
  (func (export "run") (param i32 i32)
    (call $leaf (i32.const 1))
    (call $phase (i32.const 2))
    (call $leaf (i32.const 1))
    (call $feed)
    (memory.fill (i32.const 64) (i32.const 1) (local.get 0))))`);

const READS = fromText(`(module
  (import "hal" "phase" (func $phase (param i32)))
  (import "hal" "readWords" (func $read (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (param i32 i32)
    (drop (call $read (i32.const 0) (i32.const 1024) (local.get 0)))
    (call $phase (call $read (i32.const 0) (i32.const 1024) (i32.const 5)))
    (memory.fill (i32.const 64) (i32.const 1) (local.get 1))))`);

const HAL = { hal: { phase: () => undefined, feed: () => undefined } };

describe("counts", () => {
  test.each([0, 1, 7])("a loop of %i rounds", (rounds) => {
    const { plan, counts } = counted(LOOP, [rounds, 0]);
    const [run] = tally(plan, counts).functions;
    expect(classes(run!.classes)).toEqual({
      alu: 2 * rounds + 1,
      ...(rounds === 0 ? {} : { const: rounds, branch: rounds }),
      local: 3 * rounds + 1,
      conditional: rounds + 1,
      taken: 1,
    });
    expect(run!.instructions).toBe(3 * (rounds + 1) + 5 * rounds);
  });

  test.each([
    [1, { local: 3, const: 1, rotate: 1, conditional: 1, branch: 1 }],
    [0, { local: 3, const: 1, div: 1, conditional: 1, taken: 1 }],
  ])("the arm that %i leads to", (condition, expected) => {
    const { plan, counts } = counted(ARMS, [condition, 5]);
    expect(classes(tally(plan, counts).functions[0]!.classes)).toEqual(expected);
  });

  test("calls, bytes that bulk instructions move, and 64-bit arithmetic", () => {
    const { plan, counts } = counted(CALLS, [100, 0], HAL);
    const { functions, imports } = tally(plan, counts);
    const [leaf, run] = functions;
    expect([leaf!.calls, run!.calls]).toEqual([2, 1]);
    expect(classes(leaf!.classes)).toEqual({ load64: 2, store64: 2, mul64: 2, const: 6 });
    expect(classes(run!.classes)).toMatchObject({ call: 4, bulkCall: 1, bulkBytes: 100 });
    expect(imports.map(({ calls }) => calls)).toEqual([1, 1]);
  });

  test("words that calls of readWords ask for, beside the calls and the bytes of bulk instructions", () => {
    const hal = { phase: () => undefined, readWords: () => 0 };
    const { plan, counts } = counted(READS, [100, 7], { hal });
    const { functions, imports } = tally(plan, counts);
    expect(classes(functions[0]!.classes)).toMatchObject({ call: 3, bulkCall: 1, bulkBytes: 7 });
    expect(imports.map(({ calls, words }) => [calls, words])).toEqual([
      [1, 0],
      [2, 105],
    ]);
  });

  test("a call of phase() ends a block: what follows it counts apart", () => {
    const { binary, plan } = count(CALLS);
    const [first, second] = plan.blocks.filter(({ functionIndex }) => functionIndex === 3);
    expect([first!.callees, second!.callees]).toEqual([
      [2, 0],
      [2, 1],
    ]);
    let seen: number[] = [];
    const exports = instantiate(binary, {
      hal: { ...HAL.hal, phase: () => (seen = countsIn(exports, plan)) },
    });
    fuelOf(exports).value = 1000n;
    (exports.run as Callable)(0, 0);
    const leafCalls = plan.entries.get(2)!;
    expect(seen[leafCalls]).toBe(1);
    expect(countsIn(exports, plan)[leafCalls]).toBe(2);
  });

  test("any program: as many blocks as its fuel, which is counted otherwise", () => {
    let compared = 0;
    fc.assert(
      fc.property(program, fc.nat({ max: 5 }), fc.integer({ min: -3, max: 9 }), (binary, a, b) => {
        const metered = instantiate(meter(binary));
        fuelOf(metered).value = 300n;
        try {
          (metered.run as Callable)(a, b);
        } catch (error) {
          if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        }
        const used = 300 - Number(fuelOf(metered).value);
        fc.pre(used <= 300);
        const { plan, counts } = counted(binary, [a, b]);
        const moved = counts.slice(plan.blocks.length).reduce((sum, each) => sum + each, 0);
        fc.pre(moved < 64);
        const phases = plan.blocks.length;
        expect(counts.slice(0, phases).reduce((sum, each) => sum + each, 0)).toBe(used);
        compared++;
      }),
      { numRuns: 600, seed: 3 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  test("a program that spins ends when its fuel does", () => {
    const spinning = fromText('(module (func (export "run") (param i32 i32) (loop $on (br $on))))');
    expect(counted(spinning, [0, 0], {}, 50n).trapped).toBe(true);
  });
});

test("every instruction of the specification's table has a class, structure none", () => {
  expect([0x02, 0x03, 0x0b].map(classOf)).toEqual([undefined, undefined, undefined]);
  expect([0x6a, 0x6c, 0x7e, 0x28, 0x29, 0x2d, 0x36, 0x3e, 0x0d, 0x10, 0xfc0a].map(classOf)).toEqual([
    ...["alu", "mul", "mul64", "load", "load64", "loadByte", "store", "store64", "conditional", "call"],
    "bulkCall",
  ]);
  expect(classOf(0xfd0c)).toBe("other");
});

test("counts are the same whichever of V8's compilers makes the code", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { tally, count, counterExportOf } from "./dist/host/core/wasm/count.js";
    const { binary, plan } = count(Uint8Array.from(readFileSync("dist/wasm/crypto-small.wasm")), { initialFuel: 1n << 40n });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } });
    const { memory, sha256Init, sha256Update, sha256Final } = exports;
    sha256Init(4096); sha256Update(4096, 8192, 5000); sha256Final(4096, 65536);
    const counts = Array.from({ length: plan.counterCount }, (_, i) => Number(exports[counterExportOf(i)].value));
    console.log(JSON.stringify(tally(plan, counts).functions.filter(({ instructions }) => instructions > 0)));`;
  const [baseline, optimised] = [["--liftoff-only"], ["--no-liftoff"]].map((flags) =>
    execFileSync(process.execPath, [...flags, "--input-type=module", "-e", script], { encoding: "utf8" }),
  );
  expect(baseline!.length).toBeGreaterThan(100);
  expect(optimised).toBe(baseline);
});
