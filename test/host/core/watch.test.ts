// What a guest declares of its memory, and what of its writes then shows: bytes outside its objects that are other than before.
import { describe, expect, it } from "vitest";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { armStrike } from "../../../host/campaign/plan/strikes.js";
import { GuestError } from "../../../host/core/errors.js";
import { OBJECTS_SECTION, Watch } from "../../../host/core/watch.js";
import { partById } from "../../../host/device/parts.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";
import { fromText } from "./wasm/fixtures.js";

const tiny = partById("tiny");
const PAGE = 0x10000;

/** Declares 16 bytes at 0x100 and 16 at 0x140, in a table at 0x200. */
const TABLE = String.raw`(data (i32.const 0x200) "\00\01\00\00\10\00\00\00\40\01\00\00\10\00\00\00\00\00\00\00\00\00\00\00")`;
const OBJECTS = `(func (export "objects") (result i32) (i32.const 0x200))`;

function guestText(body: string, { declares = OBJECTS, data = TABLE, more = "" } = {}): string {
  return `(module
    (import "hal" "tryRead32" (func $read (param i32) (result i64)))
    (memory (export "memory") 1) ${data} ${more}
    (func (export "abiVersion") (result i32) (i32.const 1))
    ${declares}
    (func (export "boot") ${body}))`;
}

function guestOf(text: string) {
  return deviceOf(tiny, pairOf("declaring", fromText(text), ownPair.agent));
}

/** The first address that boot changes and must not. */
function strays(body: string, options?: Parameters<typeof guestText>[1]): number | null {
  return executeCall(guestOf(guestText(body, options)), IN_BOOT, 0).stray;
}

const store = (address: number, value = 1) => `(i32.store8 (i32.const ${address}) (i32.const ${value}))`;

describe("a write of a guest that declares its objects", () => {
  it.each([
    ["in an object", store(0x100) + store(0x10f) + store(0x140), null],
    ["behind an object", store(0x110), 0x110],
    ["before an object", store(0x13f), 0x13f],
    ["over the end of an object", "(i64.store (i32.const 0x10c) (i64.const -1))", 0x110],
    ["of zeros behind an object", "(memory.fill (i32.const 0x100) (i32.const 0) (i32.const 17))", 0x110],
    ["at the end of the memory", store(PAGE - 1), PAGE - 1],
    ["at no address", store(0), 0],
    ["over what the module holds as data", store(0x204, 7), 0x204],
    [
      "of what gaps are filled with, over a constant",
      "(i32.store (i32.const 0x204) (i32.const 0xa5a5a5a5))",
      0x204,
    ],
    ["in memory that it has grown", `(drop (memory.grow (i32.const 1))) ${store(PAGE + 5)}`, PAGE + 5],
  ])("%s", (_, body, found) => {
    expect(strays(body)).toBe(found);
  });

  it("is any bit of any byte of a gap, over fillings, constants and what is no number as f64", () => {
    const objects = [
      { address: 0, sizeBytes: 3 },
      { address: 101, sizeBytes: 7 },
    ];
    const watch = new Watch(objects, 160);
    const pristine = new Uint8Array(160);
    pristine.set([1, 0, 0, 0, 0, 0, 0xf8, 0x7f], 40); // NaN
    pristine.set([0, 0, 0, 0, 0, 0, 0, 0x80], 56);
    watch.fill(pristine);
    expect(watch.firstChanged(pristine.slice().buffer, pristine)).toBeNull();
    for (let bit = 0; bit < 8 * 160; bit++) {
      const memory = pristine.slice();
      memory[bit >> 3]! ^= 1 << (bit & 7);
      const isObject = bit >> 3 < 3 || (bit >> 3 >= 101 && bit >> 3 < 108);
      expect(watch.firstChanged(memory.buffer, pristine)).toBe(isObject ? null : bit >> 3);
    }
  });

  it("is not looked at where it declares nothing", () => {
    expect(strays(store(0x110), { declares: "" })).toBeNull();
    expect(guestOf(guestText("", { declares: "" })).boot.declared).toBeNull();
  });

  it("may be anywhere behind an object that reaches beyond the memory", () => {
    const data = String.raw`(data (i32.const 0x200) "\00\01\00\00\ff\fe\ff\ff\00\00\00\00\00\00\00\00")`;
    const body = `(drop (memory.grow (i32.const 1))) ${store(PAGE + 5)} ${store(0x7000)}`;
    expect(strays(body, { data })).toBeNull();
    expect(strays(body + store(0xff), { data })).toBe(0xff);
  });

  it("does not show where a bit of its memory was flipped in the call, and does in the next", () => {
    const device = guestOf(guestText(`(drop (call $read (i32.const 0))) ${store(0x110)}`));
    const arm = () => armStrike(device, { kind: "ram", read: 0, address: 0x120, bit: 0 });
    expect(executeCall(device, IN_BOOT, 0, { arm }).stray).toBeNull();
    expect(executeCall(device, IN_BOOT, 0).stray).toBe(0x110);
  });

  it("shows in each call anew, also where the instance is", () => {
    const device = guestOf(guestText(store(0x110), { more: "(func $start) (start $start)" }));
    expect(executeCall(device, IN_BOOT, 0).stray).toBe(0x110);
    expect(executeCall(device, IN_BOOT, 0).stray).toBe(0x110);
  });
});

