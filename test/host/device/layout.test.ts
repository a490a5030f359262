// The Record's room in a layout: two areas.
import { describe, expect, it } from "vitest";
import { checkLayout } from "../../../host/device/layout.js";
import { PARTS, partById } from "../../../host/device/parts.js";

describe("a layout", () => {
  it("of every part profile holds its Record", () => {
    for (const part of PARTS) expect(() => checkLayout(part, part.layout)).not.toThrow();
  });

  it("is refused where the Record's region does not hold two areas", () => {
    for (const [id, size] of [
      ["nrf52840", 0x1000],
      ["lpc55s69", 0x400],
      ["stm32h743", 0x20000],
    ] as const) {
      const part = partById(id);
      const layout = { ...part.layout, record: { offset: part.layout.record.offset, size } };
      expect(() => checkLayout(part, layout), id).toThrow(
        /^layout: record: expected 0x[0-9a-f]+ bytes or more/,
      );
    }
  });
});
