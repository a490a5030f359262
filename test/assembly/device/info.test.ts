// info(): everything that a guest can ask of part and layout, for every part there is.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { PARTS } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

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
