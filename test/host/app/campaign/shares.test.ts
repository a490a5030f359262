// Shares of a campaign: how they are cut, and that workers and shards come to the same as one piece.
// @module-tag slow: whole campaigns with workers, by the command line.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  areWhole,
  crewFor,
  fitTogether,
  sharesOf,
  workersFor,
} from "../../../../host/app/campaign/shares.js";
import { SMALL, workplace } from "../../cli/campaign-cli.js";

/** Options of a campaign to a fixpoint that takes a few seconds. */
const SMALLEST = ["--device", "tiny", "--image-size", "192", "--depth", "fixpoint", "--progress", "none"];

describe("shares", () => {
  it("are sixteen for a shallow campaign, one a worker for a deep one", () => {
    expect(sharesOf({ depth: 1, faults: "power" }, 2, null)).toHaveLength(16);
    expect(sharesOf({ depth: 2, faults: "power" }, 20, null)).toHaveLength(16);
    expect(sharesOf({ depth: 3, faults: "power" }, 1, null)).toEqual([{ index: 0, count: 1 }]);
    expect(sharesOf({ depth: 3, faults: "power" }, 2, null)).toEqual([
      { index: 0, count: 2 },
      { index: 1, count: 2 },
    ]);
  });

  it("are one for all workers to a fixpoint, but for strikes: these are one a worker", () => {
    const job = { depth: "fixpoint", faults: "power,weak" } as const;
    expect(sharesOf(job, 2, null)).toEqual([{ index: 0, count: 1 }]);
    expect(sharesOf(job, 2, { index: 2, count: 3 })).toEqual([{ index: 1, count: 3 }]);
    expect(crewFor(job, 2)).toBe(2);
    expect(crewFor(job, 100)).toBe(63);
    expect(crewFor({ ...job, depth: 3 }, 2)).toBe(1);
    const struck = { ...job, faults: "power,flip" };
    expect(crewFor(struck, 2)).toBe(1);
    expect(sharesOf(struck, 2, null)).toHaveLength(2);
  });

  it.each([
    [{ depth: 1, faults: "power" }, 3],
    [{ depth: 2, faults: "power" }, 16],
    [{ depth: 1, faults: "power" }, 20],
    [{ depth: 3, faults: "power" }, 3],
  ])("of shards cover every unit of work once: %j in %i shards", (job, count) => {
    const workers = (index: number) => (index % 3) + 1;
    const shares = Array.from({ length: count }, (_, at) =>
      sharesOf(job, workers(at), { index: at + 1, count }),
    ).flat();
    for (let unit = 0; unit < 500; unit++) {
      expect(shares.filter((share) => unit % share.count === share.index)).toHaveLength(1);
    }
  });

  it("of a shard are every n-th of the campaign's", () => {
    expect(sharesOf({ depth: 1, faults: "power" }, 2, { index: 3, count: 6 })).toEqual([
      { index: 2, count: 16 },
      { index: 8, count: 16 },
      { index: 14, count: 16 },
    ]);
    expect(sharesOf({ depth: 3, faults: "power" }, 2, { index: 3, count: 3 })).toEqual([
      { index: 2, count: 6 },
      { index: 5, count: 6 },
    ]);
  });

  it("fit together where all are cut alike, or each shard by itself", () => {
    expect(fitTogether([16, 16, 16], 3)).toBe(true);
    expect(fitTogether([3, 6, 9], 3)).toBe(true);
    expect(fitTogether([16, 6, 6], 3)).toBe(false);
  });

  it("are known as whole only where each is there once", () => {
    const shard = { index: 2, count: 3 };
    const shares = sharesOf({ depth: 1, faults: "power" }, 1, shard);
    expect(areWhole(shares, shard)).toBe(true);
    expect(areWhole(shares.slice(1), shard)).toBe(false);
    expect(areWhole([...shares.slice(1), shares[1]!], shard)).toBe(false);
    expect(areWhole(shares, null)).toBe(false);
    expect(areWhole([], shard)).toBe(false);
  });

  it("have as many workers as there are cores, one where they would meet the same states apart", () => {
    expect(workersFor({ depth: 2, faults: "power" }, 4)).toBe(4);
    expect(workersFor({ depth: 1, faults: "power" }, 64)).toBe(16);
    expect(workersFor({ depth: "fixpoint", faults: "power" }, 2)).toBe(2);
    expect(workersFor({ depth: "fixpoint", faults: "power" }, 64)).toBe(4);
    expect(workersFor({ depth: "fixpoint", faults: "power,flip" }, 4)).toBe(1);
    expect(workersFor({ depth: 3, faults: "power" }, 4)).toBe(1);
  });
});

