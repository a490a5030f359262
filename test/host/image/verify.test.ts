// The host's judgement on imgtool's images and on forgeries that are signed rightly: each is refused by the reason that is meant.
// Never asks our own core.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { SHA256, SHA512 } from "../../../host/image/digest.js";
import { FLAG_NON_BOOTABLE, FLAG_RAM_LOAD, FLAG_ROM_FIXED } from "../../../host/image/header.js";
import { generateKey } from "../../../host/image/keys.js";
import { reasonName } from "../../../host/image/reason.js";
import type { SignedContent } from "../../../host/image/key-types.js";
import { signImage, signatureEntries } from "../../../host/image/sign.js";
import * as tlv from "../../../host/image/tlv.js";
import { verifyImage } from "../../../host/image/verify.js";
import { SEC_CNT_7, forge, with16, type Forgery } from "./forge.js";
import { ED25519_SAMPLES, sample, samplePublicKey, seedKey } from "./samples.js";

const KEY_NAMES = ["ed25519", "p256", "rsa2048", "rsa3072"];
const SIGNED_SAMPLES = [
  ...ED25519_SAMPLES.map(({ name }) => [name, "ed25519"] as const),
  ...KEY_NAMES.slice(1).map((key) => [`app-${key}-signed`, key] as const),
  ["app2-p256-signed", "p256"] as const,
];
const KEY = seedKey().publicKey;

describe("verifyImage on foreign samples", () => {
  it.each(SIGNED_SAMPLES)("accepts %s with its key", (name, keyName) => {
    const result = verifyImage(sample(`${name}.bin`), KEY_NAMES.map(samplePublicKey));
    const isSecond = name.startsWith("app2");
    expect(result).toMatchObject({
      ok: true,
      version: isSecond
        ? { major: 2, minor: 0, revision: 0, build: 0 }
        : { major: 1, minor: 2, revision: 3, build: 4 },
      securityCounter: isSecond ? 8 : 7,
      headerSizeBytes: 0x200,
      payloadSizeBytes: isSecond ? 52000 : 40000,
      linkedOffset: name === "app-ed25519-romfixed" ? 0x20000 : undefined,
      isPure: name === "app-ed25519-pure",
      digestName: /pure|sha512/.test(name) ? "SHA512" : "SHA256",
    });
    if (!result.ok) throw new Error(result.message);
    expect(result.signers[0].key.encodedDer).toEqual(samplePublicKey(keyName).encodedDer);
    expect(result.extentBytes + result.trailingBytes).toBe(0x20000);
  });

  it.each(SIGNED_SAMPLES)("refuses %s without its key", (name, keyName) => {
    const others = KEY_NAMES.filter((other) => other !== keyName).map(samplePublicKey);
    expect(reasonOf(sample(`${name}.bin`), others)).toBe("KEY_UNKNOWN");
    expect(reasonOf(sample(`${name}.bin`), [])).toBe("KEY_UNKNOWN");
  });

  it.each(["app-ed25519-encx25519", "app-p256-encec256"])("refuses the encrypted %s", (name) => {
    expect(reasonOf(sample(`${name}.bin`), KEY_NAMES.map(samplePublicKey))).toBe("FLAGS");
  });

  it("refuses a DER signature with zeros behind it, and says what it is", () => {
    const key = generateKey("ecdsa-p256");
    const padded = {
      ...key,
      sign: (content: SignedContent) => {
        for (;;) {
          const signature = key.sign(content);
          if (signature.length < 72) return Buffer.concat([signature, Buffer.alloc(72 - signature.length)]);
        }
      },
    };
    const options = {
      headerSizeBytes: 0x200,
      padHeader: true,
      version: { major: 1, minor: 0, revision: 0, build: 0 },
    };
    const image = signImage(new Uint8Array(100).fill(1), padded, options);
    expect(verifyImage(image, [key.publicKey])).toMatchObject({
      reason: abi.REASON_SIGNATURE,
      message: expect.stringMatching(
        /found one with \d bytes of zeros behind it, as imgtool --pad-sig makes them/,
      ),
    });
  });

  it("accepts a fixed image only where it is linked for", () => {
    const image = sample("app-ed25519-romfixed.bin");
    expect(verifyImage(image, [KEY], { slotOffset: 0x20000 }).ok).toBe(true);
    expect(verifyImage(image, [KEY], { slotOffset: 0 })).toMatchObject({
      reason: abi.REASON_WRONG_SLOT,
      offset: 4,
    });
    expect(verifyImage(sample("app-ed25519-signed.bin"), [KEY], { slotOffset: 0 }).ok).toBe(true);
  });

  it("accepts an image at the floor and refuses it below", () => {
    const image = sample("app-ed25519-signed.bin");
    expect(verifyImage(image, [KEY], { floor: 7 }).ok).toBe(true);
    expect(verifyImage(image, [KEY], { floor: 8 })).toMatchObject({
      reason: abi.REASON_FLOOR,
      offset: 0x9e44,
    });
  });

  it("judges dependencies against the other images it is told of", () => {
    const image = sample("app-ed25519-alltlv.bin");
    const judge = (versions: readonly [number, number][]) =>
      verifyImage(image, [KEY], {
        otherImages: new Map(versions.map(([id, major]) => [id, { major, minor: 0, revision: 0, build: 0 }])),
      });
    expect(judge([[1, 2]]).ok).toBe(true);
    expect(judge([[1, 3]]).ok).toBe(true);
    expect(judge([[1, 1]])).toMatchObject({ reason: abi.REASON_DEPENDENCY, offset: 0x9eab });
    expect(judge([[2, 2]])).toMatchObject({ reason: abi.REASON_DEPENDENCY });
    expect(judge([])).toMatchObject({ reason: abi.REASON_DEPENDENCY });
  });
});

