// The guests of test/host/campaign/soundness by name, compiled in memory, each once; and the templates of `everboot init` with a
// change. With them the scenes they are made for, and their campaigns.
import { expect } from "vitest";
import type { CampaignOptions } from "../../host/campaign/options.js";
import { runCampaign } from "../../host/campaign/campaign.js";
import type { CampaignReport } from "../../host/campaign/report.js";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../host/campaign/plan/scenarios.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { PartProfile } from "../../host/device/profile.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import { type Mutation, compile } from "./compile.js";
import { deviceModule, pairOf, testImage, testKey } from "./scenes.js";

const GUESTS = "test/host/campaign/soundness";
const TEMPLATE = "host/init/assemblyscript/assembly";
/** Payload that makes an image of 512 bytes. */
const PAYLOAD_BYTES = 324;

/** What a campaign here needs to be told, and may be. */
export type Wanted = Pick<CampaignOptions, "part" | "guest" | "scene" | "faults"> & Partial<CampaignOptions>;

const pairs = new Map<string, Promise<GuestPair>>();

/** A guest of the folder, with changes to it: one module that is boot and agent. */
export function soundnessPair(
  name: string,
  changes: readonly Omit<Mutation, "file">[] = [],
): Promise<GuestPair> {
  return once(JSON.stringify([name, changes]), async () => {
    const file = `${GUESTS}/${name}.ts`;
    const mutations = changes.map((change) => ({ ...change, file }));
    const binary = await compile(file, mutations);
    return pairOf(name, binary, binary);
  });
}

/** The AssemblyScript template with changes to its boot and to its agent. */
export function templatePair(
  name: string,
  changes: readonly Omit<Mutation, "file">[] = [],
  agentChanges: readonly Omit<Mutation, "file">[] = [],
): Promise<GuestPair> {
  const compiled = (file: string, list: readonly Omit<Mutation, "file">[]) =>
    compile(
      file,
      list.map((change) => ({ ...change, file })),
    );
  return once(name, async () => {
    const boot = await compiled(`${TEMPLATE}/boot.ts`, changes);
    return pairOf(name, boot, await compiled(`${TEMPLATE}/agent.ts`, agentChanges));
  });
}

function once(name: string, make: () => Promise<GuestPair>): Promise<GuestPair> {
  let pair = pairs.get(name);
  if (pair === undefined) pairs.set(name, (pair = make()));
  return pair;
}

/** An update from v1 to v2, images of 512 bytes (or another payload) whose security counters are equal. */
export function equalScene(part: PartProfile, payloadSize = PAYLOAD_BYTES): Scene {
  const image = (generation: 0 | 1, slot: "slotA" | "slotB") =>
    testImage({
      generation,
      payloadSize,
      linkedFor: part.layout[slot].offset,
      securityCounter: 1,
    });
  const scenario = scenarioByName("update")!;
  return {
    scenario: {
      ...scenario,
      images: scenario.images.map((plan) => ({ ...plan, securityCounter: 1 })),
    },
    images: [image(0, "slotA"), image(1, "slotA"), image(1, "slotB")],
    keyTable: encodeKeyTable([testKey.publicKey]),
  };
}

/** What a campaign at one fault in a run is told. */
export function campaignOptions(wanted: Wanted): CampaignOptions {
  return {
    ...{ deviceModule, layout: wanted.part.layout, attempts: 3, assume: true, canaries: [] },
    ...{ depth: 1, audit: 0.05, clock: () => ({ cpu: 0, wall: 0 }) },
    ...wanted,
  };
}

/** A campaign at one fault in a run, each of whose violations must have replayed. */
export function campaign(wanted: Wanted): CampaignReport {
  const report = runCampaign(campaignOptions(wanted));
  if (report.unreplayed !== undefined && report.unreplayed.length > 0)
    throw new Error(`violations that do not replay: ${JSON.stringify(report.unreplayed)}`);
  return report;
}

/** What is violated, and why, without the traces. */
export function said({ violations }: CampaignReport): string[] {
  return violations.map(({ oracle, cause }) => `${oracle} (${cause})`);
}

/** Clean, and every fault that was planned was judged. */
export function expectClean(report: CampaignReport): void {
  expect(said(report)).toEqual([]);
  expect(report.incomplete).toBeNull();
  expect(report.verdict).toBe("clean");
  expect(report.points.judged).toBeGreaterThan(0);
  expect(report.points.judged).toBe(report.points.planned);
}
