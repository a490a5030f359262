// Shares of a campaign put together: they are the whole campaign, in everything but what it cost.
import { describe, expect, it } from "vitest";
import { type CampaignOptions, WHOLE } from "../../../host/campaign/options.js";
import { reportOf } from "../../../host/campaign/report-of.js";
import { runCampaign, runShare } from "../../../host/campaign/campaign.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { oracleBit } from "../../../host/campaign/plan/oracles.js";
import { type ShareResult, mergeShares } from "../../../host/campaign/share-result.js";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { partById } from "../../../host/device/parts.js";
import { guestFor, sceneOn } from "../../support/guests.js";
import { isNightly } from "../../support/nightly.js";
import { deviceModule, smallScene } from "../../support/scenes.js";
import { campaign, templatePair } from "../../support/soundness.js";

const SHARES = 3;

interface Case extends Partial<CampaignOptions> {
  readonly guestName: string;
  readonly faults: readonly FaultName[];
  readonly depth: number | "fixpoint";
  /** A minute. */
  readonly nightly?: true;
}

function optionsOf({ guestName, ...more }: Case): CampaignOptions {
  const part = partById("tiny");
  return {
    deviceModule,
    part,
    layout: part.layout,
    guest: guestFor(guestName, part),
    scene: smallScene("update", "tiny", 4),
    attempts: 3,
    assume: true,
    audit: 0,
    canaries: [],
    clock: () => ({ cpu: 0, wall: 0 }),
    places: ["record", "counters"],
    samples: 4,
    ...more,
  };
}

function sharesOf(options: CampaignOptions): ShareResult[] {
  return Array.from({ length: SHARES }, (_, index) => runShare(options, { index, count: SHARES }));
}

/** The report without what differs from run to run. */
function shown({ effort, ...report }: CampaignReport) {
  return { ...report, bootsCovered: effort.bootsCovered };
}

const LARGE = smallScene("update", "tiny", 324);
const STRIKES = ["flip", "write"] as const;
const ALL = ["power", ...STRIKES] as const;

/** With and without violations: single-flag has some under power, our own core none. */
const CASES: readonly Case[] = [
  ...["boot-full", "single-flag"].flatMap((guestName): Case[] => [
    { guestName, faults: ["power"], depth: 1 },
    { guestName, faults: ["power"], depth: 2 },
    { guestName, faults: ["flip"], depth: 1 },
    { guestName, faults: ["flip"], depth: 2 },
    { guestName, faults: STRIKES, depth: 1 },
    { guestName, faults: ALL, depth: 1 },
  ]),
  { guestName: "boot-full", faults: ["flip"], depth: 1, places: ["slotA", "slotB", "keys"], samples: 64 },
  { guestName: "boot-full", faults: ["power"], depth: "fixpoint" },
  // With more operations in one call than are one unit of work.
  ...[1, 2].map((depth): Case => ({
    guestName: "boot-full",
    faults: ["power", "reset"],
    depth,
    scene: LARGE,
  })),
  { guestName: "boot-full", faults: ["power", "write"], depth: 2 },
  { guestName: "boot-full", faults: STRIKES, depth: 2 },
  { guestName: "single-flag", faults: STRIKES, depth: 2, nightly: true },
];

describe("three shares of a campaign, put together in any order", () => {
  for (const one of CASES) {
    const { guestName, faults, depth, places = ["record", "counters"], nightly = false } = one;
    const isQuick = depth === 1 && one.samples === undefined && guestName === "boot-full";
    const tags = isQuick ? [] : ["slow"];
    it.runIf(isNightly || !nightly)(
      `are the whole: ${guestName}, ${faults.join()} in ${places.join()}, depth ${depth}`,
      { tags },
      () => {
        const options = optionsOf(one);
        const whole = runCampaign(options);
        const parts = sharesOf(options);
        for (const order of [parts, [...parts].reverse()])
          expect(shown(reportOf(options, order, []))).toEqual(shown(whole));
        expect(whole.points.judged).toBe(whole.points.planned);
        expect(whole.survival === null).toBe(!faults.some((name) => name === "flip" || name === "write"));
      },
    );
  }

  it("are the whole also where cuts and flips follow on one another", { tags: "slow" }, () => {
    const options = optionsOf({ guestName: "boot-full", faults: ALL, depth: 2 });
    expect(shown(reportOf(options, sharesOf(options), []))).toEqual(shown(runCampaign(options)));
  });

  it(
    "are the whole there too in points, power-on states, survival, oracles and verdict",
    { tags: "slow" },
    () => {
      const options = optionsOf({ guestName: "boot-full", faults: ALL, depth: 2 });
      const [merged, whole] = [reportOf(options, sharesOf(options), []), runCampaign(options)].map(
        ({ points, states: { distinct, digest }, survival, verdict, depth, violations }) => ({
          ...{ points, distinct, digest, survival, verdict, depth },
          oracles: [...new Set(violations.map(({ oracle }) => oracle))],
        }),
      );
      expect(merged).toEqual(whole);
    },
  );
});

