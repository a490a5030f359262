// Writes that go wrong while the device stays up: dropped, failed, worn out for good, or landed elsewhere.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Hal } from "../../support/hal.js";
import { DATA, OTHER, PARTS, WORD, isTakenBack, lasting, part, record, strike, withData } from "./struck.js";

/** Wrong address bit of a stray write: sixteen bytes away. */
const STRAY_BIT = 4;

/** The operations that can go wrong, on content that each of them changes. */
const OPERATIONS = [
  {
    what: "a program",
    kind: "program",
    act: (hal: Hal, { offset }: { readonly offset: number }) => hal.programBytes(offset + 32, DATA),
  },
  {
    what: "an erase",
    kind: "erase",
    act: (hal: Hal, { offset }: { readonly offset: number }) => hal.erase(offset),
  },
  { what: "a counter advance", kind: "counter", act: (hal: Hal) => hal.counterAdvance(0, 9) },
] as const;

describe("a write that goes wrong", () => {
  for (const on of PARTS) {
    const region = on.layout.record;
    for (const { what, kind, act } of OPERATIONS) {
      const armed = (effect: number) => {
        const hal = withData(on);
        hal.device.exports.failWrite(0, effect, 0);
        return hal;
      };

      it(`is acknowledged and not done where it is dropped, and done the next time: ${what}, ${on.id}`, () => {
        const hal = armed(abi.WRITE_DROPPED);
        const before = lasting(hal, hal.stateKey());
        const wear = hal.device.wear();
        expect(act(hal, region)).toBe(abi.STATUS_OK);
        expect(lasting(hal, hal.stateKey())).toEqual(before);
        expect(hal.device.wear()).toEqual(wear);
        expect(hal.device.operations()).toMatchObject([{ kind, status: abi.OP_DROPPED }]);
        expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(1);
        isTakenBack(hal, () => act(hal, region));
      });

      it(`is not done and says so where it fails, breaks no rule, and can be repeated: ${what}, ${on.id}`, () => {
        const hal = armed(abi.WRITE_FAILED);
        const before = lasting(hal, hal.stateKey());
        expect(act(hal, region)).toBe(abi.STATUS_FAILED);
        expect(lasting(hal, hal.stateKey())).toEqual(before);
        expect(hal.device.operations()).toMatchObject([{ kind, status: abi.STATUS_FAILED }]);
        expect(hal.device.callWord(abi.CALL_RULE_BREAKS)).toBe(0);
        expect(act(hal, region)).toBe(abi.STATUS_OK);
      });

      it(`strikes the operation that was meant, and no other: ${what}, ${on.id}`, () => {
        const hal = withData(on);
        hal.device.exports.failWrite(2, abi.WRITE_FAILED, 0);
        hal.counterAdvance(1, 1);
        hal.counterAdvance(1, 2);
        expect(act(hal, region)).toBe(abi.STATUS_FAILED);
        expect(hal.counterAdvance(1, 3)).toBe(abi.STATUS_OK);
        hal.begin();
        hal.device.exports.failWrite(0, abi.WRITE_FAILED, 0);
        hal.begin();
        expect(act(hal, region)).toBe(abi.STATUS_OK);
      });
    }

    it(`wears a sector out for good, and no other sector: ${on.id}`, () => {
      const hal = withData(on);
      const other = region.offset + 512;
      isTakenBack(hal, () => {
        hal.device.exports.failWrite(0, abi.WRITE_WORN, 0);
        const content = hal.device.flash(region.offset, region.size);
        expect(hal.programBytes(region.offset + 32, DATA)).toBe(abi.STATUS_FAILED);
        expect(hal.erase(region.offset)).toBe(abi.STATUS_FAILED);
        hal.begin();
        expect(hal.programBytes(region.offset + 32, DATA)).toBe(abi.STATUS_FAILED);
        expect(hal.erase(region.offset)).toBe(abi.STATUS_FAILED);
        expect(hal.device.flash(region.offset, region.size)).toEqual(content);
        expect(hal.read32(region.offset)).toBe(WORD);
        expect(hal.erase(other)).toBe(abi.STATUS_OK);
        expect(hal.programBytes(other, DATA)).toBe(abi.STATUS_OK);
        expect(hal.counterAdvance(0, 9)).toBe(abi.STATUS_OK);
      });
      expect(hal.erase(region.offset)).toBe(abi.STATUS_OK);
    });

    it(`lands elsewhere in its sector where it goes astray, past the part's rules: ${on.id}`, () => {
      for (const at of [region.offset + 32, region.offset + (1 << STRAY_BIT)]) {
        const hal = withData(on);
        const elsewhere = at ^ (1 << STRAY_BIT);
        isTakenBack(hal, () => {
          const expected = hal.device.flash(region.offset, region.size);
          OTHER.forEach((byte, index) => {
            const place = elsewhere - region.offset + index;
            // Programming clears bits where erased is ones, and sets them where it is zeros.
            expected[place] = on.erasedByte === 0xff ? expected[place]! & byte : expected[place]! | byte;
          });
          hal.device.exports.failWrite(0, abi.WRITE_STRAY, STRAY_BIT);
          expect(hal.programBytes(at, OTHER)).toBe(abi.STATUS_OK);
          expect(hal.device.flash(region.offset, region.size)).toEqual(expected);
          expect(hal.device.operations()).toEqual([
            { kind: "stray", offset: elsewhere, sizeBytes: 8, status: abi.STATUS_OK, data: OTHER },
          ]);
        });
      }
    });
  }

  it("worn or astray is kept with the call, and replayed leaves the same state", () => {
    for (const effect of [abi.WRITE_DROPPED, abi.WRITE_FAILED, abi.WRITE_WORN, abi.WRITE_STRAY]) {
      const hal = withData();
      const { exports } = hal.device;
      exports.checkpoint();
      exports.failWrite(0, effect, STRAY_BIT);
      hal.programBytes(record.offset + 32, DATA);
      hal.programBytes(record.offset + 64, DATA);
      const struck = lasting(hal, hal.stateKey());
      const count = hal.device.callWord(abi.CALL_LOG_COUNT);
      const kept = hal.device.keepLog();
      exports.rollback();
      expect(hal.stateKey()).not.toBe(struck.key);
      expect(exports.replayAll(kept, count)).toBe(count);
      expect(lasting(hal, hal.stateKey())).toEqual(struck);
    }
  });

  it("leaves a worn sector in the state, by which one it is", () => {
    const keys = [undefined, record.offset, record.offset + 512].map((offset) => {
      const hal = withData();
      if (offset !== undefined) {
        hal.device.exports.failWrite(0, abi.WRITE_WORN, 0);
        hal.erase(offset);
      }
      return hal.stateKey();
    });
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is forgotten with all the rest when a device is wiped", () => {
    const hal = withData();
    const blank = new Hal(part).stateKey();
    hal.device.exports.failWrite(0, abi.WRITE_WORN, 0);
    hal.erase(record.offset);
    strike(hal, abi.OP_FLIP_OFFER, 0, 5);
    hal.counterAdvance(0, 3);
    strike(hal, abi.OP_FLIP_COUNTER, 0, 1);
    hal.device.exports.wipe();
    expect(hal.stateKey()).toBe(blank);
    expect(hal.erase(record.offset)).toBe(abi.STATUS_OK);
  });
});
