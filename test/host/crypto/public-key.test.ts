// Public keys of the crypto API: the forms that are taken, and everything that makes bytes no key.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidKeyError } from "../../../host/core/errors.js";
import type { CryptoAlgorithm } from "../../../host/crypto/verify.js";
import { integer, sequence, tlv } from "../../assembly/crypto/der.js";
import { ed25519Spki } from "../../assembly/crypto/ed25519-node.js";
import { caseCount } from "../../assembly/crypto/module.js";
import { G, P, bytes32, encodePoint, multiply, pointWithX } from "../../assembly/crypto/p256-numbers.js";
import { answerOf, api, hssSpki, nodeAnswerOf, p256Spki, samplesOf, type Sample } from "./samples.js";

const ALGORITHMS = ["ed25519", "ecdsa-p256-p1363", "rsa-pss-2048", "rsa-pss-3072", "lms"] as const;
const oneSample = (algorithm: CryptoAlgorithm): Sample =>
  fc.sample(samplesOf(algorithm), { numRuns: 1, seed: 3 })[0]!;
const [ed25519, p256, rsa, , lms] = ALGORITHMS.map(oneSample) as [Sample, Sample, Sample, Sample, Sample];

const NULL = Buffer.of(5, 0);
const oid = (hex: string): Buffer => tlv(6, Buffer.from(hex, "hex"));
const RSA_ENCRYPTION = oid("2a864886f70d010101");
const RSASSA_PSS = oid("2a864886f70d01010a");
const EC_PUBLIC_KEY = oid("2a8648ce3d0201");
const SECP256R1 = oid("2a8648ce3d030107");
const SECP256K1 = oid("2b8104000a");
const spki = (algorithm: Buffer[], key: Uint8Array, unusedBits = 0): Buffer =>
  sequence(sequence(...algorithm), tlv(3, Buffer.concat([Buffer.of(unusedBits), key])));

const { n: jwkModulus } = createPublicKey({ key: rsa.spki, format: "der", type: "spki" }).export({
  format: "jwk",
});
const MODULUS = BigInt(`0x${Buffer.from(jwkModulus!, "base64url").toString("hex")}`);
const pkcs1 = (modulus: bigint, exponent = 65537n): Buffer => sequence(integer(modulus), integer(exponent));
const rsaSpki = (key: Uint8Array, algorithm = [RSA_ENCRYPTION, NULL]): Buffer => spki(algorithm, key);
const uncompressed = Buffer.concat([Buffer.of(4), p256.raw]);
const compressed = Buffer.concat([Buffer.of(2 + (p256.raw[63]! & 1)), p256.raw.subarray(0, 32)]);
const withWord = (offset: number, value: number): Buffer => {
  const key = Buffer.from(lms.raw);
  key.writeUInt32BE(value, offset);
  return key;
};

/** What is wrong with a key, the key, and what the error must say. */
type Malformed = readonly [what: string, key: Uint8Array, expected: RegExp];

const NOT_ED25519: Malformed[] = [
  ["31 bytes", ed25519.raw.subarray(1), /expected/],
  ["33 bytes", Buffer.concat([ed25519.raw, Buffer.of(0)]), /expected/],
  ["SPKI of 31 bytes", spki([oid("2b6570")], ed25519.raw.subarray(1)), /32 bytes, found 31/],
  ["SPKI of 33 bytes", spki([oid("2b6570")], Buffer.alloc(33)), /32 bytes, found 33/],
  ["X25519's identifier", spki([oid("2b656e")], ed25519.raw), /1\.3\.101\.112, found 1\.3\.101\.110/],
  ["a padded identifier", spki([oid("2b806570")], ed25519.raw), /padded/],
  ["an identifier cut short", spki([oid("2b65f0")], ed25519.raw), /does not end/],
  ["an empty identifier", spki([oid("")], ed25519.raw), /does not end/],
  ["parameters", spki([oid("2b6570"), NULL], ed25519.raw), /the end, found 2 bytes more/],
  [
    "a second key in SPKI",
    sequence(
      sequence(oid("2b6570")),
      ...[1, 2].map(() => tlv(3, Buffer.concat([Buffer.of(0), ed25519.raw]))),
    ),
    /the end, found 35 bytes more/,
  ],
  ["another algorithm's key", p256.spki, /1\.3\.101\.112, found 1\.2\.840\.10045\.2\.1/],
];

