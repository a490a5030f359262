// Devices and scenes for tests, over the built modules and images signed with the public test seed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GuestPair, bytesOfGuest } from "../../host/campaign/plan/trace.js";
import { placed } from "../../host/campaign/plan/placed.js";
import { type Scene, type SceneImage, imagesOf, isOffer } from "../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../host/campaign/plan/scenarios.js";
import { createHash } from "node:crypto";
import { type DeviceModules } from "../../host/device/device-options.js";
import { Device } from "../../host/device/device.js";
import { windowPlaces } from "../../host/device/window.js";
import { partById } from "../../host/device/parts.js";
import type { PartProfile } from "../../host/device/profile.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import { readPrivateKey, readPublicKey } from "../../host/image/keys.js";
import { signImage } from "../../host/image/sign.js";
import { verifyImage } from "../../host/image/verify.js";

const ROOT = join(import.meta.dirname, "../..");

export const testKey = readPrivateKey(
  readFileSync(join(ROOT, "test/vectors/ed25519-private-seed.hex"), "utf8"),
  "the test seed",
);

/** A built module of dist/wasm. */
export function wasm(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(ROOT, `dist/wasm/${name}.wasm`)));
}

export const deviceModule = {
  device: new WebAssembly.Module(wasm("device") as BufferSource),
  states: new WebAssembly.Module(wasm("states") as BufferSource),
  statesShared: new WebAssembly.Module(wasm("states-shared") as BufferSource),
} satisfies DeviceModules;

/** A guest pair of these binaries. */
export function pairOf(
  name: string,
  boot: Uint8Array,
  agent: Uint8Array,
  application?: Uint8Array,
): GuestPair {
  const guests = { boot, agent, ...(application === undefined ? {} : { application }) };
  const sha256 = createHash("sha256").update(bytesOfGuest(guests)).digest("hex");
  return { name, ...guests, sha256 };
}

/** Our own core with a sealed Record: for parts whose profile asks for that, and where no Record matters. */
export const ownPair = pairOf("boot-full", wasm("boot-full"), wasm("agent-full"));
/** Our own core with a refreshed Record. */
export const refreshedPair = pairOf("boot-full", wasm("boot-full-refreshed"), wasm("agent-full-refreshed"));
export const ed25519Pair = pairOf("boot-ed25519", wasm("boot-ed25519"), wasm("agent-ed25519"));
export const p256Pair = pairOf("boot-p256", wasm("boot-p256"), wasm("agent-p256"));
export const singleFlag = pairOf("single-flag", wasm("single-flag-boot"), wasm("single-flag-agent"));
export const lateAttempts = pairOf("late-attempts", wasm("late-attempts-boot"), wasm("late-attempts-agent"));

/** Our own core in the build for a part's Record. */
export function ownPairFor({ record }: Pick<PartProfile, "record">): GuestPair {
  return record === "refreshed" ? refreshedPair : ownPair;
}

export function deviceOf(part: PartProfile, pair: GuestPair, attempts = 3, fuel?: bigint): Device {
  return new Device({
    module: deviceModule,
    part,
    boot: { name: pair.name, binary: pair.boot },
    agent: { name: `${pair.name} agent`, binary: pair.agent },
    ...(pair.application === undefined
      ? {}
      : { application: { name: `${pair.name} application`, binary: pair.application } }),
    attempts,
    ...(fuel === undefined ? {} : { fuel }),
  });
}

/** A signed image of pseudo-random bytes, `payloadSize` long. */
export function testImage(options: {
  readonly generation: number;
  readonly payloadSize: number;
  readonly linkedFor: number | null;
  readonly securityCounter?: number;
  readonly shape?: ((payload: Uint8Array) => void) | undefined;
}): SceneImage {
  const payload = new Uint8Array(options.payloadSize);
  let state = 0x2545f491 + options.generation + (options.linkedFor ?? 0);
  for (let at = 0; at < payload.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    payload[at] = state >>> 24;
  }
  options.shape?.(payload);
  const securityCounter = options.securityCounter ?? options.generation + 1;
  const bytes = signImage(payload, testKey, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: { major: options.generation + 1, minor: 0, revision: 0, build: 0 },
    securityCounter,
    ...(options.linkedFor === null ? {} : { romFixed: options.linkedFor }),
  });
  const { generation, linkedFor } = options;
  return {
    name: `v${generation + 1}`,
    bytes,
    headerSizeBytes: 0x20,
    securityCounter,
    linkedFor,
    generation,
    genuine: true,
  };
}

/** The image that a scene begins with in slot A of a part. */
export function firstOf(scene: Scene, { layout }: Pick<PartProfile, "layout">): SceneImage {
  return placed(scene, scene.scenario.start.slotA, layout.slotA);
}

/** The images that a scene offers first. */
export function offeredIn(scene: Scene): readonly SceneImage[] {
  const [step] = scene.scenario.steps;
  return step === undefined || !isOffer(step) ? [] : imagesOf(scene, step.offer);
}

/** Fills a device's receive window with these images and offers them all. */
export function offerTo(device: Device, images: readonly Uint8Array[]): void {
  const places = windowPlaces(images);
  device.fillWindow(images);
  device.offer(images.map(({ length }, index) => ({ offset: places[index]!, size: length })));
}

/** A scene of small images: v1 in slot A, v2 offered as a pair. */
export function smallScene(
  scenario: string,
  device: string,
  payloadSize: number,
  shape?: (payload: Uint8Array) => void,
): Scene {
  const { layout } = partById(device);
  const image = (generation: 0 | 1, slot: "slotA" | "slotB") =>
    testImage({ generation, payloadSize, linkedFor: layout[slot].offset, shape });
  return {
    scenario: scenarioByName(scenario)!,
    images: [image(0, "slotA"), image(1, "slotA"), image(1, "slotB")],
    keyTable: encodeKeyTable([testKey.publicKey]),
  };
}

/** A scene of imgtool's own samples: app in slot A, app2 offered. */
export function sampleScene(scenario: string, keyName: "ed25519" | "p256" = "ed25519"): Scene {
  const file = join(ROOT, `images/imgtool/${keyName}-pub.pem`);
  const key = readPublicKey(readFileSync(file, "utf8"), "sample key");
  const image = (name: string, generation: 0 | 1): SceneImage => {
    const bytes = Uint8Array.from(readFileSync(join(ROOT, `images/imgtool/${name}.bin`)));
    const result = verifyImage(bytes, [key]);
    if (!result.ok) throw new Error(result.message);
    const { extentBytes, headerSizeBytes, securityCounter } = result;
    return {
      name,
      bytes: bytes.slice(0, extentBytes),
      headerSizeBytes,
      securityCounter,
      linkedFor: null,
      generation,
      genuine: true,
    };
  };
  return {
    scenario: scenarioByName(scenario)!,
    images: [image(`app-${keyName}-signed`, 0), image(`app2-${keyName}-signed`, 1)],
    keyTable: encodeKeyTable([key]),
  };
}
