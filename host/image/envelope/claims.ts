// The payload of an envelope: reads its closed map into claims, and writes claims into one. Checks no signature: whoever reads a payload
// has checked it, or says that it did not.
import {
  BLOCK_SIZES,
  CIPHERS,
  DIGEST_BYTES,
  ENCRYPTION_LABEL,
  ENVELOPE_FORMAT,
  KEY_WRAPS,
  LABEL,
  RECIPIENT_MAX_BYTES,
  SIZE_MAX_BYTES,
  UPDATE_KINDS,
  UUID_BYTES,
  isBlockSize,
  isReplaced,
  type Cipher,
  type Encryption,
  type EnvelopeClaims,
  type KeyWrap,
} from "./fields.js";
import {
  Items,
  bytesOf,
  demandLabels,
  described,
  encodeItem,
  readClosedMap,
  type ReadValue,
} from "./items.js";
import { Refused, refusalOr, type EnvelopeReason, type EnvelopeRefusal } from "./refusal.js";
import type { ImageVersion } from "../version.js";

const UINT32_MAX = 0xffffffff;
/** Largest major, minor, revision and build number: those of an image's header. */
const VERSION_MAX: readonly number[] = [0xff, 0xff, 0xffff, UINT32_MAX];
const NEEDED: readonly number[] = Object.values(LABEL).filter((label) => label <= LABEL.root);
const LABELS = Object.values(LABEL);

type Draft = { -readonly [Field in keyof EnvelopeClaims]?: EnvelopeClaims[Field] };

/** What came of reading a payload. */
export type ClaimsResult = { readonly ok: true; readonly claims: EnvelopeClaims } | EnvelopeRefusal;

/**
 * Reads the payload of an envelope.
 * @param payload content of the payload's byte string
 * @param offset where that stands in the envelope
 */
export function readPayload(payload: Uint8Array, offset: number): ClaimsResult {
  return refusalOr(() => ({ ok: true, claims: read(new Items(payload, offset)) }));
}

function read(items: Items): EnvelopeClaims {
  const map = items.next("a map");
  if (map.kind !== "map")
    throw new Refused("STRUCTURE", map.offset, `expected a map, found ${described(map)}`);
  const draft: Draft = {};
  const seen = readClosedMap(items, map, new Map(LABELS.map((label) => [label, readerOf(label, draft)])));
  demandLabels(map, seen, NEEDED);
  const needsSize = isReplaced(draft);
  if (seen.has(LABEL.transferSize) !== needsSize) {
    const wanted = needsSize
      ? "a transfer size beside a base or an encryption, found none"
      : "no transfer size without a base or an encryption, found one";
    throw new Refused("TRANSFER_NEEDED", map.offset, `expected ${wanted}`);
  }
  items.end("the payload");
  // All that is needed was seen, and each value was checked when it was read.
  const claims = draft as EnvelopeClaims;
  return { ...claims, transferSizeBytes: draft.transferSizeBytes ?? claims.sizeBytes };
}

/** What reads the value of a label into the draft. */
function readerOf(label: number, draft: Draft): ReadValue {
  const digest = (reason: EnvelopeReason, what: string) => (items: Items) =>
    bytesOf(items, DIGEST_BYTES, reason, what);
  const uuid = (reason: EnvelopeReason, what: string) => (items: Items) =>
    bytesOf(items, UUID_BYTES, reason, what);
  const size = (reason: EnvelopeReason, what: string) => (items: Items) =>
    numberOf(items, [1, SIZE_MAX_BYTES], reason, what);
  const readers: Readonly<Record<number, ReadValue>> = {
    [LABEL.format]: readFormat,
    [LABEL.digest]: (items) => void (draft.digest = digest("DIGEST", "a digest")(items)),
    [LABEL.size]: (items) => void (draft.sizeBytes = size("SIZE", "a size")(items)),
    [LABEL.version]: (items) => void (draft.version = versionOf(items)),
    [LABEL.counter]: (items) =>
      void (draft.securityCounter = numberOf(items, [0, UINT32_MAX], "COUNTER", "a security counter")),
    [LABEL.vendor]: (items) => void (draft.vendorId = uuid("VENDOR", "a vendor id")(items)),
    [LABEL.class]: (items) => void (draft.classId = uuid("CLASS", "a class id")(items)),
    [LABEL.kind]: (items) => void (draft.kind = nameOf(items, UPDATE_KINDS, "KIND", "a kind of update")),
    [LABEL.blockSize]: (items) => void (draft.blockSizeBytes = blockSizeOf(items)),
    [LABEL.root]: (items) => void (draft.root = digest("ROOT", "a root")(items)),
    [LABEL.transferSize]: (items) =>
      void (draft.transferSizeBytes = size("TRANSFER_SIZE", "a transfer size")(items)),
    [LABEL.base]: (items) => void (draft.baseDigest = digest("BASE", "a base digest")(items)),
    [LABEL.encryption]: (items) => void (draft.encryption = encryptionOf(items)),
    [LABEL.bill]: (items) => void (draft.billDigest = digest("BILL", "a bill digest")(items)),
  };
  return readers[label]!;
}

