// The 32-byte header of MCUboot's image format: encode, decode, judge. Never looks behind the header.
import {
  REASON_FLAGS,
  REASON_HEADER_SIZE,
  REASON_IMAGE_SIZE,
  REASON_MAGIC,
  REASON_NON_BOOTABLE,
  REASON_WRONG_SLOT,
} from "../../assembly/abi.js";
import { hexNumber, refuse, type Refusal } from "./reason.js";
import { InvalidImageOptionError, type ImageVersion } from "./version.js";

// Offset  size  field                              (MCUboot boot/bootutil/include/bootutil/image.h, struct image_header)
//      0     4  magic
//      4     4  load address, or the flash offset that a ROM_FIXED image is linked for
//      8     2  header size: the payload starts here
//     10     2  protected TLV area size with its info header, 0 when there is none
//     12     4  payload size
//     16     4  flags
//     20     8  version: major u8, minor u8, revision u16, build u32
//     28     4  padding
const IMAGE_MAGIC = 0x96f3b83d; // MCUboot image.h
export const HEADER_SIZE_BYTES = 32;
/** Info header of a TLV area: magic u16, total u16. */
export const AREA_INFO_SIZE_BYTES = 4;

const LOAD_ADDRESS_OFFSET = 4;
const HEADER_SIZE_OFFSET = 8;
const PROTECTED_SIZE_OFFSET = 10;
const PAYLOAD_SIZE_OFFSET = 12;
const FLAGS_OFFSET = 16;
const VERSION_OFFSET = 20;

// Header flags: MCUboot image.h, IMAGE_F_*.
export const FLAG_NON_BOOTABLE = 0x10;
export const FLAG_RAM_LOAD = 0x20;
export const FLAG_ROM_FIXED = 0x100;
const FLAG_NAMES: readonly (readonly [flag: number, name: string])[] = [
  [0x4, "ENCRYPTED_AES128"],
  [0x8, "ENCRYPTED_AES256"],
  [FLAG_NON_BOOTABLE, "NON_BOOTABLE"],
  [FLAG_RAM_LOAD, "RAM_LOAD"],
  [FLAG_ROM_FIXED, "ROM_FIXED"],
  [0x200, "COMPRESSED_LZMA1"],
  [0x400, "COMPRESSED_LZMA2"],
  [0x800, "COMPRESSED_ARM_THUMB"],
];

/** A header's fields; sizes in bytes, `protectedSizeBytes` with the area's own info header. */
export interface ImageHeader {
  readonly loadAddress: number;
  readonly headerSizeBytes: number;
  readonly protectedSizeBytes: number;
  readonly payloadSizeBytes: number;
  readonly flags: number;
  readonly version: ImageVersion;
}

export type HeaderResult = { readonly ok: true; readonly header: ImageHeader } | Refusal;

/**
 * Decodes the header at the start of `bytes`, whose length is that of the slot or file that holds the image.
 * Refuses a wrong magic, a header size that cannot be, and sizes that reach past the end; flags are not judged here.
 */
export function decodeHeader(bytes: Uint8Array): HeaderResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    return refuse(REASON_MAGIC, 0, `expected an image, found ${bytes.length} bytes`);
  }
  const magic = view.getUint32(0, true);
  if (magic !== IMAGE_MAGIC) {
    return refuse(REASON_MAGIC, 0, `expected magic ${hexNumber(IMAGE_MAGIC)}, found ${hexNumber(magic)}`);
  }
  if (bytes.length < HEADER_SIZE_BYTES) {
    return refuse(
      REASON_HEADER_SIZE,
      bytes.length,
      `expected a header of 32 bytes, found ${bytes.length} bytes`,
    );
  }
  const header: ImageHeader = {
    loadAddress: view.getUint32(LOAD_ADDRESS_OFFSET, true),
    headerSizeBytes: view.getUint16(HEADER_SIZE_OFFSET, true),
    protectedSizeBytes: view.getUint16(PROTECTED_SIZE_OFFSET, true),
    payloadSizeBytes: view.getUint32(PAYLOAD_SIZE_OFFSET, true),
    flags: view.getUint32(FLAGS_OFFSET, true),
    version: {
      major: view.getUint8(VERSION_OFFSET),
      minor: view.getUint8(VERSION_OFFSET + 1),
      revision: view.getUint16(VERSION_OFFSET + 2, true),
      build: view.getUint32(VERSION_OFFSET + 4, true),
    },
  };
  return sizeRefusal(header, bytes.length) ?? { ok: true, header };
}

