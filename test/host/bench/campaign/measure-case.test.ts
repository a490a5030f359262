// What the bench measures of a build, on the smallest scenes there are: which figures there are and what they must have in common.
// Asserts no time.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACTIVITIES } from "../../../../host/bench/campaign/activities.js";
import type { Case, Explored } from "../../../../host/bench/campaign/cases.js";
import { measureCase } from "../../../../host/bench/campaign/measure-case.js";

const DIST = join(import.meta.dirname, "../../../../dist");

const ONE_CUT: Explored = {
  ...{ scenario: "update", device: "tiny", imageBytes: 512, models: ["power"], depth: 1 },
};
const CUTS: Case = { id: "one-cut", kind: "explore", of: ONE_CUT, warmRounds: 1, rounds: 1 };
/** Long enough for a profiler to see something of it. */
const FIXPOINT: Explored = { ...ONE_CUT, imageBytes: 224, depth: "fixpoint" };
const DIGEST = expect.stringMatching(/^[0-9a-f]{64}$/) as string;

const namesOf = ({ figures }: Awaited<ReturnType<typeof measureCase>>) => figures.map(({ name }) => name);

describe("a case", () => {
  it("of an exploration has its rate in a fresh process and later, and a digest of its states", async () => {
    const found = await measureCase(DIST, CUTS);
    expect(namesOf(found)).toEqual(["fresh", "warm"]);
    for (const { value, unit } of found.figures) expect([value > 0, unit]).toEqual([true, "/s"]);
    expect(found.says).toEqual({ judged: expect.any(Number), states: expect.any(Number), digest: DIGEST });
    const cold = await measureCase(DIST, { ...CUTS, warmRounds: 0 });
    expect(namesOf(cold)).toEqual(["fresh"]);
    expect(cold.says).toEqual(found.says);
  });

  it("of a fixpoint has the memory that it takes, besides", async () => {
    const found = await measureCase(DIST, { ...CUTS, of: FIXPOINT });
    expect(namesOf(found)).toEqual(["fresh", "warm", "resident bytes per state", "peak resident"]);
  });

  it("of boots has a rate for each guest, and where they end", async () => {
    const boots = { kind: "boots", device: "nrf52840", imageBytes: 512, boots: 3, warmRounds: 1, rounds: 1 };
    for (const guest of ["boot-full", "boot-ed25519", "mcuboot-revert"]) {
      const found = await measureCase(DIST, { ...boots, id: guest, guest } as Case);
      expect(namesOf(found)).toEqual(["fresh", "warm"]);
      expect(found.says["end"]).toMatch(/^\{"kind":"jumped","offset":\d+\}$/);
    }
    const believing = measureCase(DIST, { ...boots, id: "x", guest: "boot-p256" } as Case);
    await expect(believing).rejects.toThrow(/^expected boots that all jump alike, found \{"kind":"halted"/);
  });

  it("of calls counts those of the device module, which are not fewer than the points", async () => {
    const found = await measureCase(DIST, { id: "calls", kind: "calls", of: ONE_CUT, rounds: 1 });
    const [all, ...each] = found.figures;
    expect(all?.name).toBe("all calls");
    expect(all?.value).toBeGreaterThan(1);
    expect(each.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(all?.value ?? 0, 9);
    const explored = await measureCase(DIST, CUTS);
    expect(found.says).toEqual({ judged: explored.says["judged"], states: explored.says["states"] });
  });

  it("of time has every activity, and they make up all of it", async () => {
    const found = await measureCase(DIST, { id: "time", kind: "profile", of: FIXPOINT, rounds: 1 });
    expect(namesOf(found)).toEqual(["all", ...ACTIVITIES]);
    const [all = 0, ...each] = found.figures.map(({ value }) => value);
    expect(each.reduce((sum, value) => sum + value, 0)).toBeCloseTo(all);
    expect(found.figures.find(({ name }) => name === "cuts")?.value).toBeGreaterThan(0);
  });
});
