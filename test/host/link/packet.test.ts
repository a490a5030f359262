// What a link carries, words or a line: its size, its words, and what may be wrong with it.
import { describe, expect, it } from "vitest";
import {
  type Packet,
  flipped,
  fragileBits,
  shortened,
  sizeOf,
  wordAt,
  wordsIn,
} from "../../../host/link/packet.js";

const WORDS = [0x01020304, 5, 0xffffffff];
const LINE = { bytes: "\u0006\u0009abcdefgh\n", challenge: 7 };
const bytesOf = (packet: Packet) =>
  Array.from({ length: Math.ceil(sizeOf(packet) / 4) }, (_, index) => wordAt(packet, index * 4));

describe("a packet", () => {
  it("has as many bytes as it has, and reads as zero beyond them and between words", () => {
    expect([sizeOf(WORDS), sizeOf(LINE)]).toEqual([12, 11]);
    expect(bytesOf(LINE)).toEqual([0x62610906, 0x66656463, 0x0a6867]);
    expect([WORDS, LINE].flatMap((packet) => [12, 1, 0xfffffffc].map((at) => wordAt(packet, at)))).toEqual(
      new Array(6).fill(0),
    );
  });

  it("shows what somebody may look for in it", () => {
    expect([wordsIn(WORDS), wordsIn(LINE)]).toEqual([WORDS, [7]]);
  });

  it("may have each bit of two words wrong, and one of each other, all of them within it", () => {
    expect(fragileBits(WORDS)).toEqual([...Array(64).keys(), 66]);
    expect(fragileBits(LINE)).toEqual([...Array(64).keys(), 66]);
    // A last word of one byte has no bit 2 + 8.
    const long = { ...LINE, bytes: "x".repeat(4 * 9 + 1) };
    expect(fragileBits(long).at(-1)).toBe(4 * 9 * 8 + (9 % 8));
    for (const packet of [WORDS, LINE])
      for (const bit of fragileBits(packet)) {
        const other = flipped(packet, bit);
        expect(sizeOf(other)).toBe(sizeOf(packet));
        const at = Math.floor(bit / 32) * 4;
        expect((wordAt(other, at) ^ wordAt(packet, at)) >>> 0).toBe((1 << (bit % 32)) >>> 0);
        expect(flipped(other, bit)).toEqual(packet);
      }
  });

  it("may be cut short: by its last word or to its first; a line by its end, or by what stands before that", () => {
    expect(shortened(WORDS)).toEqual([WORDS.slice(0, 2), WORDS.slice(0, 1)]);
    expect(shortened([1])).toEqual([[1]]);
    expect(shortened(LINE)).toEqual([
      { ...LINE, bytes: "\u0006\u0009abcdefgh" },
      { ...LINE, bytes: "\u0006\u0009abcd\n" },
    ]);
  });
});
