// Shrinking a plan of faults: what a violation does not need is taken away, and what it needs stays. Never asserts how many runs
// that takes.
import { describe, expect, it } from "vitest";
import { TABLE_KEY } from "../../../assembly/abi.js";
import type { FaultPlan } from "../../../host/campaign/plan/fault-plan.js";
import { oracleBit } from "../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { shrink } from "../../../host/campaign/shrink.js";
import { partById } from "../../../host/device/parts.js";
import { type Prepared, type Wanted, explored, prepared } from "../../support/exploration.js";
import { guestFor, sceneOn, tinyWith } from "../../support/guests.js";

const tiny = partById("tiny");
const singleFlag: Wanted = {
  part: tiny,
  pair: guestFor("single-flag", tiny),
  scene: sceneOn(tiny, "update", 4),
  models: ["power"],
  depth: 1,
};
const BRICK = oracleBit("no-brick");

function shows({ device, start }: Prepared, { scene }: Wanted, faults: FaultPlan, bit: number): boolean {
  device.exports.rollback();
  const { violations } = runPlain(device, scene, start, { faults });
  device.exports.rollback();
  return (violations & bit) !== 0;
}

/** Every plan with one cut or one choice less. */
function oneLess({ cuts, reads }: FaultPlan): FaultPlan[] {
  return [
    ...cuts.map((without) => ({ cuts: cuts.filter((cut) => cut !== without), reads })),
    ...reads.flatMap((changed) =>
      changed.choices.flatMap((choice, at) =>
        choice === 0
          ? []
          : [
              {
                cuts,
                reads: reads.map((one) =>
                  one === changed ? { ...one, choices: one.choices.map((x, i) => (i === at ? 0 : x)) } : one,
                ),
              },
            ],
      ),
    ),
  ];
}

describe("shrinking", () => {
  it("takes away cuts and choices that a violation does not need", () => {
    const { result } = explored(singleFlag);
    const found = result.findings.all.find(({ oracle }) => oracle === "no-brick")!;
    expect(found.plan.cuts).toHaveLength(1);
    const ready = prepared(singleFlag);
    const superfluous: FaultPlan = {
      cuts: [
        ...found.plan.cuts,
        { call: found.plan.cuts[0]!.call + 1, operation: 3, shape: "all" },
        { call: 900, operation: 0, shape: "none" },
      ],
      reads: [
        { call: 0, choices: [1, 0, 1] },
        { call: 7, choices: [0, 2] },
      ],
    };
    const smallest = shrink(ready.device, singleFlag.scene, ready.start, { ...found, plan: superfluous });
    expect(smallest).toEqual(found.plan);
  });

  it("keeps a cut without which the other would strike somewhere else", () => {
    const ready = prepared(singleFlag);
    const [last] = explored(singleFlag).result.findings.all[0]!.plan.cuts;
    // The first cut makes another power-up of it, so that the one that matters comes later than it would alone.
    const early = { call: 1, operation: 0, shape: "untouched" } as const;
    let found: FaultPlan | undefined;
    for (let call = last!.call + 1; call < 40 && found === undefined; call++) {
      const plan: FaultPlan = { cuts: [early, { ...last!, call }], reads: [] };
      if (
        shows(ready, singleFlag, plan, BRICK) &&
        !shows(ready, singleFlag, { cuts: [plan.cuts[1]!], reads: [] }, BRICK)
      )
        found = plan;
    }
    expect(found, "no pair of cuts that bricks").toBeDefined();
    const finding = { oracle: "no-brick", cause: "", faults: 1, item: 0, count: 1, plan: found! } as const;
    const smallest = shrink(ready.device, singleFlag.scene, ready.start, finding);
    expect(smallest).toEqual(found);
  });

  it("keeps the choices of weak reads that a violation needs, each of them", () => {
    const sealed = tinyWith({ rule: "once", record: "sealed", assumes: true });
    const wanted: Wanted = {
      part: sealed,
      pair: guestFor("boot-full", sealed),
      scene: sceneOn(sealed, "update", 4),
      models: ["power", "weak"],
      assume: false,
      depth: 1,
    };
    const { result } = explored(wanted);
    const ready = prepared(wanted);
    expect(result.findings.all.length).toBeGreaterThan(0);
    for (const finding of result.findings.all) {
      const bit = oracleBit(finding.oracle);
      expect(shows(ready, wanted, finding.plan, bit), JSON.stringify(finding.plan)).toBe(true);
      const smallest = shrink(ready.device, wanted.scene, ready.start, finding)!;
      expect(smallest.reads.length).toBeGreaterThan(0);
      expect(shows(ready, wanted, smallest, bit)).toBe(true);
      for (const less of oneLess(smallest)) expect(shows(ready, wanted, less, bit)).toBe(false);
    }
  });

  it("has no answer where playing the plan does not show the violation", () => {
    const ready = prepared(singleFlag);
    const [found] = explored(singleFlag).result.findings.all;
    const elsewhere: FaultPlan = { cuts: [{ call: 900, before: true }], reads: [] };
    const smallest = shrink(ready.device, singleFlag.scene, ready.start, { ...found!, plan: elsewhere });
    expect(smallest).toBeNull();
  });

  it("leaves the device at its checkpoint", () => {
    const ready = prepared(singleFlag);
    const { result } = explored(singleFlag);
    const key = () => {
      ready.device.exports.stateKey(0, ...ready.start.history.digest);
      const at = ready.device.table(TABLE_KEY);
      return [...ready.device.words.subarray(at, at + 4)];
    };
    const before = key();
    shrink(ready.device, singleFlag.scene, ready.start, result.findings.all[0]!);
    expect(key()).toEqual(before);
  });
});
