// Steps over CBOR that outside and payload of an envelope share: the next item, a label of a closed map, each with the reason for which an
// envelope is refused there. Keeps nothing but in the caller's cursor.

import {
  CBOR_BYTES,
  CBOR_HEAD,
  CBOR_MAP,
  CBOR_NOT_SHORTEST,
  CBOR_OK,
  CBOR_UINT,
  cborArgument,
  cborMajor,
  cborNext,
} from "../cbor/reader";
import {
  ENVELOPE_HEAD,
  ENVELOPE_LABEL_ORDER,
  ENVELOPE_LABEL_TWICE,
  ENVELOPE_LABEL_UNKNOWN,
  ENVELOPE_NOT_SHORTEST,
  ENVELOPE_OK,
  ENVELOPE_TRUNCATED,
} from "./reasons";

/** Labels are bits of a word. */
const LABEL_LIMIT: u32 = 32;

/** Reads the next item, whatever it is. */
function nextItem(cursor: usize): u32 {
  const status = cborNext(cursor);
  if (status == CBOR_OK) return ENVELOPE_OK;
  if (status == CBOR_HEAD) return ENVELOPE_HEAD;
  return status == CBOR_NOT_SHORTEST ? ENVELOPE_NOT_SHORTEST : ENVELOPE_TRUNCATED;
}

/** Reads the next item, which has to be of a major type; `wrong` is the reason where it is not. */
export function nextOf(cursor: usize, major: u32, wrong: u32): u32 {
  const reason = nextItem(cursor);
  if (reason != ENVELOPE_OK) return reason;
  return cborMajor(cursor) == major ? ENVELOPE_OK : wrong;
}

/** Reads a byte string of exactly `sizeBytes`. */
export function nextBytes(cursor: usize, sizeBytes: u32, wrong: u32): u32 {
  const reason = nextOf(cursor, CBOR_BYTES, wrong);
  if (reason != ENVELOPE_OK) return reason;
  return cborArgument(cursor) == sizeBytes ? ENVELOPE_OK : wrong;
}

/** Reads a number from `least` to `most`. */
export function nextNumber(cursor: usize, least: u32, most: u32, wrong: u32): u32 {
  const reason = nextOf(cursor, CBOR_UINT, wrong);
  if (reason != ENVELOPE_OK) return reason;
  const value = cborArgument(cursor);
  return value >= least && value <= most ? ENVELOPE_OK : wrong;
}

/** Reads a map's head. */
export function nextMap(cursor: usize, wrong: u32): u32 {
  return nextOf(cursor, CBOR_MAP, wrong);
}

/**
 * Reads a label of a closed map. `known` has the bits of the labels that may be there, `seen` of those that were; labels ascend, so
 * one at or above this one must not have been seen.
 */
export function nextLabel(cursor: usize, known: u32, seen: u32): u32 {
  const reason = nextOf(cursor, CBOR_UINT, ENVELOPE_LABEL_UNKNOWN);
  if (reason != ENVELOPE_OK) return reason;
  const label = cborArgument(cursor);
  // A shift counts modulo 32: a larger label must not come to it.
  if (label >= LABEL_LIMIT || ((known >> label) & 1) == 0) return ENVELOPE_LABEL_UNKNOWN;
  const above = seen >> label;
  if ((above & 1) != 0) return ENVELOPE_LABEL_TWICE;
  return above != 0 ? ENVELOPE_LABEL_ORDER : ENVELOPE_OK;
}
