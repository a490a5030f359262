// Decides whether a slot holds an image that may boot: structure, link address, digest, signature, security floor.
// Reads flash and RAM only; writes nothing persistent. Every flash byte that counts is used from the copy that was
// hashed or checked, so content that changes between two reads cannot split check from use.

import {
  PHASE_HASH,
  PHASE_PARSE,
  PHASE_SIGNATURE,
  REASON_DIGEST,
  REASON_FLOOR,
  REASON_KEY_MISSING,
  REASON_KEY_UNKNOWN,
  REASON_OK,
  REASON_SIGNATURE,
  REASON_SIGNATURE_MISSING,
  REASON_TLV_ENTRY,
  REASON_TLV_TOO_LARGE,
  REASON_UNREADABLE,
  STATUS_OK,
} from "../abi";
import { ED25519_SCRATCH_SIZE, ed25519Verify } from "../crypto/ed25519";
import {
  SHA256_BLOCK,
  SHA256_CONTEXT_SIZE,
  sha256Block,
  sha256Final,
  sha256Init,
  sha256Update,
} from "../crypto/sha256";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { phase, tryRead32 } from "../hal/hal";
import { equalBytes } from "./bytes";
import { HEADER_SIZE, headerReason, headerSize, payloadSize, protectedSize, version } from "./header";
import { KEY_ENCODING_MAX, findKey } from "./keys";
import {
  DIGEST_SIZE,
  FOUND_DIGEST,
  FOUND_END,
  TLV_ED25519,
  TLV_KEYHASH,
  entryLength,
  entryType,
  parseProtected,
  parseUnprotected,
  readEntry,
} from "./tlv";

/** What verifySlot leaves of an accepted image: version u64, security counter u32, first payload byte u32. */
export const VIEW_VERSION: usize = 0;
export const VIEW_COUNTER: usize = 8;
export const VIEW_ENTRY: usize = 12;
export const VIEW_SIZE: u32 = 16;

/** Largest protected area that this core holds in RAM. */
export const PROTECTED_MAX: u32 = 2048;

const SIGNATURE_SIZE: u32 = 64; // RFC 8032 5.1.6
const KEY_SIZE: u32 = 32;
/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 section 4): twelve fixed bytes, then the key. */
const SPKI_PREFIX_SIZE: u32 = 12;
const SPKI_SIZE: u32 = SPKI_PREFIX_SIZE + KEY_SIZE;
const SPKI_PREFIX: usize = memory.data<u8>([
  0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
]);

const HEADER: usize = memory.data(32, 8);
const PROTECTED: usize = memory.data(2048);
const FOUND: usize = memory.data(36);
const COUNTER: usize = memory.data(4);
const CONTEXT: usize = memory.data(SHA256_CONTEXT_SIZE, 8);
const DIGEST: usize = memory.data(32);
const TAIL: usize = memory.data(64);
const KEY_HASH: usize = memory.data(32);
const KEY: usize = memory.data(KEY_ENCODING_MAX);
const ENCODING_SIZE: usize = memory.data(4);
const SIGNATURE: usize = memory.data(64);
const SCRATCH: usize = memory.data(ED25519_SCRATCH_SIZE, 16);

/** REASON_OK when the image in `slot` may boot above security floor `floor`; then `view` (VIEW_SIZE bytes) says what it is. */
export function verifySlot(slot: u32, floor: u32, view: usize): u32 {
  const start = slotOffset(slot);
  const limit = slotSize(slot);
  phase(PHASE_PARSE);
  if (!readBytes(start, HEADER, HEADER_SIZE)) return REASON_UNREADABLE;
  let reason = headerReason(HEADER, start, limit);
  if (reason != REASON_OK) return reason;
  const areaSize = protectedSize(HEADER);
  if (areaSize > PROTECTED_MAX) return REASON_TLV_TOO_LARGE;
  const payloadEnd = start + headerSize(HEADER) + payloadSize(HEADER);
  if (!readBytes(payloadEnd, PROTECTED, areaSize)) return REASON_UNREADABLE;
  reason = parseProtected(PROTECTED, areaSize, COUNTER);
  if (reason != REASON_OK) return reason;
  const tlvStart = payloadEnd + areaSize;
  reason = parseUnprotected(tlvStart, limit - (tlvStart - start), FOUND);
  if (reason != REASON_OK) return reason;
  phase(PHASE_HASH);
  if (!hashImage(start, areaSize)) return REASON_UNREADABLE;
  if (!equalBytes(DIGEST, FOUND + FOUND_DIGEST, DIGEST_SIZE)) return REASON_DIGEST;
  phase(PHASE_SIGNATURE);
  reason = signatureReason(tlvStart, load<u32>(FOUND, FOUND_END));
  if (reason != REASON_OK) return reason;
  if (load<u32>(COUNTER) < floor) return REASON_FLOOR;
  store<u64>(view, version(HEADER), VIEW_VERSION);
  store<u32>(view, load<u32>(COUNTER), VIEW_COUNTER);
  store<u32>(view, start + headerSize(HEADER), VIEW_ENTRY);
  return REASON_OK;
}

