// Signature algorithms: which there are, which of them this build holds (WITH_… in asconfig.json), and which keys and
// signatures belong to each. What a build does not hold it does not know: a key of such a type fits nothing. Buffers are
// as large as the largest of what is held.

import { ED25519_SCRATCH_SIZE } from "../crypto/ed25519";
import { LMS_SCRATCH_SIZE } from "../crypto/lms";
import { P256_SCRATCH_SIZE } from "../crypto/p256";
import { RSA_SCRATCH_SIZE } from "../crypto/rsa-pss";
import {
  ED25519_KEY_SIZE,
  ED25519_SIGNATURE_SIZE,
  ed25519IsValid,
  ed25519KeyFits,
  ed25519PureIsValid,
} from "./pair-ed25519";
import { LMS_KEY_SIZE, lmsIsValid, lmsKeyFits } from "./pair-lms";
import { P256_KEY_SIZE, P256_SIGNATURE_MAX, p256IsValid, p256KeyFits, p256LengthFits } from "./pair-p256";
import { RSA_KEY_MAX, RSA_SIGNATURE_MAX, rsaIsValid, rsaKeyFits } from "./pair-rsa";
import { TLV_ECDSA, TLV_ED25519, TLV_LMS, TLV_RSA2048, TLV_RSA3072, TLV_SHA256 } from "./tlv";

// Bits of a key table's demand (images/SPEC.md).
const ALGORITHM_ED25519: u32 = 1;
const ALGORITHM_P256: u32 = 2;
const ALGORITHM_RSA2048: u32 = 4;
const ALGORITHM_RSA3072: u32 = 8;
const ALGORITHM_LMS: u32 = 16;
/** All that a table may demand, held by this build or not. */
export const ALGORITHMS_KNOWN: u32 = 31;

// What each algorithm needs, nothing where it is not held.
const ED25519_KEY: u32 = isDefined(WITH_ED25519) ? ED25519_KEY_SIZE : 0;
const P256_KEY: u32 = isDefined(WITH_P256) ? P256_KEY_SIZE : 0;
const RSA_KEY: u32 = isDefined(WITH_RSA) ? RSA_KEY_MAX : 0;
const LMS_KEY: u32 = isDefined(WITH_LMS) ? LMS_KEY_SIZE : 0;
const ED25519_SIGNATURE: u32 = isDefined(WITH_ED25519) ? ED25519_SIGNATURE_SIZE : 0;
const P256_SIGNATURE: u32 = isDefined(WITH_P256) ? P256_SIGNATURE_MAX : 0;
const RSA_SIGNATURE: u32 = isDefined(WITH_RSA) ? RSA_SIGNATURE_MAX : 0;
const ED25519_SCRATCH: u32 = isDefined(WITH_ED25519) ? ED25519_SCRATCH_SIZE : 0;
const P256_SCRATCH: u32 = isDefined(WITH_P256) ? P256_SCRATCH_SIZE : 0;
const RSA_SCRATCH: u32 = isDefined(WITH_RSA) ? RSA_SCRATCH_SIZE : 0;
const LMS_SCRATCH: u32 = isDefined(WITH_LMS) ? LMS_SCRATCH_SIZE : 0;

const TWO_KEYS: u32 = ED25519_KEY > P256_KEY ? ED25519_KEY : P256_KEY;
const THREE_KEYS: u32 = TWO_KEYS > LMS_KEY ? TWO_KEYS : LMS_KEY;
/** Longest public key of this build. */
export const KEY_ENCODING_MAX: u32 = THREE_KEYS > RSA_KEY ? THREE_KEYS : RSA_KEY;
const TWO_SIGNATURES: u32 = ED25519_SIGNATURE > P256_SIGNATURE ? ED25519_SIGNATURE : P256_SIGNATURE;
/** Longest signature of this build that is brought into RAM. */
export const SIGNATURE_MAX: u32 = TWO_SIGNATURES > RSA_SIGNATURE ? TWO_SIGNATURES : RSA_SIGNATURE;
const TWO_SCRATCHES: u32 = ED25519_SCRATCH > P256_SCRATCH ? ED25519_SCRATCH : P256_SCRATCH;
const THREE_SCRATCHES: u32 = TWO_SCRATCHES > LMS_SCRATCH ? TWO_SCRATCHES : LMS_SCRATCH;
const SCRATCH_SIZE: u32 = THREE_SCRATCHES > RSA_SCRATCH ? THREE_SCRATCHES : RSA_SCRATCH;
/** Working memory of one check of a signature, whoever asks for it: nothing in it outlasts the call. */
export const SCRATCH: usize = memory.data(SCRATCH_SIZE, 16);

