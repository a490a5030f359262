// Signatures: which pair of KEYHASH and signature is tried, and by which algorithm. What a build does not hold it does
// not know: a signature of such a type is one by an unknown key.

import {
  REASON_KEY_MISSING,
  REASON_KEY_UNKNOWN,
  REASON_OK,
  REASON_SIGNATURE,
  REASON_SIGNATURE_MISSING,
  REASON_TLV_ENTRY,
  REASON_UNREADABLE,
} from "../abi";
import { ED25519_SCRATCH_SIZE, ed25519Begin, ed25519Check, ed25519Verify } from "../crypto/ed25519";
import { readBytes } from "../hal/flash";
import { equalBytes } from "./bytes";
import { absorbImage, digestSize } from "./digest";
import { KEY_ENCODING_MAX, findKey } from "./keys";
import {
  AREA_INFO_SIZE,
  DIGEST_MAX,
  ENTRY_HEADER_SIZE,
  FOUND_DIGEST_TYPE,
  FOUND_END,
  FOUND_PURE,
  TLV_ECDSA,
  TLV_ED25519,
  TLV_KEYHASH,
  TLV_RSA2048,
  TLV_RSA3072,
  TLV_SHA512,
  entryLength,
  entryType,
  readEntry,
} from "./tlv";

const SIGNATURE_MAX: u32 = 384; // RSA-3072
const ED25519_SIGNATURE_SIZE: u32 = 64; // RFC 8032 5.1.6
/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 section 4): twelve fixed bytes, then the key. */
const ED25519_PREFIX_SIZE: u32 = 12;
const ED25519_SPKI_SIZE: u32 = 44;
const ED25519_PREFIX: usize = memory.data<u8>([
  0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
]);

const KEY_HASH: usize = memory.data(DIGEST_MAX);
const KEY: usize = memory.data(KEY_ENCODING_MAX);
const KEY_SIZE: usize = memory.data(4);
const SIGNATURE: usize = memory.data(SIGNATURE_MAX);
const SCRATCH: usize = memory.data(ED25519_SCRATCH_SIZE, 16);

/**
 * Tries each KEYHASH with the first signature behind it; one valid signature by a provisioned key is enough. `found` is
 * what parseUnprotected left, `digest` the computed digest, `context` a hash context for a pure message, whose bytes are
 * those of the image at `start` with this header and protected area.
 */
export function signatureReason(
  tlvStart: u32,
  found: usize,
  digest: usize,
  context: usize,
  start: u32,
  header: usize,
  area: usize,
): u32 {
  const end = load<u32>(found, FOUND_END);
  const digestType = load<u32>(found, FOUND_DIGEST_TYPE);
  const pure = load<u32>(found, FOUND_PURE) != 0;
  let closest = REASON_KEY_MISSING;
  let named = false;
  let at = tlvStart + AREA_INFO_SIZE;
  while (at < end) {
    const broken = readEntry(at, end);
    if (broken != REASON_OK) return broken;
    const type = entryType();
    const length = entryLength();
    at += ENTRY_HEADER_SIZE;
    if (type == TLV_KEYHASH) {
      if (length != digestSize(digestType)) return REASON_TLV_ENTRY;
      if (!readBytes(at, KEY_HASH, length)) return REASON_UNREADABLE;
      named = true;
      if (closest == REASON_KEY_MISSING) closest = REASON_SIGNATURE_MISSING;
    } else if (isSignatureType(type) && named) {
      named = false;
      let result = loadPair(type, digestType, at, length);
      if (result == REASON_OK) {
        const valid = pure
          ? pureIsValid(type, context, start, header, area)
          : signatureIsValid(type, digest, digestSize(digestType), length);
        if (valid) return REASON_OK;
        result = REASON_SIGNATURE;
      }
      if (result == REASON_TLV_ENTRY || result == REASON_UNREADABLE) return result;
      if (closest != REASON_SIGNATURE) closest = result;
    }
    at += length;
  }
  return closest;
}

/** Brings the key that KEY_HASH names and the signature at flash offset `at` into RAM, both of a fitting length. */
function loadPair(type: u32, digestType: u32, at: u32, length: u32): u32 {
  if (!isBuiltIn(type, digestType)) return REASON_KEY_UNKNOWN;
  const reason = findKey(KEY_HASH, digestType, type, KEY, KEY_SIZE);
  if (reason != REASON_OK) return reason;
  if (!keyFits(type, load<u32>(KEY_SIZE))) return REASON_KEY_UNKNOWN;
  if (!signatureLengthFits(type, length)) return REASON_TLV_ENTRY;
  return readBytes(at, SIGNATURE, length) ? REASON_OK : REASON_UNREADABLE;
}

function isSignatureType(type: u32): bool {
  return type == TLV_ED25519 || type == TLV_ECDSA || type == TLV_RSA2048 || type == TLV_RSA3072;
}

/** Whether this build checks signatures of this type over digests of that type. */
function isBuiltIn(type: u32, _digestType: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return true;
  }
  return false;
}

function keyFits(type: u32, size: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519)
      return size == ED25519_SPKI_SIZE && equalBytes(KEY, ED25519_PREFIX, ED25519_PREFIX_SIZE);
  }
  return false;
}

function signatureLengthFits(type: u32, length: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return length == ED25519_SIGNATURE_SIZE;
  }
  return false;
}

/** The signature over a digest. */
function signatureIsValid(type: u32, digest: usize, digestSizeBytes: u32, _length: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) {
      return ed25519Verify(SIGNATURE, KEY + ED25519_PREFIX_SIZE, digest, digestSizeBytes, SCRATCH);
    }
  }
  return false;
}

/** The signature over the hashed bytes themselves: only Ed25519 signs so. */
function pureIsValid(type: u32, context: usize, start: u32, header: usize, area: usize): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) {
      ed25519Begin(context, SIGNATURE, KEY + ED25519_PREFIX_SIZE);
      if (!absorbImage(TLV_SHA512, context, start, header, area)) return false;
      return ed25519Check(context, SIGNATURE, KEY + ED25519_PREFIX_SIZE, SCRATCH);
    }
  }
  return false;
}
