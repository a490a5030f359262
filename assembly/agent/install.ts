// Writes an offered image into a slot, one small step at a time. Where it stands is read off flash and offer alone: a
// sector is right, blank, or to be erased. No progress is recorded, so nothing can be torn but the image itself.
// Decides nothing about trials or confirmation.

import { INFO_OFFER_COUNT, INFO_OFFER_OFFSET, INFO_OFFER_SIZE, NOWHERE, STATUS_OK } from "../abi";
import { programSizeFor, readsErased, sectorSize, slotOffset, slotSize } from "../hal/flash";
import { erase, info, latch32, program, read32, receive32 } from "../hal/hal";
import { IMAGE_MAGIC, headerLoadAddress, isRomFixed, version } from "../image/header";

/** A step changed flash; call again. */
export const INSTALL_MORE: u32 = 0;
/** Every byte of the offer stands in the slot. */
export const INSTALL_COMPLETE: u32 = 1;
/** The flash refused an operation. */
export const INSTALL_FAILED: u32 = 2;

const HEADER_WORDS: u32 = 8;
const HEADER: usize = memory.data(32, 8);

/** Index of the offered image that is linked for `slot` and fits it; NOWHERE when there is none. */
export function offerFor(slot: u32): u32 {
  const count = info(INFO_OFFER_COUNT, 0);
  for (let index: u32 = 0; index < count; index++) {
    if (info(INFO_OFFER_SIZE, index) > slotSize(slot) || !readOfferHeader(index)) continue;
    if (!isRomFixed(HEADER) || headerLoadAddress(HEADER) == slotOffset(slot)) return index;
  }
  return NOWHERE;
}

/** Version of offered image `index`, whose header must be readable. */
export function offerVersion(index: u32): u64 {
  readOfferHeader(index);
  return version(HEADER);
}

/** Brings the first sector of `slot` that is not yet right one step on: erased, or programmed whole. */
export function installStep(slot: u32, index: u32): u32 {
  const start = slotOffset(slot);
  const end = start + info(INFO_OFFER_SIZE, index);
  let at = start;
  while (at < end) {
    const size = sectorSize(at);
    const used = min<u32>(size, end - at);
    if (!holdsOffer(at, used, index, at - start)) {
      if (!readsErased(at, size)) return erase(at) == STATUS_OK ? INSTALL_MORE : INSTALL_FAILED;
      return programSector(at, used, index, at - start) ? INSTALL_MORE : INSTALL_FAILED;
    }
    at += size;
  }
  return INSTALL_COMPLETE;
}

/**
 * Whether `sizeBytes` bytes of flash at `offset` equal the offer's from `position` on. The last word is compared first:
 * it is programmed last, so an unfinished sector shows at once.
 */
function holdsOffer(offset: u32, sizeBytes: u32, index: u32, position: u32): bool {
  const last = (sizeBytes - 1) & ~3;
  if (read32(offset + last) != offeredWord(index, position + last)) return false;
  for (let done: u32 = 0; done < last; done += 4) {
    if (read32(offset + done) != offeredWord(index, position + done)) return false;
  }
  return true;
}

function programSector(offset: u32, sizeBytes: u32, index: u32, position: u32): bool {
  const unit = programSizeFor(sizeBytes);
  for (let done: u32 = 0; done < sizeBytes; done += unit) {
    const end = min<u32>(done + unit, sizeBytes);
    for (let at = done; at < end; at += 4) {
      if (latch32(offset + at, offeredWord(index, position + at)) != STATUS_OK) return false;
    }
    if (program(offset + done, unit) != STATUS_OK) return false;
  }
  return true;
}

/** A word of the offer; bytes past its end are as the window pads them (erased). */
function offeredWord(index: u32, position: u32): u32 {
  return u32(receive32(info(INFO_OFFER_OFFSET, index) + position));
}

function readOfferHeader(index: u32): bool {
  for (let word: u32 = 0; word < HEADER_WORDS; word++) {
    const answer = receive32(info(INFO_OFFER_OFFSET, index) + (word << 2));
    if (i32(answer >> 32) != STATUS_OK) return false;
    store<u32>(HEADER + (word << 2), u32(answer));
  }
  return load<u32>(HEADER) == IMAGE_MAGIC;
}