describe("a campaign in shares", () => {
  const place = workplace();
  afterAll(place.remove);
  beforeAll(async () => {
    await place.run("campaign", ...SMALL, "--workers", "1", "--json", "whole.json");
  });

  it("comes to the same with two workers", async () => {
    const { code } = await place.run("campaign", ...SMALL, "--workers", "2", "--json", "two.json");
    expect(code).toBe(0);
    expect(place.textOf("two.json")).toBe(place.textOf("whole.json"));
    expect(place.report("two.json").effort.workers).toBe(2);
    expect(place.report("whole.json")).not.toHaveProperty("shares");
  });

  it("comes to the same to a fixpoint with two workers", async () => {
    const fixpoint = ["campaign", ...SMALL, "--depth", "fixpoint", "--json"];
    await Promise.all([
      place.run(...fixpoint, "one.json", "--workers", "1"),
      place.run(...fixpoint, "other.json", "--workers", "2"),
    ]);
    expect(place.report("one.json")).toMatchObject({ verdict: "proved", effort: { workers: 1 } });
    expect(place.textOf("other.json")).toBe(place.textOf("one.json"));
  });

  it.each([
    ["first-boot --faults power,reset", 2, "proved"],
    ["first-boot --faults power,reset", 3, "proved"],
    ["tampered --faults power,weak", 2, "proved"],
    ["first-boot --faults power --tears dense --guest single-flag", 2, "violated"],
    ["update --faults power --guest single-flag", 2, "violated"],
    ["update --faults power --guest late-attempts --attempts 1", 2, "violated"],
  ])("comes to the same to a fixpoint: %s, %i workers", async (words, workers, verdict) => {
    const args = ["campaign", ...words.split(" "), ...SMALLEST, "--json"];
    const alone = await place.run(...args, "alone.json", "--workers", "1");
    const together = await place.run(...args, "together.json", "--workers", `${workers}`);
    expect(together.code).toBe(alone.code);
    expect(place.report("alone.json").verdict).toBe(verdict);
    expect(place.report("together.json").effort.workers).toBe(workers);
    expect(place.textOf("together.json")).toBe(place.textOf("alone.json"));
  });

  it("ends with several workers at as many states as with one", async () => {
    const args = ["campaign", ...SMALL, "--depth", "fixpoint", "--max-states", "2000", "--json"];
    const alone = await place.run(...args, "alone.json", "--workers", "1");
    const together = await place.run(...args, "together.json", "--workers", "2");
    expect([alone.code, together.code]).toEqual([3, 3]);
    const [one, other] = [place.report("alone.json"), place.report("together.json")];
    expect([other.verdict, other.incomplete]).toEqual([one.verdict, one.incomplete]);
    expect(JSON.stringify(other.incomplete)).toContain("more than 2000 states");
  });

  it("comes to the same to a fixpoint in two shards with two workers each", async () => {
    const args = ["campaign", "first-boot", "--faults", "power,reset", ...SMALLEST];
    await place.run(...args, "--json", "whole-deep.json");
    for (const shard of ["1", "2"])
      await place.run(...args, "--workers", "2", "--shard", `${shard}/2`, "--json", `deep-${shard}.json`);
    const { code, stderr } = await place.run("merge", "deep-1.json", "deep-2.json", "--json", "deep.json");
    expect([code, stderr]).toEqual([0, ""]);
    expect(place.textOf("deep.json")).toBe(place.textOf("whole-deep.json"));
  });

  it("says which shard it is, and shows only what that covered", async () => {
    const { code, stdout } = await place.run("campaign", ...SMALL, "--shard", "2/3", "--json", "2.json");
    expect(code).toBe(0);
    expect(stdout).toContain("in shard 2/3 alone: clean for up to 1 fault");
    const { shard, shares, points } = place.report("2.json");
    expect(shard).toEqual({ index: 2, count: 3 });
    expect(shares?.map(({ index, count, done }) => [index, count, done])).toEqual(
      [1, 4, 7, 10, 13].map((index) => [index, 16, true]),
    );
    expect(points.judged).toBeGreaterThan(0);
    expect(points.judged).toBeLessThan(place.report("whole.json").points.judged);
  });

  it.each([
    [["--guest", "nobody"], 2, "nobody: expected the name of a guest"],
    [["--shard", "0/3"], 2, "Expected a share like 1/3"],
    [["--shard", "4/3"], 2, "Expected a share like 1/3"],
    [["--workers", "0"], 2, "Expected an integer 1..256"],
  ])("refuses %j as without workers", async (args, expected, message) => {
    const { code, stderr } = await place.run("campaign", ...SMALL, ...args);
    expect([code, stderr.trim().split("\n").length]).toEqual([expected, 1]);
    expect(stderr).toContain(message);
  });

  it("ends with a worker's error as if it were its own", async () => {
    place.write(
      "throws.config.ts",
      `export default { oracles: [{ name: "bad", demands: "x", judge: () => { throw new RangeError("no") } }] };`,
    );
    const { code, stderr } = await place.run("campaign", ...SMALL, "--config", "throws.config.ts");
    expect(stderr).toBe(
      "everboot: oracle bad: expected a sentence or null, found an exception: RangeError: no\n",
    );
    expect(code).toBe(2);
  });
});
