// Scenes of images that someone brings along: which scenarios they can play, and which images and keys are refused. Never runs one.
import { describe, expect, it } from "vitest";
import { scenarioByName } from "../../../host/campaign/plan/scenarios.js";
import { partById } from "../../../host/device/parts.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { generateKey } from "../../../host/image/keys.js";
import { signImage } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";
import { ImageRefusedError, acceptedImage, keyTableFor } from "../../../host/scene/accept.js";
import { sceneFromImages } from "../../../host/scene/given.js";
import { bytesOf } from "../../support/bytes.js";
import { sceneKeys } from "./keys.js";

const part = partById("tiny");
const { slotA, slotB } = part.layout;
const target = { part, layout: part.layout };
const trust = { keys: [sceneKeys.own.publicKey], demanded: [] };

function given(name: string, version: string, romFixed: number | undefined, payloadSizeBytes = 64) {
  const bytes = signImage(bytesOf(3, payloadSizeBytes), sceneKeys.own, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: parseVersion(version),
    securityCounter: "auto",
    romFixed,
  });
  return { name, bytes };
}

const from = given("from.bin", "1.2.3", slotA.offset);
const pair = [given("a.bin", "1.3.0", slotA.offset), given("b.bin", "1.3.0", slotB.offset)];
const make = (scenario: string, to = pair, first = from) =>
  sceneFromImages(scenarioByName(scenario)!, target, trust, { from: first, to });

describe("images that someone brings along", () => {
  it.each(["update", "revert", "confirm-late"])(
    "play in %s, with their own versions and counters",
    (name) => {
      const scene = make(name);
      expect(scene.images).toMatchObject([
        { name: "v1.2.3+0 for slot A", generation: 0, linkedFor: slotA.offset, securityCounter: 0x01020003 },
        { name: "v1.3.0+0 for slot A", generation: 1, linkedFor: slotA.offset, securityCounter: 0x01030000 },
        { name: "v1.3.0+0 for slot B", generation: 1, linkedFor: slotB.offset, securityCounter: 0x01030000 },
      ]);
      expect(scene.images.every(({ genuine }) => genuine)).toBe(true);
      expect(scene.keyTable).toEqual(encodeKeyTable(trust.keys));
    },
  );

  it("play alone where the scenario has one image", () => {
    expect(make("first-boot", []).images).toHaveLength(1);
    expect(() => make("update", [])).toThrow(/update: expected one that plays with one image as they are/);
    expect(() => make("first-boot")).toThrow(/first-boot: expected nothing to offer, found a.bin and b.bin/);
  });

  it.each(["tampered", "wrong-slot", "both-bad", "downgrade", "double-update", "long-life"])(
    "do not play in %s, which needs others",
    (name) => {
      expect(() => make(name)).toThrow(/expected one that plays with two images as they are, like update/);
    },
  );

  it("begin with one that runs from slot A", () => {
    expect(() => make("update", pair, given("x.bin", "1.0.0", slotB.offset))).toThrow(
      /x\.bin: expected an image for slot A \(0x400\), found one linked for 0x2200/,
    );
    expect(make("update", pair, given("x.bin", "1.0.0", undefined)).images[0]!.name).toBe("v1.0.0+0");
  });
});

describe("an accepted image", () => {
  const accept = (bytes: Uint8Array, keys = trust.keys) =>
    acceptedImage(bytes, "x.bin", { keys, demanded: [] }, target, 1);

  it("is cut to its extent", () => {
    const padded = Uint8Array.from([...from.bytes, ...new Uint8Array(99).fill(0xff)]);
    expect(accept(padded).bytes).toEqual(from.bytes);
  });

  it("may be linked for another place, which its name says", () => {
    expect(accept(given("", "1.0.0", 0x100).bytes).name).toBe("v1.0.0+0 for 0x100");
  });

  it("is signed by a key of the table, and undamaged", () => {
    const changed = Uint8Array.from(from.bytes);
    changed[0x20]! ^= 1;
    expect(() => accept(changed)).toThrow(ImageRefusedError);
    expect(() => accept(changed)).toThrow(/^x\.bin: DIGEST at 0x/);
    expect(() => accept(from.bytes, [sceneKeys.foreign.publicKey])).toThrow(/^x\.bin: KEY_UNKNOWN at 0x/);
  });

  it("fits a slot", () => {
    expect(() => accept(given("", "1.0.0", undefined, 0x1e00).bytes)).toThrow(
      /x\.bin: expected at most 7680 bytes \(a slot\), found 7868/,
    );
  });
});

describe("a key table", () => {
  it("holds sixteen keys, and no more than its region", () => {
    const keys = (count: number) => Array<(typeof trust.keys)[0]>(count).fill(sceneKeys.own.publicKey);
    expect(() => keyTableFor({ keys: keys(17), demanded: [] }, target)).toThrow(/at most 16 keys, found 17/);
    const large = generateKey("rsa-2048").publicKey;
    expect(() => keyTableFor({ keys: [large], demanded: [] }, target)).toThrow(
      /key table: expected at most 256 bytes, found 300/,
    );
  });
});
