// Each way of spoiling an image, judged by the host and by the built boot core: refused, and for the reason that it was
// made for.
import { describe, expect, it } from "vitest";
import { SPOILS, type Spoil } from "../../../host/campaign/scenario.js";
import { PARTS } from "../../../host/device/parts.js";
import { reasonName } from "../../../host/image/reason.js";
import type { SignOptions } from "../../../host/image/sign.js";
import { decodeTlvAreas } from "../../../host/image/tlv.js";
import { decodeHeader } from "../../../host/image/header.js";
import { verifyImage } from "../../../host/image/verify.js";
import { type Recipe, soundImage, spoiledImage } from "../../../host/scene/spoil.js";
import { bytesOf } from "../../support/bytes.js";
import { ownPairFor } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";
import { sceneKeys } from "./keys.js";

/** Reasons for the bytes alone, and in a slot that is erased behind them. */
const REASONS: Readonly<Record<Spoil, readonly [alone: string, inSlot: string]>> = {
  "bit-flipped": ["DIGEST", "DIGEST"],
  unsigned: ["SIGNATURE_MISSING", "SIGNATURE_MISSING"],
  "foreign-key": ["KEY_UNKNOWN", "KEY_UNKNOWN"],
  truncated: ["TLV_AREA", "TLV_ENTRY"],
  "length-overflow": ["IMAGE_SIZE", "IMAGE_SIZE"],
  "injected-counter": ["TLV_MISPLACED", "TLV_MISPLACED"],
  "duplicated-tlv": ["TLV_DUPLICATE", "TLV_DUPLICATE"],
};

const OPTIONS: SignOptions = {
  headerSizeBytes: 0x20,
  padHeader: true,
  version: { major: 2, minor: 0, revision: 0, build: 0 },
  securityCounter: 2,
};
const publicKeys = [sceneKeys.own.publicKey];

function recipeFor(romFixed: number, payloadSizeBytes = 301): Recipe {
  return { payload: bytesOf(7, payloadSizeBytes), options: { ...OPTIONS, romFixed }, keys: sceneKeys };
}

const hostSays = (bytes: Uint8Array): string => {
  const result = verifyImage(bytes, publicKeys);
  return result.ok ? "OK" : reasonName(result.reason);
};

const inSlot = (bytes: Uint8Array): Uint8Array => {
  const slot = new Uint8Array(0x1e00).fill(0xff);
  slot.set(bytes);
  return slot;
};

it("the image of the recipe is a right one", () => {
  expect(hostSays(soundImage(recipeFor(0)))).toBe("OK");
});

describe.each(SPOILS)("%s", (spoil) => {
  const [alone, slotted] = REASONS[spoil];

  it("was a right image before, unless a foreign key signed it", () => {
    const recipe = recipeFor(0);
    const { bytes, sound } = spoiledImage(spoil, recipe);
    expect(sound === undefined).toBe(spoil === "foreign-key");
    if (sound === undefined) return;
    expect(sound).toEqual(soundImage(recipe));
    expect(sound).not.toEqual(bytes);
  });

  it("is refused by the host, for its reason", () => {
    for (const size of [1, 4, 301, 2000]) {
      const { bytes } = spoiledImage(spoil, recipeFor(0x20000, size));
      expect(hostSays(bytes)).toBe(alone);
      expect(hostSays(inSlot(bytes))).toBe(slotted);
    }
  });

  it.each(PARTS.map((part) => [part.id, part] as const))("is refused by the core of %s", (_, part) => {
    const judge = judgeOf(part, ownPairFor(part));
    for (const slot of ["slotA", "slotB"] as const) {
      const recipe = recipeFor(part.layout[slot].offset);
      expect(judge(soundImage(recipe), { keys: publicKeys, slot })).toBe("OK");
      expect(judge(spoiledImage(spoil, recipe).bytes, { keys: publicKeys, slot })).toBe(slotted);
    }
  });
});

describe("beside what spoils it,", () => {
  const recipe = recipeFor(0x400);
  const sound = soundImage(recipe);
  const spoiledBy = (spoil: Spoil) => spoiledImage(spoil, recipe).bytes;
  const differing = (bytes: Uint8Array) => Array.from(bytes.keys()).filter((at) => bytes[at] !== sound[at]);
  const entriesOf = (bytes: Uint8Array) => {
    const head = decodeHeader(bytes);
    const tlvs = head.ok ? decodeTlvAreas(bytes, head.header, { strict: false }) : head;
    if (!tlvs.ok) throw new Error(tlvs.message);
    expect(tlvs.areas.extentBytes).toBe(bytes.length);
    return tlvs.areas.unprotectedEntries.map(({ type }) => type);
  };

  it("a flipped image is the right one but for one byte of its payload, of which no bit is right", () => {
    expect(differing(spoiledBy("bit-flipped"))).toEqual([0x20 + 150]);
    expect(spoiledBy("bit-flipped")[0x20 + 150]! ^ sound[0x20 + 150]!).toBe(0xff);
  });

  it("a truncated image is the start of the right one, cut behind its payload", () => {
    const bytes = spoiledBy("truncated");
    expect(differing(bytes)).toEqual([]);
    expect(bytes).toHaveLength(0x20 + 301 + 12 + 72);
  });

  it("an image whose sizes overflow is the right one but for its payload size", () => {
    expect(differing(spoiledBy("length-overflow")).every((at) => at >= 12 && at < 16)).toBe(true);
    const [sum] = Uint32Array.of(
      0x20 + new DataView(spoiledBy("length-overflow").buffer).getUint32(12, true) + 12 + 4,
    );
    expect(sum).toBe(0x20 + 12);
  });

  it("the others have well-formed areas", () => {
    expect(entriesOf(sound)).toEqual([0x10, 0x01, 0x24]);
    expect(entriesOf(spoiledBy("unsigned"))).toEqual([0x10, 0x01]);
    expect(entriesOf(spoiledBy("foreign-key"))).toEqual([0x10, 0x01, 0x24]);
    expect(entriesOf(spoiledBy("injected-counter"))).toEqual([0x10, 0x01, 0x24, 0x50]);
    expect(entriesOf(spoiledBy("duplicated-tlv"))).toEqual([0x10, 0x10, 0x01, 0x24]);
  });

  it("an image by the foreign key is right by that key", () => {
    expect(verifyImage(spoiledBy("foreign-key"), [sceneKeys.foreign.publicKey]).ok).toBe(true);
  });
});