describe("faults", () => {
  it("count once where the state that a twin of the last level is explored as was judged before", async () => {
    const part = partById("lpc55s69");
    const options = { part, guest: await templatePair("template"), scene: sceneOn(part, "update", 68) };
    const { judged, planned } = campaign({ ...options, faults: ["power"], depth: 2 }).points;
    expect(judged).toBeGreaterThan(0);
    expect(judged).toBe(planned);
  });
});

describe("a share", () => {
  const options = optionsOf({ guestName: "single-flag", faults: ["power"], depth: 1 });
  const judgedOf = ({ states }: ShareResult) => states.judged.reduce((sum, count) => sum + count, 0);

  it("has a part of the first faults, and no two shares have one in common", () => {
    const whole = runShare(options, WHOLE);
    const parts = sharesOf(options);
    expect(parts.map(({ index, count }) => [index, count])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    for (const part of parts) {
      expect(judgedOf(part)).toBeGreaterThan(0);
      expect(judgedOf(part)).toBeLessThan(judgedOf(whole));
    }
    expect(parts.reduce((sum, part) => sum + judgedOf(part), 0)).toBe(judgedOf(whole));
  });

  it("has about as many of them as any other, where one call installs all of an image", () => {
    const part = partById("nrf52840");
    const options = optionsOf({
      ...{ guestName: "boot-full", faults: ["power"], depth: 1, part, layout: part.layout },
      scene: smallScene("update", "nrf52840", 3 * 1024),
    });
    const judged = sharesOf(options).map((share) => mergeShares([share]).judged);
    expect(Math.max(...judged)).toBeLessThan(1.5 * Math.min(...judged));
  });

  it("is missed where it is left out: less is judged and planned, and other states are met", () => {
    const whole = runCampaign(options);
    for (let missing = 0; missing < SHARES; missing++) {
      const { points, states } = reportOf(
        options,
        sharesOf(options).filter(({ index }) => index !== missing),
        [],
      );
      expect(points.judged).toBeLessThan(whole.points.judged);
      expect(states.digest).not.toBe(whole.states.digest);
    }
  });

  it("knows the states from which an oracle is violated, and a state that several shares have counts once", () => {
    const { states } = runShare(options, WHOLE);
    const bit = oracleBit("no-brick");
    const violating = states.violations.filter((mask) => (mask & bit) !== 0).length;
    expect(violating).toBeGreaterThan(0);
    const merged = mergeShares(sharesOf(options));
    expect(merged.statesViolating("no-brick")).toBe(violating);
    expect(merged.statesViolating("in-bounds")).toBe(0);
    expect(merged.all).toBe(states.depths.length);
  });

  it("that ended early makes the whole incomplete and no fixpoint, and what it found still counts", () => {
    const parts = sharesOf(options);
    const early = { ...parts[1]!, incomplete: "time is up", fixpoint: false };
    const merged = mergeShares([parts[0]!, early, parts[2]!]);
    expect([merged.incomplete, merged.fixpoint]).toEqual(["time is up", false]);
    expect(reportOf(options, [parts[0]!, early, parts[2]!], []).verdict).toBe("violated");
  });

  it("that judged another number of faults than it had planned shows in the whole", () => {
    const parts = sharesOf(options);
    const miscounted = [...parts.slice(1), { ...parts[0]!, planned: 7 }];
    const { judged, planned } = mergeShares(miscounted);
    expect(planned).not.toBe(judged);
    expect(reportOf(options, miscounted, []).incomplete).toBe(`planned ${planned} faults, judged ${judged}`);
  });
});
