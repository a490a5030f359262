// Which image stands in a slot: by its bytes alone, and what a spoiled one was before.
import { describe, expect, it } from "vitest";
import { Identifier } from "../../../../host/campaign/play/identify.js";
import type { SceneImage } from "../../../../host/campaign/plan/scenario.js";
import { readTrace, traceOf } from "../../../../host/campaign/plan/trace.js";
import { partById } from "../../../../host/device/parts.js";
import { sceneOn } from "../../../support/guests.js";
import { deviceOf, ownPair } from "../../../support/scenes.js";

const PAYLOAD_BYTES = 68;
const tiny = partById("tiny");

describe("in a slot stands", () => {
  const scene = sceneOn(tiny, "update", PAYLOAD_BYTES + 1);
  const spoiled: SceneImage = {
    ...{ ...scene.images[1]!, name: "spoiled", genuine: false },
    bytes: scene.images[1]!.bytes.map((byte, at) => (at === 40 ? byte ^ 0xff : byte)),
    sound: scene.images[1]!.bytes,
  };
  const found = (images: readonly SceneImage[], bytes: Uint8Array) => {
    const device = deviceOf(tiny, ownPair);
    device.provision(tiny.layout.slotA.offset, bytes);
    return new Identifier(device, images).inSlot(0).map(({ name, genuine }) => ({ name, genuine }));
  };

  it("an image whatever comes behind its last byte", () => {
    const [image] = scene.images;
    expect(image!.bytes.length % 4).toBe(1);
    for (const behind of [0, 0xff])
      expect(found([image!], Uint8Array.of(...image!.bytes, behind, behind, behind))).toHaveLength(1);
    expect(
      found(
        [image!],
        image!.bytes.map((byte, at) => byte ^ Number(at === image!.bytes.length - 1)),
      ),
    ).toEqual([]);
  });

  it("no spoiled image, but what it was before it was spoiled, in a trace too", () => {
    const facts = {
      part: tiny,
      layout: tiny.layout,
      attempts: 1,
      guest: ownPair,
      models: ["power"] as const,
      violations: [],
    };
    const faults = { cuts: [], reads: [] };
    const trace = traceOf({ ...facts, scene: { ...scene, images: [spoiled] }, faults });
    const read = readTrace(JSON.parse(JSON.stringify(trace)), "trace", () => ownPair.sha256).scene.images;
    for (const images of [[spoiled], read]) {
      expect(found(images, spoiled.bytes)).toEqual([]);
      expect(found(images, spoiled.sound!)).toEqual([{ name: "spoiled, made whole again", genuine: true }]);
    }
  });
});
