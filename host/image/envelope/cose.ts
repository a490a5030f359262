// COSE_Sign1 (RFC 9052): what is signed, and the two forms of an ECDSA signature. Makes and checks signatures with the image tool's
// keys; reads no envelope.
import { DefectError } from "../../core/errors.js";
import { SHA256 } from "../digest.js";
import type { KeyType, PublicKey, SignedContent, SigningKey } from "../key-types.js";
import { encodeItem } from "./items.js";
import { SIGNATURE_BYTES, type AlgorithmName } from "./open.js";

const CONTEXT = "Signature1"; // RFC 9052 4.4
const NUMBER_BYTES = SIGNATURE_BYTES / 2;
const TAG_SEQUENCE = 0x30; // X.690 8.9.1
const TAG_INTEGER = 0x02; // X.690 8.3.1

/** Which algorithm a key signs envelopes with; the kinds that are not here sign none. */
export const KEY_ALGORITHMS: Readonly<Partial<Record<KeyType, AlgorithmName>>> = {
  ed25519: "EdDSA",
  "ecdsa-p256": "ES256",
};

/** Signs as the key's kind does in COSE; 64 bytes. */
export function coseSign(key: SigningKey, protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const signature = key.sign(signedContent(key.publicKey, protectedBytes, payload));
  return key.publicKey.type === "ecdsa-p256" ? rawOfDer(signature) : signature;
}

/** Whether 64 bytes are the signature of `key` over this header and payload. */
export function coseVerifies(
  key: PublicKey,
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  signature: Uint8Array,
): boolean {
  const form = key.type === "ecdsa-p256" ? derOfRaw(signature) : signature;
  return key.verify(signedContent(key, protectedBytes, payload), form);
}

/** The Sig_structure without external data. Of the two kinds, Ed25519 alone signs its bytes themselves; ECDSA their digest. */
function signedContent(key: PublicKey, protectedBytes: Uint8Array, payload: Uint8Array): SignedContent {
  const hashedBytes = encodeItem([CONTEXT, protectedBytes, new Uint8Array(0), payload]);
  return { hashedBytes, digest: SHA256.hash(hashedBytes), isPure: key.signsPure };
}

/** r and s, 32 bytes each (RFC 9053 2.1), from the DER that key files' signatures are in (RFC 3279 2.2.3). */
function rawOfDer(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(SIGNATURE_BYTES);
  let at = 2;
  for (let end = NUMBER_BYTES; end <= SIGNATURE_BYTES; end += NUMBER_BYTES) {
    const size = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + size);
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > NUMBER_BYTES)
      throw new DefectError("expected an ECDSA signature of 256 bits, found more");
    raw.set(digits, end - digits.length);
    at += 2 + size;
  }
  return raw;
}

function derOfRaw(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, NUMBER_BYTES), raw.subarray(NUMBER_BYTES)].map(integerOf);
  const content = numbers.flatMap((number) => [TAG_INTEGER, number.length, ...number]);
  return Uint8Array.from([TAG_SEQUENCE, content.length, ...content]);
}

/** A number as DER has it: no zero before it but the one that keeps it positive. */
function integerOf(bytes: Uint8Array): readonly number[] {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1) return [0];
  const digits = [...bytes.subarray(first)];
  return digits[0]! >= 0x80 ? [0, ...digits] : digits;
}
