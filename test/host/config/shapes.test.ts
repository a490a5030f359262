// Bytes as a configuration writes them.
import { describe, expect, it } from "vitest";
import { bytes } from "../../../host/config/shapes.js";

describe("bytes", () => {
  it.each([
    [0, 0],
    [4096, 4096],
    ["0", 0],
    ["0x1F000", 0x1f000],
    ["16KiB", 0x4000],
    ["0x2mib", 0x200000],
    [0xffffffff, 0xffffffff],
    ["0xffffffff", 0xffffffff],
  ])("%j are %d", (value, count) => {
    expect(bytes(0).parse(value)).toBe(count);
  });

  it.each([
    -1,
    1.5,
    NaN,
    2 ** 32,
    "0x100000000",
    "4096MiB",
    "",
    "-1",
    "1.5",
    "16 KiB",
    "KiB",
    "16KB",
    "0x",
    " 1",
    null,
    true,
    [1],
    undefined,
  ])("are not %j", (value) => {
    expect(bytes(0).safeParse(value).success).toBe(false);
  });

  it("may have to be more than none", () => {
    expect(bytes(1).safeParse(0).success).toBe(false);
    expect(bytes(1).parse("1")).toBe(1);
  });
});
