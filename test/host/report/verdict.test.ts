// The verdict in words, for each that there is. Never decides which it is, which host/campaign does.
import { describe, expect, it } from "vitest";
import { verdictShort, verdictWords } from "../../../host/report/verdict.js";
import { SAMPLES, reportOf } from "./samples.js";

describe("the verdict in words", () => {
  it.each([
    [
      "proved",
      "proved for any number of faults under power in nine shapes; the last new state took 12 faults in a row",
      "proved",
    ],
    [
      "proved-under",
      "proved for any number of faults under power, weak in nine shapes, assuming decided-seal; the last new state took 12 faults in a row",
      "proved under decided-seal",
    ],
    ["clean", "clean for up to 2 faults in a run under power", "clean to depth 2"],
    [
      "survives",
      "survives 1234 of 1300 faults (300 of them sampled, seed 7), safe in all of them, under power; up to 1 fault in a run",
      "survives 1234 of 1300",
    ],
    ["violated", "VIOLATED under power: no-brick, update-completes", "violated"],
    [
      "incomplete",
      "INCOMPLETE: time limit of 5 s reached; its one share is not complete; 3 faults in a row reached, nothing violated by then",
      "incomplete",
    ],
    [
      "canary free",
      "INCOMPLETE: canaries not caught: no-digest; 12 faults in a row reached, nothing violated by then",
      "incomplete",
    ],
    [
      "violated shard",
      "in shard 1/4 alone: VIOLATED under power: no-brick; incomplete besides: a shard",
      "violated (shard 1/4)",
    ],
  ] as const)("says of %s: %s", (name, words, short) => {
    expect(verdictWords(SAMPLES[name])).toBe(words);
    expect(verdictShort(SAMPLES[name])).toBe(short);
  });

  it("says what was reached where a fixpoint was asked for and is not claimed", () => {
    const report = reportOf({
      verdict: "clean",
      depth: { requested: "fixpoint", reached: 1, fixpoint: false },
    });
    expect(verdictWords(report)).toBe("clean for up to 1 fault in a run under power");
  });
});
