// The outside of an envelope: a tagged COSE_Sign1 (RFC 9052 4.2) with a closed protected header and no other. Checks no signature and
// believes nothing of the payload.
import { Items, bytesOf, demandLabels, described, readClosedMap, type Item } from "./items.js";
import {
  DIGEST_BYTES,
  ENVELOPE_MAX_BYTES,
  MEDIA_TYPE,
  HEADER_ALGORITHM,
  HEADER_KEY_ID,
  HEADER_TYPE,
} from "./fields.js";
import { Refused, refusalOr, type EnvelopeRefusal } from "./refusal.js";

/** Tag of COSE_Sign1 (RFC 9052 2). */
export const COSE_SIGN1_TAG = 18;
export const SIGNATURE_BYTES = 64;

/** COSE's numbers of the algorithms (RFC 9053 2.1, 2.2). */
export const ALGORITHMS = { EdDSA: -8, ES256: -7 } as const;
export type AlgorithmName = keyof typeof ALGORITHMS;

/** An envelope whose outside is well-formed; nothing of it is authentic yet. */
export interface OpenedEnvelope {
  readonly ok: true;
  readonly algorithm: AlgorithmName;
  /** KEYHASH of the key that is said to have signed. */
  readonly keyId: Uint8Array;
  readonly protectedBytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly payloadOffset: number;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
}

/** Opens an envelope: all checks of images/ENVELOPE.md before that of the key. */
export function openEnvelope(bytes: Uint8Array): OpenedEnvelope | EnvelopeRefusal {
  return refusalOr(() => open(bytes));
}

function open(bytes: Uint8Array): OpenedEnvelope {
  if (bytes.length > ENVELOPE_MAX_BYTES) {
    const message = `expected an envelope of at most ${ENVELOPE_MAX_BYTES} bytes, found ${bytes.length}`;
    throw new Refused("SIZE_LIMIT", ENVELOPE_MAX_BYTES, message);
  }
  const items = new Items(bytes);
  const tag = items.next("the tag of a COSE_Sign1");
  if (tag.kind !== "tag" || tag.value !== COSE_SIGN1_TAG)
    throw new Refused("TAG", tag.offset, `expected the tag ${COSE_SIGN1_TAG}, found ${described(tag)}`);
  const parts = items.next("an array of four");
  if (parts.kind !== "array" || parts.value !== 4)
    throw new Refused("STRUCTURE", parts.offset, `expected an array of 4, found ${described(parts)}`);
  const header = byteString(items, "a protected header");
  const unprotected = items.next("an unprotected header");
  if (unprotected.kind !== "map")
    throw new Refused("STRUCTURE", unprotected.offset, `expected a map, found ${described(unprotected)}`);
  if (unprotected.value !== 0) {
    const message = `expected no unprotected header, found one of ${unprotected.value}`;
    throw new Refused("UNPROTECTED", unprotected.offset, message);
  }
  const payload = byteString(items, "a payload");
  const signature = byteString(items, "a signature");
  if (signature.bytes.length !== SIGNATURE_BYTES) {
    const message = `expected a signature of ${SIGNATURE_BYTES} bytes, found ${signature.bytes.length}`;
    throw new Refused("SIGNATURE_SIZE", signature.offset, message);
  }
  items.end("the envelope");
  return {
    ok: true,
    ...readHeader(header),
    protectedBytes: header.bytes,
    payload: payload.bytes,
    payloadOffset: payload.contentOffset,
    signature: signature.bytes,
    signatureOffset: signature.contentOffset,
  };
}

function readHeader(header: Item): { readonly algorithm: AlgorithmName; readonly keyId: Uint8Array } {
  const items = new Items(header.bytes, header.contentOffset);
  const map = items.next("a map");
  if (map.kind !== "map")
    throw new Refused("STRUCTURE", map.offset, `expected a map, found ${described(map)}`);
  let algorithm: AlgorithmName = "EdDSA";
  let keyId = new Uint8Array(0);
  const known = new Map([
    [HEADER_ALGORITHM, (from: Items) => void (algorithm = algorithmOf(from.next("an algorithm")))],
    [HEADER_KEY_ID, (from: Items) => void (keyId = bytesOf(from, DIGEST_BYTES, "KEY_ID", "a key id"))],
    [HEADER_TYPE, readType],
  ]);
  demandLabels(map, readClosedMap(items, map, known), [...known.keys()]);
  items.end("the protected header");
  return { algorithm, keyId };
}

function algorithmOf(item: Item): AlgorithmName {
  const names = Object.keys(ALGORITHMS) as AlgorithmName[];
  const name = names.find((one) => item.kind === "negint" && item.value === ALGORITHMS[one]);
  if (name !== undefined) return name;
  const wanted = names.map((one) => `${ALGORITHMS[one]} (${one})`).join(" or ");
  throw new Refused("ALGORITHM", item.offset, `expected ${wanted}, found ${described(item)}`);
}

function readType(items: Items): void {
  const item = items.next("a type");
  if (item.kind === "string" && Buffer.from(item.bytes).equals(Buffer.from(MEDIA_TYPE))) return;
  const found = item.kind === "string" ? `"${Buffer.from(item.bytes).toString()}"` : described(item);
  throw new Refused("TYPE", item.offset, `expected the type "${MEDIA_TYPE}", found ${found}`);
}

function byteString(items: Items, what: string): Item {
  const item = items.next(what);
  if (item.kind !== "bytes")
    throw new Refused(
      "STRUCTURE",
      item.offset,
      `expected ${what} as a byte string, found ${described(item)}`,
    );
  return item;
}
