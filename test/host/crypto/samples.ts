// Signed messages of every algorithm as the API takes them, and what node:crypto says of them. Tests nothing itself.
import { constants, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import { InvalidKeyError } from "../../../host/core/errors.js";
import { createCrypto, type CryptoBuild } from "../../../host/crypto/crypto.js";
import type { CryptoAlgorithm } from "../../../host/crypto/verify.js";
import { encodeSignature, sequence, tlv } from "../../assembly/crypto/der.js";
import { ed25519Spki, signWith as signEd25519 } from "../../assembly/crypto/ed25519-node.js";
import { hssSignature } from "../../assembly/crypto/lms-forge.js";
import { compiledModule } from "../../assembly/crypto/module.js";
import { N, signWith as signP256, toNumber } from "../../assembly/crypto/p256-numbers.js";

/** The API over the built modules, from source: host/package-crypto.ts finds them from dist alone. */
export const api = createCrypto((build) => compiledModule(`crypto-${build}`));

export interface Sample {
  readonly algorithm: CryptoAlgorithm;
  /** SubjectPublicKeyInfo. */
  readonly spki: Buffer;
  readonly raw: Buffer;
  readonly message: Buffer;
  readonly signature: Buffer;
}

const OID_HSS = Buffer.from("2a864886f70d0109100311", "hex"); // RFC 9708, 4
const P256_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"); // RFC 5480
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
type Messages = fc.Arbitrary<Buffer>;
const MESSAGES: Messages = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

export const p256Spki = (point: Uint8Array): Buffer => Buffer.concat([P256_PREFIX, point]);
export const hssSpki = (key: Uint8Array): Buffer =>
  sequence(sequence(tlv(6, OID_HSS)), tlv(3, Buffer.concat([Buffer.of(0), key])));

function p256Samples(algorithm: CryptoAlgorithm, messages: Messages): fc.Arbitrary<Sample> {
  return fc.tuple(fc.bigInt({ min: 1n, max: N - 1n }), messages).map(([secret, message]) => {
    const { r, s, publicKey } = signP256(secret, message);
    const der = encodeSignature(toNumber(r), toNumber(s));
    const signature = algorithm === "ecdsa-p256" ? der : Buffer.concat([r, s]);
    return { algorithm, spki: p256Spki(publicKey), raw: publicKey, message, signature };
  });
}

const RSA_PAIRS = {
  2048: [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 })),
  3072: [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 3072 })),
};

function rsaSamples(modulusLength: 2048 | 3072, messages: Messages): fc.Arbitrary<Sample> {
  return fc
    .tuple(fc.constantFrom(...RSA_PAIRS[modulusLength]), messages)
    .map(([{ privateKey, publicKey }, message]) => ({
      algorithm: `rsa-pss-${modulusLength}`,
      spki: publicKey.export({ type: "spki", format: "der" }),
      raw: publicKey.export({ type: "pkcs1", format: "der" }),
      message,
      signature: sign("sha256", message, { key: privateKey, ...PSS }),
    }));
}

function ed25519Samples(messages: Messages): fc.Arbitrary<Sample> {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
  return fc.tuple(seeds, messages).map(([seed, message]) => {
    const { publicKey, signature } = signEd25519(seed, message);
    return { algorithm: "ed25519", spki: ed25519Spki(publicKey), raw: publicKey, message, signature };
  });
}

function lmsSamples(messages: Messages): fc.Arbitrary<Sample> {
  const allLeaves = fc.array(fc.nat(31), { minLength: 1, maxLength: 3 });
  return fc.tuple(allLeaves, messages).map(([leaves, message]) => {
    const levels = leaves.map((leaf) => ({ lmsType: 5, otsType: 3, leaf }));
    const { publicKey, signature } = hssSignature(levels, { message });
    return { algorithm: "lms", spki: hssSpki(publicKey), raw: publicKey, message, signature };
  });
}

/** Good signatures by an algorithm. */
export function samplesOf(algorithm: CryptoAlgorithm, messages = MESSAGES): fc.Arbitrary<Sample> {
  if (algorithm === "ed25519") return ed25519Samples(messages);
  if (algorithm === "rsa-pss-2048") return rsaSamples(2048, messages);
  if (algorithm === "rsa-pss-3072") return rsaSamples(3072, messages);
  return algorithm === "lms" ? lmsSamples(messages) : p256Samples(algorithm, messages);
}

/** What a verification comes to. */
export type Answer = "good" | "bad" | "no key";

/** The API's answer, with the key in the form given. */
export function answerOf(sample: Sample, key: Uint8Array, build: CryptoBuild): Answer {
  try {
    return api.verify(sample.algorithm, key, sample.message, sample.signature, { build }) ? "good" : "bad";
  } catch (error) {
    if (error instanceof InvalidKeyError) return "no key";
    throw error;
  }
}

/** node:crypto's answer; it has no LMS. */
export function nodeAnswerOf({ algorithm, message, signature }: Sample, spki: Buffer): Answer {
  let key;
  try {
    key = createPublicKey({ key: spki, format: "der", type: "spki" });
  } catch {
    return "no key";
  }
  const encoding = algorithm === "ecdsa-p256" ? "der" : "ieee-p1363";
  const options = algorithm.startsWith("rsa") ? PSS : ({ dsaEncoding: encoding } as const);
  try {
    const digest = algorithm === "ed25519" ? null : "sha256";
    return verify(digest, message, { key, ...options }, signature) ? "good" : "bad";
  } catch {
    return "no key"; // of another type
  }
}

export function withFlippedBit(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = bit % (8 * bytes.length);
  changed[at >> 3]! ^= 1 << (at & 7);
  return changed;
}
