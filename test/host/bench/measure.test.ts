// How the bench measures: who runs when, and what its figures are. Asserts no time.
import { describe, expect, it } from "vitest";
import { interleave, median, medianRatio } from "../../../host/bench/measure.js";

describe("measuring in turns", () => {
  it("runs every subject in every round, after a first run that does not count", () => {
    const calls: string[] = [];
    const subjects = ["a", "b"].map((name) => () => calls.push(name));
    const samples = interleave(subjects, { rounds: 3, sampleMicros: 0, warmUpMicros: 0 });
    expect(calls.join("")).toBe("ab" + "ab".repeat(3));
    expect(samples.map((rounds) => rounds.length)).toEqual([3, 3]);
    for (const micros of samples.flat()) expect(micros).toBeGreaterThanOrEqual(0);
  });

  it("takes the middle value, whatever the order", () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(median([2, 1])).toBe(2);
  });

  it("compares what ran in the same round, so that a slower machine changes nothing", () => {
    expect(medianRatio([10, 40, 20], [5, 20, 10])).toBe(2);
  });
});
