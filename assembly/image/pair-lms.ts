// HSS/LMS pairs: the key as SubjectPublicKeyInfo, the signature read from flash part by part, each part once: with
// three levels it may be larger than all RAM.

import { hssVerify } from "../crypto/lms";
import { readBytes } from "../hal/flash";
import { equalBytes } from "./bytes";

export const LMS_KEY_SIZE: u32 = 80;
/**
 * SubjectPublicKeyInfo with id-alg-hss-lms-hashsig, 1.2.840.113549.1.9.16.3.17, no parameters, and the HSS public key of
 * RFC 8554 section 6.1 as it is in the BIT STRING: RFC 9708 section 4 (RFC 8708 left open whether an OCTET STRING
 * wraps it there).
 */
const PREFIX_SIZE: u32 = 20;
const PREFIX: usize = memory.data<u8>([
  0x30, 0x4e, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x03, 0x11, 0x03,
  0x3d, 0x00,
]);

/** Whether bytes are the encoding of an HSS/LMS key: its fixed part is compared. */
export function lmsKeyFits(key: usize, sizeBytes: u32): bool {
  return sizeBytes == LMS_KEY_SIZE && equalBytes(key, PREFIX, PREFIX_SIZE);
}

/** The signature of `length` bytes at flash offset `at`, over a digest, which is its message. */
export function lmsIsValid(
  key: usize,
  at: u32,
  length: u32,
  digest: usize,
  digestSizeBytes: u32,
  scratch: usize,
): bool {
  return hssVerify(digest, digestSizeBytes, at, length, readBytes, key + PREFIX_SIZE, scratch);
}
