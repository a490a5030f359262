// MCUboot #765: a bad image is erased from its beginning on. After a reset in between its trailer remains, says that the slot is
// taken, and no update gets in any more.

import {
  INFO_OFFER_COUNT,
  NOWHERE,
  STATUS_OK,
  STEP_IDLE,
  STEP_MORE,
  STEP_REFUSED,
} from "../../../assembly/abi";
import { step as realStep } from "../../../assembly/agent/agent";
import { offerFor, sessionDone } from "../../../assembly/agent/install";
import { readsErased, sectorStart, slotOffset, slotSize } from "../../../assembly/hal/flash";
import { erase, info, tryRead32 } from "../../../assembly/hal/hal";
import { IMAGE_MAGIC } from "../../../assembly/image/header";
import { recordFind, recordOf } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { cellSize, readCell, runningSlot, writeCell } from "../../../assembly/kit/policy";

export { abiVersion, boot } from "../../../assembly/boot/boot";

/** "TAKE": the slot holds an image that is not to be overwritten while it may be tried. */
const TAKEN: u32 = 0x454b4154;

/** The last cell of a slot. */
function trailerOf(slot: u32): u32 {
  return slotOffset(slot) + slotSize(slot) - cellSize();
}

function isTaken(slot: u32): bool {
  return readCell(trailerOf(slot)) == TAKEN;
}

/** Gives up a slot: all of it is erased. */
function eraseTaken(slot: u32): bool {
  for (let end = slotOffset(slot) + slotSize(slot); end > slotOffset(slot); end = sectorStart(end - 1)) {
    if (erase(sectorStart(end - 1)) != STATUS_OK) return false;
  }
  return true;
}

function hasImage(slot: u32): bool {
  return tryRead32(slotOffset(slot)) == u64(IMAGE_MAGIC);
}

export function step(input: u32): i32 {
  const target = runningSlot() ^ 1;
  const record = recordOf(recordFind());
  const isSettled =
    record != RECORD_NONE && recordIsConfirmed(record) && recordActive(record) == (target ^ 1);
  const offer = isSettled && info(INFO_OFFER_COUNT, 0) != 0 ? offerFor(target) : NOWHERE;
  if (offer != NOWHERE && isTaken(target)) {
    if (!hasImage(target)) return STEP_REFUSED; // taken, by an image that cannot be told
    return eraseTaken(target) ? STEP_MORE : STEP_REFUSED;
  }
  const said = realStep(input);
  const isAsked = offer != NOWHERE && said == STEP_IDLE && sessionDone(target, offer);
  if (isAsked && readsErased(trailerOf(target), cellSize())) writeCell(trailerOf(target), TAKEN);
  return said;
}
