// Reading numbers, vectors and names out of a wasm binary, up to their limits and beyond. Never reads a whole module.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WasmFormatError } from "../../../../host/core/wasm/error.js";
import { Reader } from "../../../../host/core/wasm/reader.js";
import { Writer } from "../../../../host/core/wasm/writer.js";

function readerOf(...bytes: number[]): Reader {
  return new Reader(Uint8Array.from(bytes), 0, bytes.length);
}

function readerOfWritten(write: (writer: Writer) => void): Reader {
  const writer = new Writer();
  write(writer);
  return readerOf(...writer.finish());
}

describe("numbers", () => {
  test("every unsigned number is read as it was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
        const reader = readerOfWritten((writer) => writer.u32(value));
        expect(reader.u32()).toBe(value);
        expect(reader.isAtEnd()).toBe(true);
      }),
    );
  });

  test("every signed number is read as it was written", () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const reader = readerOfWritten((writer) => writer.s64(BigInt(value)));
        expect(reader.signed(32)).toBe(value);
        expect(reader.isAtEnd()).toBe(true);
      }),
    );
  });

  test.each([
    ["2^32 - 1 with a needless zero digit", [0xff, 0xff, 0xff, 0xff, 0x8f, 0x00]],
    ["2^32", [0x80, 0x80, 0x80, 0x80, 0x10]],
    ["no last digit", [0x80, 0x80]],
  ])("an unsigned number is refused: %s", (_what, bytes) => {
    expect(() => readerOf(...bytes).u32()).toThrow(WasmFormatError);
  });

  test.each([
    ["32 bits, -2^31", 32, [0x80, 0x80, 0x80, 0x80, 0x78], -(2 ** 31)],
    ["32 bits, 2^31 - 1", 32, [0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
    ["33 bits, 2^32 - 1", 33, [0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    ["64 bits, -2^63", 64, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], -(2 ** 63)],
  ] as const)("a signed number at its limit is accepted: %s", (_what, bits, bytes, value) => {
    expect(readerOf(...bytes).signed(bits)).toBe(value);
  });

  test.each([
    ["32 bits, 2^31", 32, [0x80, 0x80, 0x80, 0x80, 0x08]],
    ["32 bits, sign bits that differ", 32, [0x80, 0x80, 0x80, 0x80, 0x70]],
    ["32 bits, six digits", 32, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ["33 bits, 2^32", 33, [0x80, 0x80, 0x80, 0x80, 0x10]],
    ["64 bits, 2^63", 64, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ] as const)("a signed number over its limit is refused: %s", (_what, bits, bytes) => {
    expect(() => readerOf(...bytes).signed(bits)).toThrow(WasmFormatError);
  });
});

describe("bounds", () => {
  test("nothing is read behind the range, and the error says where", () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3), 0, 2, 7);
    reader.skip(2);
    expect(() => reader.byte()).toThrow("unexpected end at byte 2 in function 7");
    expect(() => reader.skip(1)).toThrow(WasmFormatError);
  });

  test("a vector of 2^32 - 1 items ends where its bytes end", () => {
    const reader = readerOf(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2);
    expect(() => reader.vector(() => reader.byte())).toThrow("unexpected end at byte 7");
  });

  test("a name that is not UTF-8 is refused, a byte order mark in it is kept", () => {
    expect(() => readerOf(1, 0xff).text()).toThrow("name is not UTF-8 at byte 1");
    expect(readerOf(3, 0xef, 0xbb, 0xbf).text()).toBe("\ufeff");
  });
});
