// Steps of the agent on the part "tiny": a device whose v1 is confirmed and runs from slot A, and to which images are offered.
import * as abi from "../../assembly/abi.js";
import { executeCall } from "../../host/campaign/play/call.js";
import { begin } from "../../host/campaign/machine.js";
import type { SceneImage } from "../../host/campaign/plan/scenario.js";
import type { Device } from "../../host/device/device.js";
import type { Operation } from "../../host/device/operations.js";
import { partById } from "../../host/device/parts.js";
import { deviceOf, firstOf, offerTo, offeredIn, ownPairFor, smallScene } from "./scenes.js";

export const part = partById("tiny");
export const scene = smallScene("update", "tiny", 700);
/** What stands in slot A, and the pair that is offered. */
export const first = firstOf(scene, part);
export const offered = offeredIn(scene);
const STEPS_MAX = 200;

/** The device, its boot done. */
export function running(images: readonly SceneImage[] = offered): Device {
  const device = deviceOf(part, ownPairFor(part));
  begin(device, scene);
  offerTo(
    device,
    images.map(({ bytes }) => bytes),
  );
  return device;
}

/** What one step answered and did. */
export interface Step {
  /** A STEP_ number, or how the step ended otherwise. */
  readonly value: number | string;
  readonly operations: readonly Operation[];
  /** Those that change flash or counters. */
  readonly changes: readonly Operation[];
}

/** One step of the agent in slot A. */
export function step(device: Device, input = abi.INPUT_SELF_TEST_GOOD): Step {
  const { end } = executeCall(device, part.layout.slotA.offset + first.headerSizeBytes, input);
  const operations = device.operations();
  return {
    value: end.kind === "returned" ? end.value : end.kind,
    operations,
    changes: operations.filter(({ kind }) => kind === "program" || kind === "erase" || kind === "counter"),
  };
}

/** Steps until the agent stops asking for more. */
export function steps(device: Device): Step[] {
  const all = [];
  for (let i = 0; i < STEPS_MAX; i++) {
    const one = step(device);
    all.push(one);
    if (one.value !== abi.STEP_MORE) return all;
  }
  throw new Error("never done");
}

/** Whether an operation is on flash in a region. */
export function inside(region: {
  readonly offset: number;
  readonly size: number;
}): (operation: Operation) => boolean {
  return (operation) =>
    "offset" in operation &&
    operation.offset >= region.offset &&
    operation.offset < region.offset + region.size;
}
