// Decides whether a slot holds an image that may boot: structure, link address, digest, signature, security floor,
// dependencies, in the order of images/SPEC.md. Reads flash and RAM only; writes nothing persistent. Every flash byte
// that decides is used from the copy that was hashed or checked, so content that changes between two reads cannot split
// check from use.

import {
  PHASE_HASH,
  PHASE_PARSE,
  PHASE_SIGNATURE,
  REASON_DIGEST,
  REASON_FLOOR,
  REASON_OK,
  REASON_TLV_TOO_LARGE,
  REASON_UNREADABLE,
} from "../abi";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { phase } from "../hal/hal";
import { equalBytes } from "./bytes";
import { dependenciesReason } from "./dependencies";
import { HASH_CONTEXT_SIZE, digestImage, digestSize } from "./digest";
import { HEADER_SIZE, headerReason, headerSize, payloadSize, protectedSize, version } from "./header";
import { signatureReason } from "./signature";
import {
  DIGEST_MAX,
  FOUND_DIGEST,
  FOUND_DIGEST_TYPE,
  FOUND_SIZE,
  parseProtected,
  parseUnprotected,
} from "./tlv";

/**
 * What verifySlot leaves of an accepted image: version u64, security counter u32, first payload byte u32, and a check over
 * the last two, as RAM may change before they are used.
 */
export const VIEW_VERSION: usize = 0;
export const VIEW_COUNTER: usize = 8;
export const VIEW_ENTRY: usize = 12;
const VIEW_CHECK: usize = 16;
export const VIEW_SIZE: u32 = 24;

/** Largest protected area that this core holds in RAM. */
export const PROTECTED_MAX: u32 = 2048;

const HEADER: usize = memory.data(32, 8);
const PROTECTED: usize = memory.data(PROTECTED_MAX);
const FOUND: usize = memory.data(FOUND_SIZE, 4);
const COUNTER: usize = memory.data(4);
const CONTEXT: usize = memory.data(HASH_CONTEXT_SIZE, 8);
const DIGEST: usize = memory.data(DIGEST_MAX);

/**
 * REASON_OK when the image in `slot` may boot above floor `floor`; then `view` (VIEW_SIZE bytes) says what it is. What it
 * says is taken from the RAM copies before they are hashed, and kept out of RAM until all checks are done: a bit that
 * flips in a copy before the hash shows in the digest, one that flips after it changes nothing.
 */
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
  // At once, before the next read: a bit that flips in this word would show in no digest.
  const counter = load<u32>(COUNTER);
  const tlvStart = payloadEnd + areaSize;
  reason = parseUnprotected(tlvStart, limit - (tlvStart - start), FOUND);
  if (reason != REASON_OK) return reason;
  const imageVersion = version(HEADER);
  const entry = start + headerSize(HEADER);
  phase(PHASE_HASH);
  const digestType = load<u32>(FOUND, FOUND_DIGEST_TYPE);
  if (!digestImage(digestType, CONTEXT, start, HEADER, PROTECTED, DIGEST)) return REASON_UNREADABLE;
  if (!equalBytes(DIGEST, FOUND + FOUND_DIGEST, digestSize(digestType))) return REASON_DIGEST;
  phase(PHASE_SIGNATURE);
  reason = signatureReason(tlvStart, FOUND, DIGEST, CONTEXT, start, HEADER, PROTECTED);
  if (reason != REASON_OK) return reason;
  if (counter < floor) return REASON_FLOOR;
  reason = dependenciesReason(PROTECTED, areaSize);
  if (reason != REASON_OK) return reason;
  store<u64>(view, imageVersion, VIEW_VERSION);
  store<u32>(view, counter, VIEW_COUNTER);
  store<u32>(view, entry, VIEW_ENTRY);
  store<u32>(view, ~(counter ^ entry), VIEW_CHECK);
  return REASON_OK;
}

/** Whether counter and entry of a view are still as verifySlot left them, as far as one flipped bit goes. */
export function viewIsIntact(view: usize): bool {
  return load<u32>(view, VIEW_CHECK) == ~(load<u32>(view, VIEW_COUNTER) ^ load<u32>(view, VIEW_ENTRY));
}