const NOT_P256: Malformed[] = [
  ["63 bytes", p256.raw.subarray(1), /expected/],
  ["66 bytes", Buffer.concat([uncompressed, Buffer.of(0)]), /expected/],
  ["65 bytes without 0x04", Buffer.concat([Buffer.of(6), p256.raw]), /first byte 4\), found 6/],
  ["a hybrid point in SPKI", p256Spki(p256.raw).fill(6, 26, 27), /first byte 4\), found 6/],
  ["a compressed point", compressed, /expected/],
  ["a compressed point in SPKI", spki([EC_PUBLIC_KEY, SECP256R1], compressed), /65 bytes, found 33/],
  ["infinity in SPKI", spki([EC_PUBLIC_KEY, SECP256R1], Buffer.of(0)), /65 bytes, found 1/],
  ["another curve", spki([EC_PUBLIC_KEY, SECP256K1], uncompressed), /found 1\.3\.132\.0\.10/],
  ["no curve", spki([EC_PUBLIC_KEY], uncompressed), /a named curve.*found the end/],
  ["NULL for a curve", spki([EC_PUBLIC_KEY, NULL], uncompressed), /a named curve.*found 0x05/],
  ["zeros", Buffer.alloc(64), /a point of P-256/],
  ["ones", Buffer.alloc(64, 0xff), /a point of P-256/],
  [
    "a point off the curve",
    Buffer.concat([p256.raw.subarray(0, 63), Buffer.of(p256.raw[63]! ^ 1)]),
    /a point/,
  ],
  ["a point off the curve in SPKI", p256Spki(Buffer.alloc(64, 1)), /a point of P-256/],
];

const NOT_RSA: Malformed[] = [
  ["zeros", Buffer.alloc(294), /a sequence .*found 0x00/],
  ["ones", Buffer.alloc(294, 0xff), /a sequence .*found 0xff/],
  ["a modulus of 0", pkcs1(0n), /2048 bits, found 0/],
  ["an even modulus", pkcs1(MODULUS - 1n), /odd modulus/],
  ["an even modulus in SPKI", rsaSpki(pkcs1(MODULUS - 1n)), /odd modulus/],
  ["a modulus of 2047 bits", pkcs1(2n ** 2047n - 1n), /2048 bits, found 2047/],
  ["a modulus of 2049 bits", pkcs1(2n ** 2048n + 1n), /2048 bits, found 2049/],
  ["a modulus of 3072 bits", pkcs1(2n ** 3072n - 1n), /2048 bits, found 3072/],
  ["exponent 3", pkcs1(MODULUS, 3n), /65537, found 3/],
  ["exponent 0", pkcs1(MODULUS, 0n), /65537, found 0/],
  ["exponent 65537 + 2^32", pkcs1(MODULUS, 65537n + 2n ** 32n), /65537, found 4295032833/],
  ["a negative modulus", sequence(tlv(2, Buffer.alloc(256, 0x81)), integer(65537n)), /not negative/],
  ["a padded modulus", sequence(tlv(2, Buffer.alloc(258, 0)), integer(65537n)), /shortest form/],
  ["a padded exponent", sequence(integer(MODULUS), Buffer.from("020400010001", "hex")), /shortest form/],
  ["an empty exponent", sequence(integer(MODULUS), tlv(2, Buffer.alloc(0))), /one byte at least/],
  ["no exponent", sequence(integer(MODULUS)), /an exponent.*found the end/],
  ["a third number", sequence(integer(MODULUS), integer(65537n), integer(1n)), /the end, found 3 bytes/],
  ["the modulus alone", Buffer.from(MODULUS.toString(16), "hex"), /a sequence/],
  ["no parameters", rsaSpki(rsa.raw, [RSA_ENCRYPTION]), /NULL .*found the end/],
  ["a NULL with content", rsaSpki(rsa.raw, [RSA_ENCRYPTION, Buffer.of(5, 1, 0)]), /empty NULL/],
  ["id-RSASSA-PSS", rsaSpki(rsa.raw, [RSASSA_PSS]), /found 1\.2\.840\.113549\.1\.1\.10/],
  ["unused bits", spki([RSA_ENCRYPTION, NULL], rsa.raw, 1), /whole bytes, found 1 unused/],
  ["bytes behind the key in SPKI", rsaSpki(Buffer.concat([rsa.raw, Buffer.of(0)])), /the end/],
];

