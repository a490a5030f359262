// Strikes as text, and as what is laid down in the simulated device before or in a call. Never asserts what a guest makes of one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import {
  type Strike,
  WRITE_EFFECTS,
  armStrike,
  formatStrike,
  isAtRest,
  keepStrike,
  parseStrike,
} from "../../../../host/campaign/plan/strikes.js";
import { MisuseError } from "../../../../host/core/errors.js";
import { partById } from "../../../../host/device/parts.js";
import { Hal } from "../../../support/hal.js";
import { strikes } from "../../../support/strikes.js";

const EXAMPLES: readonly (readonly [text: string, Strike])[] = [
  ["flip@0x20000.3", { kind: "flip", offset: 0x20000, bit: 3 }],
  ["counter@0.31", { kind: "counter", id: 0, bit: 31 }],
  ["offer@0x4.0", { kind: "offer", offset: 4, bit: 0 }],
  ["read@12.7", { kind: "read", read: 12, bit: 7 }],
  ["refetch@0xf0000.1", { kind: "refetch", offset: 0xf0000, bit: 1 }],
  ["ram@9.0x1234.7", { kind: "ram", read: 9, address: 0x1234, bit: 7 }],
  ["write@5.dropped", { kind: "write", operation: 5, effect: "dropped", bit: 0 }],
  ["write@0.failed", { kind: "write", operation: 0, effect: "failed", bit: 0 }],
  ["write@1.worn", { kind: "write", operation: 1, effect: "worn", bit: 0 }],
  ["write@7.stray.9", { kind: "write", operation: 7, effect: "stray", bit: 9 }],
];

describe("a strike as text", () => {
  it.each(EXAMPLES)("is %s", (text, strike) => {
    expect(formatStrike(strike)).toBe(text);
    expect(parseStrike(text)).toEqual(strike);
  });

  it("reads back as it was written, without a blank or a comma", () => {
    fc.assert(
      fc.property(strikes(), (strike) => {
        const text = formatStrike(strike);
        expect(text).toMatch(/^[a-z0-9@.]+$/);
        expect(parseStrike(text)).toEqual(strike);
      }),
    );
  });

  it("is another for another strike", () => {
    fc.assert(
      fc.property(strikes(), strikes(), (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(formatStrike(one)).not.toBe(formatStrike(other));
      }),
    );
  });

  it.each([
    ["", "no strike"],
    ["flip", "no place"],
    ["flip@0x20000", "no bit"],
    ["flip@20000.3", "an offset that is not hex"],
    ["flip@0x2000A.3", "a capital digit"],
    ["flip@0x20001.3", "an offset inside a word"],
    ["offer@0x2.3", "an offset inside a word of the window"],
    ["refetch@0x3.3", "an offset inside a word, read twice"],
    ["flip@0x200000000.3", "more than 32 bits of offset"],
    ["flip@0x20000.32", "a bit beyond the word"],
    ["counter@0.32", "a bit beyond the counter"],
    ["read@1.99", "a bit beyond the word read"],
    ["read@-1.3", "a negative read"],
    ["ram@9.0x1234.8", "a bit beyond the byte"],
    ["write@5", "a write without effect"],
    ["write@5.melted", "an unknown effect"],
    ["write@5.stray.32", "an address bit beyond 32"],
    ["melt@0x20000.3", "an unknown kind"],
    ["flip@0x20000.3 ", "a blank behind"],
    ["xflip@0x20000.3", "something before"],
    ["flip@0x20000.3,flip@0x20000.4", "two of them"],
  ])("%j is refused: %s", (text) => {
    expect(() => parseStrike(text)).toThrow(
      new MisuseError(`expected a strike like flip@0x20000.3 or write@5.dropped, found ${text}`),
    );
  });

  it("is refused or read, whatever it is: never an error but a MisuseError", () => {
    fc.assert(
      fc.property(strikes(), fc.nat(40), fc.string({ maxLength: 3 }), (strike, at, text) => {
        const whole = formatStrike(strike);
        const spoilt = whole.slice(0, at) + text + whole.slice(at + 1);
        try {
          const { bit } = parseStrike(spoilt);
          expect(bit).toBeLessThan(32);
        } catch (error) {
          expect(error).toBeInstanceOf(MisuseError);
        }
      }),
    );
  });
});

