// The audit by whole runs: it agrees with what is explored, it draws every shape that the models have, and it notices whatever an
// exploration leaves out.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { Cut, CutInOperation } from "../../../../host/campaign/plan/fault-plan.js";
import type { Tears } from "../../../../host/campaign/plan/faults.js";
import { shapeName } from "../../../../host/campaign/plan/shapes.js";
import { runShare } from "../../../../host/campaign/campaign.js";
import { reportOf } from "../../../../host/campaign/report-of.js";
import type { OracleName } from "../../../../host/campaign/plan/oracles.js";
import {
  type WholeRun,
  auditWholeRuns,
  playWholeRuns,
} from "../../../../host/campaign/explore/whole-runs.js";
import { assumptionOf } from "../../../../host/device/record.js";
import { partById } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import { prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";
import { campaign, campaignOptions, equalScene, soundnessPair } from "../../../support/soundness.js";

const tiny = partById("tiny");
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;
/** Whole runs: some hundred. */
const MANY = 0.5;

const WEAK: readonly FaultName[] = ["power", "weak", "ecc"];

/** Runs drawn on a part with the package's own guests. */
async function drawn(
  part: PartProfile,
  models: readonly FaultName[],
  count: number,
  { tears = "shapes", depth = Infinity }: { readonly tears?: Tears; readonly depth?: number } = {},
) {
  const pair = await ownPairFor(part);
  const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
  const { device, start, faults } = prepared({ part, pair, scene, models, tears });
  const decided = assumptionOf(part, part.layout)?.decided ?? [];
  const runs = playWholeRuns({ device, scene, start, faults }, { count, depth, seed: 1, decided });
  return { runs, faults };
}

function isInOperation(cut: Cut): cut is CutInOperation {
  return "shape" in cut;
}

describe("whole runs", () => {
  it.each<{ readonly device: string; readonly faults: readonly FaultName[]; readonly depth: number }>([
    { device: "tiny", faults: ["power", "reset"], depth: 1 },
    { device: "tiny", faults: WEAK, depth: 1 },
    { device: "stm32l476", faults: WEAK, depth: Infinity },
    { device: "rp2040-w25q", faults: ["power"], depth: 1 },
  ])(
    "agree with what is explored on $device under $faults to depth $depth",
    async ({ device, faults, depth }) => {
      const part = partById(device);
      const report = campaign({
        ...{
          part,
          guest: await ownPairFor(part),
          scene: sceneOn(part, "update", SECTOR_PAYLOAD),
          faults,
          audit: MANY,
        },
        depth: depth === Infinity ? "fixpoint" : depth,
      });
      expect(report.effort.runsAudited).toBeGreaterThan(50);
      expect(report.violations).toEqual([]);
      expect(report.incomplete).toBeNull();
    },
  );

  it("agree where shares are put together, and with a guest that is wrong", async () => {
    const options = campaignOptions({
      ...{ part: tiny, guest: await soundnessPair("g1"), scene: equalScene(tiny), faults: ["power"] },
      audit: MANY,
    });
    const parts = [0, 1, 2].map((index) => runShare(options, { index, count: 3 }));
    expect(parts.map(({ wholeRuns }) => wholeRuns.length > 0)).toEqual([true, false, false]);
    const report = reportOf(options, parts, []);
    expect(report.violations.map(({ oracle }) => oracle)).toContain("confirmed-stays");
    expect(report.effort.runsAudited).toBeGreaterThan(50);
    const [first, ...others] = parts.map((part) => ({
      ...part,
      wholeRuns: part.wholeRuns.map((run) => ({ ...run, states: [...run.states, "0".repeat(32)] })),
    }));
    expect(() => reportOf(options, [first!, ...others], [])).toThrow(/was not explored at call \d+: no cut/);
  });

  it("draw every shape that the models have, and no other", { tags: "slow" }, async () => {
    for (const part of ["tiny", "stm32h743", "lpc55s69"].map(partById)) {
      for (const models of [["power"], WEAK] as const) {
        const { runs, faults } = await drawn(part, models, 320);
        const cuts = runs.flatMap(({ plan }) => plan.cuts).filter(isInOperation);
        const seen = new Set(cuts.map(({ shape }) => shape));
        const { record, slotA } = part.layout;
        const size = part.programMin.value;
        const kinds: readonly [number, number, number][] = [
          ...[record.offset, slotA.offset].map((at): [number, number, number] => [abi.OP_PROGRAM, at, size]),
          [abi.OP_ERASE, slotA.offset, size],
        ];
        const known = new Set(
          kinds.flatMap(([kind, offset, bytes]) =>
            faults.shapesOf(kind, offset, bytes).map((shape) => shapeName(kind, shape)),
          ),
        );
        expect(
          [...known].filter((shape) => !seen.has(shape)),
          `${part.id}, ${models.join()}`,
        ).toEqual([]);
        expect(() => faults.check({ cuts, reads: [] })).not.toThrow();
      }
    }
  });

  it("have no fault where the exploration has none", async () => {
    const { runs } = await drawn(tiny, ["power", "weak"], 10, { depth: 0 });
    expect(runs.flatMap(({ plan }) => plan.cuts)).toEqual([]);
  });

  it("tear words densely where the campaign does", async () => {
    const { runs } = await drawn(tiny, ["power"], 200, { tears: "dense" });
    const landed = runs
      .flatMap(({ plan }) => plan.cuts)
      .flatMap((cut) => ("landed" in cut ? [cut.landed] : []));
    expect(landed.length).toBeGreaterThan(3);
    expect(runs.every(({ states }) => states.length === 0)).toBe(true);
  });
});

describe("the audit by whole runs", () => {
  const run: WholeRun = {
    plan: { cuts: [{ call: 3, operation: 1, shape: "prefix" }], reads: [{ call: 4, choices: [1] }] },
    states: ["aa", "bb"],
    violations: ["no-brick"],
  };
  const found = new Set<OracleName>(["no-brick"]);

  it("takes runs whose states are held and whose oracles are found", () => {
    expect(() => auditWholeRuns([run], () => new Set(), found)).not.toThrow();
  });

  it("names a run that stands in another state", () => {
    expect(() => auditWholeRuns([run], () => new Set(["bb"]), found)).toThrow(
      'a run played from the start was not explored at call 1: c3.1.prefix, weak reads [{"call":4,"choices":[1]}]',
    );
  });

  it("names a run that violates what was not found", () => {
    expect(() => auditWholeRuns([run], () => new Set(), new Set())).toThrow(
      /a run played from the start violates no-brick, unseen: c3.1.prefix/,
    );
  });
});
