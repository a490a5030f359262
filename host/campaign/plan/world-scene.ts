// The scene of a device that runs one image and is asked by nobody but what surrounds it: for guests that are there for that alone. Makes no
// image.
import { type Scenario, type Scene, imagesOf } from "./scenario.js";
import type { WorldPlan } from "./world-plan.js";

/** The first image of a scene alone, in that world. */
export function worldScene(scene: Scene, world: WorldPlan): Scene {
  const name = scene.scenario.start.slotA;
  // Such a guest verifies nothing, and raises no floor.
  const images = imagesOf(scene, name).map((image) => ({ ...image, generation: 0, securityCounter: 0 }));
  const plan = scene.scenario.images.find((image) => image.name === name);
  const scenario: Scenario = {
    name: "surroundings",
    title: "one image, and what surrounds the device",
    images: plan === undefined ? [] : [{ ...plan, securityCounter: 0 }],
    start: { slotA: name, settled: false },
    steps: [],
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
  oneRequest: { client: { ...CLIENT, requests: ["do"] } },
  twoRequests: { client: { ...CLIENT, requests: ["do", "do"], window: 2 } },
  /** A request is two lines, a reply too. */
  lines: { client: { ...CLIENT, requests: ["do"], tries: 1, line: 24 } },
  challenged: { client: { ...CLIENT, requests: ["challenged"] } },
  key: { client: { ...CLIENT, requests: ["key"] } },
  window: { clock: 0, window: { from: 2, to: 4 } },
  inputs: {},
} as const satisfies Readonly<Record<string, WorldPlan>>;
