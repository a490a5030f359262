// The Record's fields in words: what a record word says, and how a change of it is told.
import { describe, expect, it } from "vitest";
import { fieldsOf, recordChangeWords, recordWords } from "../../../../host/report/run/record-fields.js";

/** Slot B on trial over a confirmed image, with so many attempts left. */
const trial = (attempts: number) => fieldsOf(6 | (1 << 8) | (1 << 10) | (attempts << 16));
const confirmedA = fieldsOf(6 | (1 << 9));

describe("a Record", () => {
  it("is told by slot, attempts and fallback", () => {
    expect(recordWords(confirmedA)).toBe("slot A confirmed");
    expect(recordWords(trial(2))).toBe("slot B on trial, attempts left 2, fallback confirmed");
    expect(recordWords(fieldsOf(6 | (1 << 9) | (2 << 10) | (3 << 12)))).toBe(
      "slot A confirmed, lost trials of slot B 3",
    );
  });

  it("that has changed is told before and after, and only by what is other in the same trial", () => {
    expect(recordChangeWords(trial(2), trial(1))).toBe("slot B on trial, attempts left 2 → 1");
    expect(recordChangeWords(confirmedA, trial(3))).toBe(
      "slot A confirmed → slot B on trial, attempts left 3, fallback confirmed",
    );
    expect(recordChangeWords(trial(3), null)).toBe(
      "slot B on trial, attempts left 3, fallback confirmed → none that is valid",
    );
    expect([recordChangeWords(trial(1), trial(1)), recordChangeWords(null, null)]).toEqual(["", ""]);
  });
});