const ENC_ENTRY = { type: 0x33, data: new Uint8Array(80) };
const OTHER_KEY = generateKey("ed25519");

/** Each forgery is rightly signed but for what its name says. */
const REFUSED: readonly (readonly [what: string, reason: string, forgery: Forgery])[] = [
  ["another magic", "MAGIC", { image: (image) => with16(image, 0, 0xb83e) }],
  ["a header size below 32", "HEADER_SIZE", { image: (image) => with16(image, 8, 28) }],
  ["a header size that is no multiple of 4", "HEADER_SIZE", { image: (image) => with16(image, 8, 34) }],
  ["a header size past the end", "HEADER_SIZE", { image: (image) => with16(image, 8, 0xfffc) }],
  ["an empty payload", "IMAGE_SIZE", { payload: new Uint8Array(0) }],
  ["a payload past the end", "IMAGE_SIZE", { header: { payloadSizeBytes: 500 } }],
  ["a payload size that overflows 32 bits", "IMAGE_SIZE", { header: { payloadSizeBytes: 0xffffffff } }],
  ["sizes that add up to 2^32", "IMAGE_SIZE", { header: { payloadSizeBytes: 0xffffffe0 } }],
  ["a protected size past the end", "IMAGE_SIZE", { header: { protectedSizeBytes: 0xffff } }],
  ["an encryption flag", "FLAGS", { header: { flags: 0x4 } }],
  ["a compression flag", "FLAGS", { header: { flags: 0x400 } }],
  ["the flag RAM_LOAD", "FLAGS", { header: { flags: FLAG_RAM_LOAD } }],
  ["a flag nobody knows", "FLAGS", { header: { flags: 0x80000000 } }],
  ["the flag NON_BOOTABLE", "NON_BOOTABLE", { header: { flags: FLAG_NON_BOOTABLE } }],
  ["another slot's image", "WRONG_SLOT", { header: { flags: FLAG_ROM_FIXED, loadAddress: 0x1000 } }],
  ["a protected area that is not announced", "TLV_AREA", { header: { protectedSizeBytes: 0 } }],
  [
    "an announced protected area that is not there",
    "TLV_AREA",
    { protectedEntries: [], header: { protectedSizeBytes: 12 } },
  ],
  ["a protected size of 3", "TLV_AREA", { header: { protectedSizeBytes: 3 } }],
  ["a protected total below the header's", "TLV_AREA", { protectedArea: (area) => with16(area, 2, 11) }],
  ["a protected total above the header's", "TLV_AREA", { protectedArea: (area) => with16(area, 2, 13) }],
  ["another protected magic", "TLV_AREA", { protectedArea: (area) => with16(area, 0, 0x6907) }],
  ["another unprotected magic", "TLV_AREA", { image: (image, at) => with16(image, at, 0x6909) }],
  ["an unprotected total of 3", "TLV_AREA", { image: (image, at) => with16(image, at + 2, 3) }],
  ["an unprotected total past the end", "TLV_AREA", { image: (image, at) => with16(image, at + 2, 145) }],
  ["an entry past its area", "TLV_ENTRY", { image: (image, at) => with16(image, at + 6, 141) }],
  ["a protected entry past its area", "TLV_ENTRY", { protectedArea: (area) => with16(area, 6, 5) }],
  [
    "3 bytes where an entry should be",
    "TLV_ENTRY",
    { image: (image, at) => with16(image, at + 2, 4 + 36 + 3) },
  ],
  [
    "a security counter of 3 bytes",
    "TLV_ENTRY",
    { protectedEntries: [{ type: 0x50, data: Uint8Array.of(7, 0, 0) }] },
  ],
  ["a dependency of 11 bytes", "TLV_ENTRY", { protectedEntries: [{ type: 0x40, data: new Uint8Array(11) }] }],
  [
    "a digest of 31 bytes",
    "TLV_ENTRY",
    { unprotected: ([, ...rest]) => [{ type: 0x10, data: new Uint8Array(31) }, ...rest] },
  ],
  [
    "a key hash of 33 bytes",
    "TLV_ENTRY",
    { unprotected: ([digest, , signature]) => [digest!, { type: 1, data: new Uint8Array(33) }, signature!] },
  ],
  [
    "a signature of 63 bytes",
    "TLV_ENTRY",
    { unprotected: ([digest, hash]) => [digest!, hash!, { type: 0x24, data: new Uint8Array(63) }] },
  ],
  [
    "SIG_PURE of 0",
    "TLV_ENTRY",
    { unprotected: (entries) => [...entries, { type: 0x25, data: Uint8Array.of(0) }] },
  ],
  [
    "a protected area above 2048 bytes",
    "TLV_TOO_LARGE",
    { protectedEntries: [{ type: 0xa0, data: new Uint8Array(2041) }] },
  ],
  ["two security counters", "TLV_DUPLICATE", { protectedEntries: [SEC_CNT_7, SEC_CNT_7] }],
  ["the digest twice", "TLV_DUPLICATE", { unprotected: (entries) => [entries[0]!, ...entries] }],
  [
    "digests of two kinds",
    "TLV_DUPLICATE",
    { unprotected: (entries) => [...entries, { type: 0x12, data: new Uint8Array(64) }] },
  ],
  [
    "a security counter in the unprotected area",
    "TLV_MISPLACED",
    { protectedEntries: [], unprotected: (entries) => [...entries, SEC_CNT_7] },
  ],
  [
    "a dependency in the unprotected area",
    "TLV_MISPLACED",
    { unprotected: (entries) => [...entries, { type: 0x40, data: new Uint8Array(12) }] },
  ],
  [
    "a vendor's entry in the unprotected area",
    "TLV_MISPLACED",
    { unprotected: (entries) => [...entries, { type: 0xa0, data: new Uint8Array(1) }] },
  ],
  [
    "a whole public key",
    "TLV_MISPLACED",
    { unprotected: (entries) => [...entries, { type: 0x02, data: KEY.encodedDer }] },
  ],
  [
    "a whole public key, protected",
    "TLV_MISPLACED",
    { protectedEntries: [{ type: 0x02, data: KEY.encodedDer }] },
  ],
  [
    "a digest in the protected area",
    "TLV_MISPLACED",
    { protectedEntries: [{ type: 0x10, data: new Uint8Array(32) }] },
  ],
  [
    "SIG_PURE in the protected area",
    "TLV_MISPLACED",
    { protectedEntries: [{ type: 0x25, data: Uint8Array.of(1) }] },
  ],
  ["no digest", "DIGEST_MISSING", { unprotected: ([, ...rest]) => rest }],
  [
    "a SHA-384 digest alone",
    "DIGEST_MISSING",
    { unprotected: ([, ...rest]) => [{ type: 0x11, data: new Uint8Array(48) }, ...rest] },
  ],
  [
    "another digest",
    "DIGEST",
    { unprotected: ([, ...rest]) => [{ type: 0x10, data: new Uint8Array(32) }, ...rest] },
  ],
  ["no key hash", "KEY_MISSING", { unprotected: ([digest, , signature]) => [digest!, signature!] }],
  [
    "a key hash behind its signature",
    "SIGNATURE_MISSING",
    { unprotected: ([digest, hash, signature]) => [digest!, signature!, hash!] },
  ],
  ["another's key and signature", "KEY_UNKNOWN", { key: OTHER_KEY }],
  ["no signature", "SIGNATURE_MISSING", { unprotected: ([digest, hash]) => [digest!, hash!] }],
  [
    "another signature",
    "SIGNATURE",
    { unprotected: ([digest, hash]) => [digest!, hash!, { type: 0x24, data: new Uint8Array(64) }] },
  ],
  [
    "SIG_PURE on a signature over the digest",
    "SIGNATURE",
    { unprotected: (entries) => [...entries, { type: 0x25, data: Uint8Array.of(1) }] },
  ],
  [
    "SIG_PURE twice",
    "TLV_DUPLICATE",
    {
      unprotected: (entries) => {
        const mark = { type: 0x25, data: Uint8Array.of(1) };
        return [...entries, mark, mark];
      },
    },
  ],
  [
    "the right signature only as the second behind its key hash",
    "SIGNATURE",
    {
      unprotected: ([digest, hash, signature]) => [
        digest!,
        hash!,
        { type: 0x24, data: new Uint8Array(64) },
        signature!,
      ],
    },
  ],
  [
    "a wrong signature before an unknown key",
    "SIGNATURE",
    {
      unprotected: ([digest, hash]) => [
        digest!,
        hash!,
        { type: 0x24, data: new Uint8Array(64) },
        { type: 1, data: new Uint8Array(32) },
        { type: 0x24, data: new Uint8Array(64) },
      ],
    },
  ],
];

