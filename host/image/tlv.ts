// TLV areas behind an image's payload: encode, and decode with every bound checked. Knows no keys and checks no digest.
import {
  REASON_TLV_AREA,
  REASON_TLV_DUPLICATE,
  REASON_TLV_ENTRY,
  REASON_TLV_MISPLACED,
  REASON_TLV_TOO_LARGE,
} from "../../assembly/abi.js";
import { AREA_INFO_SIZE_BYTES, fitting, type ImageHeader } from "./header.js";
import { hexNumber, refuse, type Refusal } from "./reason.js";

// Area:  magic u16, total size u16 (this info header included), entries.    Entry:  type u16, data size u16, data.
export const UNPROTECTED_MAGIC = 0x6907; // MCUboot image.h, IMAGE_TLV_INFO_MAGIC
export const PROTECTED_MAGIC = 0x6908; // MCUboot image.h, IMAGE_TLV_PROT_INFO_MAGIC
/** Largest protected area that the boot core holds in RAM, info header included (assembly/image/verify.ts). */
export const PROTECTED_MAX_BYTES = 2048;
const ENTRY_HEADER_SIZE_BYTES = 4;

// Entry types: MCUboot image.h, IMAGE_TLV_*.
export const TLV_KEYHASH = 0x01;
const TLV_PUBKEY = 0x02;
export const TLV_SHA256 = 0x10;
const TLV_SHA384 = 0x11;
export const TLV_SHA512 = 0x12;
export const TLV_RSA2048_PSS = 0x20;
const TLV_ECDSA224 = 0x21;
export const TLV_ECDSA = 0x22;
export const TLV_RSA3072_PSS = 0x23;
export const TLV_ED25519 = 0x24;
export const TLV_SIG_PURE = 0x25;
export const TLV_DEPENDENCY = 0x40;
export const TLV_SEC_CNT = 0x50;
export const TLV_BOOT_RECORD = 0x60;
export const TLV_UUID_VENDOR = 0x74;
export const TLV_UUID_CLASS = 0x75;
/** Ours in the unprotected area alone, where imgtool puts no vendor's TLV: an HSS/LMS signature. */
export const TLV_LMS = 0xb0;

const NAMES: ReadonlyMap<number, string> = new Map([
  [TLV_KEYHASH, "KEYHASH"],
  [TLV_PUBKEY, "PUBKEY"],
  [TLV_SHA256, "SHA256"],
  [TLV_SHA384, "SHA384"],
  [TLV_SHA512, "SHA512"],
  [TLV_RSA2048_PSS, "RSA2048_PSS"],
  [TLV_ECDSA224, "ECDSA224"],
  [TLV_ECDSA, "ECDSA"],
  [TLV_RSA3072_PSS, "RSA3072_PSS"],
  [TLV_ED25519, "ED25519"],
  [TLV_SIG_PURE, "SIG_PURE"],
  [0x30, "ENC_RSA2048"],
  [0x31, "ENC_KW"],
  [0x32, "ENC_EC256"],
  [0x33, "ENC_X25519"],
  [0x34, "ENC_X25519_SHA512"],
  [TLV_DEPENDENCY, "DEPENDENCY"],
  [TLV_SEC_CNT, "SEC_CNT"],
  [TLV_BOOT_RECORD, "BOOT_RECORD"],
  [0x70, "DECOMP_SIZE"],
  [0x71, "DECOMP_SHA"],
  [0x72, "DECOMP_SIGNATURE"],
  [0x73, "COMP_DEC_SIZE"],
  [TLV_UUID_VENDOR, "UUID_VENDOR"],
  [TLV_UUID_CLASS, "UUID_CLASS"],
  [TLV_LMS, "LMS"],
]);

/** MCUboot's types that the unprotected area may hold, and no other area: hash, key hash, signature and encryption entries. */
const UNPROTECTED_TYPES: ReadonlySet<number> = new Set([
  ...[TLV_KEYHASH, TLV_SHA256, TLV_SHA384, TLV_SHA512],
  ...[TLV_RSA2048_PSS, TLV_ECDSA224, TLV_ECDSA, TLV_RSA3072_PSS, TLV_ED25519, TLV_SIG_PURE],
  ...[0x30, 0x31, 0x32, 0x33, 0x34],
]);
const DIGEST_TYPES: ReadonlySet<number> = new Set([TLV_SHA256, TLV_SHA384, TLV_SHA512]);
/** Data sizes in bytes that are fixed whoever signs; those of key hash and signature depend on the key. */
const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [TLV_SHA256, 32],
  [TLV_SHA384, 48],
  [TLV_SHA512, 64],
  [TLV_SIG_PURE, 1],
  [TLV_DEPENDENCY, 12],
  [TLV_SEC_CNT, 4],
  [TLV_UUID_VENDOR, 16],
  [TLV_UUID_CLASS, 16],
]);

