// Flips at rest, which the host does to a device by replay: of flash, of a counter, of the incoming image. Each is taken back by the
// undo log and told apart by the state key.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Hal } from "../../support/hal.js";
import { offerTo } from "../../support/scenes.js";
import { DATA, PARTS, bitMask, isTakenBack, part, record, strike, withData } from "./struck.js";

const FIRMWARE_A = part.layout.slotA.offset + 0x20;

describe("a flip of flash at rest", () => {
  for (const on of PARTS) {
    it(`changes one bit of one word, whichever it is, and is taken back: ${on.id}`, () => {
      const hal = withData(on);
      const { offset, size } = on.layout.record;
      for (const at of [offset, offset + 4, offset + size - 4]) {
        const before = hal.device.flash(offset, size);
        const word = hal.read32(at);
        for (let bit = 0; bit < 32; bit++) {
          isTakenBack(hal, () => {
            strike(hal, abi.OP_FLIP, at, bitMask(bit));
            expect(hal.read32(at)).toBe((word ^ bitMask(bit)) >>> 0);
            const changed = hal.device.flash(offset, size).filter((byte, index) => byte !== before[index]);
            expect(changed).toHaveLength(1);
          });
        }
      }
    });
  }

  it("makes a weak bit a certain one: it reads as flipped every time", () => {
    const hal = withData();
    hal.cut(abi.TEAR_WEAK, () => hal.programBytes(record.offset + 8, Uint8Array.of(0, 0, 0, 0)));
    expect([0, 1].map((choice) => hal.reading(record.offset + 8, choice))).toEqual([0, 0xffffffff]);
    strike(hal, abi.OP_FLIP, record.offset + 8, 1);
    expect([0, 1].map((choice) => hal.reading(record.offset + 8, choice))).toEqual([1, 0xffffffff]);
    strike(hal, abi.OP_FLIP, record.offset + 8, 0xfffffffe);
    expect(hal.weak(record.offset + 8, 4)).toEqual(new Uint8Array(4));
    expect(hal.device.callWord(abi.CALL_FAULTY)).toBe(0);
  });

  it("flipped back leaves the state that was before", () => {
    const hal = withData();
    const key = hal.stateKey();
    strike(hal, abi.OP_FLIP, record.offset, 8);
    strike(hal, abi.OP_FLIP, record.offset, 8);
    expect(hal.stateKey()).toBe(key);
  });
});

describe("a flip of a counter", () => {
  const raised = (value: number) => {
    const hal = new Hal(part);
    hal.counterAdvance(0, value);
    hal.begin();
    return hal;
  };

  it("changes one bit of what is read, whichever it is, and is taken back", () => {
    const hal = raised(0x80000005);
    for (let bit = 0; bit < 32; bit++) {
      isTakenBack(hal, () => {
        strike(hal, abi.OP_FLIP_COUNTER, 0, bitMask(bit));
        expect(hal.counterRead(0)).toEqual({ status: 0, word: (0x80000005 ^ bitMask(bit)) >>> 0 });
        for (let id = 1; id < abi.COUNTER_COUNT; id++) expect(hal.counterRead(id).word).toBe(0);
      });
    }
  });

  it("leaves the true value known, until the counter is advanced to it", () => {
    const hal = raised(12);
    const { device } = hal;
    strike(hal, abi.OP_FLIP_COUNTER, 0, 8);
    expect([device.counter(0), device.highestCounter(0)]).toEqual([4, 12]);
    expect(hal.counterAdvance(0, 11)).toBe(abi.STATUS_OK);
    expect([device.counter(0), device.highestCounter(0)]).toEqual([11, 12]);
    isTakenBack(hal, () => hal.counterAdvance(0, 12));
    expect([device.counter(0), device.highestCounter(0)]).toEqual([11, 12]);
    hal.counterAdvance(0, 12);
    expect([device.counter(0), device.highestCounter(0)]).toEqual([12, 12]);
    expect(device.words[device.table(abi.TABLE_SHADOWS)]).toBe(0);
  });

  it("upwards is what the counter holds from then on: it never goes back", () => {
    const hal = raised(12);
    strike(hal, abi.OP_FLIP_COUNTER, 0, 16);
    expect([hal.device.counter(0), hal.device.highestCounter(0)]).toEqual([28, 28]);
    expect(hal.counterAdvance(0, 12)).toBe(abi.STATUS_COUNTER_BACKWARDS);
  });

  it("is the same state as the true value in no counter: the shadow counts", () => {
    const flipped = raised(12);
    strike(flipped, abi.OP_FLIP_COUNTER, 0, 8);
    expect(flipped.stateKey()).not.toBe(raised(4).stateKey());
  });
});

describe("a flip of the incoming image", () => {
  const offering = () => {
    const hal = new Hal(part);
    offerTo(hal.device, [DATA, DATA]);
    hal.begin(FIRMWARE_A);
    return hal;
  };
  const received = (hal: Hal) => [0, 4, 8, 12].map((offset) => hal.receive32(offset).word);

  it("is seen in one bit of one word received, in every call, and is taken back", () => {
    const hal = offering();
    const straight = received(hal);
    for (const index of [0, 1, 2, 3]) {
      for (const bit of [0, 1, 31]) {
        isTakenBack(hal, () => {
          strike(hal, abi.OP_FLIP_OFFER, 0, index * 32 + bit);
          const struck = straight.map((word, at) => (at === index ? word ^ bitMask(bit) : word) >>> 0);
          expect(received(hal)).toEqual(struck);
          hal.begin(FIRMWARE_A);
          expect(received(hal)).toEqual(struck);
        });
        expect(received(hal)).toEqual(straight);
      }
    }
  });

  it("is part of the state, by its place", () => {
    const keys = [undefined, 0, 1, 32, 127].map((bit) => {
      const hal = offering();
      if (bit !== undefined) strike(hal, abi.OP_FLIP_OFFER, 0, bit);
      return hal.stateKey();
    });
    expect(new Set(keys).size).toBe(keys.length);
  });
});
