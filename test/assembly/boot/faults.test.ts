// Boot against misreads and in its bounds of RAM: every read of a boot flipped once, and poisoned memory left alone.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall, resultOf } from "../../../host/campaign/call.js";
import { begin } from "../../../host/campaign/campaign.js";
import { runPlain } from "../../../host/campaign/plain.js";
import type { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import { deviceOf, ownPair, sampleScene, smallScene } from "../../support/scenes.js";

const RAM_LIMIT = 16 * 1024;
const MASKS = [1, 0x80000000, 0x00010000];

function readsOf(device: Device): number {
  device.boot.reset();
  device.exports.beginCall(IN_BOOT, 0);
  device.exports.flipRead(0xffffffff, 0);
  device.boot.call(0);
  return 0xffffffff - device.flipsLeft();
}

/** One boot with the n-th read flipped by `mask`. */
function bootFlipped(device: Device, read: number, mask: number) {
  device.boot.reset();
  device.exports.beginCall(IN_BOOT, 0);
  device.exports.flipRead(read, mask);
  return resultOf(device, device.boot.call(0), IN_BOOT);
}

describe("one flipped bit in one read of a boot", () => {
  it("neither strands the device nor lets anything else in nor writes a slot, whichever read it is", () => {
    const device = deviceOf(partById("tiny"), ownPair);
    const { start } = begin(device, smallScene("update", "tiny", 200));
    expect(start.history).not.toBe(0);
    const good = executeCall(device, IN_BOOT, 0).end;
    expect(good).toMatchObject({ kind: "jumped" });
    const reads = readsOf(device);
    expect(reads).toBeGreaterThan(100);
    for (let read = 0; read < reads; read++) {
      for (const mask of MASKS) {
        device.exports.rollback();
        const result = bootFlipped(device, read, mask);
        expect(result.end, `read ${read}, mask ${mask.toString(16)}`).toEqual(good);
        expect(result.slotAttempts).toBe(0);
      }
    }
  });
});

describe("linear memory above 16 KiB", () => {
  it("is left as it was by boot and agent, over imgtool's images", () => {
    const device = deviceOf(partById("nrf52840"), ownPair);
    const scene = sampleScene("update");
    for (const guest of [device.boot, device.agent]) {
      const reset = guest.reset.bind(guest);
      guest.reset = () => {
        reset();
        new Uint8Array(guest.memory.buffer).fill(0xa5, RAM_LIMIT);
      };
    }
    const { start } = begin(device, scene);
    let calls = 0;
    const settled = runPlain(device, scene, start, {
      onCall: () => {
        calls++;
        for (const guest of [device.boot, device.agent]) {
          const above = new Uint8Array(guest.memory.buffer).subarray(RAM_LIMIT);
          expect(above.every((byte) => byte === 0xa5)).toBe(true);
        }
      },
    });
    expect(settled).toMatchObject({ violations: 0, ending: "rested" });
    expect(calls).toBeGreaterThan(10);
  });
});

describe("boot halts", () => {
  it("with MAGIC when both slots are empty, and writes nothing", () => {
    const device = deviceOf(partById("tiny"), ownPair);
    device.exports.wipe();
    const result = executeCall(device, IN_BOOT, 0);
    expect(result).toMatchObject({ end: { kind: "halted", reason: abi.REASON_MAGIC }, operationCount: 0 });
  });
});