/** What an entry says, without its place. */
export interface TlvContent {
  readonly type: number;
  readonly data: Uint8Array;
}

/** An entry in an image; `offset` is that of its type field, `data` a view into the image's bytes. */
export interface TlvEntry extends TlvContent {
  readonly offset: number;
}

/** Both areas of an image: everything before `hashedBytes` is what digest and signature cover. */
export interface TlvAreas {
  readonly protectedEntries: readonly TlvEntry[];
  readonly unprotectedEntries: readonly TlvEntry[];
  /** Size in bytes of header, payload and protected area. */
  readonly hashedBytes: number;
  /** Size in bytes of the image: header to end of TLVs. */
  readonly extentBytes: number;
}

export type TlvResult = { readonly ok: true; readonly areas: TlvAreas } | Refusal;

/** Rules for one walk: strict refuses what stands in the wrong area, twice, with a wrong size, or in an oversized area. */
export interface TlvRules {
  readonly strict: boolean;
}

/**
 * Decodes both TLV areas of the image in `bytes`, whose `header` was decoded from the same bytes.
 * @param rules strict for a judgement; not strict for a listing, which checks bounds only.
 */
export function decodeTlvAreas(bytes: Uint8Array, header: ImageHeader, rules: TlvRules): TlvResult {
  const payloadEnd = header.headerSizeBytes + header.payloadSizeBytes;
  const hashedBytes = payloadEnd + header.protectedSizeBytes;
  let protectedEntries: readonly TlvEntry[] = [];
  if (header.protectedSizeBytes !== 0) {
    if (rules.strict && header.protectedSizeBytes > PROTECTED_MAX_BYTES) {
      const found = `found ${header.protectedSizeBytes}`;
      return refuse(
        REASON_TLV_TOO_LARGE,
        10,
        `expected a protected area of at most ${PROTECTED_MAX_BYTES} bytes, ${found}`,
      );
    }
    const area = decodeArea(bytes.subarray(0, hashedBytes), payloadEnd, { ...rules, isProtected: true });
    if (!area.ok) return area;
    protectedEntries = area.entries;
  }
  const area = decodeArea(bytes, hashedBytes, { ...rules, isProtected: false });
  if (!area.ok) return area;
  const areas = {
    protectedEntries,
    unprotectedEntries: area.entries,
    hashedBytes,
    extentBytes: area.endOffset,
  };
  return { ok: true, areas };
}

interface AreaRules extends TlvRules {
  readonly isProtected: boolean;
}

type AreaResult =
  { readonly ok: true; readonly entries: readonly TlvEntry[]; readonly endOffset: number } | Refusal;

/** Decodes the area that starts at `start` and must end within `bytes`; a protected one must end with them. */
function decodeArea(bytes: Uint8Array, start: number, rules: AreaRules): AreaResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const area = rules.isProtected ? "protected" : "unprotected";
  if (bytes.length - start < AREA_INFO_SIZE_BYTES) {
    return refuse(
      REASON_TLV_AREA,
      start,
      `expected the ${area} TLV area, found ${bytes.length - start} bytes`,
    );
  }
  const magic = rules.isProtected ? PROTECTED_MAGIC : UNPROTECTED_MAGIC;
  const foundMagic = view.getUint16(start, true);
  if (foundMagic !== magic) {
    const found = `found ${hexNumber(foundMagic)}`;
    return refuse(
      REASON_TLV_AREA,
      start,
      `expected the ${area} TLV area's magic ${hexNumber(magic)}, ${found}`,
    );
  }
  const totalBytes = view.getUint16(start + 2, true);
  const mostBytes = bytes.length - start;
  const leastBytes = rules.isProtected ? mostBytes : AREA_INFO_SIZE_BYTES;
  if (totalBytes < leastBytes || totalBytes > mostBytes) {
    const range = leastBytes === mostBytes ? mostBytes : `${leastBytes}..${mostBytes}`;
    return refuse(
      REASON_TLV_AREA,
      start + 2,
      `expected an ${area} TLV area of ${range} bytes, found ${totalBytes}`,
    );
  }
  const endOffset = start + totalBytes;
  const entries: TlvEntry[] = [];
  const seen = new Set<number>();
  let offset = start + AREA_INFO_SIZE_BYTES;
  while (offset < endOffset) {
    const leftBytes = endOffset - offset - ENTRY_HEADER_SIZE_BYTES;
    if (leftBytes < 0) {
      return refuse(
        REASON_TLV_ENTRY,
        offset,
        `expected a TLV entry, found ${endOffset - offset} bytes of one`,
      );
    }
    const type = view.getUint16(offset, true);
    const sizeBytes = view.getUint16(offset + 2, true);
    if (sizeBytes > leftBytes) {
      const name = tlvName(type, rules.isProtected);
      return refuse(
        REASON_TLV_ENTRY,
        offset,
        `expected at most ${leftBytes} bytes of ${name}, found ${sizeBytes}`,
      );
    }
    const dataOffset = offset + ENTRY_HEADER_SIZE_BYTES;
    const entry = { type, offset, data: bytes.subarray(dataOffset, dataOffset + sizeBytes) };
    const refusal = rules.strict ? judgeEntry(entry, rules.isProtected, seen) : undefined;
    if (refusal !== undefined) return refusal;
    entries.push(entry);
    offset = dataOffset + sizeBytes;
  }
  return { ok: true, entries, endOffset };
}

