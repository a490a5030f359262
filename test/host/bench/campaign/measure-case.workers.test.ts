// What the bench measures that takes longer: workers through the command line, dense tears, weak bits. Asserts no time.
// @module-tag slow: campaigns with canaries, and torn words bit by bit; turns.test.ts shows what is made of their figures.
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Explored } from "../../../../host/bench/campaign/cases.js";
import { measureCase } from "../../../../host/bench/campaign/measure-case.js";

const DIST = join(import.meta.dirname, "../../../../dist");
const ONE_CUT: Explored = {
  ...{ scenario: "update", device: "tiny", imageBytes: 224, models: ["power"], depth: 1 },
};

it("workers: what one and two take, and what both say", async () => {
  const found = await measureCase(DIST, { id: "two", kind: "workers", of: ONE_CUT, rounds: 1 });
  expect(found.figures.map(({ name }) => name)).toEqual(["one worker", "two workers", "one ÷ two"]);
  const [one, two, ratio] = found.figures.map(({ value }) => value) as [number, number, number];
  expect(ratio).toBe(one / two);
  expect(found.unlike).toBeUndefined();
  expect(Object.keys(found.says)).toEqual(["judged", "states", "digest"]);
});

it("weak bits and dense tears: more points than shapes alone", async () => {
  const judgedIn = async (change: Partial<Explored>): Promise<number> => {
    const one = { id: "x", kind: "explore", warmRounds: 0, rounds: 1 } as const;
    return Number((await measureCase(DIST, { ...one, of: { ...ONE_CUT, ...change } })).says["judged"]);
  };
  const shapes = await judgedIn({});
  expect(await judgedIn({ models: ["power", "weak"] })).toBeGreaterThan(shapes);
  expect(await judgedIn({ tears: "dense" })).toBeGreaterThan(shapes);
});
