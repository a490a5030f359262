// Each way of spoiling an image, judged by the host and by the built boot core: refused, and for the reason that it was
// made for.
import { describe, expect, it } from "vitest";
import { SPOILS, type Spoil } from "../../../host/campaign/plan/scenario.js";
import { PARTS } from "../../../host/device/parts.js";
import { reasonName } from "../../../host/image/reason.js";
import type { SignOptions } from "../../../host/image/sign.js";
import { SHA256 } from "../../../host/image/digest.js";
import { decodeTlvAreas, tlvName } from "../../../host/image/tlv.js";
import { decodeHeader } from "../../../host/image/header.js";
import { verifyImage } from "../../../host/image/verify.js";
import { type Recipe, soundImage } from "../../../host/scene/recipe.js";
import { spoiledImage } from "../../../host/scene/spoil.js";
import { bytesOf } from "../../support/bytes.js";
import { ownPairFor } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";
import { sceneKeys } from "./keys.js";

/** Bytes of the smallest part's slots. */
const SMALL_SLOT = 0x1e00;
/** More than two fields of 16 bits can say, and more than one can. */
const ROOM_FOR_TWO = 0x20000;
const ROOM_FOR_ONE = 0x10000;

/** Why the core refuses an image whose fields lead out of small slots: in larger ones it comes further. */
const inSlotOf = (size: number): Readonly<Partial<Record<Spoil, string>>> => ({
  "overlong-header":
    size > ROOM_FOR_TWO ? "TLV_TOO_LARGE" : size > ROOM_FOR_ONE ? "IMAGE_SIZE" : "HEADER_SIZE",
  "overlong-unprotected": size > ROOM_FOR_TWO ? "TLV_ENTRY" : "TLV_AREA",
});

/** Reasons for the bytes alone, and in a small slot that is erased behind them. */
const REASONS: Readonly<Record<Spoil, readonly [alone: string, inSlot: string]>> = {
  "bit-flipped": ["DIGEST", "DIGEST"],
  unsigned: ["SIGNATURE_MISSING", "SIGNATURE_MISSING"],
  "foreign-key": ["KEY_UNKNOWN", "KEY_UNKNOWN"],
  truncated: ["TLV_AREA", "TLV_ENTRY"],
  "length-overflow": ["IMAGE_SIZE", "IMAGE_SIZE"],
  "injected-counter": ["TLV_MISPLACED", "TLV_MISPLACED"],
  "duplicated-tlv": ["TLV_DUPLICATE", "TLV_DUPLICATE"],
  "overlong-header": ["HEADER_SIZE", "HEADER_SIZE"],
  "overlong-protected": ["TLV_TOO_LARGE", "TLV_TOO_LARGE"],
  "overlong-counter": ["TLV_ENTRY", "TLV_ENTRY"],
  "overlong-dependency": ["TLV_ENTRY", "TLV_ENTRY"],
  "overlong-unprotected": ["TLV_AREA", "TLV_AREA"],
  "overlong-digest": ["TLV_ENTRY", "TLV_ENTRY"],
  "overlong-key-hash": ["TLV_ENTRY", "TLV_ENTRY"],
  "overlong-signature": ["TLV_ENTRY", "TLV_ENTRY"],
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
  const slot = new Uint8Array(SMALL_SLOT).fill(0xff);
  slot.set(bytes);
  return slot;
};

it("the image of the recipe is a right one", () => {
  expect(hostSays(soundImage(recipeFor(0)))).toBe("OK");
});

