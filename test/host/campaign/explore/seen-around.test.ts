// What a campaign has seen of the link: counted a second way in the test, the same in shares, and incomplete where it is nothing.
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCampaign, runShare } from "../../../../host/campaign/campaign.js";
import { Calls } from "../../../../host/campaign/explore/calls.js";
import { Talk } from "../../../../host/campaign/explore/memo/talk.js";
import type { CampaignOptions } from "../../../../host/campaign/options.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { WorldPlan } from "../../../../host/campaign/plan/world-plan.js";
import { reportOf } from "../../../../host/campaign/report-of.js";
import type { CampaignReport } from "../../../../host/campaign/report.js";
import { partById } from "../../../../host/device/parts.js";
import { deviceModule } from "../../../support/scenes.js";
import { WORLDS, worldGuest, worldScene } from "../../../support/world.js";

interface Case {
  readonly guest: string;
  readonly faults: readonly FaultName[];
  readonly world: WorldPlan;
  readonly depth: number | "fixpoint";
}

const CASES: readonly Case[] = [
  { guest: "challenge-constant", faults: ["power", "reset", "link"], world: WORLDS.challenged, depth: 1 },
  { guest: "key-in-slot", faults: ["power", "link"], world: WORLDS.key, depth: 2 },
  { guest: "challenge-constant", faults: ["link"], world: WORLDS.challenged, depth: 2 },
  { guest: "key-in-slot", faults: ["power", "link"], world: WORLDS.key, depth: "fixpoint" },
];

function optionsOf({ guest, faults, world, depth }: Case): CampaignOptions {
  const part = partById("tiny");
  return {
    ...{ deviceModule, part, layout: part.layout, guest: worldGuest(guest), attempts: 1, faults },
    ...{ scene: worldScene(part, world), assume: true, audit: 0, depth, evenSo: true },
    ...{ canaries: [], clock: () => ({ cpu: 0, wall: 0 }) },
  };
}

/** The report without what differs from run to run. */
function shown({ effort, ...report }: CampaignReport) {
  return { ...report, bootsCovered: effort.bootsCovered };
}

function sharesOf(options: CampaignOptions, count: number) {
  return Array.from({ length: count }, (_, index) => runShare(options, { index, count }));
}

afterEach(() => vi.restoreAllMocks());

describe("client states and losses", () => {
  it.each(CASES)("are those of one run in three shares, in any order: $guest, $faults, $depth", (one) => {
    const options = optionsOf(one);
    const whole = runCampaign(options);
    const parts = sharesOf(options, 3);
    for (const order of [parts, [...parts].reverse()])
      expect(shown(reportOf(options, order, []))).toEqual(shown(whole));
    expect(whole.link?.clientStates).toBeGreaterThan(1);
    expect(whole.link?.losses).toBeGreaterThan(1);
    // The first losses are shared out, or the test would show nothing.
    const first = parts.map(({ states }) => states.lost.reduce((sum, count) => sum + count, 0));
    if (one.depth === 1) expect(first.filter((count) => count > 0).length).toBeGreaterThan(1);
  });

  it("are those that are met on the way", () => {
    const options = optionsOf({
      guest: "key-in-slot",
      faults: ["link"],
      world: WORLDS.key,
      depth: "fixpoint",
    });
    const clients = new Set<unknown>();
    let losses = 0;
    const plain = Calls.prototype.ways;
    // Each state has its turn once.
    vi.spyOn(Calls.prototype, "ways").mockImplementation(function (this: Calls, position) {
      const ways = plain.call(this, position);
      clients.add(JSON.stringify(position.history.world?.client));
      losses += ways.filter(({ talk }) => talk?.hasLost === true).length;
      return ways;
    });
    const { link } = runCampaign(options);
    expect(link).toEqual({ clientStates: clients.size, losses });
  });

  it("are not told of where the model is off", () => {
    const options = optionsOf({ guest: "key-in-slot", faults: ["power"], world: WORLDS.key, depth: 1 });
    const report = runCampaign(options);
    expect(report.incomplete).toBeNull();
    expect("link" in report).toBe(false);
  });
});

describe("a campaign under the model link", () => {
  const options = optionsOf({ guest: "key-in-slot", faults: ["link"], world: WORLDS.key, depth: 1 });

  it("that loses nothing is no proof", () => {
    const plain = Talk.prototype.options;
    vi.spyOn(Talk.prototype, "options").mockImplementation(function (this: Talk, question) {
      return plain.call(this, question).filter(({ option }) => !option.isLost);
    });
    const { verdict, incomplete, link } = runCampaign(options);
    expect([verdict, incomplete]).toEqual([
      "incomplete",
      "under the model link no packet and no reply was lost",
    ]);
    expect(link?.losses).toBe(0);
  });

  it("that sees no client is no proof", () => {
    const share = runShare(options, { index: 0, count: 1 });
    const blind = { ...share, around: { ...share.around, clients: [] } };
    const { verdict, incomplete } = reportOf(options, [blind], []);
    expect([verdict, incomplete]).toEqual([
      "incomplete",
      "under the model link no client was seen in any state",
    ]);
  });

  it("needs not see it in each of its shares", () => {
    const parts = sharesOf(options, 2);
    const [first, second] = parts.map((part) => ({ ...part, around: { met: [], clients: [] } }));
    expect(reportOf(options, [first!, parts[1]!], []).incomplete).toBeNull();
    expect(reportOf(options, [first!, second!], []).incomplete).toContain("no guest asked");
    expect(reportOf(options, [first!], [], { shard: { index: 1, count: 2 } }).incomplete).toBeNull();
  });
});
