// The documented table of MCUboot's direct-xip with revert, as a boot guest: the slot with the highest version is selected,
// and its trailer decides. Written from the table alone; validation is this package's own. Its weaknesses are the table's.
//
//   magic     copy_done      image_ok       what happens to the selected slot
//   not good  any            any            erased, on with the other one
//   good      SET            SET            validated
//   good      SET            UNSET or BAD   erased, on with the other one
//   good      UNSET or BAD   any            copy_done written (failure ignored), validated
//
// A slot that does not validate is erased whole. There is no attempt counter: one reset before confirmation loses the image.

import { ABI_VERSION, COUNTER_FLOOR, MAY_WRITE_SLOTS, REASON_MAGIC, REASON_OK } from "../abi";
import { readBytes, slotOffset } from "../hal/flash";
import { counterAdvance, counterRead, halt, jump } from "../hal/hal";
import { endUnfinishedSession, forgetSession } from "../hal/session";
import { HEADER_SIZE, IMAGE_MAGIC, version } from "../image/header";
import { VIEW_COUNTER, VIEW_ENTRY, VIEW_SIZE, verifySlot } from "../image/verify";
import { FLAG_SET, copyDone, eraseSlot, imageOk, magicIsGood, writeCopyDone } from "./trailer";

const NO_SLOT: u32 = 2;
/** Bits of a version that is compared: major, minor, revision; the build number is not. */
const VERSION_SHIFT: u64 = 32;

const HEADER: usize = memory.data(32, 8);
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
    if ((usable & (1 << slot)) == 0 || !readBytes(slotOffset(slot), HEADER, HEADER_SIZE)) continue;
    if (load<u32>(HEADER) != IMAGE_MAGIC) continue;
    const found = version(HEADER) >> VERSION_SHIFT;
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
  if (imageOk(slot) == FLAG_SET) counterAdvance(COUNTER_FLOOR, load<u32>(VIEW, VIEW_COUNTER));
  jump(load<u32>(VIEW, VIEW_ENTRY));
}
