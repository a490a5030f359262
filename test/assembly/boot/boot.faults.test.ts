// Boot against misreads and in its bounds of RAM: every read of a boot flipped once, and poisoned memory left alone.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall, resultOf } from "../../../host/campaign/play/call.js";
import { begin } from "../../../host/campaign/machine.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import { armStrike } from "../../../host/campaign/plan/strikes.js";
import type { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import type { Scene } from "../../../host/campaign/plan/scenario.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { lmsKey } from "../../support/lms.js";
import { decode } from "../../../host/core/wasm/decode.js";
import { SECTION_DATA } from "../../../host/core/wasm/module.js";
import {
  deviceOf,
  ed25519Pair,
  ownPair,
  ownPairFor,
  p256Pair,
  sampleScene,
  smallScene,
  testImage,
  testKey,
  wasm,
} from "../../support/scenes.js";

const builtPair = (build: string) => ({ boot: wasm(`boot-${build}`), agent: wasm(`agent-${build}`) });

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
  for (const [design, attempts, counter] of [
    ["refreshed", 3, 1],
    ["refreshed", 3, 2],
    ["refreshed", 1, 2],
    ["sealed", 3, 1],
    ["sealed", 1, 2],
  ] as const) {
    it(`changes nothing, whichever read it is: a ${design} Record, v2 confirmed in B, its counter ${counter}, ${attempts} attempts`, () => {
      const device = deviceOf(partById("tiny"), ownPairFor({ record: design }), attempts);
      const image = (generation: 0 | 1, slot: "slotA" | "slotB", securityCounter: number) =>
        testImage({ generation, payloadSize: 200, linkedFor: device.layout[slot].offset, securityCounter });
      const scene: Scene = {
        ...smallScene("update", "tiny", 200),
        images: [image(0, "slotA", 1), image(1, "slotB", counter)],
      };
      const { start } = begin(device, scene);
      expect(runPlain(device, scene, start, {})).toMatchObject({ ending: "rested", violations: 0 });
      device.exports.checkpoint();
      const good = executeCall(device, IN_BOOT, 0);
      expect(good).toMatchObject({ end: { kind: "jumped" }, operationCount: 0 });
      const reads = readsOf(device);
      expect(reads).toBeGreaterThan(100);
      for (let read = 0; read < reads; read++) {
        for (const mask of MASKS) {
          device.exports.rollback();
          const result = bootFlipped(device, read, mask);
          expect(result.end, `read ${read}, mask ${mask.toString(16)}`).toEqual(good.end);
          expect(result.operationCount, `read ${read}, mask ${mask.toString(16)}`).toBe(0);
        }
      }
    });
  }
});

describe("one bit of RAM that flips where boot keeps a security counter", () => {
  it("raises no floor, whenever it flips: at each read, in each byte", () => {
    const COUNTER = 0x0c7e5a31;
    const device = deviceOf(partById("tiny"), ownPair);
    const image = (generation: 0 | 1, slot: "slotA" | "slotB") =>
      testImage({
        generation,
        payloadSize: 200,
        linkedFor: device.layout[slot].offset,
        securityCounter: COUNTER,
      });
    const scene: Scene = {
      ...smallScene("update", "tiny", 200),
      images: [image(0, "slotA"), image(1, "slotB")],
    };
    const { start } = begin(device, scene);
    expect(runPlain(device, scene, start, {}).ending).toBe("rested");
    device.exports.checkpoint();
    const reads = readsOf(device);
    const memory = Buffer.from(device.boot.memory.buffer.slice(0));
    const places: number[] = [];
    for (let at = 0; at + 4 <= memory.length; at++) if (memory.readUInt32LE(at) === COUNTER) places.push(at);
    expect(places.length).toBeGreaterThan(2);
    for (let read = 0; read < reads; read++) {
      for (const address of places.flatMap((place) => [0, 1, 2, 3].map((byte) => place + byte))) {
        device.exports.rollback();
        device.boot.reset();
        device.exports.beginCall(IN_BOOT, 0);
        armStrike(device, { kind: "ram", read, address, bit: 6 });
        const { operationCount } = resultOf(device, device.boot.call(0), IN_BOOT);
        expect(operationCount, `read ${read}, address ${address}`).toBe(0);
      }
    }
  });
});

