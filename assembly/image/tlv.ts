// The TLV areas behind the payload. The protected area is parsed from the RAM copy that is hashed; of the unprotected
// area every field is read once. Every entry is bounds-checked before anything in it is used. images/SPEC.md has the
// order of the checks.

import {
  REASON_DIGEST_MISSING,
  REASON_OK,
  REASON_TLV_AREA,
  REASON_TLV_DUPLICATE,
  REASON_TLV_ENTRY,
  REASON_TLV_MISPLACED,
  REASON_UNREADABLE,
} from "../abi";
import { readBytes } from "../hal/flash";

// Types and area magics: MCUboot image.h.
export const TLV_KEYHASH: u32 = 0x01;
export const TLV_SHA256: u32 = 0x10;
export const TLV_SHA512: u32 = 0x12;
export const TLV_RSA2048: u32 = 0x20;
export const TLV_ECDSA: u32 = 0x22;
export const TLV_RSA3072: u32 = 0x23;
export const TLV_ED25519: u32 = 0x24;
/** Ours in the unprotected area alone, where imgtool puts no vendor's TLV: MCUboot has no type for HSS/LMS. */
export const TLV_LMS: u32 = 0xb0;
export const TLV_DEPENDENCY: u32 = 0x40;
const TLV_SHA384: u32 = 0x11;
const TLV_PUBKEY: u32 = 0x02;
const TLV_SIG_PURE: u32 = 0x25;
const TLV_ENC_FIRST: u32 = 0x30;
const TLV_ENC_LAST: u32 = 0x34;
const TLV_SEC_CNT: u32 = 0x50;
const TLV_UUID_VENDOR: u32 = 0x74;
const TLV_UUID_CLASS: u32 = 0x75;
const PROTECTED_MAGIC: u32 = 0x6908;
const UNPROTECTED_MAGIC: u32 = 0x6907;

export const AREA_INFO_SIZE: u32 = 4;
export const ENTRY_HEADER_SIZE: u32 = 4;
export const DIGEST_MAX: u32 = isDefined(WITH_SHA512) ? 64 : 32;
const DEPENDENCY_SIZE: u32 = 12;
/** Length that any size fits. */
const ANY_LENGTH: u32 = 0xffffffff;

// What an area may hold only once.
const SEEN_DIGEST: u32 = 1;
const SEEN_COUNTER: u32 = 2;
const SEEN_PURE: u32 = 4;

const ENTRY: usize = memory.data(4);
const BYTE: usize = memory.data(1);

/** What parseUnprotected finds: end of the area, digest type, whether SIG_PURE is there (u32 each), digest. */
export const FOUND_END: usize = 0;
export const FOUND_DIGEST_TYPE: usize = 4;
export const FOUND_PURE: usize = 8;
export const FOUND_DIGEST: usize = 12;
export const FOUND_SIZE: u32 = 12 + DIGEST_MAX;

/**
 * Parses a protected area of `size` bytes in RAM; the security counter (0 when absent) goes to `counter` (u32). Answers REASON_OK or
 * what is wrong.
 */
export function parseProtected(area: usize, size: u32, counter: usize): u32 {
  store<u32>(counter, 0);
  if (size == 0) return REASON_OK;
  if (size < AREA_INFO_SIZE || u32(load<u16>(area)) != PROTECTED_MAGIC) return REASON_TLV_AREA;
  if (u32(load<u16>(area, 2)) != size) return REASON_TLV_AREA;
  let seen: u32 = 0;
  let at: u32 = AREA_INFO_SIZE;
  while (at < size) {
    if (size - at < ENTRY_HEADER_SIZE) return REASON_TLV_ENTRY;
    // Entries stand where the ones before them end, so their words may be unaligned.
    const type = u32(load<u16>(area + at, 0, 1));
    const length = u32(load<u16>(area + at, 2, 1));
    at += ENTRY_HEADER_SIZE;
    if (length > size - at) return REASON_TLV_ENTRY;
    if (isUnprotectedType(type) || type == TLV_PUBKEY) return REASON_TLV_MISPLACED;
    const mark = onceMark(type);
    if ((seen & mark) != 0) return REASON_TLV_DUPLICATE;
    seen |= mark;
    if (!lengthFits(type, length)) return REASON_TLV_ENTRY;
    if (type == TLV_SEC_CNT) store<u32>(counter, load<u32>(area + at, 0, 1));
    at += length;
  }
  return REASON_OK;
}

