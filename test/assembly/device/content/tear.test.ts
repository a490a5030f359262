// Which bits of a torn program land, where that is drawn or chosen: by place and content, so that it is one for ever.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { bitCount } from "../../../support/flash-model.js";
import { Hal } from "../../../support/hal.js";
import { madePart } from "../../../support/parts.js";

describe("a torn program", () => {
  it("scatters over about half of the bits, fixed by their place and not by the data", () => {
    const part = madePart({ rule: "and", programMin: 4, programMax: 4 });
    const hal = new Hal(part);
    const { offset, size } = part.layout.record;
    const landed = (data: Uint8Array) => {
      hal.device.exports.wipe();
      for (let at = 0; at < size; at += 4)
        hal.cut(abi.TEAR_SCATTERED, () => hal.programBytes(offset + at, data));
      return hal.device.flash(offset, size).map((byte) => byte ^ 0xff);
    };
    const all = landed(new Uint8Array(4));
    const some = landed(Uint8Array.of(0x0f, 0x3c, 0x00, 0xf0));
    const changed = Uint8Array.of(0xf0, 0xc3, 0xff, 0x0f);
    expect(some).toEqual(all.map((byte, i) => byte & changed[i & 3]!));
    expect(bitCount(all) / (size * 8)).toBeGreaterThan(0.48);
    expect(bitCount(all) / (size * 8)).toBeLessThan(0.52);
  });

  it("that is drawn misses one to four bits of a word, or about half; by place and content", () => {
    const hal = new Hal(madePart({ rule: "and", programMin: 4, programMax: 4 }));
    const { offset, size } = hal.device.layout.record;
    const data = Uint8Array.of(0, 0x3c, 0, 0xf0);
    const missing = (shape: number) => {
      hal.device.exports.wipe();
      return Array.from({ length: size / 4 }, (_, word) => {
        hal.cut(shape, () => hal.programBytes(offset + word * 4, data));
        return bitCount(hal.device.flash(offset + word * 4, 4).map((byte, at) => byte & ~data[at]!));
      });
    };
    const most = missing(abi.TEAR_SAMPLED_MOST);
    expect(new Set(most)).toEqual(new Set([1, 2, 3, 4]));
    expect(missing(abi.TEAR_SAMPLED_MOST)).toEqual(most);
    const half = missing(abi.TEAR_SAMPLED_HALF).reduce((sum, bits) => sum + bits, 0);
    const changed = 32 - bitCount(data);
    expect(half / (size / 4) / changed).toBeGreaterThan(0.45);
    expect(half / (size / 4) / changed).toBeLessThan(0.55);
  });

  it("of a single bit takes different bits in different places", () => {
    const hal = new Hal(madePart({ rule: "and", programMin: 4, programMax: 4 }));
    const { offset } = hal.device.layout.record;
    const bits = new Set<string>();
    for (let at = 0; at < 256; at += 4) {
      hal.cut(abi.TEAR_ONE_ONLY, () => hal.programBytes(offset + at, new Uint8Array(4)));
      bits.add([...hal.device.flash(offset + at, 4)].join());
    }
    expect(bits.size).toBeGreaterThan(16);
  });
});
