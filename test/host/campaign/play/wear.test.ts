// Wear of the run without faults: what is counted, how much there may be, and that an agent which installs every update twice shows.
import { describe, expect, it } from "vitest";
import { formatTraceLine, parseTraceLine } from "../../../../host/campaign/plan/trace-line.js";
import { oracleNames } from "../../../../host/campaign/plan/oracles.js";
import type { Scenario, Scene, Step } from "../../../../host/campaign/plan/scenario.js";
import { readTrace } from "../../../../host/campaign/plan/trace.js";
import { runJudged, wearBounds } from "../../../../host/campaign/play/wear.js";
import { partById } from "../../../../host/device/parts.js";
import { tellTrace } from "../../../../host/report/run/tell.js";
import { explored, prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { deviceModule, ownPairFor } from "../../../support/scenes.js";
import { campaign, equalScene, said, soundnessPair } from "../../../support/soundness.js";

const tiny = partById("tiny");
const SECTOR_B = tiny.layout.slotB.offset / 256;
/** Makes an image of two sectors of 256 bytes. */
const scene = equalScene(tiny);

function sceneOf(changes: Partial<Scenario>): Scene {
  return { ...scene, scenario: { ...scene.scenario, ...changes } };
}

/** The run of our own guest in a scenario, judged. */
function judged(name: string, changes: Partial<Scenario> = {}) {
  const wanted = sceneOn(tiny, name, 324);
  const own = { ...wanted, scenario: { ...wanted.scenario, ...changes } };
  const { device, start } = prepared({ part: tiny, pair: ownPairFor(tiny), scene: own, models: ["power"] });
  return { device, start, own, ...runJudged(device, own, start, {}) };
}

describe("the erases of a run", () => {
  it("are those of the sector that has most of them, in the slots and in the Record", () => {
    const { wear, violations } = judged("update");
    expect(wear.slots).toMatchObject({ erases: 1, bound: 1 });
    expect(wear.slots.offset).toBe((wear.slots.sector ?? 0) * 256);
    expect(wear.slots.sector).toBeGreaterThanOrEqual(SECTOR_B);
    expect(wear.record).toMatchObject({ erases: 3, sector: 1, offset: 256 });
    expect(violations).toBe(0);
  });

  it("are none where nothing is installed", () => {
    const { wear } = judged("first-boot");
    expect(wear.slots).toEqual({ erases: 0, sector: null, offset: null, bound: 1 });
  });

  it("may be as many as the scenario says, and not one more", () => {
    const names = (wearMax: Scenario["wearMax"]) =>
      oracleNames(judged("update", { wearMax: wearMax! }).violations);
    expect(names({ slots: 1, record: 3 })).toEqual([]);
    expect(names({ slots: 0 })).toEqual(["wear-bound"]);
    expect(names({ record: 2 })).toEqual(["wear-bound"]);
    expect(
      oracleNames(judged("update", { wearMax: { record: 0 }, notApplicable: ["wear-bound"] }).violations),
    ).toEqual([]);
  });

  it("are not judged where something goes wrong", () => {
    const { device, own, start } = judged("update", { wearMax: { record: 0 } });
    device.exports.rollback();
    const cut = { call: 0, before: true } as const;
    expect(runJudged(device, own, start, { faults: { cuts: [cut], reads: [] } }).violations).toBe(0);
  });
});

describe("the bound", () => {
  const { device } = prepared({ part: tiny, pair: ownPairFor(tiny), scene, models: ["power"] });
  const slotsOf = (steps: readonly Step[], boot = device.boot) =>
    wearBounds({ ...device, attempts: 3, layout: tiny.layout, part: tiny, boot }, sceneOf({ steps })).slots;

  it("in a slot is one for what is to stay and for each incident, two for another offer", () => {
    expect(slotsOf([])).toBe(1);
    expect(slotsOf([{ offer: "v2", until: "confirmed" }])).toBe(1);
    expect(slotsOf([{ offer: "v2", until: "begun" }, { damage: "other" }])).toBe(2);
    expect(
      slotsOf([
        { offer: "v2", until: "refused" },
        { offer: "v2", until: "ran" },
      ]),
    ).toBe(4);
  });

  it("in a slot is twice that for a boot that moves images", () => {
    const moving = Object.assign(Object.create(device.boot) as typeof device.boot, {});
    Object.defineProperty(moving, "writesSlots", { value: true });
    expect(slotsOf([{ offer: "v2", until: "confirmed" }], moving)).toBe(2);
  });

  it("in the Record is two for each attempt, each sector of the image and four changes more, for each step", () => {
    const record = (steps: readonly Step[], attempts: number) =>
      wearBounds({ attempts, layout: tiny.layout, part: tiny, boot: device.boot }, sceneOf({ steps })).record;
    expect(record([], 3)).toBe(2 * (3 + 2 + 4));
    expect(record([{ offer: "v2", until: "confirmed" }], 1)).toBe(2 * (1 + 2 + 4));
    expect(record([{ offer: "v2", until: "confirmed" }, { damage: "other" }], 3)).toBe(4 * (3 + 2 + 4));
  });
});

describe("an agent that installs every update twice", () => {
  const violated = async (more: object = {}) =>
    campaign({ part: tiny, guest: await soundnessPair("installs-twice"), scene, faults: ["power"], ...more });

  it("is caught without any fault, and what is said names the sector, the erases and the bound", async () => {
    const report = await violated();
    expect(said(report)).toEqual(["wear-bound (no fault)"]);
    expect(report.violations[0]!.says).toBe(
      `without any fault sector ${SECTOR_B} of a slot (0x2200) is erased 2 times, the bound is 1`,
    );
    expect(report.wear?.slots).toEqual({ erases: 2, sector: SECTOR_B, offset: 0x2200, bound: 1 });
    expect(report.verdict).toBe("violated");
  });

  it("has a trace that replays, and a line of a run without faults", async () => {
    const [violation] = (await violated()).violations;
    const facts = readTrace(
      JSON.parse(JSON.stringify(violation!.trace)),
      "here",
      () => violation!.trace.guest.sha256,
    );
    const told = tellTrace(facts, deviceModule);
    expect(told.violations).toEqual(["wear-bound"]);
    expect(told.lines.at(-1)).toMatch(/^wear-bound says: .* is erased 2 times, the bound is 1$/);
    expect(told.missed).toEqual([]);
    const { models, attempts, faults } = facts;
    const line = formatTraceLine({
      ...{
        scenario: "update",
        device: "tiny",
        guest: "installs-twice",
        digest: facts.guest.sha256.slice(0, 12),
      },
      ...{ imageSizeBytes: 512, attempts, models, faults },
    });
    expect(line).toMatch(/ power - -$/);
    expect(parseTraceLine(line).faults).toMatchObject({ cuts: [], reads: [], strikes: [] });
  });

  it("violates nothing else, with faults or without; those are judged all the same where that is asked for", async () => {
    const report = await violated({ evenSo: true, depth: Infinity });
    expect(said(report)).toEqual(["wear-bound (no fault)"]);
    expect(report.points.judged).toBeGreaterThan(1000);
    expect(report.depth.fixpoint).toBe(true);
  });

  it("is no other guest to an exploration: no state knows of wear", async () => {
    const pair = await soundnessPair("installs-twice");
    const statesOf = (one: Scene) =>
      explored({ part: tiny, pair, scene: one, models: ["power"] }).result.states.size;
    expect(statesOf(sceneOf({ wearMax: { slots: 2 } }))).toBe(statesOf(scene));
  });
});
