// The documented table of MCUboot's direct-xip with revert, as a boot guest: the slot with the highest version is selected,
// and its trailer decides. Written from the table alone; validation is this package's own. Where it is weak, the table is.
//
//   magic     copy_done      image_ok       what happens to the selected slot
//   not good  any            any            erased, on with the other one
//   good      SET            SET            validated
//   good      SET            UNSET or BAD   erased, on with the other one
//   good      UNSET or BAD   any            copy_done written (failure ignored), validated
//
// A slot that does not validate is erased whole. There is no attempt counter: one reset before confirmation loses the image.

import {
  ABI_VERSION,
  COUNTER_FLOOR,
  MAY_WRITE_SLOTS,
  REASON_MAGIC,
  REASON_OK,
  REASON_TLV_ENTRY,
} from "../abi";
import { readBytes, slotOffset } from "../hal/flash";
import { counterAdvance, counterRead, halt, jump } from "../hal/hal";
import { endUnfinishedSession, forgetSession } from "../hal/session";
import { HEADER_SIZE, IMAGE_MAGIC, headerSize, payloadSize, protectedSize, version } from "../image/header";
import { AREA_INFO_SIZE, ENTRY_HEADER_SIZE, entryLength, entryType, readEntry } from "../image/tlv";
import { VIEW_ENTRY, VIEW_SIZE, verifySlot } from "../image/verify";
import { FLAG_SET, copyDone, eraseSlot, imageOk, magicIsGood, writeCopyDone } from "./trailer";

/** Magic of MCUboot's protected TLV area, and the type of its security counter. */
const PROTECTED_MAGIC: u32 = 0x6908;
const TLV_SEC_CNT: u32 = 0x50;

const NO_SLOT: u32 = 2;
/** Bits of a version that is compared: major, minor, revision; the build number is not. */
const VERSION_SHIFT: u64 = 32;

const COUNTER_SIZE: u32 = 4;

/** The header of each slot, as select() read it. */
const HEADERS: usize = memory.data(64, 8);
const BYTES: usize = memory.data(4, 4);
const VIEW: usize = memory.data(VIEW_SIZE, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function mayWrite(): u32 {
  return MAY_WRITE_SLOTS;
}

export function boot(): void {
  endUnfinishedSession();
  let usable: u32 = 3;
  let reason = REASON_MAGIC;
  for (let slot = select(usable); slot != NO_SLOT; slot = select(usable)) {
    if (selectOrErase(slot)) {
      reason = verifySlot(slot, u32(counterRead(COUNTER_FLOOR)), VIEW);
      if (reason == REASON_OK) handOver(slot);
      clearSlot(slot);
    }
    usable &= ~(1 << slot);
  }
  halt(reason);
}

/** The usable slot with an image header and the highest version, the first where they tie; NO_SLOT where there is none. */
function select(usable: u32): u32 {
  let best = NO_SLOT;
  let highest: u64 = 0;
  for (let slot: u32 = 0; slot < 2; slot++) {
    const header = headerOf(slot);
    if ((usable & (1 << slot)) == 0 || !readBytes(slotOffset(slot), header, HEADER_SIZE)) continue;
    if (load<u32>(header) != IMAGE_MAGIC) continue;
    const found = version(header) >> VERSION_SHIFT;
    if (best != NO_SLOT && found <= highest) continue;
    best = slot;
    highest = found;
  }
  return best;
}

/** Erases a slot, and with it what the agent's session knows of one: it would take the empty slot for the image. */
function clearSlot(slot: u32): void {
  forgetSession();
  eraseSlot(slot);
}

/** The table's rows for the selected slot: whether it is to be validated; else it is erased. */
function selectOrErase(slot: u32): bool {
  const isTried = copyDone(slot) == FLAG_SET;
  if (!magicIsGood(slot) || (isTried && imageOk(slot) != FLAG_SET)) {
    clearSlot(slot);
    return false;
  }
  if (!isTried) writeCopyDone(slot);
  return true;
}

/** A confirmed image's security counter becomes the floor; an image on trial leaves it. */
function handOver(slot: u32): void {
  if (imageOk(slot) == FLAG_SET && protectedSize(headerOf(slot)) != 0) raiseFloor(slot);
  jump(load<u32>(VIEW, VIEW_ENTRY));
}

/** Reads the security counter again, as the real thing does: nothing holds it against what was validated. */
function raiseFloor(slot: u32): void {
  const header = headerOf(slot);
  const area = slotOffset(slot) + headerSize(header) + payloadSize(header);
  const end = area + protectedSize(header);
  if (!holdsProtectedArea(area, end)) halt(REASON_TLV_ENTRY);
  let at = area + AREA_INFO_SIZE;
  while (at < end) {
    if (readEntry(at, end) != REASON_OK) break;
    const length = entryLength();
    at += ENTRY_HEADER_SIZE;
    if (entryType() == TLV_SEC_CNT) {
      if (length != COUNTER_SIZE || !readBytes(at, BYTES, COUNTER_SIZE)) break;
      counterAdvance(COUNTER_FLOOR, load<u32>(BYTES));
      return;
    }
    at += length;
  }
  halt(REASON_TLV_ENTRY);
}

/** Whether a protected area begins at `area` that says of itself that it ends at `end`. */
function holdsProtectedArea(area: u32, end: u32): bool {
  if (!readBytes(area, BYTES, AREA_INFO_SIZE)) return false;
  return u32(load<u16>(BYTES)) == PROTECTED_MAGIC && u32(load<u16>(BYTES, 2)) == end - area;
}

function headerOf(slot: u32): usize {
  return HEADERS + slot * HEADER_SIZE;
}
