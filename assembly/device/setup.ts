// What the host tells the device before anything runs on it: the part, its layout, what is offered, what stands on flash. Order:
// setPart, addSector …, setRegion …, wipe; then provisioning, and a checkpoint (control.ts). Runs no guest.

import * as abi from "../abi";
import { beginChange, setMark, setWord } from "./content/content";
import { eraseContent } from "./content/erase";
import { programContent } from "./content/flash";
import * as map from "./map";
import { extentOf, sectorAt, sectorEntry } from "./content/sectors";
import { rangeMask } from "./content/tear";
import { undoForget } from "./content/undo";

/** The part: sizes and offsets in bytes, times in µs; `polarity` is 0 where erased reads as ones, else 0xFFFFFFFF. */
export function setPart(
  flashSize: u32,
  polarity: u32,
  programMin: u32,
  programMax: u32,
  rule: u32,
  typicalMicros: u32,
  maxMicros: u32,
): void {
  store<u32>(map.FLASH_SIZE, flashSize);
  store<u32>(map.POLARITY, polarity);
  store<u32>(map.PROGRAM_MIN, programMin);
  store<u32>(map.PROGRAM_MAX, programMax);
  store<u32>(map.PROGRAM_RULE, rule);
  store<u32>(map.PROGRAM_TYPICAL_MICROS, typicalMicros);
  store<u32>(map.PROGRAM_MAX_MICROS, maxMicros);
  memory.fill(map.FLASH, 0xff, flashSize);
  memory.fill(map.LATCHES, 0xff, map.LATCH_MAX);
  store<u32>(map.LATCH_LOW, abi.NOWHERE);
  store<u32>(map.CUT_AT, abi.NOWHERE);
  store<u32>(map.RESET_AT, abi.NOWHERE);
  store<u32>(map.ASKED_CUT, abi.NOWHERE);
  store<u32>(map.WRITE_AT, abi.NOWHERE);
  store<u32>(map.COUNTER_MAX, abi.NOWHERE);
  store<u32>(map.LINK_FRAME, abi.LINK_MAX);
  store<u32>(map.KEPT_END, u32(map.KEPT));
  undoForget();
}

/**
 * ECC as far as it is modelled: `unitSize` bytes share one ECC word (0: not modelled); `erasedFaults` is 1 where reading
 * a unit that is not programmed is an error.
 */
export function setEcc(unitSize: u32, erasedFaults: u32): void {
  store<u32>(map.ECC_UNIT, unitSize);
  store<u32>(map.ERASED_FAULTS, unitSize == 0 ? 0 : erasedFaults);
}

/** The greatest value that a one-way counter of the part can hold; where this is not called, every number. */
export function setCounterMax(most: u32): void {
  store<u32>(map.COUNTER_MAX, most);
}

/** The most bytes of one frame of the link, at most LINK_MAX; that where this is not called. */
export function setLinkFrame(most: u32): void {
  store<u32>(map.LINK_FRAME, min<u32>(most, abi.LINK_MAX));
}

/** The next sector, `size` bytes from where the last one ended. */
export function addSector(size: u32, typicalMicros: u32, maxMicros: u32): void {
  const index = load<u32>(map.SECTOR_COUNT);
  const last = sectorEntry(index - 1);
  const offset = index == 0 ? 0 : load<u32>(last, map.SECTOR_OFFSET) + load<u32>(last, map.SECTOR_SIZE);
  const entry = sectorEntry(index);
  store<u32>(entry, offset, map.SECTOR_OFFSET);
  store<u32>(entry, size, map.SECTOR_SIZE);
  store<u32>(entry, typicalMicros, map.SECTOR_TYPICAL_MICROS);
  store<u32>(entry, maxMicros, map.SECTOR_MAX_MICROS);
  for (let granule = offset >> 8; granule < (offset + size) >> 8; granule++) {
    store<u16>(map.SECTOR_AT + (usize(granule) << 1), u16(index));
  }
  store<u32>(extentOf(index), map.EXTENT_NONE);
  store<u32>(extentOf(index), 0, 4);
  store<u32>(map.SECTOR_COUNT, index + 1);
}

/** Where a region of the layout (REGION_…) lies, in bytes. Who may read and write it, and which digest sum it feeds, follows from which it is. */
export function setRegion(region: u32, offset: u32, size: u32): void {
  const everybody = abi.ROLE_BOOT | abi.ROLE_FIRMWARE_A | abi.ROLE_FIRMWARE_B;
  let readers = everybody;
  let writers: u32 = 0;
  let place = map.KEYS_REGION;
  if (region == abi.REGION_SLOT_A || region == abi.REGION_SLOT_B) {
    writers = region == abi.REGION_SLOT_A ? abi.ROLE_FIRMWARE_B : abi.ROLE_FIRMWARE_A;
    readers |= region == abi.REGION_SLOT_A ? abi.ROLE_APPLICATION_A : abi.ROLE_APPLICATION_B;
    place = map.SLOTS + (usize(region - abi.REGION_SLOT_A) << 3);
  } else if (region == abi.REGION_RECORD) {
    writers = everybody;
    place = map.RECORD_REGION;
  }
  store<u32>(place, offset);
  store<u32>(place, size, 4);
  for (let at = offset; at < offset + size; at += abi.GRANULE_SIZE) {
    store<u8>(map.PERMISSIONS + (at >> 8), u8(readers | (writers << abi.WRITE_SHIFT)));
    if (region != abi.REGION_KEYS) store<u32>(sectorEntry(sectorAt(at)), region, map.SECTOR_REGION);
  }
}

