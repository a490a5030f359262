// The firmware's part for MCUboot's direct-xip with revert: takes an offer into the other slot, marks it with the trailer's
// magic, and confirms its own by copy_done, then image_ok.

import {
  ABI_VERSION,
  INFO_BOOTED_OFFSET,
  INFO_OFFER_COUNT,
  INPUT_SELF_TEST_GOOD,
  MAY_WRITE_SLOTS,
  NOWHERE,
  STATUS_OK,
  STEP_CONFIRMED,
  STEP_IDLE,
  STEP_MORE,
  STEP_REFUSED,
} from "../abi";
import {
  holdsWholeOffer,
  installStep,
  offerFor,
  offerVersion,
  sessionBegin,
  sessionDone,
  sessionFailed,
  sessionRestart,
  sessionStarted,
} from "../agent/install";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { info } from "../hal/hal";
import { HEADER_SIZE, version } from "../image/header";
import { FLAG_SET, copyDone, imageOk, magicIsGood, writeCopyDone, writeImageOk, writeMagic } from "./trailer";

const RUNNING_HEADER: usize = memory.data(32, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function mayWrite(): u32 {
  return MAY_WRITE_SLOTS;
}

/** What `imgtool sign --pad --confirm` adds to the image that leaves the factory, and copy_done. */
export function provision(): void {
  writeMagic(0);
  writeCopyDone(0);
  writeImageOk(0);
}

export function step(input: u32): i32 {
  const running: u32 = info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 0 : 1;
  if (imageOk(running) != FLAG_SET) {
    if ((input & INPUT_SELF_TEST_GOOD) == 0) return STEP_IDLE;
    return confirm(running) ? STEP_MORE : STEP_IDLE;
  }
  if (info(INFO_OFFER_COUNT, 0) == 0) return STEP_CONFIRMED;
  const target = running ^ 1;
  const offer = offerFor(target);
  if (offer == NOWHERE) return STEP_REFUSED;
  if (!readBytes(slotOffset(running), RUNNING_HEADER, HEADER_SIZE)) return STEP_IDLE;
  if (offerVersion(offer) == version(RUNNING_HEADER)) return STEP_CONFIRMED;
  if (holdsWholeOffer(target, offer) && magicIsGood(target)) return STEP_IDLE; // tried at the next boot
  if (!sessionStarted(target, offer)) sessionBegin(target, offer);
  if (sessionFailed(target, offer)) return STEP_REFUSED;
  if (!sessionDone(target, offer)) {
    return installStep(target, offer) || sessionRestart() ? STEP_MORE : STEP_REFUSED;
  }
  return writeMagic(target) == STATUS_OK ? STEP_IDLE : STEP_REFUSED;
}

function confirm(running: u32): bool {
  if (copyDone(running) != FLAG_SET) writeCopyDone(running);
  return writeImageOk(running) == STATUS_OK;
}
