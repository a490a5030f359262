// Images that say more than there is, or hold more than anything of their kind may: what a boot that copies by an image's own
// lengths into buffers of its own does not survive. Nobody who holds the signing key has made them: the digest is right, as
// anybody can compute it, the key hash is that of the device's own key, and the signature is one that was made over another payload.
import type { Spoil } from "../campaign/plan/scenario.js";
import { type DigestAlgorithm, digestAlgorithm } from "../image/digest.js";
import {
  PROTECTED_MAGIC,
  PROTECTED_MAX_BYTES,
  TLV_DEPENDENCY,
  TLV_KEYHASH,
  TLV_SEC_CNT,
  type TlvContent,
  UNPROTECTED_MAGIC,
  encodeTlvArea,
} from "../image/tlv.js";
import { type Recipe, areasOf, soundImage } from "./recipe.js";

/** The ways that are made here. */
export type Overlong = Extract<Spoil, `overlong-${string}`>;

type Entries = readonly TlvContent[];

/** What becomes of an image before its digest is computed, after that, and of its bytes in the end. */
interface Way {
  readonly protectedEntries?: (entries: Entries) => Entries;
  readonly unprotectedEntries?: (entries: Entries, recipe: Recipe) => Entries;
  readonly fields?: (view: DataView, hashedBytes: number) => void;
}

/** No field of 16 bits says more; a header size has to be a multiple of 4. */
const FIELD_MOST = 0xffff;
const HEADER_SIZE_MOST = 0xfffc;
const HEADER_SIZE_OFFSET = 8; // images/SPEC.md, header
const PROTECTED_SIZE_OFFSET = 10;
const AREA_TOTAL_OFFSET = 2; // images/SPEC.md, TLV areas

/** More than the protected area may be (images/SPEC.md), with room for another small entry. */
const PROTECTED_ENTRY_BYTES = PROTECTED_MAX_BYTES + 256;
/** A type for vendors, which means nothing here. */
const TLV_VENDOR = 0xa0;
/** More than any key hash, digest, dependency or counter: the longest of these has 64 bytes. */
const ENTRY_BYTES = 200;
/** More than a signature by any key but LMS, in MCUboot's format or near it: RSA-4096 has 512 bytes. */
const SIGNATURE_BYTES = 600;
/** By how much the signature is longer than any by the scene's own key, where that has longer ones. */
const SIGNATURE_MORE_BYTES = 88;
/** A dependency on image 1, any version. */
const DEPENDENCY = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

const WAYS: Readonly<Record<Overlong, Way>> = {
  /** Header and protected area are said to be larger than the image, and on small parts than the slot. */
  "overlong-header": {
    fields: (view) => {
      view.setUint16(HEADER_SIZE_OFFSET, HEADER_SIZE_MOST, true);
      view.setUint16(PROTECTED_SIZE_OFFSET, FIELD_MOST, true);
    },
  },
  /** The protected area is there, and larger than it may be. */
  "overlong-protected": {
    protectedEntries: (entries) => [
      ...entries,
      { type: TLV_VENDOR, data: lengthened(new Uint8Array(0), PROTECTED_ENTRY_BYTES) },
    ],
  },
  "overlong-counter": {
    protectedEntries: (entries) => lengthenedOf(entries, TLV_SEC_CNT, ENTRY_BYTES),
  },
  "overlong-dependency": {
    protectedEntries: (entries) => [
      ...entries,
      { type: TLV_DEPENDENCY, data: lengthened(DEPENDENCY, ENTRY_BYTES) },
    ],
  },
  /** The unprotected area is said to end behind the image, and on small parts behind the slot. */
  "overlong-unprotected": {
    fields: (view, hashedBytes) => {
      view.setUint16(hashedBytes + AREA_TOTAL_OFFSET, FIELD_MOST, true);
    },
  },
  "overlong-digest": {
    unprotectedEntries: (entries) =>
      entries.map((entry) =>
        digestAlgorithm(entry.type) === undefined
          ? entry
          : { type: entry.type, data: lengthened(entry.data, ENTRY_BYTES) },
      ),
  },
  "overlong-key-hash": {
    unprotectedEntries: (entries) => lengthenedOf(entries, TLV_KEYHASH, ENTRY_BYTES),
  },
  "overlong-signature": {
    unprotectedEntries: (entries, { keys: { own } }) => {
      const { signatureTlv, signatureSizesBytes } = own.publicKey;
      const sizeBytes = Math.max(SIGNATURE_BYTES, signatureSizesBytes[1] + SIGNATURE_MORE_BYTES);
      return lengthenedOf(entries, signatureTlv, sizeBytes);
    },
  },
};

/** Whether an image that is spoiled so is made here. */
export function isOverlong(spoil: Spoil): spoil is Overlong {
  return spoil in WAYS;
}

/** The image of a recipe, overlong. Its payload gives way, so that the image is no larger than the sound one, where it can. */
export function overlongImage(spoil: Overlong, recipe: Recipe): Uint8Array {
  const way = WAYS[spoil];
  const plannedBytes = soundImage(recipe).length;
  const whole = forged(way, recipe);
  const more = Math.min(whole.length - plannedBytes, recipe.payload.length - 1);
  if (more <= 0) return whole;
  return forged(way, { ...recipe, payload: recipe.payload.slice(0, recipe.payload.length - more) });
}

/** An image with another payload than the one that was signed, the right digest of that, and what is overlong. */
function forged(way: Way, recipe: Recipe): Uint8Array {
  const signed = soundImage(recipe);
  const { headerSizeBytes } = recipe.options;
  const payloadEnd = headerSizeBytes + recipe.payload.length;
  const { protectedEntries, unprotectedEntries } = areasOf(signed);
  const area = encodeTlvArea(PROTECTED_MAGIC, way.protectedEntries?.(protectedEntries) ?? protectedEntries);
  const hashed = joined(signed.subarray(0, payloadEnd), area);
  const last = payloadEnd - 1;
  hashed[last] = (hashed[last] ?? 0) ^ 0xff; // no flip or two make it the signed payload again
  new DataView(hashed.buffer).setUint16(PROTECTED_SIZE_OFFSET, area.length, true);
  const digested = unprotectedEntries.map((entry) => withDigest(entry, hashed));
  const entries = way.unprotectedEntries?.(digested, recipe) ?? digested;
  const image = joined(hashed, encodeTlvArea(UNPROTECTED_MAGIC, entries));
  way.fields?.(new DataView(image.buffer), hashed.length);
  return image;
}

function withDigest(entry: TlvContent, hashed: Uint8Array): TlvContent {
  const algorithm: DigestAlgorithm | undefined = digestAlgorithm(entry.type);
  return algorithm === undefined ? entry : { type: entry.type, data: algorithm.hash(hashed) };
}

/** The entries, of which those of one type are lengthened. */
function lengthenedOf(entries: Entries, type: number, sizeBytes: number): Entries {
  return entries.map((entry) =>
    entry.type === type ? { type, data: lengthened(entry.data, sizeBytes) } : entry,
  );
}

/**
 * Data with words of 1 behind it: what they are written over by mistake reads as a flag that is set, or as a small number.
 */
function lengthened(data: Uint8Array, sizeBytes: number): Uint8Array {
  const longer = Uint8Array.from({ length: sizeBytes }, (_, at) => (at % 4 === 0 ? 1 : 0));
  longer.set(data);
  return longer;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
