// Ed25519 pairs: the key as SubjectPublicKeyInfo, the signature over a digest or over the image itself.

import { ed25519Begin, ed25519Check, ed25519Verify } from "../crypto/ed25519";
import { equalBytes } from "./bytes";
import { absorbImage } from "./digest";
import { TLV_SHA512 } from "./tlv";

export const ED25519_SIGNATURE_SIZE: u32 = 64; // RFC 8032 5.1.6
export const ED25519_KEY_SIZE: u32 = 44;
/** SubjectPublicKeyInfo (RFC 8410 section 4): twelve fixed bytes, then the key. */
const PREFIX_SIZE: u32 = 12;
const PREFIX: usize = memory.data<u8>([
  0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
]);

/** Whether bytes are the encoding of an Ed25519 key: its fixed part is compared. */
export function ed25519KeyFits(key: usize, sizeBytes: u32): bool {
  return sizeBytes == ED25519_KEY_SIZE && equalBytes(key, PREFIX, PREFIX_SIZE);
}

/** The signature over a digest, which is its message. */
export function ed25519IsValid(
  key: usize,
  signature: usize,
  digest: usize,
  digestSizeBytes: u32,
  scratch: usize,
): bool {
  return ed25519Verify(signature, key + PREFIX_SIZE, digest, digestSizeBytes, scratch);
}

/** The signature over the hashed bytes of the image at `start`; `context` is a SHA-512 context. */
export function ed25519PureIsValid(
  key: usize,
  signature: usize,
  context: usize,
  start: u32,
  header: usize,
  area: usize,
  scratch: usize,
): bool {
  ed25519Begin(context, signature, key + PREFIX_SIZE);
  if (!absorbImage(TLV_SHA512, context, start, header, area)) return false;
  return ed25519Check(context, signature, key + PREFIX_SIZE, scratch);
}
