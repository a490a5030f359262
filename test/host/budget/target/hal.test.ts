// The Hal in C against the simulated device's: the same calls, allowed and not, get the same answers on every part.
// @module-tag slow: builds and runs the target's Hal under qemu for each part.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { buildTarget } from "../../../../host/budget/target/build.js";
import { runTarget } from "../../../../host/budget/target/run.js";
import { missingTools } from "../../../../host/budget/target/tools.js";
import { PARTS, partById } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import { flashSizeOf } from "../../../../host/device/layout.js";
import { CLOCK, bootHere, digestOf, targetOperations } from "../../../support/targets.js";
import { fromText } from "../../core/wasm/fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "everboot-target-hal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = missingTools("cortex-m4");
const without = missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;

const CALLS = 800;
/** By name: how many parameters, and bits of the result. */
const IMPORTS = {
  ...{
    read32: [1, 32],
    tryRead32: [1, 64],
    readWords: [3, 32],
    latch32: [2, 32],
    program: [2, 32],
    erase: [1, 32],
  },
  ...{ counterRead: [1, 64], counterAdvance: [2, 32], receive32: [1, 64], retainedRead: [1, 32] },
  ...{ retainedWrite: [2, 0], info: [2, 32], halt: [1, 0], random32: [0, 32], event: [2, 0] },
  ...{ linkSize: [0, 32], linkRead32: [1, 32], linkRelease: [0, 0], linkWrite32: [2, 32], linkSend: [1, 32] },
  ...{ clockReached: [1, 32], clockInWindow: [3, 32], clockSeconds: [0, 32], uptimeReached: [1, 32] },
  ...{ input: [1, 32], resetNow: [0, 0], resetIfSafe: [0, 32], leaseTake: [0, 32], leaseHeld: [0, 32] },
  ...{ nonceNew: [0, 0], nonce: [2, 32], acted: [1, 0], scratchRead: [1, 32], scratchWrite: [2, 0] },
  ...{ keySlotRead: [1, 32], keySlotWrite: [2, 0] },
} satisfies Record<string, [number, number]>;
/** Where words are read to, and how many at the most. */
const RAM = 1024;
const WORDS = 200;
type Import = keyof typeof IMPORTS;

/** Numbers as a seed gives them (Park, Miller 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
}

/** One call with arguments that are right more often than not. */
function anyCall(part: PartProfile, pick: (below: number) => number): readonly [Import, ...number[]] {
  const oneOf = <T>(values: readonly T[]) => values[pick(values.length)] as T;
  const { record, slotA, keys } = part.layout;
  const [min, max, size] = [part.programMin.value, part.programMax.value, flashSizeOf(part)];
  const near = () => record.offset + pick(4) * max;
  const odd = () => oneOf([near() + 1, near() + 2, near() + 4, record.offset + record.size, slotA.offset]);
  const outside = () => oneOf([size - 4, size, keys.offset, size + 4, 0xfffffffc]);
  const place = () => (pick(8) > 0 ? near() : oneOf([odd, outside])());
  const word = () => oneOf([0, 0xffffffff, 0x12345678, 0xff00ff00, 0x0000ffff]);
  const ending = () => oneOf([slotA, record, keys].map(({ offset, size: bytes }) => offset + bytes)) - 64;
  const anyRead = (): readonly [Import, ...number[]] =>
    pick(2) > 0
      ? ["tryRead32", place()]
      : ["readWords", oneOf([place, ending])(), oneOf([RAM, RAM, RAM + 4, RAM + 2]), pick(WORDS)];
  return oneOf<() => readonly [Import, ...number[]]>([
    () => ["latch32", place(), word()],
    () => ["latch32", near() + pick(max), word()],
    () => ["program", place(), oneOf([min, max, min, max, min * 2, 3, 0, max * 2])],
    () => ["program", near(), oneOf([min, max])],
    () => (pick(3) > 0 ? anyRead() : ["erase", oneOf([record.offset, place()])]),
    () => ["counterAdvance", pick(9), pick(40)],
    () => ["counterRead", pick(9)],
    () => ["retainedWrite", pick(66), pick(3)],
    () => ["retainedRead", pick(66)],
    () => ["info", pick(28), oneOf([0, 1, 2, 5, 0xffffffff])],
    () => anyQuestion(pick),
    () => anyQuestion(pick),
    () => oneOf<readonly [Import, ...number[]]>([["random32"], ["receive32", 0], ["info", 5, near()]]),
  ])();
}

