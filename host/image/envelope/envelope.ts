// Envelopes as a whole: made from claims and a key, judged by known keys, or read without being judged. images/ENVELOPE.md has the order
// of the checks; no file is read or written.
import { DefectError } from "../../core/errors.js";
import { SHA256, equalBytes, toHex } from "../digest.js";
import type { PublicKey, SigningKey } from "../key-types.js";
import { keyHash } from "../keys.js";
import { InvalidImageOptionError } from "../version.js";
import { encodeClaims, readPayload, type ClaimsResult } from "./claims.js";
import { KEY_ALGORITHMS, coseSign, coseVerifies } from "./cose.js";
import { MEDIA_TYPE, HEADER_ALGORITHM, HEADER_KEY_ID, HEADER_TYPE, type EnvelopeClaims } from "./fields.js";
import { encodeItem } from "./items.js";
import { ALGORITHMS, COSE_SIGN1_TAG, openEnvelope, type OpenedEnvelope } from "./open.js";
import type { EnvelopeRefusal } from "./refusal.js";

/**
 * Makes an envelope.
 * @returns its bytes
 * @throws InvalidImageOptionError when a claim is out of its bounds, or the key's kind signs no envelopes
 */
export function makeEnvelope(claims: EnvelopeClaims, key: SigningKey): Uint8Array {
  const { publicKey } = key;
  const algorithm = KEY_ALGORITHMS[publicKey.type];
  if (algorithm === undefined) {
    const known = Object.keys(KEY_ALGORITHMS).join(" or ");
    throw new InvalidImageOptionError(`envelope: expected a key of type ${known}, found ${publicKey.type}`);
  }
  const payload = encodeClaims(claims);
  const written = readPayload(payload, 0);
  if (!written.ok) throw new InvalidImageOptionError(`envelope: ${written.message} (${written.reason})`);
  const protectedBytes = encodeItem(
    new Map<number, unknown>([
      [HEADER_ALGORITHM, ALGORITHMS[algorithm]],
      [HEADER_KEY_ID, keyHash(publicKey, SHA256)],
      [HEADER_TYPE, MEDIA_TYPE],
    ]),
  );
  const signature = coseSign(key, protectedBytes, payload);
  const envelope = encodeItem([protectedBytes, new Map(), payload, signature], COSE_SIGN1_TAG);
  const judged = verifyEnvelope(envelope, [publicKey]);
  if (!judged.ok) throw new DefectError(`an envelope that was just made is refused: ${judged.message}`);
  return envelope;
}

/** An envelope whose signature is valid. */
export interface AcceptedEnvelope {
  readonly ok: true;
  readonly claims: EnvelopeClaims;
  readonly signer: PublicKey;
}

/** Judges an envelope by known keys: outside, key, signature, and only then its payload. */
export function verifyEnvelope(
  bytes: Uint8Array,
  publicKeys: readonly PublicKey[],
): AcceptedEnvelope | EnvelopeRefusal {
  const opened = openEnvelope(bytes);
  if (!opened.ok) return opened;
  const signer = signerOf(opened, publicKeys);
  if ("ok" in signer) return signer;
  const read = readPayload(opened.payload, opened.payloadOffset);
  return read.ok ? { ok: true, claims: read.claims, signer } : read;
}

function signerOf(opened: OpenedEnvelope, publicKeys: readonly PublicKey[]): PublicKey | EnvelopeRefusal {
  const { algorithm, keyId, protectedBytes, payload, signature } = opened;
  const key = publicKeys.find(
    (one) => KEY_ALGORITHMS[one.type] === algorithm && equalBytes(keyHash(one, SHA256), keyId),
  );
  if (key === undefined) {
    const message = `expected the key of one of ${publicKeys.length} known keys, found ${algorithm} by ${toHex(keyId)}`;
    return { ok: false, reason: "SIGNER_UNKNOWN", message, offset: 0 };
  }
  if (coseVerifies(key, protectedBytes, payload, signature)) return key;
  const message = `expected a valid ${algorithm} signature, found another`;
  return { ok: false, reason: "SIGNATURE", message, offset: opened.signatureOffset };
}

/** What an envelope says, by whoever it was made: nothing in it is to be believed. */
export function readUnverified(
  bytes: Uint8Array,
): (ClaimsResult & { readonly ok: true; readonly opened: OpenedEnvelope }) | EnvelopeRefusal {
  const opened = openEnvelope(bytes);
  if (!opened.ok) return opened;
  const read = readPayload(opened.payload, opened.payloadOffset);
  return read.ok ? { ...read, opened } : read;
}
