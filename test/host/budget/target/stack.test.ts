// The deepest way down a call graph, with the library functions that only the linked code shows.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { buildTarget } from "../../../../host/budget/target/build.js";
import { readCode } from "../../../../host/budget/target/library.js";
import { deepestStack, readCallGraph } from "../../../../host/budget/target/stack.js";
import { missingTools } from "../../../../host/budget/target/tools.js";
import { fromText } from "../../core/wasm/fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "everboot-target-stack-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = missingTools("cortex-m0plus");
const without = missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;

/** objdump's text of symbols, each with its instructions. */
function listing(symbols: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(symbols)
    .map(([name, lines], at) =>
      [`0000${at}000 <${name}>:`, ...lines.map((line) => `    ${at}000:\t${line}`), ""].join("\n"),
    )
    .join("\n");
}

describe("code of a library", () => {
  it.each([
    ["push\t{r4, r5, lr}", 12],
    ["push\t{r4-r7, lr}", 20],
    ["stmdb\tsp!, {r4, r5, r6, r7, r8, lr}", 24],
    ["str\tr4, [sp, #-8]!", 8],
    ["sub\tsp, #16", 16],
    ["sub.w\tsp, sp, #400", 400],
    ["addi\tsp,sp,-48", 48],
    ["add\tsp,sp,-16", 16],
    ["add\tsp, #16", 0],
    ["addi\tsp,sp,32", 0],
    ["pop\t{r4, pc}", 0],
    ["sub\tsp, sp, r3", null],
  ])("takes off the stack with %s: %s", (line, bytes) => {
    expect(readCode(listing({ helper: [line] })).get("helper")?.bytes).toBe(bytes);
  });

  it("calls and jumps to beginnings only, and runs on into the next symbol where nothing ends it", () => {
    const code = readCode(
      listing({
        first: ["bl\t3000 <third>", "beq.n\t1 <first+0x8>", "bne.n\t0 <first>", "adds\tr0, r0, r1"],
        second: ["ldr\tr3, [pc, #4]\t@ (30 <third>)", "b.w\t3000 <third>"],
        third: ["jal\tra,1000 <first>", "ret"],
        fourth: ["pop\t{r4, pc}"],
        fifth: ["bx\tlr"],
      }),
    );
    expect(code.get("first")).toEqual({ bytes: 0, calls: ["third"], jumps: ["second"] });
    expect(code.get("second")).toEqual({ bytes: 0, calls: [], jumps: ["third"] });
    expect(code.get("third")).toEqual({ bytes: 0, calls: ["first"], jumps: [] });
    expect(code.get("fourth")?.jumps).toEqual([]);
  });
});

describe("the deepest stack", () => {
  const frame = (name: string, bytes: number | null, callees: string[] = [], jumps: string[] = []) => ({
    ...{ name, bytes, callees, jumps },
  });

  it("adds up the way down, and is unknown where a call comes round or a size is unknown", () => {
    const frames = [frame("a", 8, ["b", "c"]), frame("b", 100), frame("c", 16, ["d"]), frame("d", 90)];
    expect(deepestStack(frames, "a")).toBe(114);
    expect(deepestStack([...frames.slice(0, 3), frame("d", 1, ["a"])], "a")).toBeNull();
    expect(deepestStack([...frames.slice(0, 3), frame("d", null)], "a")).toBeNull();
    expect(deepestStack([frame("a", 8, ["__indirect_call"]), frame("b", 24)], "a", ["b"])).toBe(32);
  });

  it("is known where jumps of a library come round", () => {
    const frames = [
      frame("a", 8, ["x"]),
      frame("b", 4, ["y"]),
      frame("x", 16, [], ["y"]),
      frame("y", 32, [], ["x"]),
    ];
    expect([deepestStack(frames, "a"), deepestStack(frames, "b")]).toEqual([56, 52]);
  });

  it("has library functions that the compiler's graph does not name", () => {
    const node = (name: string, bytes: number) =>
      `node: { title: "${name}" label: "${name}\\nguest.c:1:1\\n${bytes} bytes (static)\\n0 dynamic objects" }`;
    writeFileSync(join(folder, "guest.ci"), `${node("w2c_f1", 24)}\n${node("guest.c:w2c_f2.isra.0", 8)}\n`);
    for (const file of ["hal.ci", "surroundings.ci"]) writeFileSync(join(folder, file), "");
    const linked = readCode(
      listing({
        w2c_f1: ["push\t{r4, lr}", "bl\t2000 <w2c_f2.isra.0>", "pop\t{r4, pc}"],
        "w2c_f2.isra.0": ["bl\t3000 <__aeabi_lmul>", "bx\tlr"],
        __aeabi_lmul: ["push\t{r4, r5, r6, r7, lr}", "pop\t{r4, r5, r6, r7, pc}"],
      }),
    );
    const frames = readCallGraph(folder, linked);
    expect(deepestStack(frames, "w2c_f2")).toBe(28);
    expect(frames.find(({ name }) => name === "w2c_f1")?.bytes).toBe(24);
  });

  it.skipIf(missing.length > 0)(
    `of a build counts what a 64-bit multiplication takes${without}`,
    async () => {
      const build = await buildTarget({
        ...{ name: "multiply", core: "cortex-m0plus", folder: join(folder, "multiply") },
        ...{ memoryStart: 1024, memoryEnd: 2048, nameOf: (index: number) => `f${index}` },
        binary: fromText(`(module (import "hal" "jump" (func $jump (param i32))) (memory (export "memory") 1)
        (func (export "abiVersion") (result i32) (i32.const ${abi.ABI_VERSION}))
        (func (export "boot") (call $jump (i32.const 0)))
        (func (export "plain") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
        (func (export "multiply") (param i64 i64) (result i64) (i64.mul (local.get 0) (local.get 1))))`),
      });
      const own = build.functions.find(({ functionIndex }) => functionIndex === 4)?.stackBytes ?? 0;
      // An M0+ has no long multiplication: what does it saves registers of its own.
      expect(build.stackBytes["multiply"]).toBeGreaterThan(own);
      expect(build.stackBytes["plain"]).toBeLessThan(build.stackBytes["multiply"] ?? 0);
    },
  );
});
