// Every shape that a cut can have is told in words, with its name as traces have it.
import { describe, expect, it } from "vitest";
import { COUNTERS, ERASES, TEARS } from "../../../../host/campaign/plan/shapes.js";
import { cutShapeWords } from "../../../../host/report/run/cut-words.js";

describe("a cut's shape", () => {
  it.each([...TEARS, ...ERASES, ...COUNTERS])("is told in words: %s", (shape) => {
    const words = cutShapeWords({ call: 0, operation: 0, shape });
    expect(words).toMatch(new RegExp(`^[a-z][a-z ,:]{14,} \\(${shape} ?\\)$`));
  });

  it("names the bits that landed, where the trace does", () => {
    const cut = { call: 0, operation: 0, shape: "bits", landed: [0xff, 1] } as const;
    expect(cutShapeWords(cut)).toBe("some of the bits had landed (bits 0xff, 0x1)");
  });
});
