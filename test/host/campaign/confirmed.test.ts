// Which image counts as confirmed, which stands in a slot at all, and what that decides: verdicts that were wrong once.
import { describe, expect, it } from "vitest";
import * as memory from "../../../host/campaign/history.js";
import { NO_HISTORY } from "../../../host/campaign/history.js";
import { type CampaignOptions, runCampaign } from "../../../host/campaign/campaign.js";
import { Identifier } from "../../../host/campaign/identify.js";
import type { SceneImage } from "../../../host/campaign/scenario.js";
import { readTrace, traceOf } from "../../../host/campaign/trace.js";
import { partById } from "../../../host/device/parts.js";
import { sceneOn } from "../../support/guests.js";
import { deviceModule, deviceOf, ownPair } from "../../support/scenes.js";
import { equalScene, soundnessPair } from "../../support/soundness.js";

const PAYLOAD_BYTES = 68;
const MOST = 4;
/** So many strikes are no sample. */
const EVERY = 4096;
const tiny = partById("tiny");

type Wanted = Pick<CampaignOptions, "guest" | "scene" | "faults"> & Partial<CampaignOptions>;

function said(wanted: Wanted): { readonly verdict: string; readonly oracles: string[] } {
  const { verdict, violations, unreplayed } = runCampaign({
    ...{ deviceModule, part: tiny, layout: (wanted.part ?? tiny).layout, attempts: 3, assume: true },
    ...{ depth: 1, audit: 0.05, canaries: [], clock: () => ({ cpu: 0, wall: 0 }) },
    ...wanted,
  });
  expect(unreplayed ?? []).toEqual([]);
  return { verdict, oracles: [...new Set(violations.map(({ oracle }) => oracle))] };
}

describe("the oracles remember", () => {
  const confirmed = memory.afterConfirmed(NO_HISTORY, 0);

  it("how often a trial was struck while the image that was confirmed before says so again", () => {
    const trial = memory.afterCounting(memory.afterChanged(confirmed, 1));
    const struck = memory.afterReset(memory.afterReset(trial, MOST), MOST);
    expect(struck.trialResets).toBe(2);
    expect(memory.afterConfirmed(struck, 0).trialResets).toBe(2);
    expect(memory.afterConfirmed(struck, 1).trialResets).toBe(0);
    expect(memory.afterChanged(memory.afterConfirmed(struck, 0), 1).trialResets).toBe(0);
  });
});

describe("a wrong guest is named", () => {
  it("that confirms itself in a counter when it runs once more than it may", async () => {
    const guest = await soundnessPair("confirms-in-counter");
    const wanted: Wanted = { guest, scene: equalScene(tiny, PAYLOAD_BYTES), faults: ["power"] };
    expect(said({ ...wanted, attempts: 1, depth: 2 }).oracles).toContain("trial-reverts");
  });

  it("whose program goes astray in a call that has found out why the device was reset", async () => {
    const guest = await soundnessPair("strays-after-asking");
    const scene = sceneOn(tiny, "first-boot", PAYLOAD_BYTES);
    const wanted: Wanted = { guest, scene, faults: ["reset", "misdirected"], depth: 2 };
    expect(said({ ...wanted, samples: EVERY }).oracles).toContain("no-wrong-image");
  });

  it("whose boot returns a number of 64 bits", async () => {
    const guest = await soundnessPair("returns-long");
    const scene = sceneOn(tiny, "first-boot", PAYLOAD_BYTES);
    expect(said({ guest, scene, faults: ["power"] }).oracles).toContain("no-brick");
  });
});

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
