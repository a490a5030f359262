// The firmware's own part of an update: install what is offered into the slot that does not run, ask for a trial,
// confirm after a good self-test. Works in steps; each does at most one sector erase (with the few programs of a
// Record) or programs one sector, and derives where it is from flash alone. Never touches the slot it runs from.

import {
  ABI_VERSION,
  COUNTER_FLOOR,
  EVENT_OFFER_REFUSED,
  INFO_ATTEMPTS,
  INFO_BOOTED_OFFSET,
  INFO_OFFER_COUNT,
  INPUT_SELF_TEST_GOOD,
  NOWHERE,
  REASON_NO_MATCHING_IMAGE,
  REASON_OK,
  REASON_RECORD_WRITE,
  REASON_SLOT_WRITE,
  STEP_CONFIRMED,
  STEP_IDLE,
  STEP_MORE,
  STEP_REFUSED,
} from "../abi";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { counterRead, event, info } from "../hal/hal";
import { HEADER_SIZE, version } from "../image/header";
import { verifySlot } from "../image/verify";
import { recordRead, recordWrite } from "../record/record";
import {
  FALLBACK_CONFIRMED,
  FALLBACK_UNTRIED,
  RECORD_NONE,
  recordActive,
  recordConfirmed,
  recordIsConfirmed,
  recordTrial,
} from "../record/value";
import { INSTALL_FAILED, INSTALL_MORE, installStep, offerFor, offerVersion } from "./install";

const VIEW: usize = memory.data(16, 8);
const RUNNING_HEADER: usize = memory.data(32, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/** One step; `input` is a set of INPUT_ bits, the answer a STEP_ number. */
export function step(input: u32): i32 {
  const running = runningSlot();
  const record = recordRead();
  const isActive = record != RECORD_NONE && recordActive(record) == running;
  if (record == RECORD_NONE || (isActive && !recordIsConfirmed(record))) {
    if ((input & INPUT_SELF_TEST_GOOD) == 0) return STEP_IDLE;
    return recordWrite(recordConfirmed(running)) ? STEP_MORE : refused(REASON_RECORD_WRITE);
  }
  const resting = isActive ? STEP_CONFIRMED : STEP_IDLE;
  if (info(INFO_OFFER_COUNT, 0) == 0) return resting;
  return update(running, record, resting);
}

/** One step of installing the offer into the slot that does not run. */
function update(running: u32, record: u32, resting: i32): i32 {
  const target = running ^ 1;
  const offer = offerFor(target);
  if (offer == NOWHERE) return refused(REASON_NO_MATCHING_IMAGE);
  if (!readBytes(slotOffset(running), RUNNING_HEADER, HEADER_SIZE)) return STEP_IDLE;
  if (offerVersion(offer) == version(RUNNING_HEADER)) return resting;
  const progress = installStep(target, offer);
  if (progress == INSTALL_MORE) return STEP_MORE;
  if (progress == INSTALL_FAILED) return refused(REASON_SLOT_WRITE);
  const reason = verifySlot(target, u32(counterRead(COUNTER_FLOOR)), VIEW);
  if (reason != REASON_OK) return refused(reason);
  if (!recordIsConfirmed(record)) return STEP_IDLE; // this very image is on trial already: its attempts go on counting
  const fallback = recordActive(record) == running ? FALLBACK_CONFIRMED : FALLBACK_UNTRIED;
  const trial = recordTrial(target, info(INFO_ATTEMPTS, 0), fallback);
  return recordWrite(trial) ? STEP_IDLE : refused(REASON_RECORD_WRITE);
}

/** The slot that holds the offset that boot jumped to. */
function runningSlot(): u32 {
  const booted = info(INFO_BOOTED_OFFSET, 0);
  return booted - slotOffset(0) < slotSize(0) ? 0 : 1;
}

function refused(reason: u32): i32 {
  event(EVENT_OFFER_REFUSED, reason);
  return STEP_REFUSED;
}
