// The 32-byte header of MCUboot's image format, parsed from a copy in RAM so that what is checked is what is used.
// Pure but for the copy: reads no flash.
//
//   0 magic  4 load address  8 header size u16  10 protected TLV size u16  12 payload size  16 flags
//   20 major u8, minor u8, revision u16  24 build  28 padding                    (MCUboot image.h)

import {
  REASON_FLAGS,
  REASON_HEADER_SIZE,
  REASON_IMAGE_SIZE,
  REASON_MAGIC,
  REASON_NON_BOOTABLE,
  REASON_OK,
  REASON_WRONG_SLOT,
} from "../abi";
import { AREA_INFO_SIZE, packedVersion } from "./tlv";

export const IMAGE_MAGIC: u32 = 0x96f3b83d; // MCUboot image.h
export const HEADER_SIZE: u32 = 32;

const FLAG_NON_BOOTABLE: u32 = 0x10;
const FLAG_ROM_FIXED: u32 = 0x100;

/** Flash offset that the image is linked for; of meaning only where isRomFixed. */
export function headerLoadAddress(header: usize): u32 {
  return load<u32>(header, 4);
}

/** Bytes from the image's start to its first payload byte. */
export function headerSize(header: usize): u32 {
  return u32(load<u16>(header, 8));
}

/** Size of the protected TLV area with its info header; 0 when there is none. */
export function protectedSize(header: usize): u32 {
  return u32(load<u16>(header, 10));
}

/** Bytes of payload. */
export function payloadSize(header: usize): u32 {
  return load<u32>(header, 12);
}

/** Whether the image runs only at the address that it is linked for. */
export function isRomFixed(header: usize): bool {
  return (load<u32>(header, 16) & FLAG_ROM_FIXED) != 0;
}

/** Version as one number that orders like (major, minor, revision, build). */
export function version(header: usize): u64 {
  return packedVersion(header + 20);
}

/**
 * Checks a header against the region that holds the image: `regionSize` bytes, at flash offset `slotOffset`.
 * Sums are 64 bits wide, so no length overflows. One REASON_ per cause.
 */
export function headerReason(header: usize, slotOffset: u32, regionSize: u32): u32 {
  if (load<u32>(header) != IMAGE_MAGIC) return REASON_MAGIC;
  const size = headerSize(header);
  if (size < HEADER_SIZE || (size & 3) != 0 || size >= regionSize) return REASON_HEADER_SIZE;
  const payload = payloadSize(header);
  const total = u64(size) + u64(payload) + u64(protectedSize(header)) + u64(AREA_INFO_SIZE);
  if (payload == 0 || total > u64(regionSize)) return REASON_IMAGE_SIZE;
  const flags = load<u32>(header, 16);
  if ((flags & ~(FLAG_ROM_FIXED | FLAG_NON_BOOTABLE)) != 0) return REASON_FLAGS;
  if ((flags & FLAG_NON_BOOTABLE) != 0) return REASON_NON_BOOTABLE;
  if ((flags & FLAG_ROM_FIXED) != 0 && headerLoadAddress(header) != slotOffset) return REASON_WRONG_SLOT;
  return REASON_OK;
}