describe("what a guest declares", () => {
  it("is told in figures: objects, bytes, and how many touch the next one", () => {
    expect(guestOf(guestText("")).boot.declared).toEqual({ objects: 2, bytes: 32, touching: 0 });
    const objects = [
      { address: 64, sizeBytes: 16 },
      { address: 0, sizeBytes: 16 },
      { address: 16, sizeBytes: 16 },
      { address: 70, sizeBytes: 4 },
    ];
    expect(new Watch(objects, 128).declared).toEqual({ objects: 4, bytes: 48, touching: 2 });
  });

  it("is what the section says that the compiler wrote, for our own guests", () => {
    const { boot, agent } = deviceOf(tiny, ownPair);
    const [section] = WebAssembly.Module.customSections(
      new WebAssembly.Module(ownPair.boot as BufferSource),
      OBJECTS_SECTION,
    );
    expect(boot.declared?.objects).toBe((section?.byteLength ?? 0) / 8);
    expect(boot.declared?.objects).toBeGreaterThan(20);
    expect(agent.declared).not.toBeNull();
  });

  it.each([
    [
      "a table that does not end",
      String.raw`(data (i32.const 0xfff8) "\00\01\00\00\10\00\00\00")`,
      0xfff8,
      /an end after at most 4096/,
    ],
    ["a table outside of the memory", "", 0x10001, /expected an address in its memory, found 65537/],
    [
      "an object outside of it",
      String.raw`(data (i32.const 0) "\01\00\01\00\10\00\00\00")`,
      0,
      /an object at 0x10001: expected it in the memory of 65536/,
    ],
  ])("is refused where it is %s", (_, data, address, said) => {
    const declares = `(func (export "objects") (result i32) (i32.const ${address}))`;
    const make = () => guestOf(guestText("", { declares, data }));
    expect(make).toThrow(GuestError);
    expect(make).toThrow(said);
  });

  it("has no place in memory that was grown to declare it", () => {
    const declares = `(func (export "objects") (result i32)
      (drop (memory.grow (i32.const 1)))
      (i32.store (i32.const 0x200) (i32.const ${PAGE + 8}))
      (i32.const 0x200))`;
    expect(() => guestOf(guestText("", { declares }))).toThrow(
      /in the memory of 65536 bytes that it has at first/,
    );
  });
});

describe("how much of a memory is in use", () => {
  it("is up to the last byte that is not zero, and not what gaps are filled with", () => {
    const device = guestOf(guestText(store(0x105)));
    executeCall(device, IN_BOOT, 0);
    expect(device.boot.usedEnd).toBe(0x20d);
  });
});
