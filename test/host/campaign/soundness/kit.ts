// What the guests of this folder are written over: a policy as small as can be, for the part `tiny` and images of one security
// counter. A word of the Record says READY where slot B holds the update; boot believes it and verifies nothing. Right as far as it
// goes: what is wrong is in the guests.

import {
  ABI_VERSION,
  COUNTER_FLOOR,
  INFO_BOOTED_OFFSET,
  INFO_OFFER_COUNT,
  INFO_OFFER_OFFSET,
  INFO_OFFER_SIZE,
  INFO_RECORD_OFFSET,
  INFO_SLOT_OFFSET,
  INFO_SLOT_SIZE,
  NOWHERE,
  STEP_CONFIRMED,
} from "../../../../assembly/abi";
import {
  counterAdvance,
  erase,
  info,
  jump,
  latch32,
  program,
  read32,
  receive32,
} from "../../../../assembly/hal/hal";

/** Bytes of a sector. */
export const SECTOR: u32 = 256;
export const ERASED: u32 = 0xffffffff;
/** In the Record's first word: slot B holds the update, whole. */
export const READY: u32 = 0x5afeb007;
const HEADER_SIZE_AT: u32 = 8;
const LOAD_ADDRESS_AT: u32 = 4;
/** Security counter of every image here. */
const FLOOR: u32 = 1;

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function slot(index: u32): u32 {
  return info(INFO_SLOT_OFFSET, index);
}

export function record(): u32 {
  return info(INFO_RECORD_OFFSET, 0);
}

export function put(offset: u32, word: u32): void {
  latch32(offset, word);
  program(offset, 4);
}

export function isReady(): bool {
  return read32(record()) == READY;
}

/** Runs the image in a slot. */
export function run(index: u32): void {
  const offset = slot(index);
  jump(offset + (read32(offset + HEADER_SIZE_AT) & 0xffff));
}

/** Runs the update where the Record says that it is ready, else slot A. */
export function runReady(): void {
  run(isReady() ? 1 : 0);
}

export function confirm(): i32 {
  counterAdvance(COUNTER_FLOOR, FLOOR);
  return STEP_CONFIRMED;
}

/** Slot that the firmware runs from. */
export function running(): u32 {
  return info(INFO_BOOTED_OFFSET, 0) - slot(0) < info(INFO_SLOT_SIZE, 0) ? 0 : 1;
}

/** The offered image for slot B, NOWHERE for none. */
export function offer(): u32 {
  for (let index: u32 = 0; index < info(INFO_OFFER_COUNT, 0); index++)
    if (received(info(INFO_OFFER_OFFSET, index) + LOAD_ADDRESS_AT) == slot(1)) return index;
  return NOWHERE;
}

/** Nothing is offered that could stand in slot B. */
export function hasNothingToInstall(): bool {
  return offer() == NOWHERE;
}

function received(offset: u32): u32 {
  return u32(receive32(offset));
}

/** Bytes of the offered image. */
export function offerSize(): u32 {
  return info(INFO_OFFER_SIZE, offer());
}

/** The word of the offered image at `at`; bytes behind its end are erased ones. */
export function wanted(at: u32): u32 {
  const size = offerSize();
  if (at >= size) return ERASED;
  const word = received(info(INFO_OFFER_OFFSET, offer()) + at);
  return at + 4 > size ? word | (ERASED << (8 * (size - at))) : word;
}

/** Programs the word at `at` of slot B, where that is not an erased one. */
export function putWanted(at: u32): void {
  const word = wanted(at);
  if (word != ERASED) put(slot(1) + at, word);
}

/** Takes back that an update is ready, also where that was half written. */
export function clearReady(): void {
  if (read32(record()) != ERASED) erase(record());
}

export function eraseSlot(): void {
  for (let at: u32 = 0; at < offerSize(); at += SECTOR) erase(slot(1) + at);
}

/** Writes the offered image into slot B, from the beginning. */
export function install(): void {
  clearReady();
  eraseSlot();
  for (let at: u32 = 0; at < offerSize(); at += 4) putWanted(at);
}

/**
 * Writes the offered image into slot B and remembers where half of the first sector is done. From there on an installation goes on
 * without erasing that sector, and (this is wrong) a word that is not blank is taken for written, torn as it may be.
 */
export function installFromHalf(isHalf: () => bool, setHalf: () => void): void {
  clearReady();
  const from: u32 = isHalf() ? SECTOR / 2 : 0;
  for (let at: u32 = 0; at < offerSize(); at += SECTOR) {
    if (at > 0 || from == 0) erase(slot(1) + at);
    for (let word: u32 = at == 0 ? from : 0; word < SECTOR; word += 4) {
      if (at == 0 && word == SECTOR / 2 && from == 0) setHalf();
      if (read32(slot(1) + at + word) == ERASED) putWanted(at + word);
    }
  }
}
