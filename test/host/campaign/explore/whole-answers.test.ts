// Whole runs in which what surrounds the device answers otherwise: every kind of hostile answer of the models that are on is drawn, and no
// other; and the audit notices an answer that an exploration leaves out.
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCampaign } from "../../../../host/campaign/campaign.js";
import { Talk } from "../../../../host/campaign/explore/memo/talk.js";
import { playWholeRuns } from "../../../../host/campaign/explore/whole-runs.js";
import type { CampaignOptions } from "../../../../host/campaign/options.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { FaultPlan } from "../../../../host/campaign/plan/fault-plan.js";
import type { WorldPlan } from "../../../../host/campaign/plan/world-plan.js";
import { type PlainCall, runPlain } from "../../../../host/campaign/play/plain.js";
import { partById } from "../../../../host/device/parts.js";
import { prepared } from "../../../support/exploration.js";
import { deviceModule } from "../../../support/scenes.js";
import { WORLDS, worldGuest, worldScene } from "../../../support/world.js";

const part = partById("tiny");

/** Runs drawn of a guest, each with its calls as its plan gives them. */
function drawn(
  guest: string,
  models: readonly FaultName[],
  world: WorldPlan,
  { count = 100, depth = Infinity }: { readonly count?: number; readonly depth?: number } = {},
) {
  const scene = worldScene(part, world);
  const wanted = { part, pair: worldGuest(guest), scene, models, attempts: 1 };
  const { device, start, faults } = prepared(wanted);
  const runs = playWholeRuns({ device, scene, start, faults }, { count, depth, seed: 1, decided: [] });
  return runs.map(({ plan }) => {
    const calls: PlainCall[] = [];
    const resets = models.includes("reset");
    runPlain(device, scene, start, { faults: plan, resets, onCall: (call) => calls.push(call) });
    device.exports.rollback();
    return { plan, calls };
  });
}

/** What went wrong around the device, without places. */
function kindsIn(runs: ReturnType<typeof drawn>): string[] {
  const words = runs.flatMap(({ calls }) => calls.flatMap(({ around }) => around));
  return [...new Set(words.map((text) => text.replace(/,? bit \d+|, \d+ bytes/, "")))].sort();
}

function optionsOf(
  guest: string,
  faults: readonly FaultName[],
  world: WorldPlan,
  depth: number | "fixpoint" = "fixpoint",
): CampaignOptions {
  return {
    ...{ deviceModule, part, layout: part.layout, guest: worldGuest(guest), attempts: 1, faults },
    ...{ scene: worldScene(part, world), assume: true, audit: 1, depth },
    ...{ canaries: [], clock: () => ({ cpu: 0, wall: 0 }) },
  };
}

afterEach(() => vi.restoreAllMocks());

describe("whole runs around a device", () => {
  it.each([
    [
      "challenge-constant",
      ["power", "link"],
      WORLDS.challenged,
      [
        "client away",
        "client gone",
        "packet cut short",
        "packet damaged",
        "packet lost",
        "packet twice",
        "reply lost",
      ],
    ],
    ["window-asked", ["clock"], WORLDS.window, ["clock set: in the window", "clock set: not in the window"]],
    ["checks-then-resets", ["power", "inputs"], WORLDS.inputs, ["therapy begins", "therapy ends"]],
  ] as const)("of %s draw what %j have", (guest, models, world, kinds) => {
    expect(kindsIn(drawn(guest, models, world))).toEqual(expect.arrayContaining([...kinds]));
  });

  it("draw packets out of order, where there are two", { tags: "slow" }, () => {
    expect(kindsIn(drawn("acts-once", ["link"], WORLDS.twoRequests))).toContain("packet out of order");
  });

  it.each([
    ["key-in-slot", ["power"], WORLDS.key],
    ["window-asked", ["power", "inputs"], WORLDS.window],
  ] as const)("of %s draw no answer of a model that is off, under %j", (guest, models, world) => {
    expect(kindsIn(drawn(guest, models, world))).toEqual([]);
  });

  it("have as many faults as the exploration, a call with hostile answers being one", () => {
    const runs = drawn("challenge-constant", ["power", "link"], WORLDS.challenged, { depth: 2, count: 300 });
    const faultsIn = (plan: FaultPlan, calls: readonly PlainCall[]) =>
      plan.cuts.length + calls.filter(({ around }) => around.length > 0).length;
    const counts = runs.map(({ plan, calls }) => faultsIn(plan, calls));
    expect(Math.max(...counts)).toBe(2);
    expect(runs.some(({ calls }) => calls.some(({ around }) => around.length > 1))).toBe(true);
    const isCutToo = ({ plan, calls }: (typeof runs)[number]) =>
      calls.some(({ index, around }) => around.length > 0 && plan.cuts.some(({ call }) => call === index));
    expect(runs.some(isCutToo)).toBe(true);
    expect(runs.some(({ plan }) => plan.cuts.some((cut) => "asked" in cut))).toBe(true);
  });

  it("decide what the clock has left open", () => {
    const runs = drawn("clock-asked-twice", ["clock"], WORLDS.window);
    const isOpen = ({ options }: PlainCall["exchanges"][number]) =>
      options.filter(({ model }) => model === null).length > 1;
    const asked = runs.flatMap(({ calls }) => calls.flatMap(({ exchanges }) => exchanges.filter(isOpen)));
    expect(new Set(asked.map(({ option }) => option)).size).toBeGreaterThan(1);
  });

  it("agree with what is explored, to a depth too", { tags: "slow" }, () => {
    for (const depth of [1, 2]) {
      const report = runCampaign(
        optionsOf("challenge-constant", ["power", "link"], WORLDS.challenged, depth),
      );
      expect(report.unreplayed).toBeUndefined();
      expect(report.effort.runsAudited).toBeGreaterThan(50);
    }
  });
});

describe("the audit by whole runs", () => {
  it.each([
    ["key-in-slot", ["link"], WORLDS.key, "client gone"],
    ["key-in-slot", ["power", "link"], WORLDS.key, "packet twice"],
    ["window-asked", ["clock"], WORLDS.window, "clock set: in the window"],
    ["checks-then-resets", ["inputs"], WORLDS.inputs, "therapy begins"],
  ] as const)("of %s under %j notices that an answer is left out", (guest, faults, world, left) => {
    const plain = Talk.prototype.options;
    vi.spyOn(Talk.prototype, "options").mockImplementation(function (this: Talk, question) {
      return plain.call(this, question).filter(({ option }) => option.words !== left);
    });
    expect(() => runCampaign(optionsOf(guest, faults, world))).toThrow(
      /a run played from the start (was not explored at call|violates \S+, unseen).*answers a\d/,
    );
  });

  it("plays eight runs at the least where answers can be faults", () => {
    const least = { ...optionsOf("key-in-slot", ["link"], WORLDS.key), audit: 0.001 };
    expect(runCampaign(least).effort.runsAudited).toBe(8);
    const none = { ...least, audit: 0 };
    expect(runCampaign(none).effort.runsAudited).toBe(0);
  });
});
