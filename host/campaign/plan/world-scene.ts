// The scene of a device that runs one image and is asked by nobody but what surrounds it: for guests that are there for that alone. Makes no
// image.
import * as abi from "../../../assembly/abi.js";
import { type Scenario, type Scene, imagesOf } from "./scenario.js";
import type { WorldPlan } from "./world-plan.js";

/** The first image of a scene alone, the floor at its security counter, in that world. */
export function worldScene(scene: Scene, world: WorldPlan): Scene {
  const name = scene.scenario.start.slotA;
  const images = imagesOf(scene, name).map((image) => ({ ...image, generation: 0 }));
  const plan = scene.scenario.images.find((image) => image.name === name);
  const to = images[0]?.securityCounter ?? 0;
  const scenario: Scenario = {
    name: "surroundings",
    title: "one image, and what surrounds the device",
    images: plan === undefined ? [] : [plan],
    start: { slotA: name, settled: false },
    steps: [{ counter: abi.COUNTER_FLOOR, to }],
    expect: { runs: name },
    otherwise: "ends-as-expected",
    notApplicable: [],
    world,
  };
  return { scenario, images, keyTable: scene.keyTable };
}

const CLIENT = { window: 1, sequences: 2, tries: 2 } as const;

/** What surrounds the guests of assembly/canary/world. */
export const WORLDS = {
  twoRequests: { client: { ...CLIENT, requests: ["do", "do"], window: 2 } },
  challenged: { client: { ...CLIENT, requests: ["challenged"] } },
  key: { client: { ...CLIENT, requests: ["key"] } },
  window: { clock: 0, window: { from: 2, to: 4 } },
  inputs: {},
} as const satisfies Readonly<Record<string, WorldPlan>>;
