// The Hal: every Status, who may do what, what is offered, and which words outlive a reset or a call.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { Hal } from "../../support/hal.js";
import { offerTo } from "../../support/scenes.js";

const tiny = partById("tiny");
const nrf = partById("nrf52840");
const l476 = partById("stm32l476");
const h743 = partById("stm32h743");
const rp2040 = partById("rp2040-w25q");
const { slotA, slotB, keys, record } = tiny.layout;
const FIRMWARE_A = slotA.offset + 0x20;
const FIRMWARE_B = slotB.offset + 0x20;

describe("every rule broken is a Status, counted as a break", () => {
  const cases: readonly (readonly [string, PartProfile, number, (hal: Hal) => number])[] = [
    ["a program outside the flash", tiny, abi.STATUS_OUT_OF_RANGE, (hal) => hal.program(0x4000, 4)],
    ["a program far outside", tiny, abi.STATUS_OUT_OF_RANGE, (hal) => hal.program(0xfffffffc, 4)],
    ["an erase outside the flash", tiny, abi.STATUS_OUT_OF_RANGE, (hal) => hal.erase(0x4000)],
    ["a latch outside the flash", tiny, abi.STATUS_OUT_OF_RANGE, (hal) => hal.latch32(0x4000, 0)],
    ["a program between units", tiny, abi.STATUS_MISALIGNED, (hal) => hal.program(0x102, 4)],
    ["a page between pages", rp2040, abi.STATUS_MISALIGNED, (hal) => hal.program(0x1e0080, 256)],
    ["an erase inside a sector", tiny, abi.STATUS_MISALIGNED, (hal) => hal.erase(0x104)],
    ["a latch between words", tiny, abi.STATUS_MISALIGNED, (hal) => hal.latch32(0x101, 0)],
    ["a read between words", tiny, abi.STATUS_MISALIGNED, (hal) => hal.tryRead32(0x102).status],
    ["a program of no bytes", tiny, abi.STATUS_BAD_SIZE, (hal) => hal.program(0x100, 0)],
    ["a program larger than a page", tiny, abi.STATUS_BAD_SIZE, (hal) => hal.program(0x100, 8)],
    ["a program smaller than a unit", l476, abi.STATUS_BAD_SIZE, (hal) => hal.program(0xf0000, 4)],
    ["a program of no power of two", rp2040, abi.STATUS_BAD_SIZE, (hal) => hal.program(0x1e0000, 12)],
    ["a counter that is not there", tiny, abi.STATUS_NO_SUCH_COUNTER, (hal) => hal.counterAdvance(8, 1)],
    [
      "a counter that goes down",
      tiny,
      abi.STATUS_COUNTER_BACKWARDS,
      (hal) => {
        hal.counterAdvance(1, 0x80000005);
        return hal.counterAdvance(1, 0x7fffffff);
      },
    ],
    [
      "a word latched behind the program",
      tiny,
      abi.STATUS_OUT_OF_ORDER,
      (hal) => {
        hal.latch32(0x104, 0);
        return hal.program(0x100, 4);
      },
    ],
    [
      "a word latched before the program",
      rp2040,
      abi.STATUS_OUT_OF_ORDER,
      (hal) => {
        hal.latch32(0x1e0000, 0);
        hal.latch32(0x1e0010, 0);
        return hal.program(0x1e0010, 16);
      },
    ],
    [
      "a word latched in another page",
      rp2040,
      abi.STATUS_OUT_OF_ORDER,
      (hal) => {
        hal.latch32(0x1e0000, 0);
        return hal.latch32(0x1e0100, 0);
      },
    ],
    [
      "a 0 that should become 1",
      tiny,
      abi.STATUS_NOT_ERASED,
      (hal) => {
        hal.programBytes(0x100, Uint8Array.of(0, 0, 0, 0));
        return hal.programBytes(0x100, Uint8Array.of(1, 0, 0, 0));
      },
    ],
    [
      "a third program of a word that takes two",
      nrf,
      abi.STATUS_WRITE_LIMIT,
      (hal) => {
        hal.program(0xf0000, 4);
        hal.program(0xf0000, 4);
        return hal.program(0xf0000, 4);
      },
    ],
    [
      "a second program, even of erased words",
      l476,
      abi.STATUS_NOT_ERASED,
      (hal) => {
        hal.program(0xf0000, 8);
        return hal.program(0xf0000, 8);
      },
    ],
    [
      "a second program that is not all zero",
      h743,
      abi.STATUS_NOT_ERASED,
      (hal) => {
        hal.program(0xe0000, 32);
        return hal.programBytes(0xe0000, new Uint8Array(32).fill(0, 1).fill(1, 0, 1));
      },
    ],
  ];
  for (const [what, part, status, act] of cases) {
    it(`${what}: ${status}`, () => {
      const hal = new Hal(part);
      hal.device.exports.checkpoint();
      expect(act(hal)).toBe(status);
      expect(hal.device.callWord(abi.CALL_RULE_BREAKS)).toBe(1);
      expect(hal.device.callWord(abi.CALL_DENIALS)).toBe(0);
    });
  }

  it("but all zero over anything is taken where the part allows it, as often as one likes", () => {
    const hal = new Hal(h743);
    for (const first of [0xff, 0x5a, 0, 0])
      expect(hal.programBytes(0xe0000, new Uint8Array(32).fill(first === 0xff ? 0xff : 0))).toBe(0);
    expect(hal.tryRead32(0xe0000).word).toBe(0);
  });

  it("and a refused program changes nothing and forgets its latches", () => {
    const hal = new Hal(tiny);
    hal.latch32(0x100, 0);
    expect(hal.program(0x100, 8)).toBe(abi.STATUS_BAD_SIZE);
    expect(hal.program(0x100, 4)).toBe(abi.STATUS_OK);
    expect(hal.read32(0x100)).toBe(0xffffffff);
  });

  it("and a call forgets what the one before it latched", () => {
    const hal = new Hal(rp2040);
    hal.latch32(0x1e0000, 0);
    hal.latch32(0x1e00fc, 0);
    hal.begin();
    expect(hal.program(0x1e0000, 256)).toBe(abi.STATUS_OK);
    expect(hal.device.flash(0x1e0000, 256).every((byte) => byte === 0xff)).toBe(true);
  });
});