const DAY = 86_400;

/** One call about what surrounds the device, or to what survives a step. */
function anyQuestion(pick: (below: number) => number): readonly [Import, ...number[]] {
  const oneOf = <T>(values: readonly T[]) => values[pick(values.length)] as T;
  const second = () => oneOf([0, 1, CLOCK - 1, CLOCK, CLOCK + 1, 0xffffffff]);
  const ofDay = () => oneOf([0, 1, CLOCK % DAY, (CLOCK % DAY) + 1, DAY - 1, DAY, DAY + 1]);
  const index = () => oneOf([0, 1, 15, 16, 511, 512, 0xffffffff]);
  return oneOf<() => readonly [Import, ...number[]]>([
    () => oneOf<readonly [Import, ...number[]]>([["linkSize"], ["linkRelease"], ["linkRead32", 4 * pick(3)]]),
    () => ["linkWrite32", oneOf([0, 4, 6, 1468, 1472]), pick(9)],
    () => ["linkSend", oneOf([0, 1, 1472, 1473])],
    () => [oneOf(["clockReached", "uptimeReached"]), second()],
    () => ["clockInWindow", second(), second(), oneOf([0, 0x80])],
    () => ["clockInWindow", ofDay(), ofDay(), pick(256)],
    () => (pick(2) > 0 ? ["clockSeconds"] : ["input", oneOf([0, 1, 2, 3, 4, 0xffffffff])]),
    () => [oneOf(["leaseTake", "leaseHeld", "nonceNew"])],
    () => ["nonce", pick(3), pick(5)],
    () => ["acted", pick(3)],
    () => [oneOf(["scratchWrite", "keySlotWrite"]), index(), pick(3)],
    () => [oneOf(["scratchRead", "keySlotRead"]), index()],
  ])();
}

/** A guest that makes these calls and says what each answered. */
function guestOf(calls: readonly (readonly [Import, ...number[]])[]): Uint8Array {
  const result = (bits: number) => (bits === 0 ? "" : `(result i${bits})`);
  const imports = Object.entries(IMPORTS).map(
    ([name, [parameters = 0, bits = 0]]) =>
      `(import "hal" "${name}" (func $${name} (param ${"i32 ".repeat(parameters)}) ${result(bits)}))`,
  );
  const lines = calls.map(([name, ...values], index) => {
    const call = `(call $${name} ${values.map((value) => `(i32.const ${value | 0})`).join(" ")})`;
    const [, bits] = IMPORTS[name];
    if (bits === 0) return call;
    // Beside the status a sum of all the words that are there, each with a weight of its own.
    if (name === "readWords")
      return `(call $event (i32.const ${index}) ${call}) (call $event (i32.const ${index}) (call $sum))`;
    if (bits === 32) return `(call $event (i32.const ${index}) ${call})`;
    return `(local.set 0 ${call})
      (call $event (i32.const ${index}) (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
      (call $event (i32.const ${index}) (i32.wrap_i64 (local.get 0)))`;
  });
  return fromText(`(module ${imports.join("\n")} (memory (export "memory") 1)
    (func (export "abiVersion") (result i32) (i32.const ${abi.ABI_VERSION}))
    (func $sum (result i32) (local $at i32) (local $sum i32)
      (loop $next
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 0x01000193))
          (i32.load (i32.add (local.get $at) (i32.const ${RAM})))))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const ${4 * WORDS}))))
      (local.get $sum))
    (func (export "boot") (local i64) ${lines.join("\n")}))`);
}

