// Images and key tables for situations: good ones, and ones that are wrong in one field and, where that can be, rightly
// signed all the same. Everything is made from fixed keys: two runs give the same bytes.
import { SHA256, SHA512 } from "../../host/image/digest.js";
import { fixedKey } from "../../host/image/fixed-keys.js";
import type { ImageHeader } from "../../host/image/header.js";
import { type InstalledImage, encodeKeyTable } from "../../host/image/key-table.js";
import { signatureEntries, signImage } from "../../host/image/sign.js";
import { type TlvContent, UNPROTECTED_MAGIC, encodeTlvArea } from "../../host/image/tlv.js";
import { type Forgery, forge } from "../host/image/forge.js";
import { testKey } from "../support/scenes.js";

export const OTHER_KEY = fixedKey("ed25519", "another key");
export const P256_KEY = fixedKey("ecdsa-p256", "a key of another kind");
export const THIRD_KEY = fixedKey("ed25519", "a third key");

export const KEYS = encodeKeyTable([testKey.publicKey]);

/** What makes an image of the policy's situations. */
export interface Content {
  readonly counter?: number;
  readonly version?: readonly [number, number, number, number];
  readonly linkedFor?: number;
}

/** A small good image. */
export function image({ counter, version = [1, 0, 0, 0], linkedFor }: Content = {}): Uint8Array {
  const [major, minor, revision, build] = version;
  return signImage(new Uint8Array(36).fill(7), testKey, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: { major, minor, revision, build },
    ...(counter === undefined ? {} : { securityCounter: counter }),
    ...(linkedFor === undefined ? {} : { romFixed: linkedFor }),
  });
}

/** An image with this header and these areas, rightly signed. */
export function forged(forgery: Forgery): Uint8Array {
  return forge({ key: testKey, payload: new Uint8Array(36).fill(9), ...forgery });
}

/** A rightly signed image with a protected area of these entries. */
export function withProtected(...protectedEntries: readonly TlvContent[]): Uint8Array {
  return forged({ protectedEntries });
}

/** A rightly signed image with a protected area of these bytes. */
export function withArea(protectedArea: (area: Uint8Array) => Uint8Array): Uint8Array {
  return forged({ protectedArea });
}

/** A rightly signed image whose unprotected entries are changed afterwards. */
export function withUnprotected(
  change: (entries: readonly TlvContent[]) => readonly TlvContent[],
): Uint8Array {
  return forged({ unprotected: change });
}

/** A good image with another header field, signed as it then is. */
export function withHeader(header: Partial<ImageHeader>, payloadSize = 36): Uint8Array {
  return forged({ header, payload: new Uint8Array(payloadSize).fill(9) });
}

/** Signed by several keys, its digest and signatures of these forms. */
export function signedBy(
  keys: Parameters<typeof signatureEntries>[1],
  { isPure = false, wide = false, headerSize = 0x20, payloadSize = 36 } = {},
): { readonly hashed: Uint8Array; readonly entries: readonly TlvContent[]; readonly bytes: Uint8Array } {
  const bytes = signImage(new Uint8Array(payloadSize).fill(3), testKey, {
    headerSizeBytes: headerSize,
    padHeader: true,
    version: { major: 1, minor: 0, revision: 0, build: 0 },
    securityCounter: 4,
  });
  const view = new DataView(bytes.buffer);
  const hashed = bytes.slice(0, headerSize + payloadSize + view.getUint16(10, true));
  const entries = signatureEntries(hashed, keys, { algorithm: wide ? SHA512 : SHA256, isPure });
  return { hashed, entries, bytes: joined(hashed, encodeTlvArea(UNPROTECTED_MAGIC, entries)) };
}

/** Hashed bytes with an unprotected area of these entries behind them. */
export function withEntries(hashed: Uint8Array, entries: readonly TlvContent[]): Uint8Array {
  return joined(hashed, encodeTlvArea(UNPROTECTED_MAGIC, entries));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** An entry of `size` bytes of a type. */
export function entry(type: number, size: number, fill = 1): TlvContent {
  return { type, data: new Uint8Array(size).fill(fill) };
}

/** A dependency on a version of another image. */
export function dependency(id: number, ...[major, minor, revision, build]: readonly number[]): TlvContent {
  const data = new Uint8Array(12);
  const view = new DataView(data.buffer);
  view.setUint8(0, id);
  view.setUint8(4, major ?? 0);
  view.setUint8(5, minor ?? 0);
  view.setUint16(6, revision ?? 0, true);
  view.setUint32(8, build ?? 0, true);
  return { type: 0x40, data };
}

/** Another image that the device has. */
export function installed(
  id: number,
  ...[major = 0, minor = 0, revision = 0, build = 0]: readonly number[]
): InstalledImage {
  return { id, version: { major, minor, revision, build } };
}

/** A copy with bits of one byte flipped. */
export function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}
