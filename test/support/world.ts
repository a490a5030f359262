// The small guests that ask for what surrounds the device, each a module that is boot and agent, and the scenes in which they are played.
import type { Scene } from "../../host/campaign/plan/scenario.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { WorldPlan } from "../../host/campaign/plan/world-plan.js";
import { worldScene as alone } from "../../host/campaign/plan/world-scene.js";
import type { PartProfile } from "../../host/device/profile.js";
import { sceneOn } from "./guests.js";
import { pairOf, wasm } from "./scenes.js";

export { WORLDS } from "../../host/campaign/plan/world-scene.js";

/** A guest of assembly/canary/world; with an application of that beside it. */
export function worldGuest(name: string, application?: string): GuestPair {
  const binary = wasm(name);
  return pairOf(name, binary, binary, application === undefined ? undefined : wasm(application));
}

/** A device that runs one small image in a world. */
export function worldScene(part: PartProfile, world: WorldPlan): Scene {
  return alone(sceneOn(part, "update", 64), world);
}
