// What a read sees of weak bits, torn units and units that are not programmed.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { PARTS } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

describe("what is weak", () => {
  it("reads as the adversary says at each read anew, each choice told of afterwards", () => {
    const hal = new Hal(madePart({ rule: "and", programMin: 4, programMax: 4 }));
    const { offset } = hal.device.layout.record;
    hal.cut(abi.TEAR_WEAK, () => hal.programBytes(offset, new Uint8Array(4)));
    hal.begin();
    hal.device.setChoices([1, 0, 1]);
    const seen = [1, 2, 3, 4].map(() => hal.tryRead32(offset).word);
    expect(seen).toEqual([0xffffffff, 0, 0xffffffff, 0]);
    expect(hal.device.callWord(abi.CALL_CHOICE_COUNT)).toBe(4);
    const at = hal.device.table(abi.TABLE_CHOICES) * 4;
    const made = [...new Uint8Array(hal.device.exports.memory.buffer, at, 4)];
    expect(made.map((choice) => [choice & 15, choice >> 4])).toEqual([
      [1, 2],
      [0, 2],
      [1, 2],
      [0, 2],
    ]);
  });
});

describe("a torn unit", () => {
  it("is a fault to a read that takes none, and neither data nor fault for ever where it is unsteady", () => {
    const part = PARTS.find(({ id }) => id === "stm32l476")!;
    const { offset } = part.layout.record;
    const hal = new Hal(part, { ecc: true });
    hal.cut(abi.TEAR_UNREADABLE, () => hal.programBytes(offset, new Uint8Array(8)));
    hal.begin();
    expect(hal.stop((imports) => imports.read32(offset + 4))).toEqual({
      kind: abi.STOP_READ_FAULT,
      value: offset + 4,
    });
    expect(hal.tryRead32(offset + 8)).toEqual({ status: abi.STATUS_OK, word: 0xffffffff });
    hal.cut(abi.TEAR_UNSTEADY, () => hal.programBytes(offset + 8, new Uint8Array(8)));
    const ways = [0, 1, 2].map((choice) => hal.reading(offset + 8, choice));
    expect(ways).toEqual([0, 0xffffffff, "nothing"]);
    hal.begin();
    expect(hal.erase(offset)).toBe(abi.STATUS_OK);
    expect([0, 8].map((at) => hal.reading(offset + at, 2))).toEqual([0xffffffff, 0xffffffff]);
  });

  it("is any that is not programmed, where erased flash faults", () => {
    const part = PARTS.find(({ id }) => id === "lpc55s69")!;
    const { offset } = part.layout.record;
    for (const ecc of [true, false]) {
      const hal = new Hal(part, { ecc });
      expect(hal.tryRead32(offset)).toEqual(
        ecc ? { status: abi.STATUS_UNREADABLE, word: 0 } : { status: abi.STATUS_OK, word: 0xffffffff },
      );
      // Blank data count: the page is programmed.
      expect(hal.programBytes(offset, new Uint8Array(512).fill(0xff))).toBe(abi.STATUS_OK);
      expect(hal.tryRead32(offset)).toEqual({ status: abi.STATUS_OK, word: 0xffffffff });
      expect(hal.tryRead32(offset + 512).status).toBe(ecc ? abi.STATUS_UNREADABLE : abi.STATUS_OK);
    }
  });
});
