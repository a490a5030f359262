// The agent: what it installs, in which steps, and what it leaves alone.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { executeCall } from "../../../host/campaign/call.js";
import { begin } from "../../../host/campaign/campaign.js";
import { type Operation } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import type { Scene, SceneImage } from "../../../host/campaign/scenario.js";
import { deviceOf, ownPair, smallScene, testImage } from "../../support/scenes.js";

const part = partById("tiny");
const { slotA, slotB, record } = part.layout;
const scene = smallScene("update", "tiny", 700);
const runningOffset = slotA.offset + 0x20;

/** A device whose v1 is confirmed and runs, and to which these images are offered. */
function running(offered: readonly SceneImage[] = scene.offered, first: SceneImage = scene.first) {
  const device = deviceOf(part, ownPair);
  const play: Scene = { ...scene, first, offered };
  begin(device, play);
  return device;
}

function step(device: ReturnType<typeof running>, input = abi.INPUT_SELF_TEST_GOOD) {
  const result = executeCall(device, runningOffset, input);
  const operations = device.operations();
  const value = result.end.kind === "returned" ? result.end.value : result.end.kind;
  return {
    value,
    operations,
    changes: operations.filter(({ kind }) => kind === "program" || kind === "erase" || kind === "counter"),
  };
}

/** Steps until the agent stops asking for more. */
function steps(device: ReturnType<typeof running>) {
  const all = [];
  for (let i = 0; i < 200; i++) {
    const one = step(device);
    all.push(one);
    if (one.value !== abi.STEP_MORE) return all;
  }
  throw new Error("never done");
}

const inside = (region: { offset: number; size: number }) => (operation: Operation) =>
  "offset" in operation &&
  operation.offset >= region.offset &&
  operation.offset < region.offset + region.size;

describe("the agent", () => {
  it("writes the image for the inactive slot out of a pair, and nothing else but one Record", () => {
    const device = running();
    const all = steps(device);
    expect(all.at(-1)?.value).toBe(abi.STEP_IDLE);
    const changes = all.flatMap(({ changes }) => changes);
    expect(changes.every((operation) => inside(slotB)(operation) || inside(record)(operation))).toBe(true);
    const [, forB] = scene.offered as [SceneImage, SceneImage];
    expect(device.flash(slotB.offset, forB.bytes.length)).toEqual(forB.bytes);
    expect(device.flash(slotA.offset, scene.first.bytes.length)).toEqual(scene.first.bytes);
  });

  it("does in each step at most one erase, and programs at most one sector", () => {
    const device = running();
    // Stale content everywhere, so that every sector must be erased first.
    for (let at = 0; at < slotB.size; at += 4) device.exports.provisionWord(slotB.offset + at, 0x12345678);
    for (const { changes } of steps(device)) {
      const erases = changes.filter(({ kind }) => kind === "erase");
      expect(erases.length).toBeLessThanOrEqual(1);
      expect(changes.filter(inside(slotB)).length - erases.filter(inside(slotB)).length).toBeLessThanOrEqual(
        64,
      );
    }
  });

  it("takes the same step from the same flash, whatever it did before", () => {
    const straight = running();
    const interrupted = running();
    for (let i = 0; i < 4; i++) step(straight);
    step(interrupted);
    interrupted.exports.reset(abi.CAUSE_POWER); // the mark of the erase is lost: it is done again
    for (let i = 0; i < 4; i++) step(interrupted);
    expect(step(straight).operations).toEqual(step(interrupted).operations);
  });

  it("resumes where a torn sector left it, after a cut at every operation", () => {
    const total = steps(running()).flatMap(({ changes }) => changes).length;
    for (let at = 0; at < total; at += 7) {
      const device = running();
      let done = 0;
      while (done <= at) {
        device.setCut(at - done, 4);
        const { value, changes } = step(device);
        device.setCut(0xffffffff, 0);
        if (value === "power-lost") break;
        done += changes.length;
      }
      expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
      const [, forB] = scene.offered as [SceneImage, SceneImage];
      expect(device.flash(slotB.offset, forB.bytes.length)).toEqual(forB.bytes);
    }
  });

  it("refuses an offer without an image for the inactive slot, and touches nothing", () => {
    const device = running([scene.offered[0]!]);
    const { value, operations } = step(device);
    expect(value).toBe(abi.STEP_REFUSED);
    expect(operations).toEqual([
      { kind: "event", code: abi.EVENT_OFFER_REFUSED, value: abi.REASON_NO_MATCHING_IMAGE },
    ]);
  });

  it("refuses an image larger than the slot", () => {
    const large = testImage({ generation: 1, payloadSize: slotB.size, linkedFor: slotB.offset });
    expect(step(running([large])).value).toBe(abi.STEP_REFUSED);
  });

  it("makes no trial of an image whose signature is wrong", () => {
    const bytes = scene.offered[1]!.bytes.slice();
    bytes[0x100]! ^= 1;
    const device = running([{ ...scene.offered[1]!, bytes }]);
    const all = steps(device);
    expect(all.at(-1)?.value).toBe(abi.STEP_REFUSED);
    expect(all.at(-1)?.operations).toContainEqual({
      kind: "event",
      code: abi.EVENT_OFFER_REFUSED,
      value: abi.REASON_DIGEST,
    });
    expect(all.flatMap(({ changes }) => changes).some(inside(record))).toBe(false);
  });

  it("is content with an offer of the running version alone, linked for the slot it runs from", () => {
    expect(step(running([scene.first]))).toMatchObject({ value: abi.STEP_CONFIRMED, changes: [] });
  });

  it("refuses an offer that failed three trials, until its bytes change", () => {
    const device = running();
    for (let round = 0; round < 3; round++) {
      expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
      for (let boots = 0; boots < 4; boots++) executeCall(device, 0xffffffff, 0); // three attempts, then back to A
    }
    const refused = step(device);
    expect(refused.value).toBe(abi.STEP_REFUSED);
    expect(refused.operations).toContainEqual({
      kind: "event",
      code: abi.EVENT_OFFER_REFUSED,
      value: abi.REASON_TRIALS_FAILED,
    });
    device.exports.provisionWord(slotB.offset + 0x40, 0);
    expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
  });

  it("does not install the version that runs", () => {
    const same = testImage({ generation: 0, payloadSize: 900, linkedFor: slotB.offset });
    expect(step(running([same]))).toMatchObject({ value: abi.STEP_CONFIRMED, changes: [] });
  });

  it("confirms itself before it installs anything, and only after a good self-test", () => {
    const device = deviceOf(part, ownPair);
    device.exports.wipe();
    device.provision(part.layout.keys.offset, scene.keyTable);
    device.provision(slotA.offset, scene.first.bytes);
    device.offer(scene.offered.map(({ bytes }) => bytes));
    executeCall(device, 0xffffffff, 0);
    expect(step(device, 0)).toMatchObject({ value: abi.STEP_IDLE, changes: [] });
    const first = step(device);
    expect(first.value).toBe(abi.STEP_MORE);
    expect(first.changes.every(inside(record))).toBe(true);
    expect(first.changes.length).toBeGreaterThan(0);
  });
});
