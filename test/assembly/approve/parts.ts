// What the envelopes of these tests are put together of: header, payload and signature as they must be, and envelopes with one of them, or one entry
// of theirs, in another form. Test data only.
import { Tagged } from "cborg";
import { encodeClaims } from "../../../host/image/envelope/claims.js";
import { makeEnvelope } from "../../../host/image/envelope/envelope.js";
import { generateKey } from "../../../host/image/keys.js";
import {
  ED25519_KEY,
  LEAST,
  P256_KEY,
  Raw,
  cbor,
  headerEntries,
  rawMap,
  signed,
  signedPayload,
} from "../../host/image/envelope/forge.js";

/** One entry of a map, whatever stands in it. */
export type Entry = readonly [label: unknown, value: unknown];

export const KEYS = [ED25519_KEY.publicKey, P256_KEY.publicKey];
/** In no key table. */
export const UNKNOWN_KEY = generateKey("ed25519");
export const HEADER = rawMap(headerEntries(ED25519_KEY));
export const PAYLOAD = encodeClaims(LEAST);
export const ENVELOPE = makeEnvelope(LEAST, ED25519_KEY);
export const SIGNATURE = ENVELOPE.subarray(-64);

export const encryption = (cipher: unknown, wrap: unknown, recipient: unknown) =>
  new Raw(
    rawMap([
      [0, cipher],
      [1, wrap],
      [2, recipient],
    ]),
  );
export const digest = new Uint8Array(32).fill(9);
export const uuid = new Uint8Array(16).fill(9);

/** The entries of a payload with all fields, each as it must be. */
export const FULL: readonly Entry[] = [
  [0, 1],
  [1, digest],
  [2, 100],
  [3, [1, 2, 3, 4]],
  [4, 0],
  [5, uuid],
  [6, uuid],
  [7, 1],
  [8, 256],
  [9, digest],
  [10, 50],
  [11, digest],
  [12, encryption(1, 0x32, digest)],
  [13, digest],
];
export const without = (...labels: readonly number[]) =>
  FULL.filter(([label]) => !labels.includes(label as number));
export const withValue = (label: number, value: unknown) =>
  FULL.map((entry): Entry => (entry[0] === label ? [label, value] : entry));
export const payloadOf = (entries: readonly Entry[]) => signedPayload(rawMap(entries));
export const headerOf = (entries: readonly Entry[]) => signed(rawMap(entries), PAYLOAD);
export const header = (label: number, value: unknown) =>
  headerOf(headerEntries(ED25519_KEY).map((entry) => (entry[0] === label ? [label, value] : entry)));
export const outside = (parts: unknown, tag = 18) => cbor(new Tagged(tag, parts));
export const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
export const at = (bytes: Uint8Array, offset: number, value: number) =>
  Uint8Array.from(bytes).fill(value, offset, offset + 1);
