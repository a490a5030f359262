// What an envelope says, and within which bounds: types and numbers of images/ENVELOPE.md. Reads and writes no bytes.
import type { ImageVersion } from "../version.js";

/** Most bytes of an envelope, so that a receiver knows its buffer beforehand. */
export const ENVELOPE_MAX_BYTES = 512;
/** The format that is written and read here. */
export const ENVELOPE_FORMAT = 1;
/** Media type in the protected header (RFC 9596), which tells an envelope from whatever else a key signs in COSE. */
export const MEDIA_TYPE = "application/everboot-envelope+cbor";
export const DIGEST_BYTES = 32;
export const UUID_BYTES = 16;
/** Most bytes of an image and of a transfer: sums of two never leave 32 bits. */
export const SIZE_MAX_BYTES = 2 ** 28;
const BLOCK_MIN_BYTES = 256;
const BLOCK_MAX_BYTES = 65536;
/** Which sizes a block may have, in words. */
export const BLOCK_SIZES = `a power of two from ${BLOCK_MIN_BYTES} to ${BLOCK_MAX_BYTES}`;
export const RECIPIENT_MAX_BYTES = 32;

/** Labels of the protected header: RFC 9052 3.1, RFC 9596 2. */
export const HEADER_ALGORITHM = 1;
export const HEADER_KEY_ID = 4;
export const HEADER_TYPE = 16;

/** Labels of the payload's map. */
export const LABEL = {
  format: 0,
  digest: 1,
  size: 2,
  version: 3,
  counter: 4,
  vendor: 5,
  class: 6,
  kind: 7,
  blockSize: 8,
  root: 9,
  transferSize: 10,
  base: 11,
  encryption: 12,
  bill: 13,
} as const;

/** Labels of the map in LABEL.encryption. */
export const ENCRYPTION_LABEL = { cipher: 0, wrap: 1, recipient: 2 } as const;

/** Kinds of update by their number: bit 0 new features, bit 1 security fixes. */
export const UPDATE_KINDS = { features: 1, security: 2, both: 3 } as const;
export type UpdateKind = keyof typeof UPDATE_KINDS;

/** Ciphers of a payload by their number: MCUboot's two, AES in counter mode from counter 0. */
export const CIPHERS = { "aes-128-ctr": 1, "aes-256-ctr": 2 } as const;
export type Cipher = keyof typeof CIPHERS;

/** How a cipher's key is wrapped, by number: MCUboot's TLV of the wrapped key. */
export const KEY_WRAPS = {
  "rsa-2048": 0x30,
  "aes-kw": 0x31,
  p256: 0x32,
  x25519: 0x33,
  "x25519-sha512": 0x34,
};
export type KeyWrap = keyof typeof KEY_WRAPS;

/** How a transfer is encrypted. */
export interface Encryption {
  readonly cipher: Cipher;
  readonly keyWrap: KeyWrap;
  /** Which key unwraps: the KEYHASH of a public key, or a name of 1 to 32 bytes of a shared one. */
  readonly recipient: Uint8Array;
}

/** What an envelope says of an image and of how it is sent; sizes in bytes, digests SHA-256. */
export interface EnvelopeClaims {
  /** Of the whole image, from its header to the end of its TLVs. */
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
  readonly version: ImageVersion;
  readonly securityCounter: number;
  /** UUID of 16 bytes, as is the class's. */
  readonly vendorId: Uint8Array;
  readonly classId: Uint8Array;
  readonly kind: UpdateKind;
  readonly blockSizeBytes: number;
  /** Merkle root over the blocks of the transfer. */
  readonly root: Uint8Array;
  /** Size of what is sent: that of the image, unless a patch or a ciphertext is sent in its place. */
  readonly transferSizeBytes: number;
  /** Of the image that a patch is to be applied to. */
  readonly baseDigest?: Uint8Array | undefined;
  readonly encryption?: Encryption | undefined;
  /** Of the file that lists the image's components. */
  readonly billDigest?: Uint8Array | undefined;
}

/** Whether something else than the image is sent: a patch of a base, or a ciphertext. */
export function isReplaced({
  baseDigest,
  encryption,
}: Pick<EnvelopeClaims, "baseDigest" | "encryption">): boolean {
  return baseDigest !== undefined || encryption !== undefined;
}

/** Whether a size may be that of a block, as BLOCK_SIZES says it. */
export function isBlockSize(sizeBytes: number): boolean {
  return sizeBytes >= BLOCK_MIN_BYTES && sizeBytes <= BLOCK_MAX_BYTES && (sizeBytes & (sizeBytes - 1)) === 0;
}
