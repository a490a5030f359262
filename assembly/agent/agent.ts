// The firmware's own part of an update: install what is offered into the slot that does not run, ask for a trial, confirm after a good
// self-test. Works in steps: each erases at most one sector (and may program a Record's few units besides), or programs one sector. What
// is to be done next it derives at each step from flash, from the offer and from the retained words of a session (hal/session.ts); it keeps nothing
// else between steps. Never touches the slot it runs from.

import {
  ABI_VERSION,
  COUNTER_FLOOR,
  EVENT_OFFER_REFUSED,
  INFO_ATTEMPTS,
  INFO_BOOTED_OFFSET,
  INFO_COUNTER_MAX,
  INFO_OFFER_COUNT,
  INPUT_SELF_TEST_GOOD,
  NOWHERE,
  REASON_COUNTER_FULL,
  REASON_COUNTER_READ,
  REASON_NO_MATCHING_IMAGE,
  REASON_OK,
  REASON_RECORD_WRITE,
  REASON_SLOT_WRITE,
  REASON_TRIALS_FAILED,
  STATUS_OK,
  STEP_CONFIRMED,
  STEP_IDLE,
  STEP_MORE,
  STEP_REFUSED,
} from "../abi";
import { readBytes, slotOffset, slotSize } from "../hal/flash";
import { counterRead, event, info } from "../hal/hal";
import { HEADER_SIZE, version } from "../image/header";
import { VIEW_COUNTER, VIEW_SIZE, VIEW_VERSION, verifySlot } from "../image/verify";
import { recordFind, recordOf, recordSettle, recordWrite } from "../record/record";
import {
  FALLBACK_CONFIRMED,
  FALLBACK_VERIFIED,
  RECORD_NONE,
  recordActive,
  recordConfirmed,
  recordFailedTrials,
  recordFallback,
  recordIsConfirmed,
  recordTrial,
  recordWithFailedTrials,
} from "../record/value";
import {
  holdsWholeOffer,
  installStep,
  offerFor,
  offerVersion,
  sessionAfterRefusal,
  sessionBegin,
  sessionDone,
  sessionFailed,
  sessionRestart,
  sessionStarted,
} from "./install";

/** Trials that one installation may lose before its offer is refused: a bad image that stays on offer must not be tried for ever. */
const FAILED_TRIALS_MAX: u32 = 3;

const VIEW: usize = memory.data(VIEW_SIZE, 8);
const RUNNING_HEADER: usize = memory.data(32, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/** One step: `input` is a set of INPUT_ bits, the answer a STEP_ number. The firmware calls it until it answers other than STEP_MORE. */
export function step(input: u32): i32 {
  const running = runningSlot();
  const standing = recordFind();
  const record = recordOf(standing);
  const isActive = record != RECORD_NONE && recordActive(record) == running;
  if (record == RECORD_NONE || (isActive && !recordIsConfirmed(record))) {
    if ((input & INPUT_SELF_TEST_GOOD) == 0) return STEP_IDLE;
    return recordWrite(standing, recordConfirmed(running)) ? STEP_MORE : refused(REASON_RECORD_WRITE);
  }
  const resting = isActive ? STEP_CONFIRMED : STEP_IDLE;
  if (info(INFO_OFFER_COUNT, 0) == 0) return resting;
  return update(running, standing, resting);
}

/** One step of installing the offer into the slot that does not run; `resting` is the answer where nothing is to be done. */
function update(running: u32, standing: u64, resting: i32): i32 {
  const record = recordOf(standing);
  if (!readBytes(slotOffset(running), RUNNING_HEADER, HEADER_SIZE)) return STEP_IDLE;
  const target = running ^ 1;
  const offer = offerFor(target);
  if (offer == NOWHERE) return offersRunning() ? resting : refused(REASON_NO_MATCHING_IMAGE);
  const wanted = offerVersion(offer);
  if (wanted == version(RUNNING_HEADER)) return resting;
  if (!sessionDone(target, offer) && !standsFirmly(target, running, record, offer))
    return change(running, standing, offer);
  const counter = counterRead(COUNTER_FLOOR);
  if (i32(counter >> 32) != STATUS_OK) return refused(REASON_COUNTER_READ);
  const reason = verifySlot(target, u32(counter), VIEW);
  if (reason != REASON_OK)
    return sessionDone(target, offer) && sessionAfterRefusal(target, offer) ? STEP_MORE : refused(reason);
  if (load<u64>(VIEW, VIEW_VERSION) != wanted) return refused(REASON_NO_MATCHING_IMAGE);
  // Confirmed, it could not raise the floor to its own counter, and what it replaces would stay bootable for ever.
  if (load<u32>(VIEW, VIEW_COUNTER) > info(INFO_COUNTER_MAX, 0)) return refused(REASON_COUNTER_FULL);
  if (!recordIsConfirmed(record)) return STEP_IDLE; // this very image is on trial already: its attempts go on counting
  const isActive = recordActive(record) == running;
  const failed = isActive ? recordFailedTrials(record) : 0;
  if (failed >= FAILED_TRIALS_MAX) return refused(REASON_TRIALS_FAILED);
  const trial = recordTrial(
    target,
    info(INFO_ATTEMPTS, 0),
    isActive ? FALLBACK_CONFIRMED : FALLBACK_VERIFIED,
  );
  return recordWrite(standing, recordWithFailedTrials(trial, failed))
    ? STEP_IDLE
    : refused(REASON_RECORD_WRITE);
}

/**
 * The slot holds the offer and needs no session: the Record says that what stands there was firmly installed, and whoever
 * changes any of it makes the Record forget that first.
 */
function standsFirmly(target: u32, running: u32, record: u32, offer: u32): bool {
  if (sessionStarted(target, offer)) return false;
  const isActive = recordActive(record) == running;
  if (isActive && recordFallback(record) != FALLBACK_VERIFIED) return false;
  return holdsWholeOffer(target, offer);
}

/** The Record says no more of the other slot than that the running one is confirmed. */
function isForgotten(running: u32, record: u32): bool {
  return record == recordConfirmed(running);
}

/** Brings the slot one step closer to the offer; before its first change the Record forgets what it says of that slot. */
function change(running: u32, standing: u64, offer: u32): i32 {
  const record = recordOf(standing);
  const isActive = recordActive(record) == running;
  const isFallback = !recordIsConfirmed(record) && recordFallback(record) == FALLBACK_CONFIRMED;
  if (!isForgotten(running, record) && (isActive || isFallback)) {
    return recordWrite(standing, recordConfirmed(running)) ? STEP_MORE : refused(REASON_RECORD_WRITE);
  }
  if (sessionFailed(running ^ 1, offer)) return refused(REASON_SLOT_WRITE);
  if (sessionStarted(running ^ 1, offer)) {
    if (installStep(running ^ 1, offer) || sessionRestart()) return STEP_MORE;
    return refused(REASON_SLOT_WRITE);
  }
  if (!recordSettle(standing)) return refused(REASON_RECORD_WRITE);
  sessionBegin(running ^ 1, offer);
  return STEP_MORE;
}

/** The version that runs is among the offered ones (linked for the slot it runs from, say). */
function offersRunning(): bool {
  const count = info(INFO_OFFER_COUNT, 0);
  for (let index: u32 = 0; index < count; index++) {
    if (offerVersion(index) == version(RUNNING_HEADER)) return true;
  }
  return false;
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
