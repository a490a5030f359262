// Bulk reads of a whole guest: its fuel, how its calls end, what shows of its memory. What the words are is tested beside the device
// (test/assembly/device/reads.bulk.test.ts).
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { partById } from "../../../host/device/parts.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";
import { fromText } from "./wasm/fixtures.js";

const tiny = partById("tiny");
const { offset } = tiny.layout.slotA;
const PAGE = 0x10000;

function deviceWith(body: string, { fuel, more = "" }: { fuel?: bigint; more?: string } = {}) {
  const text = `(module
    (import "hal" "readWords" (func $read (param i32 i32 i32) (result i32)))
    (import "hal" "halt" (func $halt (param i32)))
    (memory (export "memory") 1) ${more}
    (func (export "abiVersion") (result i32) (i32.const 1))
    (func (export "boot") ${body}))`;
  return deviceOf(tiny, pairOf("reading", fromText(text), ownPair.agent), 3, fuel);
}

const read = (address: number, words: number) =>
  `(call $read (i32.const ${offset}) (i32.const ${address}) (i32.const ${words | 0}))`;
const endOf = (device: ReturnType<typeof deviceWith>) => executeCall(device, IN_BOOT, 0).end;

describe("the fuel of bulk reads", () => {
  it("is one unit for each word", () => {
    const used = [0, 1, 200].map((words) => {
      const device = deviceWith(`(call $halt ${read(1024, words)})`);
      for (let call = 0; call < 2; call++) expect(endOf(device)).toEqual({ kind: "halted", reason: 0 });
      return Number(device.boot.fuelUsed);
    });
    expect(used.map((fuel) => fuel - used[0]!)).toEqual([0, 1, 200]);
  });

  it("runs out for a guest that goes on reading, after as many words each time", () => {
    const fuel = 300_000n;
    const device = deviceWith(
      `(loop $on (drop ${read(1024, 64)})
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br $on))`,
      { fuel },
    );
    for (let call = 0; call < 2; call++) {
      expect(endOf(device)).toEqual({ kind: "hung" });
      const rounds = new DataView(device.boot.memory.buffer).getUint32(0, true);
      // The words that are charged together may be read beyond the end.
      expect(rounds * 65).toBeGreaterThan(Number(fuel));
      expect(rounds * 65).toBeLessThan(Number(fuel) + 65_536 + 130);
    }
  });
});

describe("a call with bulk reads", () => {
  it("is trapped where a word has no room, as by a store of the guest's own", () => {
    const stored = endOf(deviceWith(`(i32.store (i32.const ${PAGE}) (i32.const 1))`));
    for (const address of [PAGE, PAGE - 4, 0xfffffffc | 0])
      expect(endOf(deviceWith(`(drop ${read(address, 2)})`))).toEqual(stored);
    expect(stored).toEqual({ kind: "trapped", message: "memory access out of bounds" });
  });

  it("goes on with the status where flash ends first, whatever it asked for", () => {
    const device = deviceWith(`(call $halt ${read(1024, 0xffffffff)})`);
    const result = executeCall(device, IN_BOOT, 0);
    expect(result.end).toEqual({ kind: "halted", reason: abi.STATUS_OUT_OF_RANGE });
    expect(result.denials).toBe(1);
  });

  it("shows where it writes outside the objects that the guest declares", () => {
    const table = String.raw`(data (i32.const 0x200) "\00\01\00\00\10\00\00\00\00\00\00\00\00\00\00\00")
      (func (export "objects") (result i32) (i32.const 0x200))`;
    const strays = (words: number) =>
      executeCall(deviceWith(`(drop ${read(0x100, words)})`, { more: table }), IN_BOOT, 0).stray;
    expect([4, 5].map(strays)).toEqual([null, 0x110]);
  });

  it("reads into the memory of the call at hand, where each call has a new instance", () => {
    const more = `(func $start (i32.store (i32.const 8) (i32.const 5))) (start $start)`;
    const device = deviceWith(`(call $halt (i32.add ${read(1024, 1)} (i32.load (i32.const 1024))))`, {
      more,
    });
    device.provision(offset, Uint8Array.of(9, 0, 0, 0));
    for (let call = 0; call < 3; call++) expect(endOf(device)).toEqual({ kind: "halted", reason: 9 });
  });

  it("cannot be made by a start function, which has no memory yet", () => {
    const more = `(func $start (drop ${read(1024, 1)})) (start $start)`;
    expect(() => deviceWith("(nop)", { more })).toThrow(/^reading: .*calls the Hal before it is called/);
  });
});