describe("verifyImage on rightly signed forgeries", () => {
  it("accepts the image that the forgeries differ from", () => {
    expect(verifyImage(forge(), [KEY])).toMatchObject({
      ok: true,
      securityCounter: 7,
      extentBytes: 32 + 100 + 12 + 144,
    });
  });

  it.each(REFUSED)("refuses %s with %s", (_, reason, forgery) => {
    const result = verifyImage(forge(forgery), [KEY], { slotOffset: 0 });
    expect(result.ok ? "accepted" : reasonName(result.reason)).toBe(reason);
    if (!result.ok) expect(result.message).toMatch(/^expected .*, found /);
  });

  it("accepts unsigned encryption entries and unknown protected ones, which it does not use", () => {
    const image = forge({
      protectedEntries: [SEC_CNT_7, { type: 0x9999, data: Uint8Array.of(1) }],
      unprotected: (entries) => [...entries, ENC_ENTRY],
    });
    expect(verifyImage(image, [KEY]).ok).toBe(true);
  });

  it("accepts a second pair of key hash and signature when the first key is not known", () => {
    const both = (order: "mine first" | "mine last"): Forgery => ({
      unprotected: ([digest, hash, signature]) => {
        const theirs = [
          { type: 1, data: new Uint8Array(32) },
          { type: 0x24, data: new Uint8Array(64) },
        ];
        return order === "mine first"
          ? [digest!, hash!, signature!, ...theirs]
          : [digest!, ...theirs, hash!, signature!];
      },
    });
    expect(verifyImage(forge(both("mine first")), [KEY]).ok).toBe(true);
    expect(verifyImage(forge(both("mine last")), [KEY]).ok).toBe(true);
  });

  it("lets a P-256 key sign neither the bytes themselves nor a SHA-512 digest", () => {
    const key = generateKey("ecdsa-p256");
    const marked = forge({
      key,
      unprotected: (entries) => [...entries, { type: 0x25, data: Uint8Array.of(1) }],
    });
    expect(verifyImage(forge({ key }), [key.publicKey]).ok).toBe(true);
    expect(reasonOf(marked, [key.publicKey])).toBe("SIGNATURE");
    const long = forge({
      image: (image, hashedBytes) => {
        const hashed = image.subarray(0, hashedBytes);
        const entries = signatureEntries(hashed, [key], { algorithm: SHA512, isPure: false });
        return Uint8Array.from([...hashed, ...tlv.encodeTlvArea(tlv.UNPROTECTED_MAGIC, entries)]);
      },
    });
    expect(reasonOf(long, [key.publicKey])).toBe("KEY_UNKNOWN");
  });

  it("does not take a pure signature for one over the digest, nor the digest kinds for each other", () => {
    const pure = sample("app-ed25519-pure.bin");
    const withoutMark = Uint8Array.from([
      ...pure.subarray(0, 0x9e4c + 72),
      ...pure.subarray(0x9e4c + 77, 0x9e4c + 0xd5),
    ]);
    expect(reasonOf(with16(withoutMark, 0x9e4c + 2, 0xd0), [KEY])).toBe("SIGNATURE");
    const mixed = forge({
      image: (image, hashedBytes) => {
        const hashed = image.subarray(0, hashedBytes);
        const [digest] = signatureEntries(hashed, [seedKey()], { algorithm: SHA512, isPure: false });
        const [, hash, signature] = signatureEntries(hashed, [seedKey()], {
          algorithm: SHA256,
          isPure: false,
        });
        return Uint8Array.from([
          ...hashed,
          ...tlv.encodeTlvArea(tlv.UNPROTECTED_MAGIC, [digest!, hash!, signature!]),
        ]);
      },
    });
    expect(reasonOf(mixed, [KEY])).toBe("TLV_ENTRY");
  });
});

function reasonOf(image: Uint8Array, keys: Parameters<typeof verifyImage>[1]): string {
  const result = verifyImage(image, keys);
  return result.ok ? "accepted" : reasonName(result.reason);
}