describe("who may do what", () => {
  const regions = { keys, slotA, slotB, record, elsewhere: { offset: 0x4000 - 0x100, size: 0x100 } };
  // Role: whom begin() makes of this offset; the regions that it may write. All may read all but what is nobody's.
  const part: PartProfile = {
    ...tiny,
    layout: { ...tiny.layout, slotB: { ...slotB, size: slotB.size - 0x100 } },
  };
  for (const [role, booted, writes] of [
    ["boot", abi.NOWHERE, ["record"]],
    ["firmware in A", FIRMWARE_A, ["record", "slotB"]],
    ["firmware in B", FIRMWARE_B, ["record", "slotA"]],
  ] as const) {
    for (const [name, { offset }] of Object.entries(regions)) {
      const may = (writes as readonly string[]).includes(name);
      it(`${role} ${may ? "may" : "may not"} write ${name}`, () => {
        const hal = new Hal(part);
        hal.begin(booted);
        const status = may ? abi.STATUS_OK : abi.STATUS_DENIED;
        expect(hal.program(offset, 4)).toBe(status);
        expect(hal.erase(offset)).toBe(status);
        expect(hal.device.callWord(abi.CALL_DENIALS)).toBe(may ? 0 : 2);
        expect(hal.tryRead32(offset).status).toBe(name === "elsewhere" ? abi.STATUS_DENIED : abi.STATUS_OK);
      });
    }
  }

  it("a read that is not allowed ends the call where the guest did not ask for a status", () => {
    for (const offset of [0x4000, 0xfffffffc, 0x3f00, 2]) {
      const hal = new Hal(part);
      const stop = hal.stop((imports) => imports.read32(offset));
      expect(stop).toEqual({ kind: abi.STOP_READ_FAULT, value: offset });
    }
    expect(new Hal(part).tryRead32(0x4000).status).toBe(abi.STATUS_OUT_OF_RANGE);
  });
});

describe("the offer", () => {
  const images = [new Uint8Array(13).fill(7), Uint8Array.of(1, 2, 3, 4, 5)];
  it("is there for firmware and not for boot, padded with the erased value, and nowhere behind its end", () => {
    const hal = new Hal(tiny);
    offerTo(hal.device, images);
    expect(hal.receive32(0).status).toBe(abi.STATUS_NOTHING_OFFERED);
    expect([hal.info(abi.INFO_OFFER_COUNT), hal.info(abi.INFO_OFFER_OFFSET)]).toEqual([0, abi.NOWHERE]);
    hal.begin(FIRMWARE_A);
    expect(hal.info(abi.INFO_OFFER_COUNT)).toBe(2);
    const offset = hal.info(abi.INFO_OFFER_OFFSET, 1);
    expect([offset, hal.info(abi.INFO_OFFER_SIZE, 1)]).toEqual([16, 5]);
    expect(hal.info(abi.INFO_OFFER_SIZE, 2)).toBe(abi.NOWHERE);
    expect(hal.receive32(12)).toEqual({ status: 0, word: 0xffffff07 });
    expect(hal.receive32(offset + 4)).toEqual({ status: 0, word: 0xffffff05 });
    expect(hal.receive32(offset + 8).status).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(hal.receive32(0xfffffffc).status).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(hal.receive32(2).status).toBe(abi.STATUS_MISALIGNED);
    hal.device.offer([]);
    expect(hal.receive32(0).status).toBe(abi.STATUS_NOTHING_OFFERED);
  });
});

describe("retained and random words", () => {
  it("retained words survive every reset but the loss of power, and there are as many as info says", () => {
    const hal = new Hal(tiny);
    const count = hal.info(abi.INFO_RETAINED_COUNT);
    expect(count).toBe(abi.RETAINED_ALL);
    for (const cause of [abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG, abi.CAUSE_POWER]) {
      for (let index = 0; index <= count; index++) hal.retainedWrite(index, 0x80000000 + index);
      hal.device.exports.reset(cause);
      hal.begin();
      expect(hal.info(abi.INFO_RESET_CAUSE)).toBe(cause);
      for (let index = 0; index < count; index++)
        expect(hal.retainedRead(index)).toBe(cause === abi.CAUSE_POWER ? 0 : 0x80000000 + index);
      expect(hal.retainedRead(count)).toBe(0);
    }
  });

  it("random words are the same in every call", () => {
    const hal = new Hal(tiny);
    const first = [hal.random32(), hal.random32(), hal.random32()];
    hal.begin();
    expect([hal.random32(), hal.random32(), hal.random32()]).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });
});
