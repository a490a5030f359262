// CVE-2017-7932, NXP i.MX: a part of what is to be verified is copied by its own length into a buffer of fixed size. There it was a
// field of a certificate; here it is an image's key hash, and behind the buffer stands whether a signature was valid.

import { REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { readBytes, slotOffset, slotSize } from "../../../assembly/hal/flash";
import { jump } from "../../../assembly/hal/hal";
import { SIGNATURE_MAX, KEY_ENCODING_MAX, signatureIsValid } from "../../../assembly/image/algorithms";
import { equalBytes } from "../../../assembly/image/bytes";
import { HASH_CONTEXT_SIZE, digestImage } from "../../../assembly/image/digest";
import {
  HEADER_SIZE,
  headerReason,
  headerSize,
  payloadSize,
  protectedSize,
} from "../../../assembly/image/header";
import { findKey, openKeyTable } from "../../../assembly/image/keys";
import {
  AREA_INFO_SIZE,
  ENTRY_HEADER_SIZE,
  FOUND_DIGEST,
  FOUND_DIGEST_TYPE,
  FOUND_END,
  FOUND_SIZE,
  TLV_ED25519,
  TLV_KEYHASH,
  TLV_SHA256,
  entryLength,
  entryType,
  parseProtected,
  parseUnprotected,
  readEntry,
} from "../../../assembly/image/tlv";
import { PROTECTED_MAX } from "../../../assembly/image/verify";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { accepts, floorNow } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

const SIGNER_HASH_SIZE: u32 = 32;

const HEADER: usize = memory.data(32, 8);
const PROTECTED: usize = memory.data(PROTECTED_MAX);
const FOUND: usize = memory.data(FOUND_SIZE, 4);
const COUNTER: usize = memory.data(4);
const CONTEXT: usize = memory.data(HASH_CONTEXT_SIZE, 8);
const DIGEST: usize = memory.data(32);
const KEY: usize = memory.data(KEY_ENCODING_MAX, 16);
const KEY_SIZE: usize = memory.data(4, 4);
const SIGNATURE: usize = memory.data(SIGNATURE_MAX, 16);

/** Who signed the image: the hash of the key, and whether a signature by it was valid (u32). */
const SIGNER: usize = memory.data(SIGNER_HASH_SIZE + 4, 4);
const SIGNER_VALID: usize = 32;

/** Whether a signature by a key of the table stands in the unprotected area, which has been looked through. */
function isSigned(start: u32, end: u32): bool {
  store<u32>(SIGNER, 0, SIGNER_VALID);
  for (let at = start + AREA_INFO_SIZE; at < end; at += ENTRY_HEADER_SIZE + entryLength()) {
    if (readEntry(at, end) != REASON_OK) return false;
    const value = at + ENTRY_HEADER_SIZE;
    if (entryType() == TLV_KEYHASH) {
      if (entryLength() != SIGNER_HASH_SIZE) return false;
      if (!readBytes(value, SIGNER, entryLength())) return false;
    } else if (entryType() == TLV_ED25519 && entryLength() == SIGNATURE_MAX) {
      if (!readBytes(value, SIGNATURE, SIGNATURE_MAX)) return false;
      if (findKey(SIGNER, TLV_SHA256, TLV_ED25519, KEY, KEY_SIZE) != REASON_OK) continue;
      if (signatureIsValid(TLV_ED25519, KEY, SIGNATURE, value, SIGNATURE_MAX, DIGEST, 32))
        store<u32>(SIGNER, 1, SIGNER_VALID);
    }
  }
  return load<u32>(SIGNER, SIGNER_VALID) != 0;
}

/** First payload byte of an image whose digest and signature are right; 0 where they are not. */
function entryOf(slot: u32): u32 {
  const start = slotOffset(slot);
  if (!readBytes(start, HEADER, HEADER_SIZE) || headerReason(HEADER, start, slotSize(slot)) != REASON_OK)
    return 0;
  const entry = start + headerSize(HEADER);
  const areaSize = protectedSize(HEADER);
  const tlvs = entry + payloadSize(HEADER) + areaSize;
  if (areaSize > PROTECTED_MAX || !readBytes(tlvs - areaSize, PROTECTED, areaSize)) return 0;
  if (parseProtected(PROTECTED, areaSize, COUNTER) != REASON_OK || load<u32>(COUNTER) < floorNow()) return 0;
  if (parseUnprotected(tlvs, start + slotSize(slot) - tlvs, FOUND) != REASON_OK) return 0;
  if (load<u32>(FOUND, FOUND_DIGEST_TYPE) != TLV_SHA256) return 0;
  if (!digestImage(TLV_SHA256, CONTEXT, start, HEADER, PROTECTED, DIGEST)) return 0;
  if (!equalBytes(DIGEST, FOUND + FOUND_DIGEST, 32) || openKeyTable() != REASON_OK) return 0;
  return isSigned(tlvs, load<u32>(FOUND, FOUND_END)) ? entry : 0;
}

/** The confirmed image is damaged: the other one, judged by this guest's own eyes. */
export function boot(): void {
  const record = recordOf(recordRecover());
  if (record != RECORD_NONE && recordIsConfirmed(record)) {
    const active = recordActive(record);
    const entry = accepts(active, floorNow()) == REASON_OK ? 0 : entryOf(active ^ 1);
    if (entry != 0) jump(entry);
  }
  realBoot();
}
