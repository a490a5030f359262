// Envelopes for tests: claims of made-up images, and envelopes of any parts, signed rightly, so that nothing but what is wrong on purpose
// is wrong. Test data only.
import { encode, Tagged, rfc8949EncodeOptions } from "cborg";
import { SHA256 } from "../../../../host/image/digest.js";
import { coseSign } from "../../../../host/image/envelope/cose.js";
import { MEDIA_TYPE, type EnvelopeClaims } from "../../../../host/image/envelope/fields.js";
import { fixedKey } from "../../../../host/image/fixed-keys.js";
import { keyHash } from "../../../../host/image/keys.js";
import type { SigningKey } from "../../../../host/image/key-types.js";

export const ED25519_KEY = fixedKey("ed25519", "a test's envelope");
export const P256_KEY = fixedKey("ecdsa-p256", "a test's envelope");

const filled = (sizeBytes: number, byte: number) => new Uint8Array(sizeBytes).fill(byte);

/** As few claims as there may be. */
export const LEAST: EnvelopeClaims = {
  digest: filled(32, 1),
  sizeBytes: 40_827,
  version: { major: 1, minor: 2, revision: 3, build: 4 },
  securityCounter: 7,
  vendorId: filled(16, 2),
  classId: filled(16, 3),
  kind: "security",
  blockSizeBytes: 4096,
  root: filled(32, 4),
  transferSizeBytes: 40_827,
};

/** As many, each as large as it may be. */
export const MOST: EnvelopeClaims = {
  ...LEAST,
  sizeBytes: 2 ** 28,
  version: { major: 255, minor: 255, revision: 65535, build: 2 ** 32 - 1 },
  securityCounter: 2 ** 32 - 1,
  kind: "both",
  blockSizeBytes: 65536,
  transferSizeBytes: 2 ** 28,
  baseDigest: filled(32, 5),
  encryption: { cipher: "aes-256-ctr", keyWrap: "x25519-sha512", recipient: filled(32, 6) },
  billDigest: filled(32, 7),
};

/** One item in deterministic CBOR, maps sorted. */
export const cbor = (value: unknown): Uint8Array => encode(value, rfc8949EncodeOptions);

/** A map whose entries stand in this order, whatever order is right; a value that is bytes already stands as it is in `raw`. */
export function rawMap(
  entries: readonly (readonly [label: unknown, value: unknown])[],
  count = entries.length,
): Uint8Array {
  return Buffer.concat([
    head(5, count),
    ...entries.flatMap(([label, value]) => [itemOf(label), itemOf(value)]),
  ]);
}

/** Marks bytes as CBOR already. */
export class Raw {
  constructor(readonly bytes: Uint8Array) {}
}

export const raw = (hex: string): Raw => new Raw(Buffer.from(hex, "hex"));

function itemOf(value: unknown): Uint8Array {
  return value instanceof Raw ? value.bytes : cbor(value);
}

function head(major: number, count: number): Uint8Array {
  return count < 24 ? Uint8Array.of((major << 5) | count) : Uint8Array.of((major << 5) | 24, count);
}

/** Entries of the protected header as it has to be for a key. */
export function headerEntries(key: SigningKey): readonly (readonly [label: number, value: unknown])[] {
  return [
    [1, key.publicKey.type === "ed25519" ? -8 : -7],
    [4, keyHash(key.publicKey, SHA256)],
    [16, MEDIA_TYPE],
  ];
}

/** An envelope of these parts, rightly signed by a key. */
export function signed(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  key: SigningKey = ED25519_KEY,
): Uint8Array {
  const signature = coseSign(key, protectedBytes, payload);
  return cbor(new Tagged(18, [protectedBytes, new Map(), payload, signature]));
}

/** An envelope of this payload, its header right. */
export function signedPayload(payload: Uint8Array, key: SigningKey = ED25519_KEY): Uint8Array {
  return signed(rawMap(headerEntries(key)), payload, key);
}
