// Signatures: which pairs of KEYHASH and signature are tried, and whether those that are valid are enough for the key
// table. One valid pair is enough where the table demands no algorithm; else one of each algorithm that it demands.

import {
  REASON_KEY_MISSING,
  REASON_KEY_UNKNOWN,
  REASON_OK,
  REASON_SIGNATURE,
  REASON_SIGNATURE_MISSING,
  REASON_TLV_ENTRY,
  REASON_UNREADABLE,
} from "../abi";
import { readBytes } from "../hal/flash";
import {
  ALGORITHMS_KNOWN,
  KEY_ENCODING_MAX,
  SIGNATURE_MAX,
  algorithmHeld,
  algorithmOf,
  keyFits,
  pureIsValid,
  readsFromFlash,
  signatureIsValid,
  signatureLengthFits,
} from "./algorithms";
import { digestSize } from "./digest";
import { demandedAlgorithms, findKey, openKeyTable } from "./keys";
import {
  AREA_INFO_SIZE,
  DIGEST_MAX,
  ENTRY_HEADER_SIZE,
  FOUND_DIGEST_TYPE,
  FOUND_END,
  FOUND_PURE,
  TLV_KEYHASH,
  entryLength,
  entryType,
  readEntry,
} from "./tlv";

/** As many pairs are tried as a key table can hold keys: who fills a slot with pairs must not decide how long boot takes. */
const TRIED_MAX: u32 = 16;

const KEY_HASH: usize = memory.data(DIGEST_MAX);
const KEY: usize = memory.data(KEY_ENCODING_MAX, 16);
const KEY_SIZE: usize = memory.data(4, 4);
const SIGNATURE: usize = memory.data(SIGNATURE_MAX, 16);

/**
 * Tries each KEYHASH with the first signature behind it, until what is valid is enough or TRIED_MAX were tried. `found` is what parseUnprotected
 * left, `digest` the computed digest, `context` a hash context for a pure message, whose bytes are those of the image at
 * `start` with this header and protected area. A pair of an algorithm that is not demanded, or of which one was valid
 * already, is passed over.
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
  const opened = openKeyTable();
  if (opened != REASON_OK) return opened;
  const end = load<u32>(found, FOUND_END);
  const digestType = load<u32>(found, FOUND_DIGEST_TYPE);
  const pure = load<u32>(found, FOUND_PURE) != 0;
  const demanded = demandedAlgorithms();
  // Bits of algorithms: those still to be met; those with a wrong signature, those with an unknown key.
  let open = demanded != 0 ? demanded : ALGORITHMS_KNOWN;
  let wrong: u32 = 0;
  let unknown: u32 = 0;
  let missing = REASON_KEY_MISSING;
  let named = false;
  let tried: u32 = 0;
  let at = tlvStart + AREA_INFO_SIZE;
  while (at < end && tried < TRIED_MAX) {
    const broken = readEntry(at, end);
    if (broken != REASON_OK) return broken;
    const type = entryType();
    const length = entryLength();
    at += ENTRY_HEADER_SIZE;
    const algorithm = algorithmOf(type);
    if (type == TLV_KEYHASH) {
      if (length != digestSize(digestType)) return REASON_TLV_ENTRY;
      if (!readBytes(at, KEY_HASH, length)) return REASON_UNREADABLE;
      named = true;
      missing = REASON_SIGNATURE_MISSING;
    } else if (algorithm != 0 && named) {
      named = false;
      if ((open & algorithm) != 0) {
        tried++;
        let result = loadPair(type, digestType, at, length);
        if (result == REASON_OK) {
          const valid = pure
            ? pureIsValid(type, KEY, SIGNATURE, context, start, header, area)
            : signatureIsValid(type, KEY, SIGNATURE, at, length, digest, digestSize(digestType));
          if (!valid) result = REASON_SIGNATURE;
        }
        if (result == REASON_OK) open &= ~algorithm;
        else if (result == REASON_SIGNATURE) wrong |= algorithm;
        else if (result == REASON_KEY_UNKNOWN) unknown |= algorithm;
        else return result;
        if (result == REASON_OK && (demanded == 0 || open == 0)) return REASON_OK;
      }
    }
    at += length;
  }
  if ((wrong & open) != 0) return REASON_SIGNATURE;
  if ((unknown & open) != 0) return REASON_KEY_UNKNOWN;
  return missing;
}

/** Brings the key that KEY_HASH names into RAM, and the signature at flash offset `at`, both of a fitting length. */
function loadPair(type: u32, digestType: u32, at: u32, length: u32): u32 {
  if (!algorithmHeld(type, digestType)) return REASON_KEY_UNKNOWN;
  const reason = findKey(KEY_HASH, digestType, type, KEY, KEY_SIZE);
  if (reason != REASON_OK) return reason;
  if (!keyFits(type, KEY, load<u32>(KEY_SIZE))) return REASON_KEY_UNKNOWN;
  if (!signatureLengthFits(type, length)) return REASON_TLV_ENTRY;
  if (readsFromFlash(type)) return REASON_OK;
  return readBytes(at, SIGNATURE, length) ? REASON_OK : REASON_UNREADABLE;
}
