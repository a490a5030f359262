// The payload of an envelope: a closed map, read into fields of fixed places, each value checked as it is read. Only called once the
// signature over it is valid.

import {
  CBOR_ARRAY,
  CBOR_BYTES,
  CBOR_CURSOR_SIZE,
  cborArgument,
  cborContent,
  cborLeft,
  cborOpen,
} from "../cbor/reader";
import { nextBytes, nextLabel, nextMap, nextNumber, nextOf } from "./items";
import {
  ENVELOPE_FORMAT,
  ENVELOPE_LABEL_MISSING,
  ENVELOPE_OK,
  ENVELOPE_STRUCTURE,
  ENVELOPE_TRAILING,
  ENVELOPE_TRANSFER_NEEDED,
} from "./reasons";

// Fields of an envelope, 4-byte aligned; what is optional and not there is zeros:
//   offset | size | field
//        0 |    4 | bits of the labels that were there
//        4 |    4 | size of the image in bytes
//        8 |    8 | version, as an image's header has it
//       16 |    4 | security counter
//       20 |    4 | kind of update: bit 0 new features, bit 1 security fixes
//       24 |    4 | block size in bytes
//       28 |    4 | size of the transfer in bytes: the image's where no other is given
//       32 |   32 | digest of the image
//       64 |   32 | Merkle root over the blocks of the transfer
//       96 |   16 | vendor id
//      112 |   16 | class id
//      128 |   32 | digest of the base
//      160 |   32 | digest of the bill
//      192 |    4 | cipher
//      196 |    4 | how its key is wrapped
//      200 |    4 | size of the recipient's name in bytes
//      204 |   32 | the recipient's name
//      236 |   32 | key id of the signer
export const FIELD_PRESENT: usize = 0;
export const FIELD_SIZE: usize = 4;
export const FIELD_VERSION: usize = 8;
export const FIELD_COUNTER: usize = 16;
export const FIELD_KIND: usize = 20;
export const FIELD_BLOCK_SIZE: usize = 24;
export const FIELD_TRANSFER_SIZE: usize = 28;
export const FIELD_DIGEST: usize = 32;
export const FIELD_ROOT: usize = 64;
export const FIELD_VENDOR: usize = 96;
export const FIELD_CLASS: usize = 112;
export const FIELD_BASE: usize = 128;
export const FIELD_BILL: usize = 160;
export const FIELD_CIPHER: usize = 192;
export const FIELD_WRAP: usize = 196;
export const FIELD_RECIPIENT_SIZE: usize = 200;
export const FIELD_RECIPIENT: usize = 204;
export const FIELD_SIGNER: usize = 236;
export const ENVELOPE_FIELDS_SIZE: u32 = 268;

const DIGEST_SIZE: u32 = 32;
const UUID_SIZE: u32 = 16;
/** Most bytes of an image and of a transfer: sums of two never leave 32 bits. */
const SIZE_MAX: u32 = 0x10000000;
const BLOCK_MIN: u32 = 256;
const BLOCK_MAX: u32 = 65536;
const FORMAT: u32 = 1;
const KIND_FEATURES: u32 = 1;
const KIND_BOTH: u32 = 3;
const ANY: u32 = 0xffffffff;
const VERSION_PARTS: u32 = 4;
const CIPHER_FIRST: u32 = 1;
const CIPHER_LAST: u32 = 2;
const WRAP_FIRST: u32 = 0x30; // MCUboot image.h, IMAGE_TLV_ENC_RSA2048
const WRAP_LAST: u32 = 0x34;
const RECIPIENT_MAX: u32 = 32;

