// Guests: wired wasm to wasm, refused by name where they do not fit, ended in one of four ways, and as new after a reset.
import { instantiateSync } from "@assemblyscript/loader";
import { describe, expect, it } from "vitest";
import { STATUS_DENIED, STATUS_OK } from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { GuestError } from "../../../host/core/errors.js";
import { HAL_NAMES } from "../../../host/core/guest.js";
import { partById } from "../../../host/device/parts.js";
import { deviceModule, deviceOf, ownPair, pairOf } from "../../support/scenes.js";
import { fromText } from "./wasm/fixtures.js";

const tiny = partById("tiny");

/** Only functions that are exports of a wasm instance may stand in a table of functions. */
function isWasmFunction(value: unknown): boolean {
  try {
    new WebAssembly.Table({ element: "anyfunc", initial: 1 }).set(0, value as never);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return false;
  }
}

const ABI_1 = `(memory (export "memory") 1) (func (export "abiVersion") (result i32) (i32.const 1))`;
const HALT = `(import "hal" "halt" (func $halt (param i32)))`;

/** A boot guest whose boot does `body`, beside what else its module has. */
const bootText = (body: string, also = "") =>
  `(module ${HALT} ${ABI_1} ${also} (func (export "boot") ${body}))`;

function deviceWith(text: string, fuel?: bigint) {
  return deviceOf(tiny, pairOf("stranger", fromText(text), ownPair.agent), 3, fuel);
}

/** The import that writes a guest's memory, which the device does not see. */
const BULK = "readWords";

const boots = (device: ReturnType<typeof deviceWith>) => executeCall(device, IN_BOOT, 0).end;
const halted = (reason: number) => ({ kind: "halted", reason });

describe("a guest's imports", () => {
  it("are the device's own wasm functions, no JavaScript between but where a guest's memory is written", () => {
    const device = deviceOf(tiny, ownPair);
    const wired = { ...device.boot.wired, ...device.agent.wired };
    expect(Object.keys(wired)).toEqual(expect.arrayContaining(["tryRead32", "program", "receive32"]));
    for (const [name, value] of Object.entries(wired)) {
      if (name === BULK) continue;
      expect(isWasmFunction(value), name).toBe(true);
      expect(value).toBe(device.hal[name]);
    }
  });

  it("would not be such if JavaScript stood between: the check tells", () => {
    expect(isWasmFunction(() => 0)).toBe(false);
    const { exports } = instantiateSync(deviceModule.device, {
      env: { table: new WebAssembly.Table({ initial: 2, element: "anyfunc" }) },
      host: {
        stop: () => {},
        full: () => {},
        openSet: () => 0,
        openErased: () => 0,
        strike: () => {},
        ask: () => 0,
      },
    });
    const wrapped = (exports as Record<string, (...words: number[]) => number>)["info"]!;
    expect(isWasmFunction((field: number, index: number) => wrapped(field, index))).toBe(false);
  });

  it("may be any of the Hal's, and every one is there", () => {
    const device = deviceOf(tiny, ownPair);
    for (const name of HAL_NAMES)
      expect(isWasmFunction(device.hal[name === BULK ? "readBlock" : name]), name).toBe(true);
  });
});

describe("a guest that does not fit is refused by name", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "an import that the Hal does not have",
      `(module (import "hal" "format" (func)) ${ABI_1} (func (export "boot")))`,
      /^stranger: unknown import "hal"."format" \(function\)/,
    ],
    [
      "an import of another module",
      `(module (import "env" "abort" (func)) ${ABI_1} (func (export "boot")))`,
      /^stranger: unknown import "env"."abort"/,
    ],
    [
      "an import under a known name that is no function",
      `(module (import "hal" "read32" (global i32)) ${ABI_1} (func (export "boot")))`,
      /^stranger: unknown import "hal"."read32" \(global\)/,
    ],
    [
      "an import of another signature",
      `(module (import "hal" "read32" (func (param i64) (result i64))) ${ABI_1} (func (export "boot")))`,
      /^stranger: .*read32/,
    ],
    [
      "a missing boot",
      `(module ${ABI_1} (func (export "step")))`,
      /^stranger: expected an exported function "boot", found none/,
    ],
    [
      "a boot that is no function",
      `(module ${ABI_1} (global (export "boot") i32 (i32.const 0)))`,
      /^stranger: expected an exported function "boot", found global/,
    ],
    [
      "a missing memory",
      `(module (func (export "abiVersion") (result i32) (i32.const 1)) (func (export "boot")))`,
      /^stranger: expected an exported memory "memory", found none/,
    ],
    [
      "a missing ABI version",
      `(module (memory (export "memory") 1) (func (export "boot")))`,
      /^stranger: expected an exported function "abiVersion", found none/,
    ],
    [
      "another ABI version",
      `(module (memory (export "memory") 1)
        (func (export "abiVersion") (result i32) (i32.const 9)) (func (export "boot")))`,
      /^stranger: expected ABI version 1, found 9/,
    ],
    [
      "an ABI version that cannot be told",
      `(module (memory (export "memory") 1)
        (func (export "abiVersion") (result i32) (unreachable)) (func (export "boot")))`,
      /^stranger: /,
    ],
    [
      "a start function that calls the Hal",
      `(module ${HALT} ${ABI_1} (func $start (call $halt (i32.const 1))) (start $start) (func (export "boot")))`,
      /^stranger: /,
    ],
    ["bytes that are no module", "", /^stranger: /],
  ];
  for (const [what, text, message] of cases) {
    it(`for ${what}`, () => {
      const binary = text === "" ? Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 9) : fromText(text);
      const build = () => deviceOf(tiny, pairOf("stranger", binary, ownPair.agent));
      expect(build).toThrow(GuestError);
      expect(build).toThrow(message);
    });
  }

  it("also an agent, by its own name", () => {
    const agent = fromText(`(module ${ABI_1})`);
    expect(() => deviceOf(tiny, pairOf("stranger", ownPair.boot, agent))).toThrow(
      /^stranger agent: expected an exported function "step", found none/,
    );
  });
});

