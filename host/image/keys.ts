// Keys that sign and verify images, with node:crypto underneath. Never touches files and never prints a private key.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
  type SignKeyObjectInput,
} from "node:crypto";
import { InvalidKeyError } from "../core/errors.js";
import { SHA256, SHA512, type DigestAlgorithm } from "./digest.js";
import { KEY_TYPES, type KeyType, type PrivateKey, type PublicKey, type SignedContent } from "./key-types.js";
import { isLmsSpki, readLmsSpki } from "./lms/keys.js";
import { TLV_ECDSA, TLV_ED25519, TLV_RSA2048_PSS, TLV_RSA3072_PSS } from "./tlv.js";

/** The types that node:crypto has. */
export type NodeKeyType = Exclude<KeyType, "lms">;

interface Scheme {
  readonly signatureTlv: number;
  readonly signatureSizesBytes: readonly [least: number, most: number];
  readonly digests: readonly DigestAlgorithm[];
  readonly signsPure: boolean;
  readonly encoding: "spki" | "pkcs1";
  readonly generate: () => KeyObject;
  readonly sign: (key: KeyObject, content: SignedContent) => Uint8Array;
  readonly verify: (key: KeyObject, content: SignedContent, signature: Uint8Array) => boolean;
}

const RSA_EXPONENT = 65537n; // imgtool and the usual boot loaders know no other
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }; // RFC 8017 8.1, as imgtool signs

const SCHEMES: Readonly<Record<NodeKeyType, Scheme>> = {
  ed25519: {
    signatureTlv: TLV_ED25519,
    signatureSizesBytes: [64, 64], // RFC 8032 5.1.6
    digests: [SHA256, SHA512],
    signsPure: true,
    encoding: "spki",
    generate: () => generateKeyPairSync("ed25519").privateKey,
    sign: (key, content) => sign(null, ed25519Message(content), key),
    verify: (key, content, signature) => verify(null, ed25519Message(content), key, signature),
  },
  // Node hashes for ECDSA and RSA itself, so these two get the hashed bytes: their SHA-256 is the image's digest.
  "ecdsa-p256": {
    signatureTlv: TLV_ECDSA,
    signatureSizesBytes: [8, 72], // DER of two integers below 2^256 (RFC 3279 2.2.3)
    digests: [SHA256],
    signsPure: false,
    encoding: "spki",
    generate: () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey,
    sign: (key, content) => sign("sha256", content.hashedBytes, { key, dsaEncoding: "der" }),
    verify: (key, content, signature) =>
      verify("sha256", content.hashedBytes, { key, dsaEncoding: "der" }, signature),
  },
  "rsa-2048": rsaScheme(2048, TLV_RSA2048_PSS),
  "rsa-3072": rsaScheme(3072, TLV_RSA3072_PSS),
};

function rsaScheme(modulusBits: number, signatureTlv: number): Scheme {
  const options = (key: KeyObject): SignKeyObjectInput => ({ key, ...PSS });
  return {
    signatureTlv,
    signatureSizesBytes: [modulusBits / 8, modulusBits / 8],
    digests: [SHA256],
    signsPure: false,
    encoding: "pkcs1",
    generate: () =>
      generateKeyPairSync("rsa", { modulusLength: modulusBits, publicExponent: Number(RSA_EXPONENT) })
        .privateKey,
    sign: (key, content) => sign("sha256", content.hashedBytes, options(key)),
    verify: (key, content, signature) => verify("sha256", content.hashedBytes, options(key), signature),
  };
}

function ed25519Message(content: SignedContent): Uint8Array {
  return content.isPure ? content.hashedBytes : content.digest;
}

/** Generates a key pair with the system's random numbers. */
export function generateKey(type: NodeKeyType): PrivateKey {
  return wrapPrivate(SCHEMES[type].generate(), "the new key");
}

/** The digest of a public key that a KEYHASH entry holds, by the digest algorithm of the image it stands in. */
export function keyHash(key: PublicKey, algorithm: DigestAlgorithm): Uint8Array {
  return algorithm.hash(key.encodedDer);
}

/**
 * Reads a private key: PKCS#8 PEM without a pass phrase, or the 64 hexadecimal digits of an Ed25519 seed.
 * @param text the key file's content
 * @param where what to call it in an error
 * @throws InvalidKeyError when the text is something else, or a key of a kind that signs no images.
 */
export function readPrivateKey(text: string, where: string): PrivateKey {
  const label = pemLabel(text);
  checkOne(text, where);
  if (label === undefined) return wrapPrivate(seedKey(text, where), where);
  if (!label.endsWith("PRIVATE KEY") || label === "ENCRYPTED PRIVATE KEY") {
    throw new InvalidKeyError(`${where}: expected a private key without a pass phrase, found "${label}"`);
  }
  return wrapPrivate(
    decoded(label, where, () => createPrivateKey(text)),
    where,
  );
}

/**
 * Reads the public key from SPKI PEM, or derives it from a private key as readPrivateKey takes it.
 * @param text the key file's content
 * @param where what to call it in an error
 * @throws InvalidKeyError when the text is something else, or a key of a kind that signs no images.
 */