/** Every built-in part, and one whose erased flash reads as zeros. */
const SUBJECTS: readonly PartProfile[] = [
  ...PARTS,
  ...PARTS.filter(({ id }) => id === "stm32h743" || id === "nrf52840").map((part): PartProfile => ({
    ...part,
    id: `${part.id}, erased to 0x00`,
    erasedByte: 0,
  })),
];

describe.skipIf(missing.length > 0)(`the Hal on a target${without}`, () => {
  /** These calls on both, the last one of which ends the guest. */
  async function comparedCalls(
    part: PartProfile,
    name: string,
    calls: readonly (readonly [Import, ...number[]])[],
    inputs = 0,
  ) {
    const binary = guestOf(calls);
    const { here, state } = bootHere({ part, boot: binary, inputs });
    const build = await buildTarget({
      ...{ name: part.id, core: "cortex-m4", binary, folder: join(folder, `${part.id}-${name}`) },
      ...{ memoryStart: RAM, memoryEnd: 2 * RAM, nameOf: (index: number) => `f${index}` },
    });
    const { end, operations, flash } = await runTarget(build, state, null);
    expect(targetOperations(operations)).toEqual(here.operations);
    expect(`${end.kind} ${end.value}`).toBe(here.end);
    expect(digestOf(flash)).toBe(here.flash);
    return here;
  }

  function compared(part: PartProfile, seed: number, last: readonly [Import, ...number[]], inputs = 0) {
    const pick = numbers(seed);
    const calls = Array.from({ length: CALLS }, () => anyCall(part, pick));
    // While somebody is treated no reset comes of it.
    const isTreated = (inputs & (1 << abi.MAIN_THERAPY)) !== 0;
    const ending = [...(isTreated ? [["resetIfSafe"] as const] : []), last];
    return comparedCalls(part, `${seed}`, [...calls, ...ending], inputs);
  }

  it.each(SUBJECTS.map((part) => [part.id, part] as const))(
    "answers as the simulated device on %s",
    async (_, part) => {
      const treated = (1 << abi.MAIN_THERAPY) | (1 << abi.MAIN_CONSENT);
      for (const here of [
        await compared(part, 1, ["halt", 7], 1 << abi.MAIN_PATIENT),
        await compared(part, 2, ["read32", flashSizeOf(part)], treated),
      ])
        for (const status of [
          abi.STATUS_OK,
          part.rule === "twice" ? abi.STATUS_WRITE_LIMIT : abi.STATUS_NOT_ERASED,
        ])
          expect(here.operations).toContainEqual(expect.stringMatching(`^program .*: ${status}$`));
    },
  );

  it("looks into every kind of window as the simulated device", async () => {
    const edges = [0, 1, CLOCK % DAY, (CLOCK % DAY) + 1, DAY - 1, DAY, DAY + 1];
    // A Tuesday: today's bit, yesterday's, tomorrow's, and all.
    const windows = edges.flatMap((from) =>
      edges.flatMap((to) =>
        [2, 1, 4, 0x7f].map((days): readonly [Import, ...number[]] => ["clockInWindow", from, to, days]),
      ),
    );
    const here = await comparedCalls(partById("tiny"), "windows", [...windows, ["halt", 7]]);
    const answers = here.operations.filter((line) => line.startsWith(`asked ${abi.ASK_CLOCK_WINDOW} `));
    expect(new Set(answers.map((line) => line.slice(-1)))).toEqual(new Set(["0", "1"]));
  });

  it.each(["resetNow", "resetIfSafe"] as const)("ends where a guest resets itself by %s", async (by) => {
    const here = await compared(partById("tiny"), 3, [by]);
    expect(here.end).toBe("reset-itself 0");
  });
});