describe.each(SPOILS)("%s", (spoil) => {
  const [alone, slotted] = REASONS[spoil];

  it("was a right image before, unless it is another's work", () => {
    const recipe = recipeFor(0);
    const { bytes, sound } = spoiledImage(spoil, recipe);
    expect(sound === undefined).toBe(spoil === "foreign-key" || spoil.startsWith("overlong-"));
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
      const reason = inSlotOf(part.layout[slot].size)[spoil] ?? slotted;
      expect(judge(spoiledImage(spoil, recipe).bytes, { keys: publicKeys, slot })).toBe(reason);
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

describe("an overlong image", () => {
  const overlong = SPOILS.filter((spoil) => spoil.startsWith("overlong-"));
  const recipe = recipeFor(0x400, 3000);
  const ALWAYS = ["SEC_CNT 4", "SHA256 32", "KEYHASH 32", "ED25519 64"];
  /** Entries that are longer than any of their type may be, or are one too many. */
  const LONGER: Readonly<Partial<Record<Spoil, readonly string[]>>> = {
    "overlong-protected": ["0x00a0 2304"],
    "overlong-counter": ["SEC_CNT 200"],
    "overlong-dependency": ["DEPENDENCY 200"],
    "overlong-digest": ["SHA256 200"],
    "overlong-key-hash": ["KEYHASH 200"],
    "overlong-signature": ["ED25519 600"],
  };

  /** The areas, where they are well-formed but for lengths. */
  function areasIn(bytes: Uint8Array) {
    const head = decodeHeader(bytes);
    const tlvs = head.ok ? decodeTlvAreas(bytes, head.header, { strict: false }) : head;
    return tlvs.ok ? tlvs.areas : undefined;
  }

  it.each(overlong)("%s is as large as the sound one, and no larger", (spoil) => {
    expect(spoiledImage(spoil, recipe).bytes).toHaveLength(soundImage(recipe).length);
  });

  it.each(overlong)("%s fits the smallest slot where its payload can give way no further", (spoil) => {
    const { bytes } = spoiledImage(spoil, recipeFor(0x400, 1));
    expect(bytes.length).toBeLessThanOrEqual(SMALL_SLOT);
    expect(hostSays(bytes)).toBe(REASONS[spoil][0]);
  });

  it.each(overlong)("%s has what is overlong really in it, within its area, or in a field alone", (spoil) => {
    const { bytes } = spoiledImage(spoil, recipe);
    const areas = areasIn(bytes);
    expect(areas === undefined).toBe(LONGER[spoil] === undefined);
    if (areas === undefined) return;
    expect(areas.extentBytes).toBe(bytes.length);
    const found = [...areas.protectedEntries, ...areas.unprotectedEntries].map(
      ({ type, data }) => `${tlvName(type)} ${data.length}`,
    );
    expect(found.filter((entry) => !ALWAYS.includes(entry))).toEqual(LONGER[spoil]);
  });

  it.each(overlong)(
    "%s is made without the signing key: its digest is right, its signature is not",
    (spoil) => {
      const { bytes } = spoiledImage(spoil, recipe);
      const areas = areasIn(bytes);
      if (areas === undefined) return;
      const [digest] = areas.unprotectedEntries;
      const hashed = bytes.subarray(0, areas.hashedBytes);
      expect(digest!.data.slice(0, 32)).toEqual(SHA256.hash(hashed));
      const signature = areas.unprotectedEntries.at(-1)!.data.subarray(0, 64);
      const content = { hashedBytes: hashed, digest: SHA256.hash(hashed), isPure: false };
      expect(sceneKeys.own.publicKey.verify(content, signature)).toBe(false);
    },
  );

  it("whose fields alone are overlong says the most that they can say", () => {
    const header = new DataView(spoiledImage("overlong-header", recipe).bytes.buffer);
    expect([header.getUint16(8, true), header.getUint16(10, true)]).toEqual([0xfffc, 0xffff]);
    const { bytes } = spoiledImage("overlong-unprotected", recipe);
    const start = 0x20 + 3000 + 12;
    expect([...bytes.subarray(start, start + 4)]).toEqual([0x07, 0x69, 0xff, 0xff]);
  });

  it("has words of 1 behind what is right, which a flag or a number beside a buffer is overwritten with", () => {
    const areas = areasIn(spoiledImage("overlong-key-hash", recipe).bytes)!;
    const { data } = areas.unprotectedEntries[1]!;
    expect([...data.subarray(32, 40)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  });
});
