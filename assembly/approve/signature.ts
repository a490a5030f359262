// Whether an envelope was signed by a key of the key table: the signature is over the Sig_structure of RFC 9052 4.4, which is hashed from
// the envelope's own bytes. Only Ed25519 and ECDSA P-256 sign envelopes.

import { ed25519Begin, ed25519Check } from "../crypto/ed25519";
import { p256Verify } from "../crypto/p256";
import { SHA256_CONTEXT_SIZE, sha256Final, sha256Init, sha256Update } from "../crypto/sha256";
import { SHA512_CONTEXT_SIZE, sha512Update } from "../crypto/sha512";
import { KEY_ENCODING_MAX, SCRATCH, algorithmHeld, keyFits } from "../image/algorithms";
import { findKey, openKeyTable } from "../image/keys";
import { ED25519_KEY_SIZE } from "../image/pair-ed25519";
import { P256_KEY_SIZE } from "../image/pair-p256";
import { TLV_ECDSA, TLV_ED25519, TLV_SHA256 } from "../image/tlv";
import { REASON_KEY_UNKNOWN, REASON_OK } from "../abi";
import {
  PART_HEADER,
  PART_HEADER_SIZE,
  PART_KEY_ID,
  PART_KEY_TYPE,
  PART_PAYLOAD,
  PART_PAYLOAD_SIZE,
  PART_SIGNATURE,
  SIGNATURE_SIZE,
} from "./open";
import { ENVELOPE_KEY_TABLE, ENVELOPE_OK, ENVELOPE_SIGNATURE, ENVELOPE_SIGNER_UNKNOWN } from "./reasons";

/** An array of four (0x84), of which the first is the text "Signature1" (RFC 9052 4.4). */
const BEGINNING_SIZE: u32 = 12;
const BEGINNING: usize = memory.data<u8>([
  0x84, 0x6a, 0x53, 0x69, 0x67, 0x6e, 0x61, 0x74, 0x75, 0x72, 0x65, 0x31,
]);
/** No external data: an empty byte string. */
const EXTERNAL_SIZE: u32 = 1;
const EXTERNAL: usize = memory.data<u8>([0x40]);
const NUMBER_SIZE: u32 = 32;
/** Where in its encoding the key itself begins: it is the end of it. */
const ED25519_KEY_AT: u32 = ED25519_KEY_SIZE - 32;
const P256_KEY_AT: u32 = P256_KEY_SIZE - 64;
const DIGEST_SIZE: u32 = 32;

const CONTEXT_SIZE: u32 = isDefined(WITH_ED25519) ? SHA512_CONTEXT_SIZE : SHA256_CONTEXT_SIZE;
const CONTEXT: usize = memory.data(CONTEXT_SIZE, 8);
const KEY: usize = memory.data(KEY_ENCODING_MAX, 16);
const KEY_SIZE: usize = memory.data(4, 4);
/** The envelope's own may stand at any address. */
const SIGNATURE: usize = memory.data(SIGNATURE_SIZE, 16);
const DIGEST: usize = memory.data(DIGEST_SIZE, 16);

/** Looks the key up and checks the signature of the envelope whose `parts` openEnvelope has filled. */
export function signerReason(parts: usize): u32 {
  const type = load<u32>(parts, PART_KEY_TYPE);
  if (openKeyTable() != REASON_OK) return ENVELOPE_KEY_TABLE;
  if (!algorithmHeld(type, TLV_SHA256)) return ENVELOPE_SIGNER_UNKNOWN;
  const found = findKey(usize(load<u32>(parts, PART_KEY_ID)), TLV_SHA256, type, KEY, KEY_SIZE);
  if (found == REASON_KEY_UNKNOWN) return ENVELOPE_SIGNER_UNKNOWN;
  if (found != REASON_OK) return ENVELOPE_KEY_TABLE;
  if (!keyFits(type, KEY, load<u32>(KEY_SIZE))) return ENVELOPE_SIGNER_UNKNOWN;
  memory.copy(SIGNATURE, usize(load<u32>(parts, PART_SIGNATURE)), SIGNATURE_SIZE);
  return signatureIsValid(type, parts) ? ENVELOPE_OK : ENVELOPE_SIGNATURE;
}

function signatureIsValid(type: u32, parts: usize): bool {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) {
      const key = KEY + ED25519_KEY_AT;
      ed25519Begin(CONTEXT, SIGNATURE, key);
      absorb(type, parts);
      return ed25519Check(CONTEXT, SIGNATURE, key, SCRATCH);
    }
  }
  if (isDefined(WITH_P256)) {
    if (type == TLV_ECDSA) {
      sha256Init(CONTEXT);
      absorb(type, parts);
      sha256Final(CONTEXT, DIGEST);
      return p256Verify(DIGEST, SIGNATURE, SIGNATURE + NUMBER_SIZE, KEY + P256_KEY_AT, SCRATCH);
    }
  }
  return false;
}

/**
 * Hashes the Sig_structure. Header and payload stand in it as the byte strings that they are in the envelope: both have heads of the
 * shortest form, or they would not have been opened.
 */
function absorb(type: u32, parts: usize): void {
  update(type, BEGINNING, BEGINNING_SIZE);
  update(type, usize(load<u32>(parts, PART_HEADER)), load<u32>(parts, PART_HEADER_SIZE));
  update(type, EXTERNAL, EXTERNAL_SIZE);
  update(type, usize(load<u32>(parts, PART_PAYLOAD)), load<u32>(parts, PART_PAYLOAD_SIZE));
}

function update(type: u32, data: usize, sizeBytes: u32): void {
  if (isDefined(WITH_ED25519)) {
    if (type == TLV_ED25519) {
      sha512Update(CONTEXT, data, sizeBytes);
      return;
    }
  }
  sha256Update(CONTEXT, data, sizeBytes);
}
