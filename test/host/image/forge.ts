// Builds images that are wrong in one chosen way and right, and rightly signed, in every other. Test data only.
import { SHA256 } from "../../../host/image/digest.js";
import { encodeHeader, type ImageHeader } from "../../../host/image/header.js";
import type { SigningKey } from "../../../host/image/key-types.js";
import { signatureEntries } from "../../../host/image/sign.js";
import {
  PROTECTED_MAGIC,
  TLV_SEC_CNT,
  UNPROTECTED_MAGIC,
  encodeTlvArea,
  type TlvContent,
} from "../../../host/image/tlv.js";
import { seedKey } from "./samples.js";

export interface Forgery {
  readonly header?: Partial<ImageHeader>;
  readonly payload?: Uint8Array;
  readonly protectedEntries?: readonly TlvContent[];
  /** Changes the unprotected entries after the signature was made. */
  readonly unprotected?: (entries: readonly TlvContent[]) => readonly TlvContent[];
  /** Changes the protected area's bytes before they are signed. */
  readonly protectedArea?: (area: Uint8Array) => Uint8Array;
  /** Changes the finished image. */
  readonly image?: (image: Uint8Array, hashedBytes: number) => Uint8Array;
  readonly key?: SigningKey;
}

export const SEC_CNT_7: TlvContent = { type: TLV_SEC_CNT, data: Uint8Array.of(7, 0, 0, 0) };

export function forge(forgery: Forgery = {}): Uint8Array {
  const {
    payload = new Uint8Array(100).fill(0x5a),
    protectedEntries = [SEC_CNT_7],
    key = seedKey(),
  } = forgery;
  const encoded = encodeTlvArea(PROTECTED_MAGIC, protectedEntries);
  const area = forgery.protectedArea?.(encoded) ?? encoded;
  const header: ImageHeader = {
    loadAddress: 0,
    headerSizeBytes: 32,
    protectedSizeBytes: area.length,
    payloadSizeBytes: payload.length,
    flags: 0,
    version: { major: 1, minor: 0, revision: 0, build: 0 },
    ...forgery.header,
  };
  const hashed = Uint8Array.from([...encodeHeader(header), ...payload, ...area]);
  const entries = signatureEntries(hashed, [key], { algorithm: SHA256, isPure: false });
  const unprotected = encodeTlvArea(UNPROTECTED_MAGIC, forgery.unprotected?.(entries) ?? entries);
  const image = Uint8Array.from([...hashed, ...unprotected]);
  return forgery.image?.(image, hashed.length) ?? image;
}

/** Sets a little-endian 16-bit field in a copy. */
export function with16(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint16(offset, value, true);
  return copy;
}
