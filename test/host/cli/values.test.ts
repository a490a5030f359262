// Values of options: which texts are numbers, times, lists or pairs, and what is said of the others. Never starts a process.
import { describe, expect, it } from "vitest";
import {
  choice,
  collect,
  duration,
  integer,
  integerOf,
  joinPairs,
  keyTypes,
  listOf,
  size,
} from "../../../host/cli/values.js";

describe("option values", () => {
  it.each([
    ["0", 0],
    ["512", 512],
    ["0x200", 512],
    ["0X1f", 31],
    ["0b101", 5],
    ["0o17", 15],
    ["4294967295", 0xffffffff],
  ])("%s is the integer %d", (text, value) => {
    expect(integer(text)).toBe(value);
  });

  it.each(["", " 1", "-1", "1.5", "1e3", "0x", "0xg", "010", "4294967296", "ten"])(
    "%j is no integer",
    (text) => {
      expect(() => integer(text)).toThrow(/Expected an integer/);
    },
  );

  it("are taken from a list only", () => {
    expect(integerOf([8, 16])("16")).toBe(16);
    expect(() => integerOf([8, 16])("4")).toThrow("Expected one of 8, 16.");
  });

  it("are times in seconds, minutes or hours", () => {
    expect(["90", "90s", "10m", "1h", "2 m", "2147483"].map(duration)).toEqual([
      90, 90, 600, 3600, 120, 2147483,
    ]);
    for (const text of ["", "0", "1.5h", "-1", "10 minutes", "1d", "m", "2147484", "600h"])
      expect(() => duration(text), text).toThrow(
        "Expected a time from 1 to 2147483 seconds, such as 90, 90s, 10m or 1h.",
      );
  });

  it("name what they are not, and what was probably meant", () => {
    expect(() => listOf(["record", "keys"])("recrd")).toThrow(
      'Expected some of record,keys, did you mean "record"?',
    );
    expect(() => keyTypes("ed2519")).toThrow(/lms, did you mean "ed25519"\?$/);
    const read = (text: string) =>
      choice("--tears <how>", "", ["dense", "shapes"]).parseArg!(text, undefined);
    expect(read("dense")).toBe("dense");
    expect(() => read("dens")).toThrow('Expected one of "dense", "shapes", did you mean "dense"?');
    expect(() => read("torn")).toThrow('Expected one of "dense", "shapes".');
    expect(size("16 KiB")).toBe(16384);
    expect(() => size("16kb")).toThrow("Expected bytes 0..4294967295, such as 512, 0x200, 16KiB or 1MiB.");
    expect(() => size("4096MiB")).toThrow("Expected bytes");
  });

  it("of an option given twice are collected", () => {
    const read = collect(integer);
    expect(read("2", read("1", undefined))).toEqual([1, 2]);
  });

  it("that come in twos are joined, and nothing else is", () => {
    const join = (...argv: readonly string[]) => joinPairs(argv, ["--pair"]);
    expect(join("--pair", "0xa0", "text", "in", "out")).toEqual(["--pair", "0xa0 text", "in", "out"]);
    expect(join("--pair", "0xa0 text", "in")).toEqual(["--pair", "0xa0 text", "in"]);
    expect(join("--pair", "a", "b", "--pair", "c", "d")).toEqual(["--pair", "a b", "--pair", "c d"]);
    expect(join("--pair", "a")).toEqual(["--pair", "a"]);
    expect(join("a", "--other", "b", "c")).toEqual(["a", "--other", "b", "c"]);
  });
});
