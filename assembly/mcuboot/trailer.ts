// MCUboot's image trailer at the end of a slot: magic, image_ok and copy_done, each in program units of its own. A is the
// alignment: the part's program size, 8 bytes at the least.
//
//   A = 8   magic at −16   image_ok at −24   copy_done at −32       (offsets from the slot's end)
//   A ≥ 16  magic at −16, its unit at −A;  image_ok at −2A;  copy_done at −3A
//
// A flag is one byte; what is written with it is one write unit of the part, which may be less than A.

import { INFO_ERASED_WORD, INFO_PROGRAM_MIN, STATUS_OK } from "../abi";
import { programBytes, programSizeFor, readBytes, sectorSize, slotOffset, slotSize } from "../hal/flash";
import { erase, info } from "../hal/hal";

export const FLAG_SET: u32 = 1;
export const FLAG_UNSET: u32 = 2;
/** Neither set nor erased, or not to be read. */
export const FLAG_BAD: u32 = 3;

const FLAG_SET_BYTE: u32 = 0x01;
const MAGIC_SIZE: u32 = 16;
const WORD: u32 = 4;
const ALIGN_MIN: u32 = 8;
const ALIGN_MAX: u32 = 512;

/** The magic for an alignment of 8 bytes; for others the alignment stands in the first two bytes, then the rest. */
const MAGIC_8: usize = memory.data<u8>([
  0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80,
]);
const MAGIC_REST: usize = memory.data<u8>([
  0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a,
]);

const WANTED: usize = memory.data(MAGIC_SIZE, 4);
const FOUND: usize = memory.data(MAGIC_SIZE, 4);
const UNIT: usize = memory.data(ALIGN_MAX, 4);

/** Whether the slot's magic stands there, every byte of it. */
export function magicIsGood(slot: u32): bool {
  wantedMagic();
  if (!readBytes(slotOffset(slot) + slotSize(slot) - MAGIC_SIZE, FOUND, MAGIC_SIZE)) return false;
  return memory.compare(WANTED, FOUND, MAGIC_SIZE) == 0;
}

/** The flag that the image is confirmed: FLAG_SET, FLAG_UNSET or FLAG_BAD. */
export function imageOk(slot: u32): u32 {
  return flagAt(imageOkOffset(slot));
}

/** Likewise. */
export function copyDone(slot: u32): u32 {
  return flagAt(copyDoneOffset(slot));
}

/** Programs the magic, over erased flash; answers a Status. */
export function writeMagic(slot: u32): i32 {
  const size = magicSize();
  wantedMagic();
  blankUnit(size);
  memory.copy(UNIT + size - MAGIC_SIZE, WANTED, MAGIC_SIZE);
  return programBytes(
    slotOffset(slot) + slotSize(slot) - size,
    UNIT,
    size,
    min(align(), programSizeFor(size)),
  );
}

/** Sets the flag; answers a Status. */
export function writeImageOk(slot: u32): i32 {
  return writeFlag(imageOkOffset(slot));
}

/** Sets the flag; answers a Status. */
export function writeCopyDone(slot: u32): i32 {
  return writeFlag(copyDoneOffset(slot));
}

/** Erases every sector of a slot. */
export function eraseSlot(slot: u32): i32 {
  const end = slotOffset(slot) + slotSize(slot);
  for (let at = slotOffset(slot); at < end; at += sectorSize(at)) {
    const status = erase(at);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

function align(): u32 {
  return max<u32>(info(INFO_PROGRAM_MIN, 0), ALIGN_MIN);
}

function magicSize(): u32 {
  return max<u32>(align(), MAGIC_SIZE);
}

function imageOkOffset(slot: u32): u32 {
  return slotOffset(slot) + slotSize(slot) - magicSize() - align();
}

function copyDoneOffset(slot: u32): u32 {
  return imageOkOffset(slot) - align();
}

function wantedMagic(): void {
  if (align() == ALIGN_MIN) {
    memory.copy(WANTED, MAGIC_8, MAGIC_SIZE);
    return;
  }
  store<u16>(WANTED, u16(align()));
  memory.copy(WANTED + 2, MAGIC_REST, MAGIC_SIZE - 2);
}

function flagAt(offset: u32): u32 {
  if (!readBytes(offset, FOUND, 1)) return FLAG_BAD;
  const byte = u32(load<u8>(FOUND));
  if (byte == FLAG_SET_BYTE) return FLAG_SET;
  return byte == (info(INFO_ERASED_WORD, 0) & 0xff) ? FLAG_UNSET : FLAG_BAD;
}

function writeFlag(offset: u32): i32 {
  const size = info(INFO_PROGRAM_MIN, 0);
  blankUnit(max<u32>(size, WORD));
  store<u8>(UNIT, u8(FLAG_SET_BYTE));
  return programBytes(offset, UNIT, size, size);
}

function blankUnit(size: u32): void {
  memory.fill(UNIT, u8(info(INFO_ERASED_WORD, 0)), size);
}
