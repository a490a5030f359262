// The outside of an envelope: a tagged COSE_Sign1 (RFC 9052 4.2) with a closed protected header and no other. Notes where its parts are;
// checks no signature and reads nothing of the payload.

import {
  CBOR_ARRAY,
  CBOR_BYTES,
  CBOR_CURSOR_SIZE,
  CBOR_NEGATIVE,
  CBOR_TAG,
  CBOR_TEXT,
  cborArgument,
  cborContent,
  cborLeft,
  cborOpen,
  cborStart,
} from "../cbor/reader";
import { equalBytes } from "../image/bytes";
import { TLV_ECDSA, TLV_ED25519 } from "../image/tlv";
import { nextBytes, nextLabel, nextMap, nextOf } from "./items";
import {
  ENVELOPE_ALGORITHM,
  ENVELOPE_KEY_ID,
  ENVELOPE_LABEL_MISSING,
  ENVELOPE_OK,
  ENVELOPE_SIGNATURE_SIZE,
  ENVELOPE_SIZE_LIMIT,
  ENVELOPE_STRUCTURE,
  ENVELOPE_TAG,
  ENVELOPE_TRAILING,
  ENVELOPE_TYPE,
  ENVELOPE_UNPROTECTED,
} from "./reasons";

/** Most bytes of an envelope. */
export const ENVELOPE_MAX_SIZE: u32 = 512;
const SIGN1_TAG: u32 = 18; // RFC 9052 2
const PART_COUNT: u32 = 4;
/** r and s, or R and S: 64 bytes in both algorithms (RFC 9053 2.1, 2.2). */
export const SIGNATURE_SIZE: u32 = 64;
/** A KEYHASH by SHA-256. */
export const KEY_ID_SIZE: u32 = 32;

// Labels of the protected header: RFC 9052 3.1, RFC 9596 2.
const HEADER_ALGORITHM: u32 = 1;
const HEADER_KEY_ID: u32 = 4;
const HEADER_TYPE: u32 = 16;
const HEADER_LABELS: u32 = (1 << HEADER_ALGORITHM) | (1 << HEADER_KEY_ID) | (1 << HEADER_TYPE);
// Arguments of COSE's algorithm numbers, -8 and -7 (RFC 9053 2.1, 2.2).
const EDDSA: u32 = 7;
const ES256: u32 = 6;

/** "application/everboot-envelope+cbor" */
const MEDIA_TYPE_SIZE: u32 = 34;
const MEDIA_TYPE: usize = memory.data<u8>([
  0x61, 0x70, 0x70, 0x6c, 0x69, 0x63, 0x61, 0x74, 0x69, 0x6f, 0x6e, 0x2f, 0x65, 0x76, 0x65, 0x72, 0x62, 0x6f,
  0x6f, 0x74, 0x2d, 0x65, 0x6e, 0x76, 0x65, 0x6c, 0x6f, 0x70, 0x65, 0x2b, 0x63, 0x62, 0x6f, 0x72,
]);

const CURSOR: usize = memory.data(CBOR_CURSOR_SIZE, 4);

// Where the parts of an envelope are, 4-byte aligned:
//   offset | field
//        0 | address of the protected header's item, its size in bytes with its head
//        8 | address of the payload's item, its size with its head
//       16 | address of the payload's content, its size
//       24 | address of the signature
//       28 | address of the key id
//       32 | TLV type of the signatures of such a key
export const PART_HEADER: usize = 0;
export const PART_HEADER_SIZE: usize = 4;
export const PART_PAYLOAD: usize = 8;
export const PART_PAYLOAD_SIZE: usize = 12;
export const PART_CONTENT: usize = 16;
export const PART_CONTENT_SIZE: usize = 20;
export const PART_SIGNATURE: usize = 24;
export const PART_KEY_ID: usize = 28;
export const PART_KEY_TYPE: usize = 32;
export const PARTS_SIZE: u32 = 36;