export function readPublicKey(text: string, where: string): PublicKey {
  const label = pemLabel(text);
  checkOne(text, where);
  if (label === undefined || label.endsWith("PRIVATE KEY")) return readPrivateKey(text, where).publicKey;
  if (label !== "PUBLIC KEY") throw new InvalidKeyError(`${where}: expected a public key, found "${label}"`);
  const der = spkiDer(text);
  if (isLmsSpki(der)) return readLmsSpki(der, where);
  return wrapPublic(
    decoded(label, where, () => createPublicKey(text)),
    where,
  );
}

/** A private key may have its public one beside it; of two of a kind nobody knows which is meant. */
function checkOne(text: string, where: string): void {
  for (const kind of ["PUBLIC KEY", "PRIVATE KEY"]) {
    const count = [...text.matchAll(PEM_BEGIN)].filter(([, label]) => label?.endsWith(kind)).length;
    if (count > 1) throw new InvalidKeyError(`${where}: expected one key, found ${count}: a file holds one`);
  }
}

const PEM_BEGIN = /^-----BEGIN ([A-Z0-9 ]{1,40})-----\s*$/gm;

/** The label of the first PEM block that is a key, or of the first block at all (openssl puts parameters before). */
function pemLabel(text: string): string | undefined {
  const labels = [...text.matchAll(PEM_BEGIN)].map(([, label]) => label ?? "");
  return labels.find((label) => label.endsWith("KEY")) ?? labels[0];
}

/** The bytes of the first public key in PEM text; none where it is not base64 throughout, which node:crypto refuses. */
function spkiDer(text: string): Uint8Array {
  const [, body = ""] = /^-----BEGIN PUBLIC KEY-----\s*$([^-]*)^-----END PUBLIC KEY-----/m.exec(text) ?? [];
  const digits = body.replace(/\s/g, "");
  const der = Buffer.from(digits, "base64");
  return der.toString("base64") === digits ? der : new Uint8Array(0);
}

/** PrivateKeyInfo of an Ed25519 seed without the seed itself (RFC 8410 section 7). */
const ED25519_PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function seedKey(text: string, where: string): KeyObject {
  const digits = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) {
    throw new InvalidKeyError(
      `${where}: expected a PEM key or the 64 hexadecimal digits of an Ed25519 seed, found neither`,
    );
  }
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, Buffer.from(digits, "hex")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function decoded(label: string, where: string, decode: () => KeyObject): KeyObject {
  try {
    return decode();
  } catch {
    throw new InvalidKeyError(`${where}: expected a PEM key, found "${label}" with damaged content`);
  }
}

function keyType(key: KeyObject, where: string): NodeKeyType {
  const { namedCurve, modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (kind === "ed25519") return "ed25519";
  if (kind === "ec" && namedCurve === "prime256v1") return "ecdsa-p256";
  if (kind === "rsa" && publicExponent === RSA_EXPONENT && modulusLength === 2048) return "rsa-2048";
  if (kind === "rsa" && publicExponent === RSA_EXPONENT && modulusLength === 3072) return "rsa-3072";
  const parts = [kind, namedCurve, modulusLength, publicExponent && `exponent ${publicExponent}`];
  const found = parts.filter((part) => part !== undefined).join(" ");
  throw new InvalidKeyError(`${where}: expected a key of type ${KEY_TYPES.join(", ")}, found ${found}`);
}

/** Bytes of a P-256 public key in SPKI before its point, and of 0x04, x and y (RFC 5480 2.2). */
const P256_PREFIX_BYTES = 26;
const P256_POINT_BYTES = 65;

/** The boot core knows no other form of a point, and a key's hash would be another for each. */
function checkPoint(spki: Uint8Array, where: string): void {
  const point = spki.subarray(P256_PREFIX_BYTES);
  if (point.length === P256_POINT_BYTES && point[0] === 0x04) return;
  const first = `0x${(point[0] ?? 0).toString(16).padStart(2, "0")}`;
  throw new InvalidKeyError(
    `${where}: expected an uncompressed point, found ${point.length} bytes that begin with ${first}`,
  );
}

function wrapPublic(key: KeyObject, where: string): PublicKey {
  const type = keyType(key, where);
  const { encoding, signatureTlv, signatureSizesBytes, digests, signsPure, verify } = SCHEMES[type];
  const encodedDer = Uint8Array.from(key.export({ type: encoding, format: "der" }));
  if (type === "ecdsa-p256") checkPoint(encodedDer, where);
  return {
    type,
    signatureTlv,
    signatureSizesBytes,
    digests,
    signsPure,
    encodedDer,
    pem: key.export({ type: "spki", format: "pem" }).toString(),
    verify: (content, signature) => verify(key, content, signature),
  };
}

function wrapPrivate(key: KeyObject, where: string): PrivateKey {
  const { sign, signatureSizesBytes } = SCHEMES[keyType(key, where)];
  return {
    leastSignatureBytes: signatureSizesBytes[0],
    publicKey: wrapPublic(createPublicKey(key), where),
    pem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    sign: (content) => Uint8Array.from(sign(key, content)),
  };
}