function readFormat(items: Items): void {
  const item = items.next("a format");
  if (item.kind !== "uint" || item.value !== ENVELOPE_FORMAT)
    throw new Refused("FORMAT", item.offset, `expected format ${ENVELOPE_FORMAT}, found ${described(item)}`);
}

function numberOf(
  items: Items,
  [least, most]: readonly [number, number],
  reason: EnvelopeReason,
  what: string,
): number {
  const item = items.next(what);
  if (item.kind === "uint" && item.value >= least && item.value <= most) return item.value;
  throw new Refused(reason, item.offset, `expected ${what} of ${least}..${most}, found ${described(item)}`);
}

function nameOf<Name extends string>(
  items: Items,
  numbers: Readonly<Record<Name, number>>,
  reason: EnvelopeReason,
  what: string,
): Name {
  const item = items.next(what);
  const names = Object.keys(numbers) as Name[];
  const name = names.find((one) => item.kind === "uint" && item.value === numbers[one]);
  if (name !== undefined) return name;
  const wanted = names.map((one) => `${numbers[one]} (${one})`).join(", ");
  throw new Refused(reason, item.offset, `expected ${what}, one of ${wanted}, found ${described(item)}`);
}

function blockSizeOf(items: Items): number {
  const item = items.next("a block size");
  if (item.kind === "uint" && isBlockSize(item.value)) return item.value;
  const message = `expected a block size, ${BLOCK_SIZES}, found ${described(item)}`;
  throw new Refused("BLOCK_SIZE", item.offset, message);
}

function versionOf(items: Items): ImageVersion {
  const array = items.next("a version");
  if (array.kind !== "array" || array.value !== VERSION_MAX.length) {
    const message = `expected a version of ${VERSION_MAX.length} numbers, found ${described(array)}`;
    throw new Refused("VERSION", array.offset, message);
  }
  const part = (index: number) => numberOf(items, [0, VERSION_MAX[index]!], "VERSION", "a version's number");
  return { major: part(0), minor: part(1), revision: part(2), build: part(3) };
}

function encryptionOf(items: Items): Encryption {
  const map = items.next("an encryption");
  if (map.kind !== "map")
    throw new Refused("ENCRYPTION", map.offset, `expected a map, found ${described(map)}`);
  let cipher: Cipher = "aes-128-ctr";
  let keyWrap: KeyWrap = "p256";
  let recipient = new Uint8Array(0);
  const known = new Map<number, ReadValue>([
    [ENCRYPTION_LABEL.cipher, (from) => void (cipher = nameOf(from, CIPHERS, "ENCRYPTION", "a cipher"))],
    [ENCRYPTION_LABEL.wrap, (from) => void (keyWrap = nameOf(from, KEY_WRAPS, "ENCRYPTION", "a key wrap"))],
    [ENCRYPTION_LABEL.recipient, (from) => void (recipient = recipientOf(from))],
  ]);
  demandLabels(map, readClosedMap(items, map, known), [...known.keys()]);
  return { cipher, keyWrap, recipient };
}

function recipientOf(items: Items): Uint8Array<ArrayBuffer> {
  const item = items.next("a recipient");
  const { length } = item.bytes;
  if (item.kind === "bytes" && length >= 1 && length <= RECIPIENT_MAX_BYTES)
    return Uint8Array.from(item.bytes);
  const message = `expected a recipient of 1..${RECIPIENT_MAX_BYTES} bytes, found ${described(item)}`;
  throw new Refused("ENCRYPTION", item.offset, message);
}

/** Writes claims as the payload's bytes; what they hold is not checked. */
export function encodeClaims(claims: EnvelopeClaims): Uint8Array {
  const { version, encryption } = claims;
  // A size that does not belong there is written all the same: what reads the payload before it is signed refuses it.
  const hasSize = isReplaced(claims) || claims.transferSizeBytes !== claims.sizeBytes;
  const entries: readonly (readonly [number, unknown])[] = [
    [LABEL.format, ENVELOPE_FORMAT],
    [LABEL.digest, claims.digest],
    [LABEL.size, claims.sizeBytes],
    [LABEL.version, [version.major, version.minor, version.revision, version.build]],
    [LABEL.counter, claims.securityCounter],
    [LABEL.vendor, claims.vendorId],
    [LABEL.class, claims.classId],
    [LABEL.kind, UPDATE_KINDS[claims.kind]],
    [LABEL.blockSize, claims.blockSizeBytes],
    [LABEL.root, claims.root],
    [LABEL.transferSize, hasSize ? claims.transferSizeBytes : undefined],
    [LABEL.base, claims.baseDigest],
    [LABEL.encryption, encryption && encryptionMap(encryption)],
    [LABEL.bill, claims.billDigest],
  ];
  return encodeItem(new Map(entries.filter(([, value]) => value !== undefined)));
}

function encryptionMap({ cipher, keyWrap, recipient }: Encryption): ReadonlyMap<number, unknown> {
  return new Map<number, unknown>([
    [ENCRYPTION_LABEL.cipher, CIPHERS[cipher]],
    [ENCRYPTION_LABEL.wrap, KEY_WRAPS[keyWrap]],
    [ENCRYPTION_LABEL.recipient, recipient],
  ]);
}
