// Canary: the firmware's part for single-flag-boot, in both builds. Installs rightly, keeps its state in one byte.

import {
  ABI_VERSION,
  INFO_ATTEMPTS,
  INFO_BOOTED_OFFSET,
  INFO_OFFER_COUNT,
  INPUT_SELF_TEST_GOOD,
  NOWHERE,
  STEP_CONFIRMED,
  STEP_IDLE,
  STEP_MORE,
  STEP_REFUSED,
} from "../abi";
import {
  installStep,
  offerFor,
  offerVersion,
  sessionBegin,
  sessionDone,
  sessionStarted,
} from "../agent/install";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { info } from "../hal/hal";
import { HEADER_SIZE, version } from "../image/header";
import { flagActive, flagIsConfirmed, flagIsValid, readFlag, writeFlag } from "./flag";

const RUNNING_HEADER: usize = memory.data(32, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function step(input: u32): i32 {
  const running: u32 = info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 0 : 1;
  const flag = readFlag();
  if (!flagIsValid(flag) || (flagActive(flag) == running && !flagIsConfirmed(flag))) {
    if ((input & INPUT_SELF_TEST_GOOD) == 0) return STEP_IDLE;
    return writeFlag(running, true, 0) ? STEP_MORE : STEP_REFUSED;
  }
  if (flagActive(flag) != running) return STEP_IDLE;
  if (info(INFO_OFFER_COUNT, 0) == 0) return STEP_CONFIRMED;
  const target = running ^ 1;
  const offer = offerFor(target);
  if (offer == NOWHERE) return STEP_REFUSED;
  if (!readBytes(slotOffset(running), RUNNING_HEADER, HEADER_SIZE)) return STEP_IDLE;
  if (offerVersion(offer) == version(RUNNING_HEADER)) return STEP_CONFIRMED;
  if (!sessionStarted(target, offer)) sessionBegin(target, offer);
  if (!sessionDone(target, offer)) return installStep(target, offer) ? STEP_MORE : STEP_REFUSED;
  return writeFlag(target, false, info(INFO_ATTEMPTS, 0)) ? STEP_IDLE : STEP_REFUSED;
}