// Labels of the payload.
const LABEL_FORMAT: u32 = 0;
const LABEL_DIGEST: u32 = 1;
const LABEL_SIZE: u32 = 2;
const LABEL_VERSION: u32 = 3;
const LABEL_COUNTER: u32 = 4;
const LABEL_VENDOR: u32 = 5;
const LABEL_CLASS: u32 = 6;
const LABEL_KIND: u32 = 7;
const LABEL_BLOCK_SIZE: u32 = 8;
const LABEL_ROOT: u32 = 9;
const LABEL_TRANSFER_SIZE: u32 = 10;
const LABEL_BASE: u32 = 11;
const LABEL_ENCRYPTION: u32 = 12;
/** All that are known: 0 to 13. */
const KNOWN: u32 = 0x3fff;
/** Those that must be there: 0 to 9. */
const NEEDED: u32 = 0x3ff;
const REPLACED: u32 = (1 << LABEL_BASE) | (1 << LABEL_ENCRYPTION);

// Labels of the map in LABEL_ENCRYPTION.
const ENCRYPTION_CIPHER: u32 = 0;
const ENCRYPTION_WRAP: u32 = 1;
const ENCRYPTION_KNOWN: u32 = 7;

const CURSOR: usize = memory.data(CBOR_CURSOR_SIZE, 4);

/** Reads a payload of `sizeBytes` bytes into `fields`, which are zeros; on another answer than ENVELOPE_OK they are not to be used. */
export function readPayload(payload: usize, sizeBytes: u32, fields: usize): u32 {
  cborOpen(CURSOR, payload, sizeBytes);
  let reason = nextMap(CURSOR, ENVELOPE_STRUCTURE);
  if (reason != ENVELOPE_OK) return reason;
  const count = cborArgument(CURSOR);
  let seen: u32 = 0;
  // Each turn sees a new label of fourteen, or ends.
  for (let index: u32 = 0; index < count; index++) {
    reason = nextLabel(CURSOR, KNOWN, seen);
    if (reason != ENVELOPE_OK) return reason;
    const label = cborArgument(CURSOR);
    seen |= u32(1) << label;
    reason = readValue(label, ENVELOPE_FORMAT + label, fields);
    if (reason != ENVELOPE_OK) return reason;
  }
  if ((seen & NEEDED) != NEEDED) return ENVELOPE_LABEL_MISSING;
  const isReplaced = (seen & REPLACED) != 0;
  const hasSize = ((seen >> LABEL_TRANSFER_SIZE) & 1) != 0;
  if (isReplaced != hasSize) return ENVELOPE_TRANSFER_NEEDED;
  if (cborLeft(CURSOR) != 0) return ENVELOPE_TRAILING;
  if (!hasSize) store<u32>(fields, load<u32>(fields, FIELD_SIZE), FIELD_TRANSFER_SIZE);
  store<u32>(fields, seen, FIELD_PRESENT);
  return ENVELOPE_OK;
}

/** Reads the value of `label`; `wrong` is the reason where it is not as it must be. */
function readValue(label: u32, wrong: u32, fields: usize): u32 {
  if (label == LABEL_FORMAT) return nextNumber(CURSOR, FORMAT, FORMAT, wrong);
  if (label == LABEL_DIGEST) return readBytes(DIGEST_SIZE, wrong, fields + FIELD_DIGEST);
  if (label == LABEL_SIZE) return readNumber(1, SIZE_MAX, wrong, fields + FIELD_SIZE);
  if (label == LABEL_VERSION) return readVersion(wrong, fields + FIELD_VERSION);
  if (label == LABEL_COUNTER) return readNumber(0, ANY, wrong, fields + FIELD_COUNTER);
  if (label == LABEL_VENDOR) return readBytes(UUID_SIZE, wrong, fields + FIELD_VENDOR);
  if (label == LABEL_CLASS) return readBytes(UUID_SIZE, wrong, fields + FIELD_CLASS);
  if (label == LABEL_KIND) return readNumber(KIND_FEATURES, KIND_BOTH, wrong, fields + FIELD_KIND);
  if (label == LABEL_BLOCK_SIZE) return readBlockSize(wrong, fields + FIELD_BLOCK_SIZE);
  if (label == LABEL_ROOT) return readBytes(DIGEST_SIZE, wrong, fields + FIELD_ROOT);
  if (label == LABEL_TRANSFER_SIZE) return readNumber(1, SIZE_MAX, wrong, fields + FIELD_TRANSFER_SIZE);
  if (label == LABEL_BASE) return readBytes(DIGEST_SIZE, wrong, fields + FIELD_BASE);
  if (label == LABEL_ENCRYPTION) return readEncryption(wrong, fields);
  return readBytes(DIGEST_SIZE, wrong, fields + FIELD_BILL);
}