const NOT_LMS: Malformed[] = [
  ["59 bytes", lms.raw.subarray(1), /expected/],
  ["the LMS key without levels", lms.raw.subarray(4), /expected/],
  ["zeros", Buffer.alloc(60), /levels from 1 to 3, found 0/],
  ["ones", Buffer.alloc(60, 0xff), /levels from 1 to 3, found 4294967295/],
  ["4 levels", withWord(0, 4), /levels from 1 to 3, found 4/],
  ["LMS type 4", withWord(4, 4), /LMS type from 5 to 9, found 4/],
  ["LMS type 10", withWord(4, 10), /LMS type from 5 to 9, found 10/],
  ["LM-OTS type 0", withWord(8, 0), /LM-OTS type from 1 to 4, found 0/],
  ["LM-OTS type 5 in SPKI", hssSpki(withWord(8, 5)), /LM-OTS type from 1 to 4, found 5/],
  ["an OCTET STRING in SPKI", hssSpki(tlv(4, lms.raw)), /60 bytes, found 62/],
  ["SPKI of 56 bytes", hssSpki(lms.raw.subarray(4)), /60 bytes, found 56/],
];

const refuses = (sample: Sample, key: Uint8Array, expected: RegExp): void => {
  const attempt = (): unknown => api.verify(sample.algorithm, key, sample.message, sample.signature);
  expect(attempt).toThrow(InvalidKeyError);
  expect(attempt).toThrow(new RegExp(`^${sample.algorithm} public key: .*${expected.source}.*`));
};

