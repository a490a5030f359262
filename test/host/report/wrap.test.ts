// Paragraphs are broken at words, and lose none.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, wrap } from "../../../host/report/wrap.js";

describe("a wrapped paragraph", () => {
  it("is broken at words, its other lines indented", () => {
    expect(wrap("one two three four", 9, 2)).toBe("one two\n  three\n  four");
  });

  it("hangs below its first word where it begins with spaces", () => {
    expect(wrap("  - one two", 8, 2)).toBe("  - one\n    two");
  });

  it("leaves a word that is longer than a line whole", () => {
    expect(wrap("see .everboot/traces/update.json there", 10)).toBe(
      "see\n.everboot/traces/update.json\nthere",
    );
  });

  it("breaks neither a grouped figure nor one from its unit", () => {
    expect(wrap("of 12 345 faults", 9)).toBe("of 12 345\nfaults");
    expect(wrap("at 64 MHz", 5)).toBe("at\n64 MHz");
    expect(wrap("now 99.5 %", 8)).toBe("now\n99.5 %");
  });

  it("keeps the line breaks that it has", () => {
    expect(wrap("one\n\ntwo", 80)).toBe("one\n\ntwo");
  });

  it("has the same words in the same order, in lines no longer than the width unless they are one word", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (given, width, indent) => {
          const text = wrap(given.join(" "), width, indent);
          expect(text.split(/\s+/).filter((word) => word !== "")).toEqual(given);
          for (const line of text.split("\n"))
            expect(columnsOf(line) <= width || !line.trim().includes(" ")).toBe(true);
        },
      ),
    );
  });
});
