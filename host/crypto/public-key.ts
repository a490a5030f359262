// Public keys from SubjectPublicKeyInfo DER or their raw form to what the core's functions take. Checks everything about
// a key but whether a P-256 point is on its curve, which takes the core's arithmetic (verify.ts).
import { InvalidKeyError } from "../core/errors.js";
import { DerReader, TAG_INTEGER, TAG_NULL, TAG_SEQUENCE } from "./der.js";

export const ED25519_KEY_SIZE_BYTES = 32; // RFC 8032, 5.1.5
export const P256_KEY_SIZE_BYTES = 64; // X, then Y
export const HSS_KEY_SIZE_BYTES = 60; // RFC 8554, 6.1: u32 levels, then 5.3: u32 type | u32 LM-OTS type | I | root

const UNCOMPRESSED = 0x04; // SEC 1, 2.3.3
const RSA_EXPONENT = 65537; // the only one that the core computes with
const MAX_LEVELS = 3; // assembly/crypto/lms.ts
const LMS_TYPES = [5, 9] as const; // RFC 8554, table 2: SHA-256/M32
const LMOTS_TYPES = [1, 4] as const; // RFC 8554, table 1: SHA-256/N32

/** An AlgorithmIdentifier (RFC 5280, 4.1.1.2). */
interface SpkiAlgorithm {
  readonly identifier: string;
  readonly parameters: "absent" | "null" | { readonly identifier: string };
}

const ED25519_SPKI: SpkiAlgorithm = { identifier: "1.3.101.112", parameters: "absent" }; // RFC 8410, 3
const P256_SPKI: SpkiAlgorithm = {
  identifier: "1.2.840.10045.2.1", // RFC 5480, 2.1.1: id-ecPublicKey
  parameters: { identifier: "1.2.840.10045.3.1.7" }, // RFC 5480, 2.1.1.1: secp256r1
};
const RSA_SPKI: SpkiAlgorithm = { identifier: "1.2.840.113549.1.1.1", parameters: "null" }; // RFC 3279, 2.3.1
const HSS_SPKI: SpkiAlgorithm = { identifier: "1.2.840.113549.1.9.16.3.17", parameters: "absent" }; // RFC 9708, 4

/**
 * Reads an Ed25519 key: 32 bytes (RFC 8032, 5.1.5), or SPKI (RFC 8410, 4). Any 32 bytes are a key; those that are no
 * point verify nothing.
 * @param owner what to call the key in an error
 * @returns 32 bytes
 * @throws InvalidKeyError for anything else
 */
export function readEd25519Key(bytes: Uint8Array, owner: string): Uint8Array {
  const key = bytes.length === ED25519_KEY_SIZE_BYTES ? bytes : readSpki(bytes, ED25519_SPKI, owner);
  requireSize(key, ED25519_KEY_SIZE_BYTES, owner);
  return key;
}

/**
 * Reads a P-256 key: X, then Y, 64 bytes; the same behind a byte 0x04 (SEC 1, 2.3.3); or SPKI of the latter (RFC 5480).
 * Compressed points are refused: nothing that signs images writes them.
 * @param owner what to call the key in an error
 * @returns 64 bytes that need not be a point of the curve
 * @throws InvalidKeyError for anything else
 */
export function readP256Key(bytes: Uint8Array, owner: string): Uint8Array {
  if (bytes.length === P256_KEY_SIZE_BYTES) return bytes;
  const point = bytes.length === P256_KEY_SIZE_BYTES + 1 ? bytes : readSpki(bytes, P256_SPKI, owner);
  requireSize(point, P256_KEY_SIZE_BYTES + 1, owner);
  if (point[0] !== UNCOMPRESSED) {
    throw new InvalidKeyError(`${owner}: expected an uncompressed point (first byte 4), found ${point[0]}`);
  }
  return point.subarray(1);
}

/**
 * Reads an RSA key: RSAPublicKey (RFC 8017, A.1.1), or SPKI of it under rsaEncryption (RFC 3279, 2.3.1). The exponent
 * must be 65537.
 * @param modulusBits what the modulus must have, its top bit set
 * @param owner what to call the key in an error
 * @returns the modulus, modulusBits / 8 bytes, big-endian, odd
 * @throws InvalidKeyError for anything else
 */
