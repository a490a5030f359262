// What an image of a scene is made from, and the image as it ought to be. Reads no files and keeps no keys.
import { decodeHeader } from "../image/header.js";
import type { PrivateKey } from "../image/key-types.js";
import { type SignOptions, signImage } from "../image/sign.js";
import { type TlvAreas, decodeTlvAreas } from "../image/tlv.js";

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

/** The image of a recipe as it ought to be. */
export function soundImage({ payload, options, keys }: Recipe): Uint8Array {
  return signImage(payload, keys.own, options);
}

/** The areas of an image that was signed here. */
export function areasOf(image: Uint8Array): TlvAreas {
  const head = decodeHeader(image);
  const tlvs = head.ok ? decodeTlvAreas(image, head.header, { strict: true }) : head;
  if (!tlvs.ok) throw new Error(`an image just signed: ${tlvs.message}`);
  return tlvs.areas;
}
