// The Hal: every Status, who may do what, what a call can learn, how a cut ends it, and one misread.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { compileText } from "../../support/compile.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";
import { deviceOf, offerTo, ownPair, pairOf } from "../../support/scenes.js";

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

describe("counters and retained words", () => {
  it("a counter rises, keeps an equal value without an operation, and there are eight", () => {
    const hal = new Hal(tiny);
    for (let id = 0; id < abi.COUNTER_COUNT; id++) {
      expect(hal.counterAdvance(id, 0xfffffff0 + id)).toBe(abi.STATUS_OK);
      expect(hal.counterAdvance(id, 0xfffffff0 + id)).toBe(abi.STATUS_OK);
      expect(hal.counterRead(id)).toEqual({ status: 0, word: 0xfffffff0 + id });
    }
    expect(hal.counterRead(abi.COUNTER_COUNT).status).toBe(abi.STATUS_NO_SUCH_COUNTER);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(abi.COUNTER_COUNT);
  });

  it("a counter that is full says so, breaks no rule, and is left as it is", () => {
    const most = { value: 0x80000005, source: "made for a test", mark: "seen" } as const;
    const hal = new Hal({ ...tiny, counterMax: most });
    expect(hal.info(abi.INFO_COUNTER_MAX)).toBe(most.value);
    expect(hal.counterAdvance(1, most.value + 1)).toBe(abi.STATUS_FULL);
    expect(hal.counterAdvance(1, 7)).toBe(abi.STATUS_OK);
    expect(hal.counterAdvance(1, 0xffffffff)).toBe(abi.STATUS_FULL);
    expect(hal.counterRead(1)).toEqual({ status: 0, word: 7 });
    for (const value of [most.value, most.value]) expect(hal.counterAdvance(1, value)).toBe(abi.STATUS_OK);
    expect(hal.counterAdvance(1, most.value + 1)).toBe(abi.STATUS_FULL);
    expect(hal.counterAdvance(1, most.value - 1)).toBe(abi.STATUS_COUNTER_BACKWARDS);
    expect(hal.counterRead(1).word).toBe(most.value);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(2);
    expect(hal.device.callWord(abi.CALL_RULE_BREAKS)).toBe(1);
    const statuses = hal.device.operations().flatMap((one) => (one.kind === "counter" ? [one.status] : []));
    expect(statuses).toEqual([13, 0, 13, 0, 13, abi.STATUS_COUNTER_BACKWARDS]);
  });

  it("no advance of a full counter is cut: there is nothing to tear, weak or not", () => {
    const most = { value: 9, source: "made for a test", mark: "seen" } as const;
    for (const shape of [abi.COUNTER_OLD, abi.COUNTER_NEW, abi.COUNTER_WEAK]) {
      const hal = new Hal({ ...tiny, counterMax: most });
      hal.counterAdvance(0, 4);
      hal.device.setCut(1, shape);
      expect(hal.counterAdvance(0, 10)).toBe(abi.STATUS_FULL);
      expect(() => hal.counterAdvance(0, 9)).toThrow();
      hal.device.setCut(abi.NOWHERE, 0);
      hal.begin();
      expect(hal.device.highestCounter(0)).toBe(shape === abi.COUNTER_OLD ? 4 : 9);
      expect(hal.counterAdvance(0, 10)).toBe(abi.STATUS_FULL);
      expect(hal.device.highestCounter(0)).toBe(shape === abi.COUNTER_OLD ? 4 : 9);
      expect(hal.counterAdvance(0, 9)).toBe(abi.STATUS_OK);
      expect([hal.counterRead(0).word, hal.device.highestCounter(0)]).toEqual([9, 9]);
    }
  });

  it("retained words survive every reset but the loss of power, and there are sixteen", () => {
    const hal = new Hal(tiny);
    for (const cause of [abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG, abi.CAUSE_POWER]) {
      for (let index = 0; index <= abi.RETAINED_COUNT; index++) hal.retainedWrite(index, 0x80000000 + index);
      hal.device.exports.reset(cause);
      hal.begin();
      expect(hal.info(abi.INFO_RESET_CAUSE)).toBe(cause);
      for (let index = 0; index < abi.RETAINED_COUNT; index++)
        expect(hal.retainedRead(index)).toBe(cause === abi.CAUSE_POWER ? 0 : 0x80000000 + index);
      expect(hal.retainedRead(abi.RETAINED_COUNT)).toBe(0);
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

describe("info", () => {
  it("tells what each part profile and its layout say", () => {
    for (const part of [...PARTS, madePart({ rule: "twice", programMin: 4, programMax: 8, erasedByte: 0 })]) {
      const hal = new Hal(part);
      const sizes = part.sectors.flatMap((run) =>
        new Array<number>(run.count.value).fill(run.sizeBytes.value),
      );
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(hal.info(abi.INFO_ABI)).toBe(abi.ABI_VERSION);
      expect(hal.info(abi.INFO_FLASH_SIZE)).toBe(total);
      expect(hal.info(abi.INFO_SECTOR_COUNT)).toBe(sizes.length);
      let offset = 0;
      sizes.forEach((size, index) => {
        expect(hal.info(abi.INFO_SECTOR_OFFSET, index)).toBe(offset);
        expect(hal.info(abi.INFO_SECTOR_SIZE, index)).toBe(size);
        expect(hal.info(abi.INFO_SECTOR_AT, offset)).toBe(index);
        expect(hal.info(abi.INFO_SECTOR_AT, offset + size - 1)).toBe(index);
        offset += size;
      });
      expect(hal.info(abi.INFO_SECTOR_OFFSET, sizes.length)).toBe(abi.NOWHERE);
      expect(hal.info(abi.INFO_SECTOR_AT, total)).toBe(abi.NOWHERE);
      expect(hal.info(abi.INFO_PROGRAM_MIN)).toBe(part.programMin.value);
      expect(hal.info(abi.INFO_PROGRAM_MAX)).toBe(part.programMax.value);
      expect(hal.info(abi.INFO_ERASED_WORD)).toBe(part.erasedByte === 0 ? 0 : 0xffffffff);
      expect(["and", "once", "once-or-zero", "twice"][hal.info(abi.INFO_PROGRAM_RULE)]).toBe(part.rule);
      const { layout } = part;
      [layout.slotA, layout.slotB].forEach((slot, index) => {
        expect(hal.info(abi.INFO_SLOT_OFFSET, index)).toBe(slot.offset);
        expect(hal.info(abi.INFO_SLOT_SIZE, index)).toBe(slot.size);
      });
      expect(hal.info(abi.INFO_SLOT_SIZE, 2)).toBe(abi.NOWHERE);
      expect(hal.info(abi.INFO_RECORD_OFFSET)).toBe(layout.record.offset);
      expect(hal.info(abi.INFO_RECORD_SIZE)).toBe(layout.record.size);
      expect(hal.info(abi.INFO_KEYS_OFFSET)).toBe(layout.keys.offset);
      expect(hal.info(abi.INFO_KEYS_SIZE)).toBe(layout.keys.size);
      expect(hal.info(abi.INFO_ATTEMPTS)).toBe(3);
      expect(hal.info(abi.INFO_BOOTED_OFFSET)).toBe(abi.NOWHERE);
      expect(hal.info(99)).toBe(abi.NOWHERE);
    }
  });
});

describe("a cut", () => {
  it("ends the guest's call there: what came before is done, what follows is not", async () => {
    const guest = `
      import { counterAdvance, erase, event, halt, latch32, program } from "../hal/hal";
      export function abiVersion(): u32 { return 1; }
      export function boot(): void {
        latch32(0x100, 1); program(0x100, 4); event(1, 0);
        erase(0x200); event(1, 1);
        counterAdvance(2, 9); event(1, 2);
        latch32(0x104, 2); program(0x104, 4); event(1, 3);
        halt(0);
      }`;
    const device = deviceOf(tiny, pairOf("script", await compileText(guest), ownPair.agent));
    device.exports.provisionWord(0x200, 0x12345678);
    device.exports.checkpoint();
    for (let at = 0; at < 5; at++) {
      for (const shape of [0, 1, 2]) {
        device.exports.rollback();
        device.setCut(at, shape);
        const { end, operationCount } = executeCall(device, IN_BOOT, 0);
        device.setCut(abi.NOWHERE, 0);
        expect(end).toEqual(at === 4 ? { kind: "halted", reason: 0 } : { kind: "power-lost", operation: at });
        expect(operationCount).toBe(at);
        const events = device.operations().filter(({ kind }) => kind === "event");
        expect(events.length).toBe(at);
        // Of these shapes 1 is all of a program and of a counter, 2 a half of a program and all of an erase.
        expect(device.flash(0x100, 1)[0]).toBe(at > 0 || shape > 0 ? 1 : 0xff);
        expect(device.flash(0x200, 1)[0]).toBe(at > 1 || (at === 1 && shape > 0) ? 0xff : 0x78);
        expect(device.counter(2)).toBe(at > 2 || (at === 2 && shape === 1) ? 9 : 0);
        expect(device.flash(0x104, 1)[0]).toBe(at > 3 || (at === 3 && shape > 0) ? 2 : 0xff);
      }
    }
  });
});

describe("one flipped read", () => {
  it("is the n-th of the call and no other, of either kind, and leaves flash and later calls alone", () => {
    const hal = new Hal(tiny);
    for (let at = 0; at < 64; at += 4) hal.device.exports.provisionWord(record.offset + at, at);
    for (let flipped = 0; flipped < 16; flipped++) {
      hal.begin();
      hal.device.exports.flipRead(flipped, 0x80000001);
      for (let n = 0; n < 16; n++) {
        const offset = record.offset + n * 4;
        const word = n % 2 === 0 ? hal.read32(offset) : hal.tryRead32(offset).word;
        expect(word).toBe(n === flipped ? ((n * 4) ^ 0x80000001) >>> 0 : n * 4);
      }
      hal.begin();
      for (let n = 0; n < 16; n++) expect(hal.read32(record.offset + n * 4)).toBe(n * 4);
    }
  });

  it("is not one that was refused", () => {
    const hal = new Hal(tiny);
    hal.device.exports.flipRead(0, 1);
    expect(hal.tryRead32(0x4000).status).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(hal.read32(record.offset)).toBe(0xfffffffe);
  });
});