/** Opens the envelope of `sizeBytes` bytes at `envelope` and fills `parts`. */
export function openEnvelope(envelope: usize, sizeBytes: u32, parts: usize): u32 {
  if (sizeBytes > ENVELOPE_MAX_SIZE) return ENVELOPE_SIZE_LIMIT;
  cborOpen(CURSOR, envelope, sizeBytes);
  let reason = nextOf(CURSOR, CBOR_TAG, ENVELOPE_TAG);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != SIGN1_TAG) return ENVELOPE_TAG;
  reason = nextOf(CURSOR, CBOR_ARRAY, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != PART_COUNT) return ENVELOPE_STRUCTURE;
  reason = nextOf(CURSOR, CBOR_BYTES, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  const header = cborContent(CURSOR);
  const headerSize = cborArgument(CURSOR);
  noteItem(parts + PART_HEADER);
  reason = nextMap(CURSOR, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != 0) return ENVELOPE_UNPROTECTED;
  reason = nextOf(CURSOR, CBOR_BYTES, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  noteItem(parts + PART_PAYLOAD);
  store<u32>(parts, u32(cborContent(CURSOR)), PART_CONTENT);
  store<u32>(parts, cborArgument(CURSOR), PART_CONTENT_SIZE);
  reason = nextOf(CURSOR, CBOR_BYTES, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != SIGNATURE_SIZE) return ENVELOPE_SIGNATURE_SIZE;
  store<u32>(parts, u32(cborContent(CURSOR)), PART_SIGNATURE);
  if (cborLeft(CURSOR) != 0) return ENVELOPE_TRAILING;
  return readHeader(header, headerSize, parts);
}

/** Stores address and size of the item that was read last. */
function noteItem(place: usize): void {
  const start = cborStart(CURSOR);
  store<u32>(place, u32(start));
  store<u32>(place, u32(cborContent(CURSOR) - start) + cborArgument(CURSOR), 4);
}

/** Reads the content of the protected header: algorithm, key id and type, nothing else, in this order. */
function readHeader(header: usize, sizeBytes: u32, parts: usize): u32 {
  cborOpen(CURSOR, header, sizeBytes);
  let reason = nextMap(CURSOR, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  const count = cborArgument(CURSOR);
  let seen: u32 = 0;
  // Each turn sees a new label of three, or ends.
  for (let index: u32 = 0; index < count; index++) {
    reason = nextLabel(CURSOR, HEADER_LABELS, seen);
    if (reason != ENVELOPE_OK) return reason;
    const label = cborArgument(CURSOR);
    seen |= u32(1) << label;
    if (label == HEADER_ALGORITHM) reason = readAlgorithm(parts);
    else if (label == HEADER_KEY_ID) reason = readKeyId(parts);
    else reason = readType();
    if (reason != ENVELOPE_OK) return reason;
  }
  if (seen != HEADER_LABELS) return ENVELOPE_LABEL_MISSING;
  return cborLeft(CURSOR) == 0 ? ENVELOPE_OK : ENVELOPE_TRAILING;
}

function readAlgorithm(parts: usize): u32 {
  const reason = nextOf(CURSOR, CBOR_NEGATIVE, ENVELOPE_ALGORITHM);
  if (reason != ENVELOPE_OK) return reason;
  const algorithm = cborArgument(CURSOR);
  if (algorithm != EDDSA && algorithm != ES256) return ENVELOPE_ALGORITHM;
  store<u32>(parts, algorithm == EDDSA ? TLV_ED25519 : TLV_ECDSA, PART_KEY_TYPE);
  return ENVELOPE_OK;
}

function readKeyId(parts: usize): u32 {
  const reason = nextBytes(CURSOR, KEY_ID_SIZE, ENVELOPE_KEY_ID);
  if (reason == ENVELOPE_OK) store<u32>(parts, u32(cborContent(CURSOR)), PART_KEY_ID);
  return reason;
}

function readType(): u32 {
  const reason = nextOf(CURSOR, CBOR_TEXT, ENVELOPE_TYPE);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != MEDIA_TYPE_SIZE) return ENVELOPE_TYPE;
  return equalBytes(cborContent(CURSOR), MEDIA_TYPE, MEDIA_TYPE_SIZE) ? ENVELOPE_OK : ENVELOPE_TYPE;
}