/** The bit of a signature TLV's algorithm, held by this build or not; 0 for another TLV. */
export function algorithmOf(type: u32): u32 {
  if (type == TLV_ED25519) return ALGORITHM_ED25519;
  if (type == TLV_ECDSA) return ALGORITHM_P256;
  if (type == TLV_RSA2048) return ALGORITHM_RSA2048;
  if (type == TLV_RSA3072) return ALGORITHM_RSA3072;
  return type == TLV_LMS ? ALGORITHM_LMS : 0;
}

/** Whether this build checks signatures of TLV type `type` in an image whose digest has TLV type `digestType`. */
export function algorithmHeld(type: u32, digestType: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return true;
  }
  if (isDefined(WITH_LMS)) {
    if (type == TLV_LMS) return true;
  }
  if (digestType != TLV_SHA256) return false;
  if (isDefined(WITH_P256)) {
    if (type == TLV_ECDSA) return true;
  }
  if (isDefined(WITH_RSA)) {
    if (type == TLV_RSA2048 || type == TLV_RSA3072) return true;
  }
  return false;
}

/** Whether `key` is the encoding of a key that checks signatures of this type. */
export function keyFits(type: u32, key: usize, sizeBytes: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return ed25519KeyFits(key, sizeBytes);
  }
  if (isDefined(WITH_P256)) {
    if (type == TLV_ECDSA) return p256KeyFits(key, sizeBytes);
  }
  if (isDefined(WITH_RSA)) {
    if (type == TLV_RSA2048 || type == TLV_RSA3072) return rsaKeyFits(key, sizeBytes, modulusSize(type));
  }
  if (isDefined(WITH_LMS)) {
    if (type == TLV_LMS) return lmsKeyFits(key, sizeBytes);
  }
  return false;
}

/** Whether a signature of this type may have this length; then it also fits its buffer, if it goes to one. */
export function signatureLengthFits(type: u32, length: u32): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return length == ED25519_SIGNATURE_SIZE;
  }
  if (isDefined(WITH_P256)) {
    if (type == TLV_ECDSA) return p256LengthFits(length);
  }
  if (isDefined(WITH_RSA)) {
    if (type == TLV_RSA2048 || type == TLV_RSA3072) return length == modulusSize(type);
  }
  if (isDefined(WITH_LMS)) {
    // What length is right says the signature itself: hssVerify takes no other.
    if (type == TLV_LMS) return true;
  }
  return false;
}

/** Whether signatures of this type stay on flash, and are read there while they are checked. */
export function readsFromFlash(type: u32): bool {
  return isDefined(WITH_LMS) ? type == TLV_LMS : false;
}

/**
 * The signature over a digest. `signature` is the copy in RAM, or nothing where readsFromFlash; `at` and `length` are
 * where it stands on flash.
 */
export function signatureIsValid(
  type: u32,
  key: usize,
  signature: usize,
  at: u32,
  length: u32,
  digest: usize,
  digestSizeBytes: u32,
): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return ed25519IsValid(key, signature, digest, digestSizeBytes, SCRATCH);
  }
  if (isDefined(WITH_P256)) {
    if (type == TLV_ECDSA) return p256IsValid(key, signature, length, digest, SCRATCH);
  }
  if (isDefined(WITH_RSA)) {
    if (type == TLV_RSA2048 || type == TLV_RSA3072)
      return rsaIsValid(key, signature, modulusSize(type), digest, SCRATCH);
  }
  if (isDefined(WITH_LMS)) {
    if (type == TLV_LMS) return lmsIsValid(key, at, length, digest, digestSizeBytes, SCRATCH);
  }
  return false;
}

/** The signature over the hashed bytes themselves: only Ed25519 signs so. */
export function pureIsValid(
  type: u32,
  key: usize,
  signature: usize,
  context: usize,
  start: u32,
  header: usize,
  area: usize,
): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) return ed25519PureIsValid(key, signature, context, start, header, area, SCRATCH);
  }
  return false;
}

function modulusSize(type: u32): u32 {
  return type == TLV_RSA2048 ? 256 : 384;
}
