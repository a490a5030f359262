// HSS keys of images: their one encoding, what is refused, and signing over a state file.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidKeyError } from "../../../../host/core/errors.js";
import { SHA256, toHex } from "../../../../host/image/digest.js";
import { generateKey, readPublicKey } from "../../../../host/image/keys.js";
import { isLmsStateText, parseLmsParameters, readLmsSpki } from "../../../../host/image/lms/keys.js";
import { InvalidImageOptionError } from "../../../../host/image/version.js";
import { signImage } from "../../../../host/image/sign.js";
import { verifyImage } from "../../../../host/image/verify.js";
import { lmsKey } from "../../../support/lms.js";
import { APP_OPTIONS, sample, seedKey } from "../samples.js";

const KEY = lmsKey("h5w4");
const DER = KEY.publicKey.encodedDer;
const pemOf = (der: Uint8Array) =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der).toString("base64")}\n-----END PUBLIC KEY-----\n`;

describe("an HSS public key", () => {
  it("is SubjectPublicKeyInfo with the raw key in its BIT STRING (RFC 9708)", () => {
    expect(DER).toHaveLength(80);
    // SEQUENCE { SEQUENCE { OID 1.2.840.113549.1.9.16.3.17 } BIT STRING { 0 unused bits, u32 1 level, LMS type 5 …
    expect(toHex(DER.subarray(0, 32))).toBe(
      "304e300d060b2a864886f70d0109100311033d00000000010000000500000003",
    );
    // OpenSSL, which knows no such algorithm, still takes the structure apart before it says so.
    expect(() => createPublicKey(KEY.publicKey.pem)).toThrow(/unsupported|no decode|decode error/i);
  });

  it("survives PEM, and keeps its type, sizes and hash", () => {
    const read = readPublicKey(KEY.publicKey.pem, "key");
    expect(read).toMatchObject({ type: "lms", signatureTlv: 0xb0, signsPure: false });
    expect(read.encodedDer).toEqual(DER);
    expect(read.pem).toBe(KEY.publicKey.pem);
  });

  it.each([
    ["a byte too few", DER.slice(0, -1)],
    ["a byte too many", Uint8Array.from([...DER, 0])],
    [
      "an OCTET STRING inside",
      Uint8Array.from([0x30, 0x50, ...DER.slice(2, 17), 3, 0x3f, 0, 4, 60, ...DER.slice(20)]),
    ],
    [
      "NULL parameters",
      Uint8Array.from([0x30, 0x50, 0x30, 0x0f, ...DER.slice(4, 17), 5, 0, ...DER.slice(17)]),
    ],
    ["unused bits", Uint8Array.from(DER, (byte, at) => (at === 19 ? 1 : byte))],
    ["a long-form length", Uint8Array.from([0x30, 0x81, ...DER.slice(1)])],
    ["no levels", Uint8Array.from(DER, (byte, at) => (at === 23 ? 0 : byte))],
    ["four levels", Uint8Array.from(DER, (byte, at) => (at === 23 ? 4 : byte))],
    ["SHA-256/M24 (type 10)", Uint8Array.from(DER, (byte, at) => (at === 27 ? 10 : byte))],
  ])("is not read with %s", (_, der) => {
    for (const attempt of [() => readLmsSpki(der, "key.pem"), () => readPublicKey(pemOf(der), "key.pem")]) {
      expect(attempt).toThrow(InvalidKeyError);
      expect(attempt).toThrow(/^key\.pem: expected an HSS public key [^\n]*$/);
    }
  });

  it("is not read from PEM that is not base64 throughout", () => {
    const { pem } = KEY.publicKey;
    const attempt = (text: string) => () => readPublicKey(text, "key.pem");
    expect(attempt(pem.replace("ME4w", "ME4w*"))).toThrow(
      /^key\.pem: expected a PEM key, found [^\n]* damaged/,
    );
    expect(attempt(pem.replace("ME4w", "ME4w===="))).toThrow(InvalidKeyError);
    expect(readPublicKey(pem.replaceAll("\n", "\r\n"), "key.pem").encodedDer).toEqual(DER);
  });

  it("is not taken for a private one", () => {
    expect(isLmsStateText(KEY.publicKey.pem)).toBe(false);
    expect(isLmsStateText('{"format":"everboot HSS state 1","levels":[]}')).toBe(true);
  });
});

describe("LMS parameters", () => {
  it("are read level by level", () => {
    expect(parseLmsParameters("h10w8")).toEqual([{ height: 10, window: 8 }]);
    expect(parseLmsParameters("h5w1,h15w2")).toEqual([
      { height: 5, window: 1 },
      { height: 15, window: 2 },
    ]);
  });
  it.each(["", "h5", "w8", "h20w8", "h05w8", "h5w3", "h5w8,", "h5w8 ,h5w8", "H5W8"])("refuse %j", (text) => {
    expect(() => parseLmsParameters(text)).toThrow(/^LMS parameters: expected [^\n]*$/);
  });
});

describe("signing with several keys", () => {
  const payload = sample("app.bin");

  it("makes a pair of each in their order, and what one key alone makes stays the same", () => {
    const one = signImage(payload, seedKey(), { ...APP_OPTIONS, pad: false });
    const both = signImage(payload, [seedKey(), KEY], { ...APP_OPTIONS, pad: false });
    expect(
      Buffer.compare(one, readFileSync("images/imgtool/app-ed25519-signed.bin").subarray(0, one.length)),
    ).toBe(0);
    const areaStart = one.length - 4 - 36 - 36 - 68;
    expect(both.subarray(0, areaStart)).toEqual(one.subarray(0, areaStart));
    expect(both.subarray(areaStart + 4, one.length)).toEqual(one.subarray(areaStart + 4));
    expect(both.length).toBe(one.length + 36 + 4 + KEY.leastSignatureBytes);
    const keys = [KEY.publicKey, seedKey().publicKey];
    const result = verifyImage(both, keys, { demanded: ["lms", "ed25519"] });
    expect(result.ok && result.signers.map(({ key }) => key.type)).toEqual(["ed25519", "lms"]);
    expect(verifyImage(one, keys, { demanded: ["lms", "ed25519"] })).toMatchObject({ ok: false, reason: 16 });
  });

  it("uses up no leaf of an LMS key when the image cannot be made", () => {
    let signatures = 0;
    const counted = { ...KEY, sign: () => (signatures++, new Uint8Array(KEY.leastSignatureBytes)) };
    const refused = [
      { slotSizeBytes: 0xa000 },
      { pure: true },
      { romFixed: 0, loadAddress: 4 },
      { headerSizeBytes: 30 },
      { bootRecord: "a name that is too long" },
    ];
    for (const options of refused)
      expect(() => signImage(payload, [seedKey(), counted], { ...APP_OPTIONS, ...options })).toThrow(
        InvalidImageOptionError,
      );
    expect(signatures).toBe(0);
  });

  it("does not mix digests", () => {
    const p256 = generateKey("ecdsa-p256");
    const attempt = () => signImage(payload, [KEY, p256], { ...APP_OPTIONS, shaBits: 512 });
    expect(attempt).toThrow(/^sha: expected a digest that goes with key type ecdsa-p256, found 512$/);
    const keys = [p256.publicKey, KEY.publicKey];
    const result = verifyImage(signImage(payload, [KEY, p256], APP_OPTIONS), keys, {
      demanded: ["ecdsa-p256", "lms"],
    });
    expect(result).toMatchObject({ ok: true, digestName: SHA256.name });
  });
});
