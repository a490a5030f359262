// signImage gives back what imgtool wrote, byte for byte where the signature is the same each time; sizes, places and counters; and
// what it refuses. Never asks our own core.
import { describe, expect, it } from "vitest";
import { decodeHeader } from "../../../host/image/header.js";
import { generateKey } from "../../../host/image/keys.js";
import { signImage, type SignOptions } from "../../../host/image/sign.js";
import { decodeTlvAreas, tlvName } from "../../../host/image/tlv.js";
import { verifyImage } from "../../../host/image/verify.js";
import { APP_OPTIONS, ED25519_SAMPLES, sample, seedKey } from "./samples.js";

const MINIMAL: SignOptions = {
  headerSizeBytes: 32,
  padHeader: true,
  version: { major: 1, minor: 0, revision: 0, build: 0 },
};

describe("signImage", () => {
  it.each(ED25519_SAMPLES)("gives back imgtool's $name byte for byte", ({ name, payload, options }) => {
    const image = signImage(sample(payload), seedKey(), options);
    expect(Buffer.compare(image, sample(`${name}.bin`))).toBe(0);
  });

  it.each(["ecdsa-p256", "rsa-2048", "rsa-3072"] as const)(
    "signs with %s what its public key accepts, with everything before the signature as imgtool has it",
    (type) => {
      const key = generateKey(type);
      const image = signImage(sample("app.bin"), key, APP_OPTIONS);
      expect(verifyImage(image, [key.publicKey])).toMatchObject({ ok: true, securityCounter: 7 });
      const foreign = sample(`app-${type.replace("ecdsa-", "").replace("-", "")}-signed.bin`);
      expect(image.subarray(0, 0x9e4c)).toEqual(foreign.subarray(0, 0x9e4c));
      expect(unprotectedNames(image)).toEqual(unprotectedNames(foreign));
    },
  );

  it("leaves out the protected area when nothing is to stand in it", () => {
    const image = signImage(Uint8Array.of(1, 2, 3), seedKey(), MINIMAL);
    const head = decodeHeader(image);
    expect(head).toMatchObject({ ok: true, header: { protectedSizeBytes: 0, payloadSizeBytes: 3 } });
    expect(verifyImage(image, [seedKey().publicKey])).toMatchObject({ ok: true, securityCounter: 0 });
  });

  it("puts the header into the zeros that a payload starts with", () => {
    const payload = Uint8Array.from([...new Uint8Array(64), 1, 2, 3, 4]);
    const image = signImage(payload, seedKey(), { ...MINIMAL, headerSizeBytes: 64, padHeader: false });
    expect(image.subarray(32, 68)).toEqual(payload.subarray(32));
    expect(verifyImage(image, [seedKey().publicKey])).toMatchObject({ ok: true, payloadSizeBytes: 4 });
  });

  it("makes the automatic security counter from the version", () => {
    const version = { major: 1, minor: 2, revision: 3, build: 99 };
    const image = signImage(Uint8Array.of(1), seedKey(), { ...MINIMAL, version, securityCounter: "auto" });
    expect(verifyImage(image, [seedKey().publicKey])).toMatchObject({ securityCounter: 0x01020003 });
  });

  it("fixes an image to flash offset 0 too", () => {
    const image = signImage(Uint8Array.of(1), seedKey(), { ...MINIMAL, romFixed: 0 });
    expect(verifyImage(image, [seedKey().publicKey])).toMatchObject({ ok: true, linkedOffset: 0 });
  });

  it("fills the slot exactly and refuses one byte more", () => {
    // 128 sectors × 3 × 8 + 4 × 8 + 16 bytes of trailer; 32 of header; 140 of TLVs without protected ones.
    const slotSizeBytes = 0x4000;
    const mostBytes = slotSizeBytes - 3120 - 32 - 144;
    const options: SignOptions = { ...MINIMAL, slotSizeBytes, pad: true };
    expect(signImage(new Uint8Array(mostBytes), seedKey(), options).length).toBe(slotSizeBytes);
    expect(() => signImage(new Uint8Array(mostBytes + 1), seedKey(), options)).toThrow(
      /slot size: expected room/,
    );
    expect(() => signImage(new Uint8Array(mostBytes + 1), seedKey(), { ...options, pad: false })).toThrow(
      /slot size/,
    );
  });

  it.each([
    ["a header size below 32", { headerSizeBytes: 28 }, /header size/],
    ["a header size that is no multiple of 4", { headerSizeBytes: 34 }, /header size/],
    ["a header size above 16 bits", { headerSizeBytes: 0x10000 }, /header size/],
    ["padding without a slot size", { pad: true }, /slot size/],
    ["confirming without a slot size", { confirm: true }, /slot size/],
    ["a slot too large to pad", { pad: true, slotSizeBytes: 0x20000000 }, /slot size: expected at most/],
    ["both a load address and a fixed offset", { romFixed: 4, loadAddress: 4 }, /load address/],
    ["an alignment that is no power of two", { alignBytes: 3 }, /align/],
    ["an alignment above the maximal one", { alignBytes: 16, maxAlignBytes: 8 }, /align/],
    ["a pure signature over SHA-256", { pure: true, shaBits: 256 }, /sha/],
    ["a security counter above 32 bits", { securityCounter: 2 ** 32 }, /security counter/],
    ["a boot record type of 13 bytes", { bootRecord: "x".repeat(13) }, /boot record/],
    ["a class without a vendor", { classId: "board" }, /class id/],
    [
      "a custom type that has a meaning",
      { customTlvs: [{ type: 0x50, data: Uint8Array.of(1) }] },
      /custom TLV/,
    ],
    [
      "a custom type of an unprotected entry",
      { customTlvs: [{ type: 0x24, data: Uint8Array.of(1) }] },
      /custom TLV/,
    ],
    [
      "a custom type above the range",
      { customTlvs: [{ type: 0xffff, data: Uint8Array.of(1) }] },
      /custom TLV/,
    ],
    [
      "more protected TLVs than the core reads",
      { customTlvs: [{ type: 0xa0, data: new Uint8Array(2041) }] },
      /protected TLVs/,
    ],
  ] satisfies [string, Partial<SignOptions>, RegExp][])("refuses %s", (_, wrong, message) => {
    expect(() => signImage(new Uint8Array(64), seedKey(), { ...MINIMAL, ...wrong })).toThrow(message);
  });

  it("refuses an empty payload, and a payload without room for the header", () => {
    expect(() => signImage(new Uint8Array(0), seedKey(), MINIMAL)).toThrow(/payload/);
    expect(() => signImage(new Uint8Array(32).fill(1), seedKey(), { ...MINIMAL, padHeader: false })).toThrow(
      /payload/,
    );
  });

  it("refuses SHA-512 and pure signatures with a P-256 key", () => {
    const key = generateKey("ecdsa-p256");
    expect(() => signImage(Uint8Array.of(1), key, { ...MINIMAL, shaBits: 512 })).toThrow(/sha/);
    expect(() => signImage(Uint8Array.of(1), key, { ...MINIMAL, pure: true })).toThrow(/pure/);
  });
});

function unprotectedNames(image: Uint8Array): readonly string[] {
  const head = decodeHeader(image);
  if (!head.ok) throw new Error(head.message);
  const tlvs = decodeTlvAreas(image, head.header, { strict: true });
  if (!tlvs.ok) throw new Error(tlvs.message);
  return tlvs.areas.unprotectedEntries.map(({ type }) => tlvName(type));
}
