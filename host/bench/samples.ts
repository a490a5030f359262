// What the crypto bench hashes and verifies: one sample per algorithm, signed here with keys that are made for the run.
// Measures nothing.
import { generateKeyPairSync, hash, sign, type KeyObject } from "node:crypto";
import { constants } from "node:crypto";
import { LmsTree, type LmsHeight } from "../image/lms/tree.js";

const HASHED_SIZE_BYTES = 64 * 1024;
// Signed messages are as short as a digest, so that the signature is what takes the time.
const SIGNED_SIZE_BYTES = 32;
/** Salt of an RSA-PSS signature, as images/SPEC.md has it: as long as the digest. */
export const PSS_SALT_SIZE_BYTES = 32;

export interface HashSample {
  readonly algorithm: "sha256" | "sha512";
  readonly what: string;
  readonly message: Uint8Array;
  readonly digest: Uint8Array;
}

/** A signature that is good, with the key as node:crypto takes it and as its raw bytes. */
export interface SignedSample {
  readonly algorithm: "ed25519" | "p256" | "rsa-pss";
  readonly what: string;
  readonly message: Uint8Array;
  /** Of P-256 r and s, 32 bytes each. */
  readonly signature: Uint8Array;
  /** 32 bytes; X and Y, 64 bytes; or the modulus. */
  readonly publicKey: Uint8Array;
  readonly key: KeyObject;
}

export interface LmsSample {
  readonly algorithm: "lms";
  readonly what: string;
  readonly message: Uint8Array;
  /** With its number of levels in front, as HSS has it (RFC 8554, 6), and the key likewise. */
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

export type Sample = HashSample | SignedSample | LmsSample;

/** A 64 KiB message and its digest. */
export function hashSample(algorithm: HashSample["algorithm"]): HashSample {
  const message = Uint8Array.from({ length: HASHED_SIZE_BYTES }, (_, index) => (index * 167) ^ (index >> 8));
  return { algorithm, what: `${algorithm}-64kib`, message, digest: hash(algorithm, message, "buffer") };
}

/** An Ed25519 signature. */
export function ed25519Sample(): SignedSample {
  const { privateKey, publicKey: key } = generateKeyPairSync("ed25519");
  const message = signedMessage();
  return {
    ...{ algorithm: "ed25519", what: "ed25519-verify", message, key },
    signature: sign(null, message, privateKey),
    publicKey: fromJwk(key, "x"),
  };
}

/** An ECDSA signature on P-256 with SHA-256. */
export function p256Sample(): SignedSample {
  const { privateKey, publicKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const message = signedMessage();
  return {
    ...{ algorithm: "p256", what: "p256-verify", message, key },
    signature: sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }),
    publicKey: Buffer.concat([fromJwk(key, "x"), fromJwk(key, "y")]),
  };
}

/** An RSA-PSS signature with SHA-256 and e = 65537. */
export function rsaSample(bits: 2048 | 3072): SignedSample {
  const { privateKey, publicKey: key } = generateKeyPairSync("rsa", { modulusLength: bits });
  const message = signedMessage();
  return {
    ...{ algorithm: "rsa-pss", what: `rsa-pss-${bits}-verify`, message, key },
    signature: sign("sha256", message, { key: privateKey, ...PSS }),
    publicKey: fromJwk(key, "n"),
  };
}

/** How node:crypto is told of RSA-PSS. */
export const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT_SIZE_BYTES } as const;

/** An LMS signature, W8, of one level. Making its tree takes some seconds at height 10. */
export function lmsSample(height: LmsHeight): LmsSample {
  const secret = { identifier: new Uint8Array(16).fill(1), seed: new Uint8Array(32).fill(2) };
  const tree = new LmsTree({ height, window: 8 }, secret);
  const message = signedMessage();
  return {
    ...{ algorithm: "lms", what: `lms-h${height}-w8-verify`, message },
    signature: Buffer.concat([bigEndian(0), tree.sign(message, 3)]),
    publicKey: Buffer.concat([bigEndian(1), tree.publicKey]),
  };
}

function signedMessage(): Uint8Array {
  return new Uint8Array(SIGNED_SIZE_BYTES).fill(0x5a);
}

function fromJwk(key: KeyObject, field: "x" | "y" | "n"): Buffer {
  return Buffer.from(key.export({ format: "jwk" })[field] as string, "base64url");
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
