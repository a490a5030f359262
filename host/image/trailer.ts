// The trailer at the end of a padded image, as imgtool writes it and MCUboot reads it. This project's own boot state
// is the Record; the trailer is written for compatibility, reported, and never believed.
import { equalBytes } from "./digest.js";

// Offsets from the slot's end, with A the maximal alignment (MCUboot docs/design.md, image trailer):
//   magic -16,  image_ok -(align(16, A) + A),  copy_done A before it,  swap_info A before that
export type MaxAlignment = 8 | 16 | 32;
export const MAX_ALIGNMENTS: readonly MaxAlignment[] = [8, 16, 32];

const MAGIC_SIZE_BYTES = 16;
const MAGIC_ALIGN_8 = Uint8Array.from(Buffer.from("77c295f360d2ef7f3552500f2cb67980", "hex"));
const MAGIC_TAIL = Buffer.from("2de15d29410b8d77679c110f1f8a", "hex");
const FLAG_SET = 0x01;
const FLAG_UNSET = 0xff;
const STATUS_BYTES_PER_SECTOR = 3; // swap states per sector, times the write alignment
const STATUS_FIELDS = 4; // image_ok, copy_done, swap_info, swap_size

type TrailerFlag = "SET" | "UNSET" | "BAD";

/** What the end of a padded image says. */
export interface Trailer {
  readonly maxAlignBytes: MaxAlignment;
  readonly imageOk: TrailerFlag;
  readonly copyDone: TrailerFlag;
}

/** The 16 bytes that end a padded image for this maximal alignment. */
export function trailerMagic(maxAlignBytes: MaxAlignment): Uint8Array {
  if (maxAlignBytes === 8) return MAGIC_ALIGN_8;
  return Uint8Array.from([maxAlignBytes & 0xff, maxAlignBytes >> 8, ...MAGIC_TAIL]);
}

/** Offset in bytes of the image_ok flag in a slot of `slotSizeBytes`. */
export function imageOkOffset(slotSizeBytes: number, maxAlignBytes: MaxAlignment): number {
  const alignedMagicBytes = Math.ceil(MAGIC_SIZE_BYTES / maxAlignBytes) * maxAlignBytes;
  return slotSizeBytes - alignedMagicBytes - maxAlignBytes;
}

/** What a trailer is sized by: write and maximal alignment in bytes, sectors of the largest slot. */
export interface TrailerShape {
  readonly alignBytes: number;
  readonly maxAlignBytes: MaxAlignment;
  readonly maxSectors: number;
  /** Without room for swap states. */
  readonly isOverwriteOnly: boolean;
}

/** Size in bytes that imgtool keeps free at the end of the slot. */
export function trailerSizeBytes(shape: TrailerShape): number {
  const { alignBytes, maxAlignBytes, maxSectors, isOverwriteOnly } = shape;
  const alignedMagicBytes = Math.ceil(MAGIC_SIZE_BYTES / maxAlignBytes) * maxAlignBytes;
  if (isOverwriteOnly) return 2 * maxAlignBytes + alignedMagicBytes;
  const statusBytes = maxSectors * STATUS_BYTES_PER_SECTOR * alignBytes;
  return statusBytes + STATUS_FIELDS * maxAlignBytes + alignedMagicBytes;
}

/** Reads the trailer at the end of `bytes`; undefined when they do not end with a trailer's magic. */
export function readTrailer(bytes: Uint8Array): Trailer | undefined {
  const end = bytes.subarray(-MAGIC_SIZE_BYTES);
  const maxAlignBytes = MAX_ALIGNMENTS.find((alignment) => equalBytes(end, trailerMagic(alignment)));
  if (maxAlignBytes === undefined) return undefined;
  const offset = imageOkOffset(bytes.length, maxAlignBytes);
  const imageOk = trailerFlag(bytes[offset]);
  return { maxAlignBytes, imageOk, copyDone: trailerFlag(bytes[offset - maxAlignBytes]) };
}

function trailerFlag(byte: number | undefined): TrailerFlag {
  if (byte === FLAG_SET) return "SET";
  return byte === FLAG_UNSET ? "UNSET" : "BAD";
}