describe("a public key", () => {
  it.each(ALGORITHMS)("may be SPKI or raw, in a view of a larger buffer too (%s)", (algorithm) => {
    const sample = oneSample(algorithm);
    for (const key of [sample.spki, sample.raw, Uint8Array.from(sample.spki)])
      expect(answerOf(sample, key, "fast")).toBe("good");
  });

  it("of P-256 may have 0x04 before", () => {
    expect(answerOf(p256, uncompressed, "fast")).toBe("good");
  });

  it.each(NOT_ED25519)("of Ed25519 is refused for %s", (_, key, expected) => refuses(ed25519, key, expected));
  it.each(NOT_P256)("of P-256 is refused for %s", (_, key, expected) => refuses(p256, key, expected));
  it.each(NOT_RSA)("of RSA is refused for %s", (_, key, expected) => refuses(rsa, key, expected));
  it.each(NOT_LMS)("of LMS is refused for %s", (_, key, expected) => refuses(lms, key, expected));

  it("of Ed25519 may be any 32 bytes, as for node:crypto: what is no point verifies nothing", () => {
    for (const raw of [Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.alloc(32, 2), bytes32(P)]) {
      expect(nodeAnswerOf(ed25519, ed25519Spki(raw))).toBe("bad");
      expect(answerOf(ed25519, raw, "fast")).toBe("bad");
      expect(answerOf(ed25519, ed25519Spki(raw), "small")).toBe("bad");
    }
  });

  it("of P-256 has coordinates below p, as for node:crypto", () => {
    let small = 0n;
    while (pointWithX(small) === undefined) small++;
    const { x, y } = pointWithX(small)!.toAffine();
    const [right, wrong] = [x, x + P].map((first) => Buffer.concat([bytes32(first), bytes32(y)]));
    expect(answerOf(p256, right!, "fast")).toBe("bad");
    expect(nodeAnswerOf(p256, p256Spki(right!))).toBe("bad");
    expect(answerOf(p256, wrong!, "fast")).toBe("no key");
    expect(nodeAnswerOf(p256, p256Spki(wrong!))).toBe("no key");
  });

  it("of P-256 is a point or none for both builds as for node:crypto, whatever its bytes", () => {
    const point = fc.integer({ min: 1, max: 1000 }).map((scalar) => encodePoint(multiply(G, BigInt(scalar))));
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(point, bytes), (raw) => {
        const expected = nodeAnswerOf(p256, p256Spki(raw));
        expect(answerOf(p256, raw, "fast")).toBe(expected);
        expect(answerOf(p256, raw, "small")).toBe(expected);
      }),
      { numRuns: caseCount(100) },
    );
  });

  it.each(ALGORITHMS)("is refused wherever it is cut, and with a byte behind it (%s)", (algorithm) => {
    const sample = oneSample(algorithm);
    for (const key of [sample.spki, sample.raw]) {
      for (let size = 0; size < key.length; size++) {
        // The first 32 bytes of an SPKI are a raw Ed25519 key as any others; no signature fits it.
        if (algorithm === "ed25519" && size === 32) continue;
        refuses(sample, key.subarray(0, size), /expected/);
      }
      refuses(sample, Buffer.concat([key, Buffer.of(0)]), /expected/);
    }
  });

  it.each(ALGORITHMS)(
    "in long-form or indefinite lengths that could be shorter is refused (%s)",
    (algorithm) => {
      const { spki } = oneSample(algorithm);
      const isShort = spki[1]! < 0x80;
      const content = spki.subarray(isShort ? 2 : 4);
      for (const length of [
        [0x80],
        [0x82, 0, content.length & 0xff],
        [0x83, 0, content.length >> 8, content.length & 0xff],
      ])
        refuses(
          oneSample(algorithm),
          Buffer.concat([Buffer.of(0x30, ...length), content]),
          /length|shortest/,
        );
      const padded = isShort ? [0x81, content.length] : [0x81, content.length & 0xff];
      refuses(oneSample(algorithm), Buffer.concat([Buffer.of(0x30, ...padded), content]), /expected/);
    },
  );

  it.each(ALGORITHMS.slice(0, 4))("that is accepted is what node:crypto writes of it (%s)", (algorithm) => {
    const sample = oneSample(algorithm);
    const edit = fc.tuple(fc.nat(sample.spki.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const key = Buffer.from(sample.spki);
        for (const [at, value] of edits) key[at] = value;
        if (answerOf(sample, key, "fast") === "no key") return;
        const parsed = createPublicKey({ key, format: "der", type: "spki" });
        expect(parsed.export({ format: "der", type: "spki" }).equals(key)).toBe(true);
      }),
      { numRuns: caseCount(500) },
    );
  });

  it("of another algorithm is refused, whatever its form", () => {
    const samples = ALGORITHMS.map(oneSample);
    for (const sample of samples) {
      for (const other of samples) {
        if (other.algorithm === sample.algorithm) continue;
        refuses(sample, other.spki, /expected/);
        refuses(sample, other.raw, /expected/);
      }
    }
    const { publicKey } = generateKeyPairSync("ed448");
    refuses(ed25519, publicKey.export({ type: "spki", format: "der" }), /found 1\.3\.101\.113/);
  });
});
