// Messages over a serial line on the host: held against Node's base64 and vectors that others made; what is wrong with a line, one by one.
import { describe, expect, it } from "vitest";
import {
  LINE_MAX,
  LINE_MIN,
  bytesOfWords,
  lineCount,
  linesOf,
  taken,
  wordsOfBytes,
} from "../../../host/link/serial.js";
import { VECTORS, lettersOf, streamOf } from "../../support/serial.js";

const text = "a message of some thirty bytes.";
const [first, second] = linesOf(text, 40) as [string, string];
const NOTHING = { begun: "", message: null };

describe("a message", () => {
  it.each(VECTORS)("%s is the line that others make of it", (_, message, letters) => {
    const line = `\u0006\u0009${letters}\n`;
    expect(linesOf(message, LINE_MAX)).toEqual([line]);
    expect(taken("", line)).toEqual({ begun: "", message });
  });

  it("goes as lines of any length, each within it, and is whole again", () => {
    for (let lineMax = LINE_MIN; lineMax <= LINE_MAX; lineMax += 5)
      for (const size of [1, 2, 3, 24, 100, 300]) {
        const message = streamOf(size, size);
        const lines = linesOf(message, lineMax);
        expect(lines).toHaveLength(lineCount(size, lineMax));
        expect(lines.every(({ length }) => length <= lineMax)).toBe(true);
        const stream = lines
          .map((line) => Buffer.from(line.slice(2, -1), "base64").toString("latin1"))
          .join("");
        expect(stream.slice(2, -2)).toBe(message);
        expect(lines.map((line) => line.slice(2, -1)).join("")).toBe(lettersOf(stream));
        let begun = "";
        for (const [index, line] of lines.entries()) {
          const now = taken(begun, line);
          expect(now.message).toBe(index === lines.length - 1 ? message : null);
          begun = now.begun;
        }
        expect(begun).toBe("");
      }
  });
});

describe("a line", () => {
  const { begun } = taken("", first);
  const raw = (bytes: string) => `\u0006\u0009${lettersOf(bytes)}\n`;

  it("begins anew, goes on, or is somebody else's", () => {
    expect(begun).toHaveLength(27);
    expect(taken("x", first).begun).toBe(begun);
    expect(taken(begun, second)).toEqual({ begun: "", message: text });
    expect(taken(begun, "a log\n")).toEqual({ begun, message: null });
    expect(taken("", second)).toEqual(NOTHING);
  });

  it.each([
    ["no letters", "\u0004\u0014\n"],
    ["no end", second.slice(0, -1)],
    ["a letter that is none", second.replace(/.\n/, "*\n")],
    ["a letter in the middle that fills up", `\u0004\u0014AA==AAAA\n`],
    ["bits that nobody encoded", "\u0004\u0014AAB=\n"],
    ["more bytes than were said", `\u0004\u0014${lettersOf("more than the rest of it")}\n`],
    ["another CRC", second.slice(0, -3) + "AA\n"],
    ["too many bytes", `\u0004\u0014${"A".repeat(128)}\n`],
  ])("with %s ends what has begun", (_, line) => {
    expect(taken(begun, line)).toEqual(NOTHING);
  });

  it("says a length that can be", () => {
    for (const length of ["\0\0", "\0\u0001", "\0\u0002", "\0"])
      expect(taken("", raw(length))).toEqual(NOTHING);
    expect(taken("", raw("\0\u0003")).begun).toBe("\0\u0003");
    expect([10, 9].map((most) => taken("", raw("\0\u000c"), most).begun)).toEqual(["\0\u000c", ""]);
  });
});

it("words are bytes, the lowest first, and are words again", () => {
  expect(bytesOfWords([0x04030201, 0x80000005])).toBe("\u0001\u0002\u0003\u0004\u0005\0\0\u0080");
  expect(bytesOfWords([0x04030201, 5], 5)).toBe("\u0001\u0002\u0003\u0004\u0005");
  expect(wordsOfBytes("\u0001\u0002\u0003\u0004\u00ff\u0080")).toEqual([0x04030201, 0x80ff]);
});