describe("laying down a strike", () => {
  const part = partById("tiny");
  const [record] = [part.layout.record.offset];
  const atRest = EXAMPLES.map(([, strike]) => strike).filter(isAtRest);
  const inFlight = EXAMPLES.map(([, strike]) => strike).filter((strike) => !isAtRest(strike));

  it("is either at rest, before a call, or in flight, in one", () => {
    expect(atRest.map(({ kind }) => kind)).toEqual(["flip", "counter", "offer"]);
    const { device } = new Hal(part);
    for (const strike of atRest) {
      expect(() => armStrike(device, strike)).toThrow(/expected one in flight/);
    }
    for (const strike of inFlight) {
      expect(() => keepStrike(device, strike)).toThrow(/expected one at rest/);
    }
  });

  it("at rest changes the bit that is meant, when it is replayed", () => {
    const hal = new Hal(part);
    const strike = (one: Strike) => hal.device.exports.replay(keepStrike(hal.device, one), 0);
    strike({ kind: "flip", offset: record, bit: 31 });
    strike({ kind: "counter", id: 2, bit: 31 });
    expect(hal.read32(record)).toBe(0x7fffffff);
    expect(hal.counterRead(2).word).toBe(0x80000000);
    hal.device.fillWindow([new Uint8Array(8)]);
    hal.device.offer([{ offset: 0, size: 8 }]);
    strike({ kind: "offer", offset: 4, bit: 31 });
    hal.begin(part.layout.slotA.offset);
    expect([hal.receive32(0).word, hal.receive32(4).word]).toEqual([0, 0x80000000]);
  });

  it("in flight changes what the call sees or does, in the bit that is meant", () => {
    const hal = new Hal(part);
    armStrike(hal.device, { kind: "read", read: 1, bit: 31 });
    expect([0, 1, 2].map(() => hal.read32(record))).toEqual([0xffffffff, 0x7fffffff, 0xffffffff]);
    hal.begin();
    armStrike(hal.device, { kind: "refetch", offset: record, bit: 31 });
    expect([0, 1, 2].map(() => hal.read32(record))).toEqual([0xffffffff, 0x7fffffff, 0x7fffffff]);
    hal.begin();
    armStrike(hal.device, { kind: "ram", read: 1, address: 100, bit: 7 });
    const ram = () => new Uint8Array(hal.device.boot.memory.buffer)[100]!;
    const before = ram();
    hal.read32(record);
    expect(ram()).toBe(before);
    hal.read32(record);
    expect(ram()).toBe(before ^ 0x80);
    hal.read32(record);
    expect(ram()).toBe(before ^ 0x80);
  });

  it("has each effect of a write by its own number", () => {
    expect(new Set(Object.values(WRITE_EFFECTS)).size).toBe(4);
    for (const [effect, statuses] of [
      ["dropped", [abi.STATUS_OK, abi.OP_DROPPED]],
      ["failed", [abi.STATUS_FAILED, abi.STATUS_FAILED]],
    ] as const) {
      const hal = new Hal(part);
      armStrike(hal.device, { kind: "write", operation: 1, effect, bit: 0 });
      expect([hal.erase(record), hal.erase(record)]).toEqual([abi.STATUS_OK, statuses[0]]);
      expect(hal.device.operations()[1]).toMatchObject({ kind: "erase", status: statuses[1] });
    }
    const worn = new Hal(part);
    armStrike(worn.device, { kind: "write", operation: 0, effect: "worn", bit: 0 });
    expect([worn.erase(record), worn.erase(record)]).toEqual([abi.STATUS_FAILED, abi.STATUS_FAILED]);
    const stray = new Hal(part);
    armStrike(stray.device, { kind: "write", operation: 0, effect: "stray", bit: 3 });
    stray.programBytes(record, new Uint8Array(4));
    expect([stray.read32(record), stray.read32(record + 8)]).toEqual([0xffffffff, 0]);
  });
});
