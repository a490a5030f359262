// The small guests that ask for what surrounds the device, each a module that is boot and agent, and the scenes in which they are played.
import type { Scenario, Scene } from "../../host/campaign/plan/scenario.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { WorldPlan } from "../../host/campaign/plan/world-plan.js";
import type { PartProfile } from "../../host/device/profile.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import { pairOf, testImage, testKey, wasm } from "./scenes.js";

/** A guest of assembly/canary/world. */
export function worldGuest(name: string): GuestPair {
  const binary = wasm(name);
  return pairOf(name, binary, binary);
}

const CLIENT = { window: 1, sequences: 2, tries: 2 } as const;

/** What surrounds each kind of guest. */
export const WORLDS = {
  twoRequests: { client: { ...CLIENT, requests: ["do", "do"], window: 2 } },
  challenged: { client: { ...CLIENT, requests: ["challenged"] } },
  key: { client: { ...CLIENT, requests: ["key"] } },
  window: { clock: 0, window: { from: 2, to: 4 } },
  inputs: {},
} as const satisfies Readonly<Record<string, WorldPlan>>;

/** A device that runs one image, and is asked by nobody but its world. */
export function worldScene(part: PartProfile, world: WorldPlan): Scene {
  const scenario: Scenario = {
    name: "world",
    title: "one image, and what surrounds it",
    images: [{ name: "v1", version: 1, securityCounter: 0 }],
    start: { slotA: "v1", settled: false },
    steps: [],
    expect: { runs: "v1" },
    otherwise: "ends-as-expected",
    notApplicable: ["floor-follows"],
    world,
  };
  const image = testImage({
    generation: 0,
    payloadSize: 64,
    linkedFor: part.layout.slotA.offset,
    securityCounter: 0,
  });
  return { scenario, images: [image], keyTable: encodeKeyTable([testKey.publicKey]) };
}
