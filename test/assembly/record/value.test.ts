// The record word: what each field says, and which words are records at all.
import { beforeAll, describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { library } from "../../support/library.js";
import { FALLBACK, recordWord } from "../../support/record.js";
import { deviceOf, ownPair } from "../../support/scenes.js";

interface Values {
  recordTrial(active: number, attempts: number, fallback: number): number;
  recordConfirmed(active: number): number;
  recordAfterTrial(active: number, failed: number): number;
  recordFailedTrials(record: number): number;
  recordWithInterruption(record: number): number;
  recordIsInterrupted(record: number): number;
  recordWithFailedTrials(record: number, failed: number): number;
  recordWithAttempts(record: number, attempts: number): number;
  recordActive(record: number): number;
  recordIsConfirmed(record: number): number;
  recordFallback(record: number): number;
  recordAttempts(record: number): number;
  recordWellFormed(word: number): number;
  recordCycle(word: number): number;
  recordWithCycle(word: number, cycle: number): number;
}

let values: Values;
beforeAll(async () => {
  const build = await library<Values>(`export * from "../record/value";`);
  values = build(deviceOf(partById("tiny"), ownPair));
});

const FALLBACKS = ["none", "confirmed", "verified"] as const;

describe("the record word", () => {
  it("of a trial holds slot, attempts and fallback where images/SPEC.md puts them", () => {
    for (const active of [0, 1] as const) {
      for (const fallback of FALLBACKS) {
        for (const attempts of [0, 1, 2, 3, 127, 128, 254, 255]) {
          const word = values.recordTrial(active, attempts, FALLBACK[fallback]);
          expect(word).toBe(recordWord({ active, trial: { attempts, fallback } }));
          expect(values.recordActive(word)).toBe(active);
          expect(values.recordAttempts(word)).toBe(attempts);
          expect(values.recordFallback(word)).toBe(FALLBACK[fallback]);
          expect(values.recordIsConfirmed(word)).toBe(0);
          expect(values.recordWellFormed(word)).toBe(1);
        }
      }
    }
  });

  it("holds at most 255 attempts", () => {
    for (const attempts of [256, 1000, 0xffffffff])
      expect(values.recordTrial(0, attempts, 0)).toBe(values.recordTrial(0, 255, 0));
  });

  it("of a confirmed image says its slot", () => {
    for (const active of [0, 1] as const) {
      const word = values.recordConfirmed(active);
      expect(word).toBe(recordWord({ active }));
      expect(values.recordActive(word)).toBe(active);
      expect(values.recordIsConfirmed(word)).toBe(1);
      expect(values.recordWellFormed(word)).toBe(1);
    }
  });

  it("after a trial says that the other slot's image is firmly installed, and how many trials it lost", () => {
    for (const active of [0, 1] as const) {
      for (const failed of [0, 1, 6, 7]) {
        const word = values.recordAfterTrial(active, failed);
        expect(word).toBe(recordWord({ active, lost: failed }));
        expect(values.recordIsConfirmed(word)).toBe(1);
        expect(values.recordFallback(word)).toBe(FALLBACK.verified);
        expect(values.recordFailedTrials(word)).toBe(failed);
        expect(values.recordWellFormed(word)).toBe(1);
      }
      expect(values.recordAfterTrial(active, 8)).toBe(values.recordAfterTrial(active, 7));
    }
  });

  it("takes another count of lost trials or attempts, and nothing else of it changes", () => {
    const word = values.recordTrial(1, 200, FALLBACK.confirmed);
    for (const failed of [7, 3, 0]) {
      const other = values.recordWithFailedTrials(word, failed);
      expect(values.recordFailedTrials(other)).toBe(failed);
      expect(values.recordWithFailedTrials(other, 0)).toBe(word);
    }
    for (const attempts of [255, 1, 0, 200]) {
      const other = values.recordWithAttempts(word, attempts);
      expect(other).toBe(values.recordTrial(1, attempts, FALLBACK.confirmed));
    }
  });

  it("remembers that a trial was interrupted, through every other change", () => {
    const word = values.recordTrial(1, 3, FALLBACK.confirmed);
    expect(values.recordIsInterrupted(word)).toBe(0);
    const interrupted = values.recordWithInterruption(word);
    expect(interrupted).toBe(word | (1 << 15));
    for (const changed of [
      values.recordWithAttempts(interrupted, 0),
      values.recordWithFailedTrials(interrupted, 7),
    ])
      expect(values.recordIsInterrupted(changed)).toBe(1);
    expect(values.recordFailedTrials(interrupted)).toBe(0);
    expect(values.recordWellFormed(interrupted)).toBe(1);
  });

  it("takes a cycle and gives it back, and nothing else of it changes", () => {
    const word = values.recordTrial(1, 200, FALLBACK.verified);
    for (const cycle of [0, 1, 2]) {
      const cycled = values.recordWithCycle(word, cycle);
      expect(values.recordCycle(cycled)).toBe(cycle);
      expect(values.recordWithCycle(cycled, 0)).toBe(word);
      expect(values.recordWellFormed(cycled)).toBe(1);
    }
  });

  it("is a record only with the known format, no unknown bit, a cycle below 3 and a known fallback", () => {
    const word = values.recordTrial(1, 3, FALLBACK.confirmed);
    for (let format = 0; format < 16; format++)
      expect(values.recordWellFormed((word & ~15) | format)).toBe(format === 6 ? 1 : 0);
    for (let bit = 0; bit < 32; bit++) {
      const known = bit >= 4 && bit < 24;
      if (!known) expect(values.recordWellFormed(word ^ (1 << bit)), `bit ${bit}`).toBe(0);
    }
    for (let cycle = 0; cycle < 16; cycle++)
      expect(values.recordWellFormed(values.recordWithCycle(word, cycle))).toBe(cycle < 3 ? 1 : 0);
    expect(values.recordWellFormed(word | (3 << 10))).toBe(0);
    for (const blank of [0, 0xffffffff]) expect(values.recordWellFormed(blank)).toBe(0);
  });
});
