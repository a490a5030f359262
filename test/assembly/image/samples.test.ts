// Foreign images in the core: imgtool's own samples boot with their key and with no other, and a flipped bit is refused
// for the reason that the table says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/call.js";
import { partById } from "../../../host/device/parts.js";
import { type InstalledImage, encodeKeyTable } from "../../../host/image/key-table.js";
import type { PublicKey } from "../../../host/image/key-types.js";
import { readPublicKey } from "../../../host/image/keys.js";
import { deviceOf, ownPair, testKey } from "../../support/scenes.js";

const FOLDER = join(import.meta.dirname, "../../../images/imgtool");
const part = partById("nrf52840");
const device = deviceOf(part, ownPair);
const key = readPublicKey(readFileSync(join(FOLDER, "ed25519-pub.pem"), "utf8"), "sample key");
const other = readPublicKey(readFileSync(join(FOLDER, "p256-pub.pem"), "utf8"), "other key");
const IMAGE_1: InstalledImage = { id: 1, version: { major: 2, minor: 0, revision: 0, build: 0 } };
const OLD_IMAGE_1: InstalledImage = { id: 1, version: { major: 1, minor: 9, revision: 9, build: 9 } };

const HEADER_SIZE = 0x200;
const PAYLOAD_END = HEADER_SIZE + 40_000;

const sample = (name: string) => Uint8Array.from(readFileSync(join(FOLDER, `${name}.bin`)));

function verdict(
  bytes: Uint8Array,
  keys: readonly PublicKey[],
  options: { slot?: "slotA" | "slotB"; installed?: InstalledImage[] } = {},
) {
  device.exports.wipe();
  device.provision(part.layout.keys.offset, encodeKeyTable(keys, options.installed));
  device.provision(part.layout[options.slot ?? "slotA"].offset, bytes);
  const { end } = executeCall(device, IN_BOOT, 0);
  if (end.kind === "jumped") return abi.REASON_OK;
  return end.kind === "halted" ? end.reason : end.kind;
}

const SAMPLES = ["signed", "confirmed", "pure", "sha512", "alltlv", "romfixed"].map(
  (name) => `app-ed25519-${name}`,
);

/** Offset of the data of the first TLV of `type`. */
function tlvData(bytes: Uint8Array, type: number): number {
  const view = new DataView(bytes.buffer);
  let at = PAYLOAD_END + view.getUint16(10, true) + 4;
  while (view.getUint16(at, true) !== type) at += 4 + view.getUint16(at + 2, true);
  return at + 4;
}

describe("imgtool's Ed25519 samples", () => {
  for (const name of SAMPLES) {
    it(`${name} boots with its key, and not with another's`, () => {
      expect(verdict(sample(name), [key], { installed: [IMAGE_1] })).toBe(abi.REASON_OK);
      expect(
        verdict(
          sample(name),
          [testKey.publicKey, other].filter((k) => k.pem !== key.pem),
          { installed: [IMAGE_1] },
        ),
      ).toBe(abi.REASON_KEY_UNKNOWN);
    });

    const hash = /sha512|pure/.test(name) ? 0x12 : 0x10;
    const places: readonly (readonly [string, (bytes: Uint8Array) => number, readonly number[]])[] = [
      ["header", () => 21, [abi.REASON_DIGEST]],
      ["payload", () => HEADER_SIZE + 12_345, [abi.REASON_DIGEST]],
      ["protected TLV", () => PAYLOAD_END + 8, [abi.REASON_DIGEST]],
      ["digest", (bytes) => tlvData(bytes, hash), [abi.REASON_DIGEST]],
      ["key hash", (bytes) => tlvData(bytes, 0x01), [abi.REASON_KEY_UNKNOWN]],
      ["signature", (bytes) => tlvData(bytes, 0x24), [abi.REASON_SIGNATURE]],
    ];
    for (const [where, offset, reasons] of places) {
      it(`${name} with one flipped bit in the ${where} is refused for the right reason`, () => {
        const bytes = sample(name);
        bytes[offset(bytes)]! ^= 1;
        expect(reasons).toContain(verdict(bytes, [key], { installed: [IMAGE_1] }));
      });
    }
  }

  it("alltlv needs image 1 in version 2.0.0 or newer", () => {
    expect(verdict(sample("app-ed25519-alltlv"), [key])).toBe(abi.REASON_DEPENDENCY);
    expect(verdict(sample("app-ed25519-alltlv"), [key], { installed: [OLD_IMAGE_1] })).toBe(
      abi.REASON_DEPENDENCY,
    );
  });

  it("romfixed boots from slot A only", () => {
    expect(verdict(sample("app-ed25519-romfixed"), [key], { slot: "slotB" })).toBe(abi.REASON_WRONG_SLOT);
    expect(verdict(sample("app-ed25519-signed"), [key], { slot: "slotB" })).toBe(abi.REASON_OK);
  });
});

describe("a damaged key table", () => {
  it("refuses every image: no flipped bit of its header or key lets one in", () => {
    const bytes = sample("app-ed25519-signed");
    const table = encodeKeyTable([key]);
    for (let at = 0; at < table.length; at++) {
      const damaged = table.slice();
      damaged[at]! ^= 0x10;
      device.exports.wipe();
      device.provision(part.layout.keys.offset, damaged);
      device.provision(part.layout.slotA.offset, bytes);
      const { end } = executeCall(device, IN_BOOT, 0);
      expect(end.kind, `byte ${at}`).toBe("halted");
    }
  });
});
