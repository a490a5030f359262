// Scenarios in which images go on trial one after the other, and their scenes on a part.
import type { Scenario, Scene } from "../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../host/campaign/plan/scenarios.js";
import type { PartProfile } from "../../host/device/profile.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import { testImage, testKey } from "./scenes.js";

/** v1 is confirmed; v2 is offered until it has run, then v3, which is bad. */
export const THIRD_BAD: Scenario = {
  ...{ name: "third-bad", title: "v1 confirmed, v2 and then v3 offered, which is bad" },
  images: [
    { name: "v1", version: 1, securityCounter: 1 },
    { name: "v2", version: 2, securityCounter: 2 },
    { name: "v3", version: 3, securityCounter: 3, selfTest: "bad" },
  ],
  start: { slotA: "v1", settled: true },
  steps: [
    { offer: "v2", until: "ran" },
    { offer: "v3", until: "ran" },
  ],
  ...{ expect: { runs: "v2" }, otherwise: "trial-reverts", notApplicable: ["update-completes"] },
};

/** The same with a v4, which is bad where v3 is good. */
export const FOURTH_BAD: Scenario = {
  ...{ ...THIRD_BAD, name: "fourth-bad", title: "v1 confirmed, v2, v3 and v4 offered, which is bad" },
  images: [1, 2, 3, 4].map((version) => ({
    ...{ name: `v${version}`, version, securityCounter: version },
    selfTest: version === 4 ? "bad" : "good",
  })),
  steps: ["v2", "v3", "v4"].map((offer) => ({ offer, until: "ran" })),
  expect: { runs: "v3" },
};

/** The same, but v3 is good and must run. */
export const THIRD_GOOD: Scenario = {
  ...{ ...THIRD_BAD, name: "third-good", title: "v1 confirmed, v2 and then v3 offered" },
  images: THIRD_BAD.images.map(({ selfTest: _, ...plan }) => plan),
  steps: [
    { offer: "v2", until: "ran" },
    { offer: "v3", until: "confirmed" },
  ],
  ...{ expect: { runs: "v3" }, otherwise: "update-completes", notApplicable: [] },
};

const UPDATE = scenarioByName("update")!;
/** An update to what is good only after a reset. */
export const LATE: Scenario = { ...UPDATE, name: "late", images: withLate(UPDATE, 1) };

/** The images of a scenario, of which one is good only after so many resets. */
export function withLate({ images }: Scenario, generation: number, afterResets = 1): Scenario["images"] {
  return images.map((plan, at) => (at === generation ? { ...plan, selfTest: { afterResets } } : plan));
}

/** The same scene, but the first image has yet to say that it is confirmed. */
export function unsettled({ scenario, ...images }: Scene): Scene {
  return { ...images, scenario: { ...scenario, start: { slotA: "v1", settled: false } } };
}

/** The same scene for guests that erase a sector in each of their steps: of that nothing is said. */
export function worn({ scenario, ...images }: Scene): Scene {
  return { ...images, scenario: { ...scenario, notApplicable: [...scenario.notApplicable, "wear-bound"] } };
}

/** The images of a scenario for a part, from v2 on as pairs. */
export function sceneWith({ layout }: PartProfile, scenario: Scenario, payloadSize: number): Scene {
  const image = (generation: number, slot: "slotA" | "slotB") =>
    testImage({ generation, payloadSize, linkedFor: layout[slot].offset });
  const pairs = scenario.images.flatMap((_, generation) =>
    generation === 0 ? [] : [image(generation, "slotA"), image(generation, "slotB")],
  );
  return { scenario, images: [image(0, "slotA"), ...pairs], keyTable: encodeKeyTable([testKey.publicKey]) };
}