/** SHA-256 over the header copy, the rest of header and payload from flash, and the protected area's copy. */
function hashImage(start: u32, areaSize: u32): bool {
  sha256Init(CONTEXT);
  const end = start + headerSize(HEADER) + payloadSize(HEADER);
  let at = start + HEADER_SIZE;
  memory.copy(CONTEXT + SHA256_BLOCK, HEADER, HEADER_SIZE);
  let filled = HEADER_SIZE;
  while (end - at >= 64 - filled) {
    for (let place = CONTEXT + SHA256_BLOCK + filled; place < CONTEXT + SHA256_BLOCK + 64; place += 4) {
      const answer = tryRead32(at);
      if (i32(answer >> 32) != STATUS_OK) return false;
      store<u32>(place, u32(answer));
      at += 4;
    }
    sha256Block(CONTEXT);
    filled = 0;
  }
  return hashTail(at, end - at, filled, areaSize);
}

/** The last, incomplete block of header and payload, then the protected area. */
function hashTail(at: u32, sizeBytes: u32, filled: u32, areaSize: u32): bool {
  if (filled != 0) sha256Update(CONTEXT, HEADER, HEADER_SIZE);
  if (!readBytes(at, TAIL, sizeBytes)) return false;
  sha256Update(CONTEXT, TAIL, sizeBytes);
  sha256Update(CONTEXT, PROTECTED, areaSize);
  sha256Final(CONTEXT, DIGEST);
  return true;
}

/** Tries each KEYHASH and the signature behind it; one valid signature by a provisioned key is enough. */
function signatureReason(start: u32, end: u32): u32 {
  let reason = REASON_KEY_MISSING;
  let keyed = false;
  let at = start + 4;
  while (at < end) {
    const broken = readEntry(at, end);
    if (broken != REASON_OK) return broken;
    const type = entryType();
    const length = entryLength();
    at += 4;
    if (type == TLV_KEYHASH) {
      if (length != DIGEST_SIZE) return REASON_TLV_ENTRY;
      if (!readBytes(at, KEY_HASH, DIGEST_SIZE)) return REASON_UNREADABLE;
      keyed = true;
      if (reason == REASON_KEY_MISSING) reason = REASON_SIGNATURE_MISSING;
    } else if (type == TLV_ED25519 && keyed) {
      keyed = false;
      if (length != SIGNATURE_SIZE) return REASON_TLV_ENTRY;
      if (!readBytes(at, SIGNATURE, SIGNATURE_SIZE)) return REASON_UNREADABLE;
      const result = checkSignature();
      if (result == REASON_OK) return REASON_OK;
      if (reason != REASON_SIGNATURE) reason = result;
    }
    at += length;
  }
  return reason;
}

/** The signature in RAM over the digest in RAM, by the provisioned key with the key hash in RAM. */
function checkSignature(): u32 {
  const reason = findKey(KEY_HASH, TLV_ED25519, KEY, ENCODING_SIZE);
  if (reason != REASON_OK) return reason;
  if (load<u32>(ENCODING_SIZE) != SPKI_SIZE || !equalBytes(KEY, SPKI_PREFIX, SPKI_PREFIX_SIZE))
    return REASON_KEY_UNKNOWN;
  const key = KEY + SPKI_PREFIX_SIZE;
  return ed25519Verify(SIGNATURE, key, DIGEST, DIGEST_SIZE, SCRATCH) ? REASON_OK : REASON_SIGNATURE;
}
