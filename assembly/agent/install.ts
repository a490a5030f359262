// Writes an offered image into a slot, one small step at a time. Where it stands is read off flash and offer alone: the
// first sector that is not right. Each is erased right before it is programmed; that this was just done is remembered in
// a retained word, which a power loss clears, so forgetting it only repeats an erase. Decides nothing about trials.

import { INFO_OFFER_COUNT, INFO_OFFER_OFFSET, INFO_OFFER_SIZE, NOWHERE, STATUS_OK } from "../abi";
import { programSizeFor, sectorSize, slotOffset, slotSize } from "../hal/flash";
import { erase, info, latch32, program, receive32, retainedRead, retainedWrite, tryRead32 } from "../hal/hal";
import { IMAGE_MAGIC, headerLoadAddress, isRomFixed, version } from "../image/header";

/** Retained word that holds the offset of the sector that was just erased, until it is programmed; 0: none. */
const RETAINED_ERASED: u32 = 0;

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

/** Version of offered image `index`; 0 when it has no header. */
export function offerVersion(index: u32): u64 {
  return readOfferHeader(index) ? version(HEADER) : 0;
}

/** Offset of the first sector of `slot` that does not hold what the offer says; NOWHERE when every byte stands. */
export function firstWrong(slot: u32, index: u32): u32 {
  const start = slotOffset(slot);
  const end = start + info(INFO_OFFER_SIZE, index);
  let at = start;
  while (at < end) {
    const size = sectorSize(at);
    if (!holdsOffer(at, min<u32>(size, end - at), index, at - start)) return at;
    at += size;
  }
  return NOWHERE;
}

/**
 * Brings the sector at `at` one step on: erased, or programmed whole if the step before has just erased it. A sector that
 * looks blank is erased all the same: a unit may have been programmed, and torn, without showing it.
 */
export function installStep(slot: u32, index: u32, at: u32): bool {
  if (retainedRead(RETAINED_ERASED) != at) {
    retainedWrite(RETAINED_ERASED, 0);
    if (erase(at) != STATUS_OK) return false;
    retainedWrite(RETAINED_ERASED, at);
    return true;
  }
  retainedWrite(RETAINED_ERASED, 0);
  const position = at - slotOffset(slot);
  return programSector(
    at,
    min<u32>(sectorSize(at), info(INFO_OFFER_SIZE, index) - position),
    index,
    position,
  );
}

/**
 * Whether `sizeBytes` bytes of flash at `offset` equal the offer's from `position` on. The last word is compared first:
 * it is programmed last, so an unfinished sector shows at once. An unreadable word is not right.
 */
function holdsOffer(offset: u32, sizeBytes: u32, index: u32, position: u32): bool {
  const last = (sizeBytes - 1) & ~3;
  if (tryRead32(offset + last) != u64(offeredWord(index, position + last))) return false;
  for (let done: u32 = 0; done < last; done += 4) {
    if (tryRead32(offset + done) != u64(offeredWord(index, position + done))) return false;
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