/** The strict rules for one entry; `seen` collects what this area may hold only once. */
function judgeEntry(entry: TlvEntry, isProtected: boolean, seen: Set<number>): Refusal | undefined {
  const { type, data, offset } = entry;
  const name = tlvName(type, isProtected);
  // A full public key would be believed by a reader that trusts what the image brings along: nowhere.
  const isUnprotected = UNPROTECTED_TYPES.has(type) || (type === TLV_LMS && !isProtected);
  if (isUnprotected === isProtected || type === TLV_PUBKEY) {
    const area = isProtected ? "protected" : "unprotected";
    return refuse(REASON_TLV_MISPLACED, offset, `expected no ${name} in the ${area} TLV area, found one`);
  }
  // All digests share one mark: an image has one digest, whatever its kind.
  const onlyOnce = DIGEST_TYPES.has(type) ? TLV_SHA256 : type;
  if (seen.has(onlyOnce)) {
    const what = DIGEST_TYPES.has(type) ? "digest" : name;
    return refuse(REASON_TLV_DUPLICATE, offset, `expected one ${what}, found a second (${name})`);
  }
  if (DIGEST_TYPES.has(type) || type === TLV_SEC_CNT || type === TLV_SIG_PURE) seen.add(onlyOnce);
  const sizeBytes = FIXED_SIZES.get(type) ?? data.length;
  if (data.length !== sizeBytes) {
    return refuse(REASON_TLV_ENTRY, offset, `expected ${sizeBytes} bytes of ${name}, found ${data.length}`);
  }
  if (type === TLV_SIG_PURE && data[0] !== 1) {
    return refuse(REASON_TLV_ENTRY, offset, `expected SIG_PURE to be 1, found ${data[0]}`);
  }
  return undefined;
}

/**
 * Names an entry type as MCUboot does; a type without a name is shown as its number.
 * @param isProtected it stands in the protected area, where the number of an LMS signature is a vendor's own; false when absent
 */
export function tlvName(type: number, isProtected = false): string {
  const name = isProtected && type === TLV_LMS ? undefined : NAMES.get(type);
  return name ?? `0x${type.toString(16).padStart(4, "0")}`;
}

/** Whether a type of the protected area has a meaning, so that no vendor may use it for another. */
export function isNamedType(type: number): boolean {
  return NAMES.has(type) && type !== TLV_LMS;
}

/**
 * Encodes one TLV area with its info header; no entries give no bytes at all.
 * @throws InvalidImageOptionError when an entry or the area is larger than its 16-bit size field.
 */
export function encodeTlvArea(magic: number, contents: readonly TlvContent[]): Uint8Array {
  if (contents.length === 0) return new Uint8Array(0);
  const totalBytes = contents.reduce(
    (sum, { data }) => sum + ENTRY_HEADER_SIZE_BYTES + data.length,
    AREA_INFO_SIZE_BYTES,
  );
  const bytes = new Uint8Array(fitting("TLV area size", totalBytes, 16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, magic, true);
  view.setUint16(2, totalBytes, true);
  let offset = AREA_INFO_SIZE_BYTES;
  for (const { type, data } of contents) {
    view.setUint16(offset, fitting("TLV type", type, 16), true);
    view.setUint16(offset + 2, data.length, true);
    bytes.set(data, offset + ENTRY_HEADER_SIZE_BYTES);
    offset += ENTRY_HEADER_SIZE_BYTES + data.length;
  }
  return bytes;
}