/** Parses the unprotected area at flash offset `start`, of which `limit` bytes lie in the slot; fills `found`. */
export function parseUnprotected(start: u32, limit: u32, found: usize): u32 {
  if (limit < AREA_INFO_SIZE) return REASON_TLV_AREA;
  if (!readBytes(start, ENTRY, AREA_INFO_SIZE)) return REASON_UNREADABLE;
  const total = u32(load<u16>(ENTRY, 2));
  if (u32(load<u16>(ENTRY)) != UNPROTECTED_MAGIC || total < AREA_INFO_SIZE || total > limit)
    return REASON_TLV_AREA;
  const end = start + total;
  store<u32>(found, end, FOUND_END);
  store<u32>(found, 0, FOUND_DIGEST_TYPE);
  let seen: u32 = 0;
  let at = start + AREA_INFO_SIZE;
  while (at < end) {
    const reason = readEntry(at, end);
    if (reason != REASON_OK) return reason;
    const type = entryType();
    const length = entryLength();
    at += ENTRY_HEADER_SIZE;
    if (!isUnprotectedType(type) && type != TLV_LMS) return REASON_TLV_MISPLACED;
    const mark = onceMark(type);
    if ((seen & mark) != 0) return REASON_TLV_DUPLICATE;
    seen |= mark;
    if (!lengthFits(type, length)) return REASON_TLV_ENTRY;
    if (type == TLV_SIG_PURE) {
      if (!readBytes(at, BYTE, 1)) return REASON_UNREADABLE;
      if (load<u8>(BYTE) != 1) return REASON_TLV_ENTRY;
    } else if (digestComputed(type)) {
      store<u32>(found, type, FOUND_DIGEST_TYPE);
      if (!readBytes(at, found + FOUND_DIGEST, length)) return REASON_UNREADABLE;
    }
    at += length;
  }
  store<u32>(found, (seen & SEEN_PURE) != 0 ? 1 : 0, FOUND_PURE);
  return load<u32>(found, FOUND_DIGEST_TYPE) != 0 ? REASON_OK : REASON_DIGEST_MISSING;
}

/** Whether this build can compute a digest of this type; any other counts as none. */
function digestComputed(type: u32): bool {
  if (isDefined(WITH_SHA512)) return type == TLV_SHA256 || type == TLV_SHA512;
  return type == TLV_SHA256;
}

/** Reads the entry header at `at` into RAM: its type and length, checked to end by `end`. */
export function readEntry(at: u32, end: u32): u32 {
  if (end - at < ENTRY_HEADER_SIZE) return REASON_TLV_ENTRY;
  if (!readBytes(at, ENTRY, ENTRY_HEADER_SIZE)) return REASON_UNREADABLE;
  return entryLength() > end - at - ENTRY_HEADER_SIZE ? REASON_TLV_ENTRY : REASON_OK;
}

/** Type of the entry that readEntry read last. */
export function entryType(): u32 {
  return u32(load<u16>(ENTRY));
}

/** Length in bytes of its value. */
export function entryLength(): u32 {
  return u32(load<u16>(ENTRY, 2));
}

/** A version of 8 bytes (major, minor, revision u16, build u32) as one number that orders like it. */
export function packedVersion(bytes: usize): u64 {
  const major = u64(load<u8>(bytes));
  const minor = u64(load<u8>(bytes, 1));
  return (major << 56) | (minor << 48) | (u64(load<u16>(bytes, 2, 1)) << 32) | u64(load<u32>(bytes, 4, 1));
}

/** MCUboot's hash, key hash, signature and encryption entries: what may stand unprotected, and nowhere else. */
function isUnprotectedType(type: u32): bool {
  if (type == TLV_KEYHASH) return true;
  if (type >= TLV_SHA256 && type <= TLV_SHA512) return true;
  if (type >= TLV_RSA2048 && type <= TLV_SIG_PURE) return true;
  return type >= TLV_ENC_FIRST && type <= TLV_ENC_LAST;
}

function onceMark(type: u32): u32 {
  if (type >= TLV_SHA256 && type <= TLV_SHA512) return SEEN_DIGEST;
  if (type == TLV_SEC_CNT) return SEEN_COUNTER;
  return type == TLV_SIG_PURE ? SEEN_PURE : 0;
}

/** Lengths that are fixed whoever signs; those of key hash and signature depend on the key. */
function lengthFits(type: u32, length: u32): bool {
  let wanted = ANY_LENGTH;
  if (type == TLV_SHA256) wanted = 32;
  else if (type == TLV_SHA384) wanted = 48;
  else if (type == TLV_SHA512) wanted = 64;
  else if (type == TLV_SIG_PURE) wanted = 1;
  else if (type == TLV_SEC_CNT) wanted = 4;
  else if (type == TLV_DEPENDENCY) wanted = DEPENDENCY_SIZE;
  else if (type == TLV_UUID_VENDOR || type == TLV_UUID_CLASS) wanted = 16;
  return wanted == ANY_LENGTH || wanted == length;
}
