// The TLV areas behind the payload. The protected area is parsed from the RAM copy that is hashed; of the unprotected
// area every field is read once. Every entry is bounds-checked before anything in it is used.

import {
  REASON_DEPENDENCY,
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
export const TLV_ED25519: u32 = 0x24;
const TLV_PUBKEY: u32 = 0x02;
const TLV_SHA512: u32 = 0x12;
const TLV_RSA2048: u32 = 0x20;
const TLV_SIG_PURE: u32 = 0x25;
const TLV_ENC_FIRST: u32 = 0x30;
const TLV_ENC_LAST: u32 = 0x34;
const TLV_DEPENDENCY: u32 = 0x40;
const TLV_SEC_CNT: u32 = 0x50;
const PROTECTED_MAGIC: u32 = 0x6908;
const UNPROTECTED_MAGIC: u32 = 0x6907;

const INFO_SIZE: u32 = 4;
const ENTRY_SIZE: u32 = 4;
export const DIGEST_SIZE: u32 = 32;

const ENTRY: usize = memory.data(4);

/** Where parseUnprotected leaves what it found: total u32, end of area u32, digest 32 bytes. */
export const FOUND_END: usize = 0;
export const FOUND_DIGEST: usize = 4;

/** Parses a protected area of `size` bytes in RAM; the security counter (0 when absent) goes to `counter` (u32). */
export function parseProtected(area: usize, size: u32, counter: usize): u32 {
  store<u32>(counter, 0);
  if (size == 0) return REASON_OK;
  if (size < INFO_SIZE || u32(load<u16>(area)) != PROTECTED_MAGIC || u32(load<u16>(area, 2)) != size) {
    return REASON_TLV_AREA;
  }
  let counted = false;
  let depends = false;
  let at: u32 = INFO_SIZE;
  while (at < size) {
    if (size - at < ENTRY_SIZE) return REASON_TLV_ENTRY;
    const type = u32(load<u16>(area + at));
    const length = u32(load<u16>(area + at, 2));
    at += ENTRY_SIZE;
    if (length > size - at) return REASON_TLV_ENTRY;
    if (isUnprotectedType(type)) return REASON_TLV_MISPLACED;
    if (type == TLV_DEPENDENCY) depends = true;
    if (type == TLV_SEC_CNT) {
      if (counted) return REASON_TLV_DUPLICATE;
      if (length != 4) return REASON_TLV_ENTRY;
      counted = true;
      store<u32>(counter, load<u32>(area + at));
    }
    at += length;
  }
  return depends ? REASON_DEPENDENCY : REASON_OK;
}

/** Parses the unprotected area at flash offset `start`, of which `limit` bytes lie in the slot; fills `found`. */
export function parseUnprotected(start: u32, limit: u32, found: usize): u32 {
  if (limit < INFO_SIZE) return REASON_TLV_AREA;
  if (!readBytes(start, ENTRY, INFO_SIZE)) return REASON_UNREADABLE;
  const total = u32(load<u16>(ENTRY, 2));
  if (u32(load<u16>(ENTRY)) != UNPROTECTED_MAGIC || total < INFO_SIZE || total > limit)
    return REASON_TLV_AREA;
  const end = start + total;
  store<u32>(found, end, FOUND_END);
  let digested = false;
  let at = start + INFO_SIZE;
  while (at < end) {
    const reason = readEntry(at, end);
    if (reason != REASON_OK) return reason;
    const type = entryType();
    const length = entryLength();
    at += ENTRY_SIZE;
    if (!isUnprotectedType(type)) return REASON_TLV_MISPLACED;
    if (type == TLV_SHA256) {
      if (digested) return REASON_TLV_DUPLICATE;
      if (length != DIGEST_SIZE) return REASON_TLV_ENTRY;
      if (!readBytes(at, found + FOUND_DIGEST, DIGEST_SIZE)) return REASON_UNREADABLE;
      digested = true;
    }
    at += length;
  }
  return digested ? REASON_OK : REASON_DIGEST_MISSING;
}

/** Reads the entry header at `at` into RAM: its type and length, checked to end by `end`. */
export function readEntry(at: u32, end: u32): u32 {
  if (end - at < ENTRY_SIZE) return REASON_TLV_ENTRY;
  if (!readBytes(at, ENTRY, ENTRY_SIZE)) return REASON_UNREADABLE;
  return entryLength() > end - at - ENTRY_SIZE ? REASON_TLV_ENTRY : REASON_OK;
}

export function entryType(): u32 {
  return u32(load<u16>(ENTRY));
}

export function entryLength(): u32 {
  return u32(load<u16>(ENTRY, 2));
}

/** Hash, key, signature and encryption entries: what may stand unprotected, and nowhere else. */
function isUnprotectedType(type: u32): bool {
  if (type == TLV_KEYHASH || type == TLV_PUBKEY) return true;
  if (type >= TLV_SHA256 && type <= TLV_SHA512) return true;
  if (type >= TLV_RSA2048 && type <= TLV_SIG_PURE) return true;
  return type >= TLV_ENC_FIRST && type <= TLV_ENC_LAST;
}