describe("what a guest may write", () => {
  const SLOT = tiny.layout.slotA.offset;
  const ERASE = `(import "hal" "erase" (func $erase (param i32) (result i32)))`;
  const erasing = (also: string) =>
    bootText(`(call $halt (call $erase (i32.const ${SLOT})))`, also).replace("(module", `(module ${ERASE}`);

  it("is no slot, unless it says so", () => {
    expect(boots(deviceWith(erasing("")))).toEqual(halted(STATUS_DENIED));
    const nothing = `(func (export "mayWrite") (result i32) (i32.const 0))`;
    expect(boots(deviceWith(erasing(nothing)))).toEqual(halted(STATUS_DENIED));
  });

  it("is both slots where mayWrite() answers 1", () => {
    const slots = `(func (export "mayWrite") (result i32) (i32.const 1))`;
    const device = deviceWith(erasing(slots));
    expect(device.boot.writesSlots).toBe(true);
    expect(boots(device)).toEqual(halted(STATUS_OK));
  });

  it.each([
    [`(func (export "mayWrite") (result i32) (i32.const 2))`, /expected 0 or 1 of "mayWrite", found 2/],
    [
      `(func (export "mayWrite"))`,
      /expected an exported function "mayWrite" \(\) -> \(i32\), found \(\) -> \(\)/,
    ],
    [
      `(global (export "provision") i32 (i32.const 0))`,
      /expected an exported function "provision", found global/,
    ],
  ])("is refused in %s", (also, message) => {
    expect(() => deviceWith(bootText("(nop)", also))).toThrow(message);
  });
});

describe("a guest's part of provisioning", () => {
  it("has to return", () => {
    const device = deviceWith(bootText("(nop)", `(func (export "provision") (call $halt (i32.const 1)))`));
    device.exports.beginCall(IN_BOOT, 0);
    expect(() => device.boot.provision()).toThrow(
      /^stranger: expected "provision" to return, found jump, halt or a read fault/,
    );
  });
});

describe("a guest call", () => {
  it("that spins is hung, after the same fuel each time, and the fuel is what it was given", () => {
    for (const fuel of [1_000n, 100_000n]) {
      const device = deviceWith(bootText("(loop $on (br $on))"), fuel);
      expect(boots(device)).toEqual({ kind: "hung" });
      const used = device.boot.fuelUsed;
      expect(Number(used - fuel)).toBeLessThan(3);
      expect(used).toBeGreaterThan(fuel);
      expect(boots(device)).toEqual({ kind: "hung" });
      expect(device.boot.fuelUsed).toBe(used);
    }
  });

  it("uses the same fuel for the same work, and a call's fuel is its own", () => {
    const device = deviceWith(
      bootText(`(local $n i32) (loop $on
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $on (i32.lt_u (local.get $n) (i32.const 500))))
        (call $halt (i32.const 3))`),
      1_000n,
    );
    for (let i = 0; i < 3; i++) {
      expect(boots(device)).toEqual(halted(3));
      expect(Number(device.boot.fuelUsed)).toBeGreaterThan(500);
      expect(Number(device.boot.fuelUsed)).toBeLessThan(1_000);
    }
  });

  it("that traps is trapped: unreachable, a division by zero, memory out of bounds, endless recursion", () => {
    for (const [body, message] of [
      ["(unreachable)", /unreachable/],
      ["(drop (i32.div_u (i32.const 1) (i32.const 0)))", /divide by zero/],
      ["(drop (i32.load (i32.const 65536)))", /out of bounds/],
      ["(call $boot)", /stack/],
    ] as const) {
      const text = bootText(body).replace('(func (export "boot")', '(func $boot (export "boot")');
      const device = deviceWith(text);
      for (let i = 0; i < 2; i++) {
        const end = boots(device);
        expect(end.kind).toBe("trapped");
        expect(end.kind === "trapped" ? end.message : "").toMatch(message);
      }
    }
  });

  it("that returns has returned, with its value", () => {
    const step = fromText(`(module ${ABI_1} (func (export "step") (param i32) (result i32)
      (i32.add (local.get 0) (i32.const 40))))`);
    const device = deviceOf(tiny, pairOf("adder", ownPair.boot, step));
    expect(executeCall(device, tiny.layout.slotA.offset + 32, 2).end).toEqual({
      kind: "returned",
      value: 42,
    });
  });

  it("goes no further than a jump, a halt or a read fault", () => {
    const event = `(import "hal" "event" (func $event (param i32 i32)))
      (import "hal" "jump" (func $jump (param i32)))
      (import "hal" "read32" (func $read (param i32) (result i32)))`;
    for (const [body, end] of [
      ["(call $jump (i32.const 0x420))", { kind: "jumped", offset: 0x420 }],
      ["(call $halt (i32.const 7))", halted(7)],
      ["(drop (call $read (i32.const 0x4000)))", { kind: "read-fault", offset: 0x4000 }],
    ] as const) {
      const device = deviceWith(
        bootText(
          `(call $event (i32.const 1) (i32.const 1)) ${body} (call $event (i32.const 1) (i32.const 2))`,
        ).replace("(module", `(module ${event}`),
      );
      expect(boots(device)).toEqual(end);
      expect(device.operations()).toEqual([{ kind: "event", code: 1, value: 1 }]);
    }
  });
});

