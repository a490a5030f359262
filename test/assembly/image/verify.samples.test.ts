// Foreign images in the core: imgtool's own samples boot with their key and with no other, on the build with every
// algorithm and on the small one of their own. A flipped bit is refused for the reason in test/vectors/sample-flips.json.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { type InstalledImage, encodeKeyTable } from "../../../host/image/key-table.js";
import { ed25519Pair, ownPair, p256Pair } from "../../support/scenes.js";
import { judgeOf } from "../../support/verdict.js";
import { SAMPLES, sample, samplePublicKey } from "../../host/image/samples.js";

const part = partById("nrf52840");
const full = judgeOf(part, ownPair);
const smallEd25519 = judgeOf(part, ed25519Pair);
const smallP256 = judgeOf(part, p256Pair);

const version = (major: number, minor: number) => ({ major, minor, revision: 9, build: 9 });
const IMAGE_1: InstalledImage = { id: 1, version: { major: 2, minor: 0, revision: 0, build: 0 } };

/**
 * Where a bit is flipped: an offset from the start of "header", "payload", "protected" area or "unprotected" area, or
 * "digest", "key hash" or "signature" with an offset in that entry's data. Always bit 0.
 */
type Place = readonly [from: string, offset: number];
interface Flips {
  readonly places: Readonly<Record<string, Place>>;
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
const FLIPS = JSON.parse(readFileSync("test/vectors/sample-flips.json", "utf8")) as Flips;
const NAMES = Object.keys(FLIPS.images);

const HASHES = [0x10, 0x12];
const SIGNATURES = [0x20, 0x22, 0x23, 0x24];

function offsetOf(image: Uint8Array, [from, offset]: Place): number {
  const view = new DataView(image.buffer);
  const payload = view.getUint16(8, true);
  const protectedArea = payload + view.getUint32(12, true);
  const unprotected = protectedArea + view.getUint16(10, true);
  const starts: Record<string, number> = { header: 0, payload, protected: protectedArea, unprotected };
  const types = { digest: HASHES, "key hash": [0x01], signature: SIGNATURES }[from];
  let at = starts[from];
  if (types !== undefined) {
    let entry = unprotected + 4;
    while (!types.includes(view.getUint16(entry, true))) entry += 4 + view.getUint16(entry + 2, true);
    at = entry + 4;
  }
  if (at === undefined) throw new Error(`no such place: ${from}`);
  return at + offset;
}

const keyOf = (name: string) => samplePublicKey(/-(ed25519|p256|rsa\d+)-/.exec(name)![1]!);
const ALL_KEYS = ["ed25519", "p256", "rsa2048", "rsa3072"].map(samplePublicKey);

it("every unencrypted sample is in the table", () => {
  const files = readdirSync(SAMPLES).filter((file) => /^app2?-(?!.*-enc).*\.bin$/.test(file));
  expect(files.map((file) => file.slice(0, -4)).sort()).toEqual([...NAMES].sort());
  expect(NAMES).toHaveLength(11);
});

describe.each(NAMES)("%s", (name) => {
  const image = sample(`${name}.bin`);
  const key = keyOf(name);
  const others = ALL_KEYS.filter((other) => other.type !== key.type);
  const installed = [IMAGE_1];

  it("boots with its key, alone and among others, and not with others", () => {
    expect(full(image, { keys: [key], installed })).toBe("OK");
    expect(full(image, { keys: [...others, key], installed })).toBe("OK");
    expect(full(image, { keys: others, installed })).toBe("KEY_UNKNOWN");
    expect(full(image, { keys: [], installed })).toBe("KEY_UNKNOWN");
  });

  it("boots where its algorithm is demanded, and not where another is or one more", () => {
    expect(full(image, { keys: ALL_KEYS, installed, demanded: [key.type] })).toBe("OK");
    for (const { type } of others) {
      expect(full(image, { keys: ALL_KEYS, installed, demanded: [type] })).toBe("SIGNATURE_MISSING");
      expect(full(image, { keys: ALL_KEYS, installed, demanded: [key.type, type] })).toBe(
        "SIGNATURE_MISSING",
      );
    }
  });

  it("boots on the small build of its algorithm; any other knows no such key, nor such a digest", () => {
    const isSha512 = /pure|sha512/.test(name);
    const provisioned = { keys: ALL_KEYS, installed };
    expect(smallEd25519(image, provisioned)).toBe(key.type === "ed25519" ? "OK" : "KEY_UNKNOWN");
    const p256Says = key.type === "ecdsa-p256" ? "OK" : "KEY_UNKNOWN";
    expect(smallP256(image, provisioned)).toBe(isSha512 ? "DIGEST_MISSING" : p256Says);
  });

  it.each(Object.entries(FLIPS.images[name]!))("with a flipped bit in the %s: %s", (place, reason) => {
    const changed = Uint8Array.from(image);
    changed[offsetOf(image, FLIPS.places[place]!)]! ^= 1;
    expect(full(changed, { keys: [key], installed })).toBe(reason);
  });

  it("is refused below the floor", () => {
    const counter = name.startsWith("app2") ? 8 : 7;
    expect(full(image, { keys: [key], installed, floor: counter })).toBe("OK");
    expect(full(image, { keys: [key], installed, floor: counter + 1 })).toBe("FLOOR");
  });

  it("boots from slot B unless it is fixed to A, and without image 1 unless it needs it", () => {
    const inB = full(image, { keys: [key], installed, slot: "slotB" });
    expect(inB).toBe(name.endsWith("romfixed") ? "WRONG_SLOT" : "OK");
    const alone = full(image, { keys: [key] });
    expect(alone).toBe(name.endsWith("alltlv") ? "DEPENDENCY" : "OK");
  });
});

it("alltlv needs image 1 in version 2.0.0 or newer, not another image or an older one", () => {
  const image = sample("app-ed25519-alltlv.bin");
  const keys = [samplePublicKey("ed25519")];
  const reasonWith = (...installed: InstalledImage[]) => full(image, { keys, installed });
  expect(reasonWith({ id: 1, version: version(1, 9) })).toBe("DEPENDENCY");
  expect(reasonWith({ id: 2, version: version(2, 0) })).toBe("DEPENDENCY");
  expect(reasonWith({ id: 2, version: version(1, 0) }, { id: 1, version: version(3, 0) })).toBe("OK");
});

describe("a damaged key table", () => {
  const image = sample("app-ed25519-signed.bin");
  const keys = [samplePublicKey("ed25519")];

  it("refuses every image: no flipped bit of its header or key lets one in", () => {
    const table = encodeKeyTable(keys);
    for (let at = 0; at < table.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = table.slice();
        damaged[at]! ^= 1 << bit;
        const reason = full(image, { keys, table: damaged });
        // From the encoding on (offset 28) a changed key is an unknown key; so is an entry of another type (24, 25).
        const isKey = at >= 28 || at === 24 || at === 25;
        expect(reason, `byte ${at}, bit ${bit}`).toBe(isKey ? "KEY_UNKNOWN" : "KEY_TABLE");
      }
    }
  });

  it("of another version, with unknown demands, too many entries or bytes left over is none", () => {
    const word = (at: number, value: number, complementAt?: number) => {
      const table = encodeKeyTable(keys);
      const view = new DataView(table.buffer);
      view.setUint32(at, value, true);
      if (complementAt !== undefined) view.setUint32(complementAt, ~value >>> 0, true);
      return table;
    };
    const reasonOf = (table: Uint8Array) => full(image, { keys, table });
    expect(reasonOf(word(4, 1 | (2 << 16), 12))).toBe("OK");
    expect(reasonOf(word(4, 1 | (1 << 16), 12))).toBe("KEY_TABLE");
    expect(reasonOf(word(4, 1 | (3 << 16), 12))).toBe("KEY_TABLE");
    expect(reasonOf(word(4, 17 | (2 << 16), 12))).toBe("KEY_TABLE");
    expect(reasonOf(word(4, 0 | (2 << 16), 12))).toBe("KEY_TABLE");
    for (const entriesSize of [44, 52, 0x1000 - 24 + 4, 0xffffffff])
      expect(reasonOf(word(8, entriesSize))).toBe("KEY_TABLE");
    expect(reasonOf(word(16, 1, 20))).toBe("OK");
    expect(reasonOf(word(16, 1))).toBe("KEY_TABLE");
    for (const demand of [0x20, 0x21, 0x80000000, 0xffffffff])
      expect(reasonOf(word(16, demand, 20))).toBe("KEY_TABLE");
    expect(reasonOf(new Uint8Array(0))).toBe("KEY_TABLE");
  });

  it("holds 16 entries and no more, nor a byte outside its region", () => {
    const many = (count: number) => Array.from({ length: count }, () => keys[0]!);
    expect(full(image, { keys: many(16) })).toBe("OK");
    expect(full(image, { keys: many(17) })).toBe("KEY_TABLE");
    const filler = (size: number) => ({ signatureTlv: 0x7fff, encodedDer: new Uint8Array(size) });
    const room = part.layout.keys.size - 24 - 48 - 4;
    expect(full(image, { keys: [...keys, filler(room)] })).toBe("OK");
    // The next word would be the image's own first: the filler ends where it starts.
    expect(full(image, { keys: [...keys, filler(room + 4)] })).toBe("KEY_TABLE");
  });

  it("passes over a key that is longer than any buffer for keys", () => {
    const large = judgeOf(partById("stm32f407"), ownPair);
    const tooLong = (size: number) => ({ signatureTlv: 0x24, encodedDer: new Uint8Array(size) });
    expect(large(image, { keys: [tooLong(60_000), ...keys] })).toBe("OK");
    expect(large(image, { keys: [tooLong(399), ...keys] })).toBe("OK");
    expect(large(image, { keys: [tooLong(60_000)] })).toBe("KEY_UNKNOWN");
  });

  it("with a whole key before a broken entry is refused as a whole", () => {
    const table = encodeKeyTable([...keys, samplePublicKey("p256")]);
    new DataView(table.buffer).setUint16(24 + 48 + 2, 96, true);
    expect(full(image, { keys, table })).toBe("KEY_TABLE");
  });
});

describe("a demand for an algorithm that a build does not hold", () => {
  it.each([
    ["boot-ed25519", smallEd25519, "app-ed25519-signed", "ecdsa-p256"],
    ["boot-ed25519", smallEd25519, "app-ed25519-signed", "lms"],
    ["boot-p256", smallP256, "app-p256-signed", "ed25519"],
    ["boot-p256", smallP256, "app-p256-signed", "rsa-3072"],
  ] as const)("lets nothing boot on %s (%#)", (_, judge, name, type) => {
    const image = sample(`${name}.bin`);
    const key = keyOf(name);
    expect(judge(image, { keys: ALL_KEYS, demanded: [key.type] })).toBe("OK");
    expect(judge(image, { keys: ALL_KEYS, demanded: [type] })).toBe("SIGNATURE_MISSING");
    expect(judge(image, { keys: ALL_KEYS, demanded: [key.type, type] })).toBe("SIGNATURE_MISSING");
  });
});