describe("one flipped bit in one read of a boot that must refuse", () => {
  it("lets nothing in, whichever read it is: signed by Ed25519 where LMS is demanded too", () => {
    const device = deviceOf(partById("tiny"), ownPair);
    const { bytes } = testImage({ generation: 0, payloadSize: 100, linkedFor: null });
    const keys = [testKey.publicKey, lmsKey("h5w4").publicKey];
    device.exports.wipe();
    device.provision(device.layout.keys.offset, encodeKeyTable(keys, [], ["ed25519", "lms"]));
    device.provision(device.layout.slotA.offset, bytes);
    const reads = readsOf(device);
    expect(reads).toBeGreaterThan(100);
    for (let read = 0; read < reads; read++) {
      for (const mask of [...MASKS, 0x11, 0xffffffff]) {
        const { end } = bootFlipped(device, read, mask);
        expect(end.kind, `read ${read}, mask ${mask.toString(16)}`).toBe("halted");
      }
    }
  });
});

/** Bytes of a module's constants, tables above all: a device leaves them in flash. */
function constantBytes(binary: Uint8Array): number {
  const data = decode(binary).sections.find(({ id }) => id === SECTION_DATA);
  return data === undefined ? 0 : data.endOffset - data.contentOffset;
}

describe("linear memory", () => {
  it.each([
    ["boot-ed25519", ed25519Pair, "ed25519"],
    ["boot-p256", p256Pair, "p256"],
    ["boot-full", ownPair, "ed25519"],
    ["boot-full", ownPair, "p256"],
    ["boot-full with a refreshed Record", ownPairFor({ record: "refreshed" }), "ed25519"],
  ] as const)(
    "of %s and its agent, above 16 KiB and the constants, is left as it was (%#)",
    (name, pair, keyName) => {
      // A refreshed Record is for parts that program at will.
      const device = deviceOf(partById(name.includes("refreshed") ? "rp2040-w25q" : "nrf52840"), pair);
      const guests = [
        { guest: device.boot, from: RAM_LIMIT + constantBytes(pair.boot) },
        { guest: device.agent, from: RAM_LIMIT + constantBytes(pair.agent) },
      ];
      for (const { guest, from } of guests) {
        const reset = guest.reset.bind(guest);
        guest.reset = () => {
          reset();
          new Uint8Array(guest.memory.buffer).fill(0xa5, from);
        };
      }
      const { start } = begin(device, sampleScene("update", keyName));
      let calls = 0;
      const settled = runPlain(device, sampleScene("update", keyName), start, {
        onCall: () => {
          calls++;
          for (const { guest, from } of guests) {
            const above = new Uint8Array(guest.memory.buffer).subarray(from);
            expect(above.every((byte) => byte === 0xa5)).toBe(true);
          }
        },
      });
      expect(settled).toMatchObject({ violations: 0, ending: "rested" });
      expect(calls).toBeGreaterThan(10);
    },
  );
});

describe("the small builds", () => {
  it.each([
    ["boot-ed25519", ed25519Pair],
    ["boot-p256", p256Pair],
    ["boot-ed25519-refreshed", builtPair("ed25519-refreshed")],
    ["boot-p256-refreshed", builtPair("p256-refreshed")],
  ])("%s: boot and agent are modules of 16 KiB at most", (_, pair) => {
    expect(pair.boot.length).toBeLessThanOrEqual(16 * 1024);
    expect(pair.agent.length).toBeLessThanOrEqual(16 * 1024);
  });
});

describe("a build", () => {
  // The first eight bytes of a table as they lie in memory: SHA-512's constants, a limb pair of P-256's base point.
  const SHA512_TABLE = [0x22, 0xae, 0x28, 0xd7, 0x98, 0x2f, 0x8a, 0x42]; // FIPS 180-4, 4.2.3
  const P256_TABLE = [...new Uint8Array(Uint32Array.of(354584451, 120640536).buffer)]; // p256-table.ts
  const holds = (binary: Uint8Array, table: number[]) => Buffer.from(binary).includes(Buffer.from(table));

  it("holds the tables of its own algorithms and no other's", () => {
    expect(holds(ownPair.boot, SHA512_TABLE)).toBe(true);
    expect(holds(ownPair.boot, P256_TABLE)).toBe(true);
    expect(holds(ed25519Pair.boot, SHA512_TABLE)).toBe(true);
    expect(holds(ed25519Pair.boot, P256_TABLE)).toBe(false);
    expect(holds(p256Pair.boot, SHA512_TABLE)).toBe(false);
    expect(holds(p256Pair.boot, P256_TABLE)).toBe(true);
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
