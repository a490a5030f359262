// ECDSA P-256 pairs: the key as SubjectPublicKeyInfo of an uncompressed point, the signature as DER.

import { ecdsaDerToRaw } from "../crypto/ecdsa-der";
import { p256Verify } from "../crypto/p256";
import { equalBytes } from "./bytes";

/** DER of two integers below 2^256 (RFC 3279 2.2.3): 8 to 72 bytes. */
export const P256_SIGNATURE_MAX: u32 = 72;
const SIGNATURE_MIN: u32 = 8;
export const P256_KEY_SIZE: u32 = 91;
/** SubjectPublicKeyInfo (RFC 5480 section 2) up to and with the mark of an uncompressed point (SEC 1 2.3.3). */
const PREFIX_SIZE: u32 = 27;
const PREFIX: usize = memory.data<u8>([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
  0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
]);
const NUMBER_SIZE: u32 = 32;

/** r and s. */
const RAW: usize = memory.data(64);

/** Whether bytes are the encoding of a P-256 key: its fixed part is compared. */
export function p256KeyFits(key: usize, sizeBytes: u32): bool {
  return sizeBytes == P256_KEY_SIZE && equalBytes(key, PREFIX, PREFIX_SIZE);
}

/** Whether a DER signature may have this length in bytes. */
export function p256LengthFits(length: u32): bool {
  return length >= SIGNATURE_MIN && length <= P256_SIGNATURE_MAX;
}

/** The signature over a SHA-256 digest. */
export function p256IsValid(key: usize, signature: usize, length: u32, digest: usize, scratch: usize): bool {
  if (!ecdsaDerToRaw(signature, length, RAW)) return false;
  return p256Verify(digest, RAW, RAW + NUMBER_SIZE, key + PREFIX_SIZE, scratch);
}
