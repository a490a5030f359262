// RSA-PSS pairs: the key as PKCS#1 with the exponent 65537, the signature as long as the modulus.

import { rsaPssVerify } from "../crypto/rsa-pss";
import { equalBytes } from "./bytes";

export const RSA_SIGNATURE_MAX: u32 = 384;
export const RSA_KEY_MAX: u32 = 398;

// RSAPublicKey (RFC 8017 A.1.1) in DER: SEQUENCE { INTEGER 0x00 | modulus, INTEGER 65537 }. Sizes are all that differs.
const PREFIX_SIZE: u32 = 9;
const PREFIX_2048: usize = memory.data<u8>([0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00]);
const PREFIX_3072: usize = memory.data<u8>([0x30, 0x82, 0x01, 0x8a, 0x02, 0x82, 0x01, 0x81, 0x00]);
const SUFFIX_SIZE: u32 = 5;
const SUFFIX: usize = memory.data<u8>([0x02, 0x03, 0x01, 0x00, 0x01]);

/** Whether a key's encoding is that of a modulus of 256 or 384 bytes, and in DER, which drops a needless 0x00. */
export function rsaKeyFits(key: usize, sizeBytes: u32, modulusSizeBytes: u32): bool {
  if (sizeBytes != PREFIX_SIZE + modulusSizeBytes + SUFFIX_SIZE) return false;
  if (!equalBytes(key, modulusSizeBytes == 256 ? PREFIX_2048 : PREFIX_3072, PREFIX_SIZE)) return false;
  if (load<u8>(key + PREFIX_SIZE) < 0x80) return false;
  return equalBytes(key + PREFIX_SIZE + modulusSizeBytes, SUFFIX, SUFFIX_SIZE);
}

/** The signature over a SHA-256 digest; both modulus and signature have `modulusSizeBytes` bytes. */
export function rsaIsValid(
  key: usize,
  signature: usize,
  modulusSizeBytes: u32,
  digest: usize,
  scratch: usize,
): bool {
  return rsaPssVerify(digest, signature, key + PREFIX_SIZE, modulusSizeBytes, scratch);
}