function readBytes(sizeBytes: u32, wrong: u32, place: usize): u32 {
  const reason = nextBytes(CURSOR, sizeBytes, wrong);
  if (reason == ENVELOPE_OK) memory.copy(place, cborContent(CURSOR), sizeBytes);
  return reason;
}

function readNumber(least: u32, most: u32, wrong: u32, place: usize): u32 {
  const reason = nextNumber(CURSOR, least, most, wrong);
  if (reason == ENVELOPE_OK) store<u32>(place, cborArgument(CURSOR));
  return reason;
}

function readBlockSize(wrong: u32, place: usize): u32 {
  const reason = nextNumber(CURSOR, BLOCK_MIN, BLOCK_MAX, wrong);
  if (reason != ENVELOPE_OK) return reason;
  const size = cborArgument(CURSOR);
  if ((size & (size - 1)) != 0) return wrong;
  store<u32>(place, size);
  return ENVELOPE_OK;
}

/** Major u8, minor u8, revision u16, build u32. */
function readVersion(wrong: u32, place: usize): u32 {
  let reason = nextOf(CURSOR, CBOR_ARRAY, wrong);
  if (reason != ENVELOPE_OK) return reason;
  if (cborArgument(CURSOR) != VERSION_PARTS) return wrong;
  reason = nextNumber(CURSOR, 0, 0xff, wrong);
  if (reason != ENVELOPE_OK) return reason;
  store<u8>(place, u8(cborArgument(CURSOR)));
  reason = nextNumber(CURSOR, 0, 0xff, wrong);
  if (reason != ENVELOPE_OK) return reason;
  store<u8>(place, u8(cborArgument(CURSOR)), 1);
  reason = nextNumber(CURSOR, 0, 0xffff, wrong);
  if (reason != ENVELOPE_OK) return reason;
  store<u16>(place, u16(cborArgument(CURSOR)), 2);
  return readNumber(0, ANY, wrong, place + 4);
}

/** A closed map of cipher, key wrap and recipient, all three. */
function readEncryption(wrong: u32, fields: usize): u32 {
  let reason = nextMap(CURSOR, wrong);
  if (reason != ENVELOPE_OK) return reason;
  const count = cborArgument(CURSOR);
  let seen: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    reason = nextLabel(CURSOR, ENCRYPTION_KNOWN, seen);
    if (reason != ENVELOPE_OK) return reason;
    const label = cborArgument(CURSOR);
    seen |= u32(1) << label;
    if (label == ENCRYPTION_CIPHER)
      reason = readNumber(CIPHER_FIRST, CIPHER_LAST, wrong, fields + FIELD_CIPHER);
    else if (label == ENCRYPTION_WRAP) reason = readNumber(WRAP_FIRST, WRAP_LAST, wrong, fields + FIELD_WRAP);
    else reason = readRecipient(wrong, fields);
    if (reason != ENVELOPE_OK) return reason;
  }
  return seen == ENCRYPTION_KNOWN ? ENVELOPE_OK : ENVELOPE_LABEL_MISSING;
}

function readRecipient(wrong: u32, fields: usize): u32 {
  const reason = nextOf(CURSOR, CBOR_BYTES, wrong);
  if (reason != ENVELOPE_OK) return reason;
  const size = cborArgument(CURSOR);
  if (size == 0 || size > RECIPIENT_MAX) return wrong;
  store<u32>(fields, size, FIELD_RECIPIENT_SIZE);
  memory.copy(fields + FIELD_RECIPIENT, cborContent(CURSOR), size);
  return ENVELOPE_OK;
}
