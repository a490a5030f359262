// The bootloader: reads the Record, verifies, counts, hands over. It never erases or programs a slot, never trusts a
// trailer, and writes only whole Records and the floor counter. boot/DESIGN.md has the state machine as a table.

import {
  ABI_VERSION,
  CAUSE_POWER,
  COUNTER_FLOOR,
  EVENT_FLOOR_NOT_RAISED,
  EVENT_RECORD,
  INFO_ABI,
  INFO_ATTEMPTS,
  INFO_RESET_CAUSE,
  NOWHERE,
  PHASE_DECIDE,
  REASON_COUNTER_READ,
  REASON_LAYOUT,
  REASON_MAGIC,
  REASON_OK,
  REASON_UNSTABLE,
  STATUS_OK,
} from "../abi";
import { counterAdvance, counterRead, event, halt, info, jump, phase } from "../hal/hal";
import { slotSize } from "../hal/flash";
import { endUnfinishedSession } from "../hal/session";
import { VIEW_COUNTER, VIEW_ENTRY, VIEW_SIZE, viewIsIntact } from "../image/verify";
import { recordOf, recordRecover, recordWrite } from "../record/record";
import {
  FALLBACK_CONFIRMED,
  FALLBACK_NONE,
  FALLBACK_VERIFIED,
  RECORD_NONE,
  recordActive,
  recordAfterTrial,
  recordAttempts,
  recordFailedTrials,
  recordFallback,
  recordWithInterruption,
  recordIsConfirmed,
  recordTrial,
  recordIsInterrupted,
  recordWithAttempts,
} from "../record/value";
import { acceptSlot } from "./accept";
import { SLOT_A, SLOT_B, betterSlot, otherSlot } from "./slot";

const VIEW_A: usize = memory.data(VIEW_SIZE, 8);
const VIEW_B: usize = memory.data(VIEW_SIZE, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/** One power-up. Ends in jump() or halt(); never returns on a device. */
export function boot(): void {
  phase(PHASE_DECIDE);
  if (info(INFO_ABI, 0) != ABI_VERSION || slotSize(SLOT_A) == NOWHERE || slotSize(SLOT_B) == NOWHERE) {
    halt(REASON_LAYOUT);
  }
  endUnfinishedSession();
  const counter = counterRead(COUNTER_FLOOR);
  if (i32(counter >> 32) != STATUS_OK) halt(REASON_COUNTER_READ);
  const floor = u32(counter);
  const standing = recordRecover();
  phase(PHASE_DECIDE);
  const record = recordOf(standing);
  event(EVENT_RECORD, record);
  if (record == RECORD_NONE) bootWithoutRecord(standing, floor);
  else if (recordIsConfirmed(record)) bootConfirmed(recordActive(record), floor);
  else if (recordAttempts(record) != 0) bootTrial(standing, floor);
  else bootAfterTrial(standing, floor);
}

/** The active image is confirmed: raise the floor to its counter and run it. */
function bootConfirmed(active: u32, floor: u32): void {
  const view = viewOf(active);
  const reason = acceptSlot(active, floor, view);
  if (reason != REASON_OK) bootOther(active, floor, reason);
  const counter = load<u32>(view, VIEW_COUNTER);
  // Checked first: a floor that is raised too far cannot be lowered.
  if (!viewIsIntact(view)) halt(REASON_UNSTABLE);
  if (counter >= floor && counterAdvance(COUNTER_FLOOR, counter) != STATUS_OK)
    event(EVENT_FLOOR_NOT_RAISED, counter);
  handOver(view);
}

/** The active image is on trial with attempts left: count this one durably, then run it. */
function bootTrial(standing: u64, floor: u32): void {
  const record = recordOf(standing);
  const active = recordActive(record);
  const view = viewOf(active);
  const reason = acceptSlot(active, floor, view);
  if (reason != REASON_OK) bootOther(active, floor, reason);
  const counted = recordWithAttempts(interrupted(record), recordAttempts(record) - 1);
  if (writeRecord(standing, counted)) handOver(view);
  // The attempt could not be counted: run it only where there is nothing else to run.
  const other = otherSlot(active);
  if (acceptSlot(other, floor, viewOf(other)) == REASON_OK) handOver(viewOf(other));
  handOver(view);
}

/** The trial used up its attempts: back to the other image for good, or on with this one where there is no other. */
function bootAfterTrial(standing: u64, floor: u32): void {
  const record = recordOf(standing);
  const active = recordActive(record);
  const other = otherSlot(active);
  const fallback = recordFallback(record);
  if (fallback != FALLBACK_NONE && acceptSlot(other, floor, viewOf(other)) == REASON_OK) {
    if (fallback == FALLBACK_CONFIRMED) writeRecord(standing, recordAfterTrial(other, lostTrials(record)));
    else writeRecord(standing, recordTrial(other, info(INFO_ATTEMPTS, 0) - 1, FALLBACK_NONE));
    handOver(viewOf(other));
  }
  const reason = acceptSlot(active, floor, viewOf(active));
  if (reason != REASON_OK) bootOther(active, floor, reason);
  handOver(viewOf(active));
}

/** recordWrite, after which the budget's phase is again that of deciding. */
function writeRecord(standing: u64, record: u32): bool {
  const written = recordWrite(standing, record);
  phase(PHASE_DECIDE);
  return written;
}

/** The record of a trial, with a note that a power loss has ended one of its attempts where this boot comes after such a loss. */
function interrupted(record: u32): u32 {
  const begun = recordAttempts(record) < info(INFO_ATTEMPTS, 0);
  return begun && info(INFO_RESET_CAUSE, 0) == CAUSE_POWER ? recordWithInterruption(record) : record;
}

/**
 * Trials that the image has lost, the one that is over now included, unless a power loss ended any of its attempts: power cycles
 * alone must not use up the trials of a good image, not even of one that needs all of its attempts.
 */
function lostTrials(record: u32): u32 {
  const before = recordFailedTrials(record);
  return recordIsInterrupted(interrupted(record)) ? before : before + 1;
}

/** No valid Record: the best verified image, as a fresh trial. */
function bootWithoutRecord(standing: u64, floor: u32): void {
  const reasonA = acceptSlot(SLOT_A, floor, VIEW_A);
  const reasonB = acceptSlot(SLOT_B, floor, VIEW_B);
  if (reasonA != REASON_OK && reasonB != REASON_OK) halt(reasonA == REASON_MAGIC ? reasonB : reasonA);
  const both = reasonA == REASON_OK && reasonB == REASON_OK;
  const best = both ? betterSlot(VIEW_A, VIEW_B) : reasonA == REASON_OK ? SLOT_A : SLOT_B;
  writeRecord(
    standing,
    recordTrial(best, info(INFO_ATTEMPTS, 0) - 1, both ? FALLBACK_VERIFIED : FALLBACK_NONE),
  );
  handOver(viewOf(best));
}

/** Slot `failed` was refused for `reason`: run the other slot, changing nothing; halt where that is refused too. */
function bootOther(failed: u32, floor: u32, reason: u32): void {
  const other = otherSlot(failed);
  if (acceptSlot(other, floor, viewOf(other)) != REASON_OK) halt(reason);
  handOver(viewOf(other));
}

function viewOf(slot: u32): usize {
  return slot == SLOT_A ? VIEW_A : VIEW_B;
}

function handOver(view: usize): void {
  const entry = load<u32>(view, VIEW_ENTRY);
  if (!viewIsIntact(view)) halt(REASON_UNSTABLE);
  jump(entry);
}
