// Images that may never boot: made like a right one, then spoiled in one way. Each way is one that somebody without the
// signing key has, or a fault that a transport makes.
import type { Spoil } from "../campaign/plan/scenario.js";
import { digestAlgorithm } from "../image/digest.js";
import { signImage } from "../image/sign.js";
import { TLV_SEC_CNT, type TlvContent, UNPROTECTED_MAGIC, encodeTlvArea } from "../image/tlv.js";
import { type Overlong, isOverlong, overlongImage } from "./overlong.js";
import { type Recipe, areasOf, soundImage } from "./recipe.js";

/** What the overflowing header claims: with any header before it and any area behind it, more than 2^32. */
const OVERFLOWING_SIZE_BYTES = 2 ** 32 - 4;
const PAYLOAD_SIZE_OFFSET = 12; // images/SPEC.md, header

const WAYS: Readonly<Record<Exclude<Spoil, Overlong>, (recipe: Recipe) => Uint8Array>> = {
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
  if (isOverlong(spoil)) return { bytes: overlongImage(spoil, recipe) };
  const bytes = WAYS[spoil](recipe);
  return spoil === "foreign-key" ? { bytes } : { bytes, sound: soundImage(recipe) };
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
