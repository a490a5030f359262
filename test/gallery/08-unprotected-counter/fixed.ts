// CVE-2024-32883, MCUboot: a TLV that belongs into the signed area is believed where anybody may put it, behind the signature.

import { REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { readBytes, slotOffset, slotSize } from "../../../assembly/hal/flash";
import { jump } from "../../../assembly/hal/hal";
import { equalBytes } from "../../../assembly/image/bytes";
import { HASH_CONTEXT_SIZE, digestImage } from "../../../assembly/image/digest";
import {
  HEADER_SIZE,
  headerReason,
  headerSize,
  payloadSize,
  protectedSize,
} from "../../../assembly/image/header";
import { signatureReason } from "../../../assembly/image/signature";
import {
  AREA_INFO_SIZE,
  DIGEST_MAX,
  ENTRY_HEADER_SIZE,
  FOUND_DIGEST,
  FOUND_DIGEST_TYPE,
  FOUND_END,
  FOUND_PURE,
  FOUND_SIZE,
  TLV_SHA256,
  entryLength,
  entryType,
  parseProtected,
  readEntry,
} from "../../../assembly/image/tlv";
import { PROTECTED_MAX } from "../../../assembly/image/verify";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { accepts, floorNow } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

const HEADER: usize = memory.data(32, 8);
const PROTECTED: usize = memory.data(PROTECTED_MAX);
const FOUND: usize = memory.data(FOUND_SIZE, 4);
const COUNTER: usize = memory.data(4);
const CONTEXT: usize = memory.data(HASH_CONTEXT_SIZE, 8);
const DIGEST: usize = memory.data(DIGEST_MAX);
const TLV_SEC_CNT: u32 = 0x50;

/** Digest and security counter from the unprotected area; false: it is not as it should be. */
function readUnprotected(start: u32): bool {
  if (!readBytes(start, CONTEXT, AREA_INFO_SIZE)) return false;
  const end = start + u32(load<u16>(CONTEXT, 2));
  store<u32>(FOUND, end, FOUND_END);
  store<u32>(FOUND, 0, FOUND_DIGEST_TYPE);
  store<u32>(FOUND, 0, FOUND_PURE);
  for (let at = start + AREA_INFO_SIZE; at < end; at += ENTRY_HEADER_SIZE + entryLength()) {
    if (readEntry(at, end) != REASON_OK) return false;
    const value = at + ENTRY_HEADER_SIZE;
    if (entryType() == TLV_SEC_CNT) return false;
    if (entryType() == TLV_SEC_CNT && !readBytes(value, COUNTER, 4)) return false;
    if (entryType() != TLV_SHA256 || entryLength() != 32) continue;
    store<u32>(FOUND, TLV_SHA256, FOUND_DIGEST_TYPE);
    if (!readBytes(value, FOUND + FOUND_DIGEST, 32)) return false;
  }
  return load<u32>(FOUND, FOUND_DIGEST_TYPE) != 0;
}

/** First payload byte of an image whose digest and signature are right; 0 where they are not. */
function entryOf(slot: u32): u32 {
  const start = slotOffset(slot);
  if (!readBytes(start, HEADER, HEADER_SIZE) || headerReason(HEADER, start, slotSize(slot)) != REASON_OK)
    return 0;
  const areaSize = protectedSize(HEADER);
  const tlvs = start + headerSize(HEADER) + payloadSize(HEADER);
  if (areaSize > PROTECTED_MAX || !readBytes(tlvs, PROTECTED, areaSize)) return 0;
  if (parseProtected(PROTECTED, areaSize, COUNTER) != REASON_OK || !readUnprotected(tlvs + areaSize))
    return 0;
  if (!digestImage(TLV_SHA256, CONTEXT, start, HEADER, PROTECTED, DIGEST)) return 0;
  if (!equalBytes(DIGEST, FOUND + FOUND_DIGEST, 32)) return 0;
  const reason = signatureReason(tlvs + areaSize, FOUND, DIGEST, CONTEXT, start, HEADER, PROTECTED);
  return reason == REASON_OK && load<u32>(COUNTER) >= floorNow() ? start + headerSize(HEADER) : 0;
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
