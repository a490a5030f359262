// The agent: what it installs, in which steps, and what it leaves alone. How a session goes is in install.test.ts.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import type { SceneImage } from "../../../host/campaign/plan/scenario.js";
import { first, inside, offered, part, running, scene, step, steps } from "../../support/agent.js";
import { recordOn, recordWord } from "../../support/record.js";
import { deviceOf, offerTo, ownPairFor, testImage } from "../../support/scenes.js";

const { slotA, slotB, record } = part.layout;

describe("the agent", () => {
  it("writes the image for the inactive slot out of a pair, and nothing else but one Record", () => {
    const device = running();
    const all = steps(device);
    expect(all.at(-1)?.value).toBe(abi.STEP_IDLE);
    const changes = all.flatMap(({ changes }) => changes);
    expect(changes.every((operation) => inside(slotB)(operation) || inside(record)(operation))).toBe(true);
    const [, forB] = offered as [SceneImage, SceneImage];
    expect(device.flash(slotB.offset, forB.bytes.length)).toEqual(forB.bytes);
    expect(device.flash(slotA.offset, first.bytes.length)).toEqual(first.bytes);
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

  it("refuses an offer without an image for the inactive slot, and touches nothing", () => {
    const device = running([offered[0]!]);
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
    const bytes = offered[1]!.bytes.slice();
    bytes[0x100]! ^= 1;
    const device = running([{ ...offered[1]!, bytes }]);
    const all = steps(device);
    expect(all.at(-1)?.value).toBe(abi.STEP_REFUSED);
    expect(all.at(-1)?.operations).toContainEqual({
      kind: "event",
      code: abi.EVENT_OFFER_REFUSED,
      value: abi.REASON_DIGEST,
    });
    expect(recordOn(device)).toBe(recordWord({ active: 0 }));
  });

  it("is content with an offer of the running version alone, linked for the slot it runs from", () => {
    expect(step(running([first]))).toMatchObject({ value: abi.STEP_CONFIRMED, changes: [] });
  });

  it("refuses an offer that failed three trials, until its bytes change", () => {
    const device = running();
    for (let round = 0; round < 3; round++) {
      expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
      loseTrial(device, abi.CAUSE_WATCHDOG);
    }
    const refused = step(device);
    expect(refused.value).toBe(abi.STEP_REFUSED);
    expect(refused.operations).toContainEqual({
      kind: "event",
      code: abi.EVENT_OFFER_REFUSED,
      value: abi.REASON_TRIALS_FAILED,
    });
    device.exports.provisionWord(slotB.offset + 0x40, 0);
    device.exports.reset(abi.CAUSE_POWER);
    expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
  });

  it("goes on trying an offer whose trials a loss of power ended", () => {
    const device = running();
    for (let round = 0; round < 5; round++) {
      expect(steps(device).at(-1)?.value).toBe(abi.STEP_IDLE);
      loseTrial(device, abi.CAUSE_POWER);
    }
    expect(recordOn(device)).toBe(recordWord({ active: 0, lost: 0 }));
  });

  it("does not install the version that runs", () => {
    const same = testImage({ generation: 0, payloadSize: 900, linkedFor: slotB.offset });
    expect(step(running([same]))).toMatchObject({ value: abi.STEP_CONFIRMED, changes: [] });
  });

  it("confirms itself before it installs anything, and only after a good self-test", () => {
    const device = deviceOf(part, ownPairFor(part));
    device.exports.wipe();
    device.provision(part.layout.keys.offset, scene.keyTable);
    device.provision(slotA.offset, first.bytes);
    offerTo(
      device,
      offered.map(({ bytes }) => bytes),
    );
    executeCall(device, IN_BOOT, 0);
    expect(step(device, 0)).toMatchObject({ value: abi.STEP_IDLE, changes: [] });
    const confirming = step(device);
    expect(confirming.value).toBe(abi.STEP_MORE);
    expect(confirming.changes.every(inside(record))).toBe(true);
    expect(confirming.changes.length).toBeGreaterThan(0);
  });
});

/** Boots the image on trial until it has no attempt left and A runs again. */
function loseTrial(device: ReturnType<typeof running>, cause: number): void {
  for (let boots = 0; boots < 4; boots++) {
    device.exports.reset(cause);
    executeCall(device, IN_BOOT, 0);
  }
}
