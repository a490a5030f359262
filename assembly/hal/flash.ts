// Helpers above the Hal: bytes at any alignment, slots, blank checks, padded programs. They decide nothing.

import {
  INFO_ERASED_WORD,
  INFO_PROGRAM_MAX,
  INFO_PROGRAM_MIN,
  INFO_SECTOR_AT,
  INFO_SECTOR_OFFSET,
  INFO_SECTOR_SIZE,
  INFO_SLOT_OFFSET,
  INFO_SLOT_SIZE,
  STATUS_OK,
} from "../abi";
import { info, latch32, program, readWords, tryRead32 } from "./hal";

/** Offset in bytes of slot `slot` (0: A, 1: B); NOWHERE where there is no such slot. */
export function slotOffset(slot: u32): u32 {
  return info(INFO_SLOT_OFFSET, slot);
}

/** Size in bytes of slot `slot`; NOWHERE where there is no such slot. */
export function slotSize(slot: u32): u32 {
  return info(INFO_SLOT_SIZE, slot);
}

/** Offset of the sector that holds byte `offset`. */
export function sectorStart(offset: u32): u32 {
  return info(INFO_SECTOR_OFFSET, info(INFO_SECTOR_AT, offset));
}

/** Size in bytes of the sector that holds byte `offset`. */
export function sectorSize(offset: u32): u32 {
  return info(INFO_SECTOR_SIZE, info(INFO_SECTOR_AT, offset));
}

/** Copies `sizeBytes` bytes of flash from any `offset`; each word is read once. False: a word was unreadable. */
export function readBytes(offset: u32, target: usize, sizeBytes: u32): bool {
  let at = offset;
  const end = offset + sizeBytes;
  if (end < offset) return false;
  let place = target;
  while (at < end) {
    // Not every core stores words where they are not aligned.
    if (((at | u32(place)) & 3) == 0 && end - at >= 4) {
      const whole = (end - at) & ~3;
      if (readWords(at, place, whole >> 2) != STATUS_OK) return false;
      at += whole;
      place += whole;
      continue;
    }
    const answer = tryRead32(at & ~3);
    if (i32(answer >> 32) != STATUS_OK) return false;
    let word = u32(answer) >> ((at & 3) << 3);
    do {
      store<u8>(place, u8(word));
      word >>= 8;
      at++;
      place++;
    } while (at < end && (at & 3) != 0);
  }
  return true;
}

/** Whether every word of `sizeBytes` bytes (a multiple of 4) reads as erased. */
export function readsErased(offset: u32, sizeBytes: u32): bool {
  const erased = info(INFO_ERASED_WORD, 0);
  for (let done: u32 = 0; done < sizeBytes; done += 4) {
    const answer = tryRead32(offset + done);
    if (i32(answer >> 32) != STATUS_OK || u32(answer) != erased) return false;
  }
  return true;
}

/** The part's program size for `sizeBytes` of data: the smallest that holds them, else the largest there is. */
export function programSizeFor(sizeBytes: u32): u32 {
  const most = info(INFO_PROGRAM_MAX, 0);
  let size = max<u32>(info(INFO_PROGRAM_MIN, 0), 4);
  while (size < sizeBytes && size < most) size <<= 1;
  return size;
}

/**
 * Programs `sizeBytes` bytes of RAM from `offset` on, in programs of `programSize`. Whole words of RAM are latched: what a last
 * one has beyond the size has to be erased bytes. Answers the first Status that is not OK, and ends there.
 */
export function programBytes(offset: u32, source: usize, sizeBytes: u32, programSize: u32): i32 {
  for (let done: u32 = 0; done < sizeBytes; done += programSize) {
    const end = min<u32>(done + programSize, sizeBytes);
    for (let at = done; at < end; at += 4) {
      const status = latch32(offset + at, load<u32>(source + at));
      if (status != STATUS_OK) return status;
    }
    const status = program(offset + done, programSize);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}