/** Bounds of the sizes against `limitBytes`; sums of JavaScript numbers do not overflow. */
function sizeRefusal(header: ImageHeader, limitBytes: number): Refusal | undefined {
  const { headerSizeBytes, payloadSizeBytes, protectedSizeBytes } = header;
  if (headerSizeBytes < HEADER_SIZE_BYTES || headerSizeBytes % 4 !== 0 || headerSizeBytes >= limitBytes) {
    return refuse(
      REASON_HEADER_SIZE,
      HEADER_SIZE_OFFSET,
      `expected a header size of 32 or more, a multiple of 4 and below ${limitBytes}, found ${headerSizeBytes}`,
    );
  }
  if (payloadSizeBytes === 0) {
    return refuse(REASON_IMAGE_SIZE, PAYLOAD_SIZE_OFFSET, "expected a payload, found a payload size of 0");
  }
  const leastBytes = headerSizeBytes + payloadSizeBytes + protectedSizeBytes + AREA_INFO_SIZE_BYTES;
  if (leastBytes > limitBytes) {
    return refuse(
      REASON_IMAGE_SIZE,
      PAYLOAD_SIZE_OFFSET,
      `expected an image within ${limitBytes} bytes, found sizes that add up to ${leastBytes} or more`,
    );
  }
  return undefined;
}

/**
 * Judges what a decoded header asks for: no flag but NON_BOOTABLE and ROM_FIXED is known here, NON_BOOTABLE is
 * refused, and so is ROM_FIXED for another place than `slotOffset` (bytes; not judged when undefined).
 */
export function judgeHeader(header: ImageHeader, slotOffset?: number): Refusal | undefined {
  const unsupported = header.flags & ~(FLAG_NON_BOOTABLE | FLAG_ROM_FIXED);
  if (unsupported !== 0) {
    const found = flagNames(unsupported).join(", ");
    return refuse(REASON_FLAGS, FLAGS_OFFSET, `expected a plain bootable image, found flags ${found}`);
  }
  if ((header.flags & FLAG_NON_BOOTABLE) !== 0) {
    return refuse(
      REASON_NON_BOOTABLE,
      FLAGS_OFFSET,
      "expected a bootable image, found the flag NON_BOOTABLE",
    );
  }
  if (isRomFixed(header) && slotOffset !== undefined && header.loadAddress !== slotOffset) {
    const found = hexNumber(header.loadAddress);
    return refuse(
      REASON_WRONG_SLOT,
      LOAD_ADDRESS_OFFSET,
      `expected an image linked for ${hexNumber(slotOffset)}, found one linked for ${found}`,
    );
  }
  return undefined;
}

/** Whether the image runs only from flash offset `loadAddress`. */
export function isRomFixed(header: ImageHeader): boolean {
  return (header.flags & FLAG_ROM_FIXED) !== 0;
}

/** Names the bits of a header's flags; bits without a name appear as one hexadecimal number. */
export function flagNames(flags: number): readonly string[] {
  const named = FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0);
  const rest = named.reduce((bits, [flag]) => bits & ~flag, flags) >>> 0;
  const names = named.map(([, name]) => name);
  return rest === 0 ? names : [...names, hexNumber(rest)];
}

/**
 * Encodes a header as its 32 bytes.
 * @throws InvalidImageOptionError when a field does not fit.
 */
export function encodeHeader(header: ImageHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  const { version } = header;
  view.setUint32(0, IMAGE_MAGIC, true);
  view.setUint32(LOAD_ADDRESS_OFFSET, fitting("load address", header.loadAddress, 32), true);
  view.setUint16(HEADER_SIZE_OFFSET, fitting("header size", header.headerSizeBytes, 16), true);
  view.setUint16(
    PROTECTED_SIZE_OFFSET,
    fitting("protected TLV area size", header.protectedSizeBytes, 16),
    true,
  );
  view.setUint32(PAYLOAD_SIZE_OFFSET, fitting("payload size", header.payloadSizeBytes, 32), true);
  view.setUint32(FLAGS_OFFSET, fitting("flags", header.flags, 32), true);
  view.setUint8(VERSION_OFFSET, fitting("major version", version.major, 8));
  view.setUint8(VERSION_OFFSET + 1, fitting("minor version", version.minor, 8));
  view.setUint16(VERSION_OFFSET + 2, fitting("revision", version.revision, 16), true);
  view.setUint32(VERSION_OFFSET + 4, fitting("build number", version.build, 32), true);
  return bytes;
}

/**
 * Answers `value` when it is an integer that fits an unsigned field of `widthBits`.
 * @throws InvalidImageOptionError otherwise, naming the field `what`.
 */
export function fitting(what: string, value: number, widthBits: 8 | 16 | 32): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** widthBits) return value;
  throw new InvalidImageOptionError(`${what}: expected an integer 0..${2 ** widthBits - 1}, found ${value}`);
}
