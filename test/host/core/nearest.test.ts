// Guesses at mistyped words.
import { describe, expect, it } from "vitest";
import { didYouMean, nearest, suggestion } from "../../../host/core/nearest.js";

describe("the nearest known word", () => {
  it.each([
    ["step", ["state", "steps"], "steps"],
    ["endurence", ["ecc", "endurance"], "endurance"],
    ["SLOTA", ["slotB", "slotA"], "slotA"],
    ["teh", ["the"], "the"],
    ["timeLimit", ["maxStates", "timeLimitSeconds"], "timeLimitSeconds"],
    ["ti", ["timeLimitSeconds"], undefined],
    ["", ["a", "ab"], undefined],
    ["x", ["y"], undefined],
    ["word", [], undefined],
    ["xyzzy", ["devices", "layouts"], undefined],
    ["ba", ["bb", "ab", "ba1"], "bb"],
  ])("to %j among %j is %j", (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it("is asked for behind a list of all, or nothing is", () => {
    expect(didYouMean("powr", ["power", "weak"])).toBe(', did you mean "power"?');
    expect(didYouMean("xyzzy", ["power", "weak"])).toBe("");
  });

  it("is asked for, or all are named", () => {
    expect(suggestion("step", ["steps"])).toBe('did you mean "steps"?');
    expect(suggestion("xyzzy", ["steps", "start"])).toBe("expected one of steps, start");
    expect(suggestion("xyzzy", [])).toBe("expected none");
  });
});
