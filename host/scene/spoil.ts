// Images that may never boot: made like a right one, then spoiled in one way. Each way is one that somebody without the
// signing key has, or a fault that a transport makes.
import type { Spoil } from "../campaign/scenario.js";
import { decodeHeader } from "../image/header.js";
import type { PrivateKey } from "../image/key-types.js";
import { digestAlgorithm } from "../image/digest.js";
import { type SignOptions, signImage } from "../image/sign.js";
import {
  TLV_SEC_CNT,
  type TlvAreas,
  type TlvContent,
  UNPROTECTED_MAGIC,
  decodeTlvAreas,
  encodeTlvArea,
} from "../image/tlv.js";

/** Whose signatures the images of a scene carry. */
export interface SceneKeys {
  /** Stands in the key table. */
  readonly own: PrivateKey;
  /** Does not. */
  readonly foreign: PrivateKey;
}

/** What an image is made from. */
export interface Recipe {
  readonly payload: Uint8Array;
  readonly options: SignOptions;
  readonly keys: SceneKeys;
}

/** What the overflowing header claims: with any header before it and any area behind it, more than 2^32. */
const OVERFLOWING_SIZE_BYTES = 2 ** 32 - 4;
const PAYLOAD_SIZE_OFFSET = 12; // images/SPEC.md, header

const WAYS: Readonly<Record<Spoil, (recipe: Recipe) => Uint8Array>> = {
  "bit-flipped": bitFlipped,
  unsigned,
  "foreign-key": foreignKey,
  truncated,
  "length-overflow": lengthOverflow,
  "injected-counter": injectedCounter,
  "duplicated-tlv": duplicatedTlv,
};

/** The image of a recipe, spoiled; and what it was before, where it was signed well. */
export function spoiledImage(
  spoil: Spoil,
  recipe: Recipe,
): { readonly bytes: Uint8Array; readonly sound?: Uint8Array } {
  const bytes = WAYS[spoil](recipe);
  return spoil === "foreign-key" ? { bytes } : { bytes, sound: soundImage(recipe) };
}

/** The image of a recipe as it ought to be. */
export function soundImage({ payload, options, keys }: Recipe): Uint8Array {
  return signImage(payload, keys.own, options);
}

/** Every bit of a byte in the middle of the payload is another than the signed one: no flip or two make it whole again. */
function bitFlipped(recipe: Recipe): Uint8Array {
  const image = soundImage(recipe);
  const at = recipe.options.headerSizeBytes + (recipe.payload.length >> 1);
  image.set([(image[at] ?? 0) ^ 0xff], at);
  return image;
}

/** The right digest and key hash, and no signature behind them. */
function unsigned(recipe: Recipe): Uint8Array {
  const { signatureTlv } = recipe.keys.own.publicKey;
  return withEntries(soundImage(recipe), (entries) => entries.filter(({ type }) => type !== signatureTlv));
}

/** Signed as it ought to be, by a key that the device does not know. */
function foreignKey({ payload, options, keys }: Recipe): Uint8Array {
  return signImage(payload, keys.foreign, options);
}

/** Ends in the middle of its unprotected area. */
function truncated(recipe: Recipe): Uint8Array {
  const image = soundImage(recipe);
  const { hashedBytes, extentBytes } = areasOf(image);
  return image.slice(0, (hashedBytes + extentBytes) >> 1);
}

/** The sum of its sizes, computed in 32 bits, is small again. */
function lengthOverflow(recipe: Recipe): Uint8Array {
  const image = soundImage(recipe);
  new DataView(image.buffer).setUint32(PAYLOAD_SIZE_OFFSET, OVERFLOWING_SIZE_BYTES, true);
  return image;
}

/** The greatest security counter of all, in the area that is not signed. */
function injectedCounter(recipe: Recipe): Uint8Array {
  const counter = { type: TLV_SEC_CNT, data: Uint8Array.of(0xff, 0xff, 0xff, 0xff) };
  return withEntries(soundImage(recipe), (entries) => [...entries, counter]);
}

/** The right digest, twice. */
function duplicatedTlv(recipe: Recipe): Uint8Array {
  return withEntries(soundImage(recipe), (entries) =>
    entries.flatMap((entry) => (digestAlgorithm(entry.type) === undefined ? [entry] : [entry, entry])),
  );
}

/** The image with other unprotected entries; the area's total follows. */
function withEntries(
  image: Uint8Array,
  change: (entries: readonly TlvContent[]) => readonly TlvContent[],
): Uint8Array {
  const { hashedBytes, unprotectedEntries } = areasOf(image);
  const area = encodeTlvArea(UNPROTECTED_MAGIC, change(unprotectedEntries));
  const changed = new Uint8Array(hashedBytes + area.length);
  changed.set(image.subarray(0, hashedBytes));
  changed.set(area, hashedBytes);
  return changed;
}

/** The areas of an image that was signed here. */
function areasOf(image: Uint8Array): TlvAreas {
  const head = decodeHeader(image);
  const tlvs = head.ok ? decodeTlvAreas(image, head.header, { strict: true }) : head;
  if (!tlvs.ok) throw new Error(`an image just signed: ${tlvs.message}`);
  return tlvs.areas;
}