/** Lets `roles` (ROLE_ bits) write both slots, which otherwise only the firmware of the other slot may. */
export function grantSlots(roles: u32): void {
  for (let slot: usize = 0; slot < 2; slot++) {
    const entry = map.SLOTS + (slot << 3);
    const offset = load<u32>(entry);
    for (let at = offset; at < offset + load<u32>(entry, 4); at += abi.GRANULE_SIZE) {
      const place = map.PERMISSIONS + (at >> 8);
      store<u8>(place, load<u8>(place) | u8(roles << abi.WRITE_SHIFT));
    }
  }
}

/** Where image `index` (0 to 3) stands in the receive window, in bytes. It is offered once setOfferCount says that there are so many. */
export function setOffer(index: u32, offset: u32, size: u32): void {
  store<u32>(map.OFFERS + (usize(index) << 3), offset);
  store<u32>(map.OFFERS + (usize(index) << 3), size, 4);
}

/** From now on `count` images are offered, in the first `windowSize` bytes of the window; 0, 0 where none is. */
export function setOfferCount(count: u32, windowSize: u32): void {
  store<u32>(map.OFFER_COUNT, count);
  store<u32>(map.OFFER_WINDOW_SIZE, windowSize);
}

/** How many boots a trial gets (INFO_ATTEMPTS). */
export function setAttempts(attempts: u32): void {
  store<u32>(map.ATTEMPTS, attempts);
}

/** Erases every sector past all rules and zeroes wear, marks, counters and retained words; there is no way back. */
export function wipe(): void {
  undoForget();
  const count = load<u32>(map.SECTOR_COUNT);
  for (let sector: u32 = 0; sector < count; sector++) {
    eraseContent(sector, abi.ERASE_DONE);
    store<u32>(sectorEntry(sector), 0, map.SECTOR_WEAR);
    undoForget();
  }
  memory.fill(map.COUNTERS, 0, abi.COUNTER_COUNT * 4);
  memory.fill(map.COUNTERS_WEAK, 0, abi.COUNTER_COUNT * 4);
  memory.fill(map.RETAINED, 0, abi.RETAINED_COUNT * 4);
  memory.fill(map.VOLATILE, 0, map.VOLATILE_WORDS * 4);
  store<u32>(map.VOLATILE_SET, 0);
  memory.fill(map.SHADOWS, 0, u32(map.SHADOWS_END - map.SHADOWS));
  store<u32>(map.FAULTY, 0);
  store<f64>(map.BUSY_TYPICAL_MICROS, 0);
  store<f64>(map.BUSY_MAX_MICROS, 0);
}

/** Writes a word of flash past all rules (provisioning); keeps the digests true. */
export function provisionWord(offset: u32, word: u32): void {
  const sector = sectorAt(offset);
  beginChange(sector, offset, 4);
  setWord(sector, offset, word ^ load<u32>(map.POLARITY), 0);
}

/** Marks every unit that holds data as programmed once, as a provisioning tool leaves it. */
export function markProvisioned(): void {
  if (load<u32>(map.PROGRAM_RULE) == abi.RULE_AND) return;
  const unitSize = load<u32>(map.PROGRAM_MIN);
  const size = load<u32>(map.FLASH_SIZE);
  for (let offset: u32 = 0; offset < size; offset += unitSize) {
    const blank = rangeMask(offset, unitSize);
    let used = false;
    for (let done: u32 = 0; done < unitSize; done += 4) {
      if ((load<u32>(map.FLASH + ((offset & ~3) + done)) & blank) != blank) used = true;
    }
    if (!used) continue;
    memory.fill(map.LATCHES, 0xff, unitSize);
    programContent(offset, unitSize, map.LATCHES, abi.TEAR_ALL);
  }
}

/** Marks every unit of a range as programmed once, even one that looks erased: a tool programs an image whole. */
export function markProgrammed(offset: u32, size: u32): void {
  if (load<u32>(map.PROGRAM_RULE) == abi.RULE_AND) return;
  const unitSize = load<u32>(map.PROGRAM_MIN);
  for (let at = offset - (offset % unitSize); at < offset + size; at += unitSize) {
    const sector = sectorAt(at);
    beginChange(sector, at, unitSize);
    setMark(sector, at, 1);
  }
}
