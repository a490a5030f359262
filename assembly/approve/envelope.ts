// Reads an envelope from RAM (images/ENVELOPE.md): opens it, checks its signature by the key table, and hands its fields over where every
// check has passed. Says nothing of whether what it announces may be installed, and compares no image with it.

import { PARTS_SIZE, PART_CONTENT, PART_CONTENT_SIZE, PART_KEY_ID, KEY_ID_SIZE, openEnvelope } from "./open";
import { ENVELOPE_FIELDS_SIZE, FIELD_SIGNER, readPayload } from "./payload";
import { ENVELOPE_OK } from "./reasons";
import { signerReason } from "./signature";

const PARTS: usize = memory.data(PARTS_SIZE, 4);

/**
 * Reads the envelope of `sizeBytes` bytes at `envelope`.
 * @param envelope any alignment; must not change during the call, and must not overlap `fields`
 * @param fields ENVELOPE_FIELDS_SIZE bytes, 4-byte aligned: the FIELD_ values of payload.ts on ENVELOPE_OK, zeros on anything else
 * @returns ENVELOPE_OK, or the first check that failed
 */
export function readEnvelope(envelope: usize, sizeBytes: u32, fields: usize): u32 {
  memory.fill(fields, 0, ENVELOPE_FIELDS_SIZE);
  let reason = openEnvelope(envelope, sizeBytes, PARTS);
  if (reason != ENVELOPE_OK) return reason;
  reason = signerReason(PARTS);
  if (reason != ENVELOPE_OK) return reason;
  reason = readPayload(usize(load<u32>(PARTS, PART_CONTENT)), load<u32>(PARTS, PART_CONTENT_SIZE), fields);
  if (reason == ENVELOPE_OK) {
    memory.copy(fields + FIELD_SIGNER, usize(load<u32>(PARTS, PART_KEY_ID)), KEY_ID_SIZE);
    return ENVELOPE_OK;
  }
  // What was read before the check that failed is not left for anyone to use.
  memory.fill(fields, 0, ENVELOPE_FIELDS_SIZE);
  return reason;
}
