// Reading keys: from PEM as openssl and imgtool write it, with the hashes that imgtool's images name; and what is refused. Never
// asserts what a signature says.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidKeyError } from "../../../host/core/errors.js";
import { SHA256, SHA512, toHex } from "../../../host/image/digest.js";
import { generateKey, keyHash, readPrivateKey, readPublicKey } from "../../../host/image/keys.js";
import { SAMPLES, SEED_FILE, samplePublicKey, seedKey } from "./samples.js";

const CONTENT = {
  hashedBytes: Uint8Array.of(1, 2, 3),
  digest: SHA256.hash(Uint8Array.of(1, 2, 3)),
  isPure: false,
};

describe("keys", () => {
  it("make of the test seed the public key that imgtool exported", () => {
    expect(seedKey().publicKey.pem).toBe(readFileSync(`${SAMPLES}/ed25519-pub.pem`, "utf8"));
  });

  it.each([
    ["ed25519", "app-ed25519-signed", SHA256],
    ["ed25519", "app-ed25519-sha512", SHA512],
    ["p256", "app-p256-signed", SHA256],
    ["rsa2048", "app-rsa2048-signed", SHA256],
    ["rsa3072", "app-rsa3072-signed", SHA256],
  ] as const)("of kind %s hash to the KEYHASH in %s", (keyName, image, algorithm) => {
    const listing = readFileSync(`${SAMPLES}/${image}.dumpinfo.txt`, "utf8");
    const [, data = ""] = /KEYHASH \(0x1\)\s+len: +0x\w+\s+data: ((?:0x\w\w\s+)+)/.exec(listing) ?? [];
    expect(toHex(keyHash(samplePublicKey(keyName), algorithm))).toBe(data.replaceAll(/0x|\s/g, ""));
  });

  it.each(["ed25519", "ecdsa-p256", "rsa-2048"] as const)(
    "of type %s sign, verify and survive PEM",
    (type) => {
      const key = generateKey(type);
      const publicKey = readPublicKey(key.publicKey.pem, "public");
      expect(publicKey.type).toBe(type);
      const signature = readPrivateKey(key.pem, "private").sign(CONTENT);
      const [least, most] = publicKey.signatureSizesBytes;
      expect(signature.length).toBeGreaterThanOrEqual(least);
      expect(signature.length).toBeLessThanOrEqual(most);
      expect(publicKey.verify(CONTENT, signature)).toBe(true);
      signature[9] = (signature[9] ?? 0) ^ 1;
      expect(publicKey.verify(CONTENT, signature)).toBe(false);
      expect(readPublicKey(key.pem, "private").encodedDer).toEqual(publicKey.encodedDer);
    },
  );

  it("are read behind the parameters that openssl writes first", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    const text = parameters + privateKey.export({ type: "sec1", format: "pem" }).toString();
    expect(readPrivateKey(text, "key").publicKey.type).toBe("ecdsa-p256");
  });

  const pem = (type: "x25519" | "ed448") =>
    generateKeyPairSync(type as "x25519")
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
  const rsa = (modulusLength: number, publicExponent: number) =>
    generateKeyPairSync("rsa", { modulusLength, publicExponent })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
  const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
  const encrypted = generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString();

  /** Made with `openssl pkey -pubout -ec_conv_form compressed`. */
  const compressed = `-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADLvxXVoQDY93/UMpM0ajmR5n6VGI1
BehBwtOHpKD1n1A=
-----END PUBLIC KEY-----
`;

  it.each([
    ["nothing", "", /found neither/],
    ["a seed that is too short", "ab".repeat(31), /found neither/],
    ["a seed with other characters", "xy".repeat(32), /found neither/],
    ["an X25519 key", pem("x25519"), /found x25519/],
    ["an Ed448 key", pem("ed448"), /found ed448/],
    ["a P-384 key", p384, /found ec secp384r1/],
    ["a P-256 key with a compressed point", compressed, /expected an uncompressed point, found 33 bytes/],
    ["an RSA key of 1024 bits", rsa(1024, 65537), /found rsa 1024/],
    ["an RSA key with exponent 3", rsa(2048, 3), /exponent 3/],
    ["a key with a pass phrase", encrypted, /found "ENCRYPTED PRIVATE KEY"/],
    ["damaged PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", /damaged/],
    [
      "a certificate",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      /found "CERTIFICATE"/,
    ],
  ])("are not made from %s", (_, text, message) => {
    for (const read of [readPublicKey, readPrivateKey]) {
      const attempt = () => read(text, "key.pem");
      expect(attempt).toThrow(InvalidKeyError);
      expect(attempt).toThrow(/^key\.pem: expected [^\n]*$/);
    }
    expect(() => readPublicKey(text, "key.pem")).toThrow(message);
  });

  it("that are public do not sign", () => {
    expect(() => readPrivateKey(seedKey().publicKey.pem, "key")).toThrow(/found "PUBLIC KEY"/);
  });

  it("sign deterministically with Ed25519, also from PKCS#8", () => {
    const fromPem = readPrivateKey(seedKey().pem, "pem");
    expect(fromPem.sign(CONTENT)).toEqual(seedKey().sign(CONTENT));
    expect(createPublicKey(fromPem.pem).asymmetricKeyType).toBe("ed25519");
    expect(readFileSync(SEED_FILE, "utf8").trim()).toHaveLength(64);
  });
});