/** MCUboot #1588: a global that survived the simulated reset hid a bug. */
describe("after a reset a guest is as new", () => {
  /** Boots three times and adds up what is left: 1 each time, unless something survived. */
  const staysNew = (text: string, reason = 1) => {
    const device = deviceWith(text);
    for (let i = 0; i < 3; i++) expect(boots(device)).toEqual(halted(reason));
    return device;
  };

  it("in its memory, to the last byte", () => {
    staysNew(
      bootText(`(i32.store8 (i32.const 65535) (i32.add (i32.load8_u (i32.const 65535)) (i32.const 1)))
        (call $halt (i32.load8_u (i32.const 65535)))`),
    );
  });

  it("in what its data segments wrote", () => {
    staysNew(
      bootText(
        `(i32.store8 (i32.const 16) (i32.add (i32.load8_u (i32.const 16)) (i32.const 1)))
         (call $halt (i32.load8_u (i32.const 16)))`,
        `(data (i32.const 16) "\\40")`,
      ),
      0x41,
    );
  });

  it("in its mutable globals of every type, exported or not", () => {
    staysNew(
      bootText(
        `(global.set $a (i32.add (global.get $a) (i32.const 1)))
         (global.set $b (i64.add (global.get $b) (i64.const 1)))
         (global.set $c (f64.add (global.get $c) (f64.const 1)))
         (call $halt (i32.add (i32.add (global.get $a) (i32.wrap_i64 (global.get $b)))
           (i32.trunc_f64_u (global.get $c))))`,
        `(global $a (mut i32) (i32.const 0)) (global $b (export "b") (mut i64) (i64.const 10))
         (global $c (mut f64) (f64.const 100))`,
      ),
      113,
    );
  });

  it("in the size of its memory, though it grew", () => {
    const device = staysNew(bootText(`(drop (memory.grow (i32.const 1))) (call $halt (memory.size))`), 2);
    device.boot.reset();
    expect(device.boot.memory.buffer.byteLength).toBe(0x10000);
  });

  it("in its tables", () => {
    staysNew(
      bootText(
        `(local $was i32) (local.set $was (ref.is_null (table.get $t (i32.const 0))))
         (table.set $t (i32.const 0) (ref.func $one)) (call $halt (local.get $was))`,
        `(table $t 1 funcref) (elem declare func $one) (func $one)`,
      ),
    );
  });

  it("in its passive data, though it was dropped", () => {
    staysNew(
      bootText(
        `(memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d)
         (call $halt (i32.load8_u (i32.const 0)))`,
        `(data $d "\\01")`,
      ),
    );
  });

  it("in what its start function did", () => {
    staysNew(
      bootText(
        `(global.set $g (i32.add (global.get $g) (i32.const 1))) (call $halt (global.get $g))`,
        `(global $g (mut i32) (i32.const 0))
         (func $start (global.set $g (i32.add (global.get $g) (i32.const 20)))) (start $start)`,
      ),
      21,
    );
  });

  it("after it was cut, trapped or hung in the middle, too", () => {
    for (const ending of ["(unreachable)", "(loop $on (br $on))", "(call $halt (i32.const 0))"]) {
      const device = deviceWith(
        bootText(
          `(if (i32.load (i32.const 64)) (then (call $halt (i32.const 99))))
           (i32.store (i32.const 64) (i32.const 1)) (global.set $g (i32.const 1)) ${ending}`,
          `(global $g (mut i32) (i32.const 0))`,
        ),
        1_000n,
      );
      const first = boots(device);
      expect(boots(device)).toEqual(first);
      expect(first).not.toEqual(halted(99));
    }
  });

  it("whatever the host wrote into its memory", () => {
    const device = deviceWith(bootText("(call $halt (i32.load (i32.const 0)))"));
    new Uint8Array(device.boot.memory.buffer).fill(0xee);
    expect(boots(device)).toEqual(halted(0));
  });
});