export function readRsaKey(bytes: Uint8Array, modulusBits: 2048 | 3072, owner: string): Uint8Array {
  const sequence = readOnly(bytes, owner);
  const isBare = new DerReader(sequence, owner).nextTag === TAG_INTEGER;
  const reader = new DerReader(isBare ? sequence : readOnly(readSpki(bytes, RSA_SPKI, owner), owner), owner);
  const modulus = reader.readUnsigned("a modulus");
  const exponent = reader.readUnsigned("an exponent").reduce((value, byte) => value * 256 + byte, 0);
  reader.end();
  const bits = 8 * modulus.length + 24 - Math.clz32(modulus[0] ?? 0);
  if (bits !== modulusBits) {
    throw new InvalidKeyError(`${owner}: expected a modulus of ${modulusBits} bits, found ${bits}`);
  }
  if (((modulus.at(-1) ?? 0) & 1) === 0) {
    throw new InvalidKeyError(`${owner}: expected an odd modulus, found an even one`);
  }
  if (exponent !== RSA_EXPONENT) {
    throw new InvalidKeyError(`${owner}: expected exponent ${RSA_EXPONENT}, found ${exponent}`);
  }
  return modulus;
}

/**
 * Reads an HSS key: 60 bytes, u32 levels and the top LMS key (RFC 8554, 6.1), or SPKI with these bytes in the BIT
 * STRING, not wrapped in an OCTET STRING (RFC 9708, 4; RFC 9802). One to three levels; SHA-256/M32 parameter sets.
 * @param owner what to call the key in an error
 * @returns 60 bytes
 * @throws InvalidKeyError for anything else
 */
export function readHssKey(bytes: Uint8Array, owner: string): Uint8Array {
  const key = bytes.length === HSS_KEY_SIZE_BYTES ? bytes : readSpki(bytes, HSS_SPKI, owner);
  requireSize(key, HSS_KEY_SIZE_BYTES, owner);
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  requireRange(view.getUint32(0), [1, MAX_LEVELS], `${owner}: expected levels`);
  requireRange(view.getUint32(4), LMS_TYPES, `${owner}: expected an LMS type`);
  requireRange(view.getUint32(8), LMOTS_TYPES, `${owner}: expected an LM-OTS type`);
  return key;
}

/** SubjectPublicKeyInfo (RFC 5280, 4.1): the bytes of the key under this algorithm. */
function readSpki(bytes: Uint8Array, algorithm: SpkiAlgorithm, owner: string): Uint8Array {
  const info = new DerReader(readOnly(bytes, owner), owner);
  readAlgorithm(info.read(TAG_SEQUENCE, "an algorithm"), algorithm, owner);
  const key = info.readBitString("a key");
  info.end();
  return key;
}

function readAlgorithm(content: Uint8Array, { identifier, parameters }: SpkiAlgorithm, owner: string): void {
  const reader = new DerReader(content, owner);
  requireIdentifier(reader.readObjectIdentifier("an algorithm identifier"), identifier, owner);
  if (parameters === "null") {
    const sizeBytes = reader.read(TAG_NULL, "NULL").length;
    if (sizeBytes > 0)
      throw new InvalidKeyError(`${owner}: expected an empty NULL, found ${sizeBytes} bytes`);
  } else if (parameters !== "absent") {
    requireIdentifier(reader.readObjectIdentifier("a named curve"), parameters.identifier, owner);
  }
  reader.end();
}

/** The content of the one SEQUENCE that the bytes are. */
function readOnly(bytes: Uint8Array, owner: string): Uint8Array {
  const reader = new DerReader(bytes, owner);
  const content = reader.read(TAG_SEQUENCE, "a sequence");
  reader.end();
  return content;
}

function requireIdentifier(found: string, expected: string, owner: string): void {
  if (found === expected) return;
  throw new InvalidKeyError(`${owner}: expected object identifier ${expected}, found ${found}`);
}

function requireSize(key: Uint8Array, sizeBytes: number, owner: string): void {
  if (key.length === sizeBytes) return;
  throw new InvalidKeyError(`${owner}: expected ${sizeBytes} bytes, found ${key.length}`);
}

function requireRange(found: number, [least, most]: readonly [number, number], expectation: string): void {
  if (found >= least && found <= most) return;
  throw new InvalidKeyError(`${expectation} from ${least} to ${most}, found ${found}`);
}
