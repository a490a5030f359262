// What a small guest can be written over: a whole A/B policy whose state is one byte, which each guest stores in a way of its own,
// and short cuts into the core's verification. The gallery's guests are written over it, and one's own may be, as it is part of the
// package. It holds no bug on purpose: where a guest of the gallery is wrong, the guest's own lines are.

import {
  ABI_VERSION,
  COUNTER_FLOOR,
  EVENT_RECORD,
  INFO_ATTEMPTS,
  INFO_BOOTED_OFFSET,
  INFO_COUNTER_MAX,
  INFO_ERASED_WORD,
  INFO_OFFER_COUNT,
  INPUT_SELF_TEST_GOOD,
  NOWHERE,
  REASON_OK,
  REASON_RECORD_WRITE,
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
import { acceptSlot } from "../boot/accept";
import { programBytes, programSizeFor, readBytes, slotOffset, slotSize } from "../hal/flash";
import { counterAdvance, counterRead, event, halt, info, jump, tryRead32 } from "../hal/hal";
import { HEADER_SIZE, version } from "../image/header";
import { eraseArea, recordArea } from "../record/body";
import { VIEW_COUNTER, VIEW_ENTRY, VIEW_SIZE } from "../image/verify";

/** Of the image that accepts() looked at last. */
const VIEW: usize = memory.data(VIEW_SIZE, 8);
const HEADER: usize = memory.data(32, 8);
const CELL: usize = memory.data(8, 4);

/** Every guest has to export this, so that the host knows which ABI it was written for. */
export function abiVersion(): u32 {
  return ABI_VERSION;
}

// --- The state: one byte in a word -----------------------------------------------------------------------------

/** Nothing is stored. */
export const NONE: u32 = 0xffffffff;
/** Something is stored, and none of it is whole. */
export const CORRUPT: u32 = 0xfffffffe;

/** The state as a byte: `active` 0 or 1; of more than three attempts three. */
export function stateOf(active: u32, confirmed: bool, attempts: u32): u32 {
  return active | (confirmed ? 2 : 0) | (min<u32>(attempts, 3) << 2);
}

/** The active slot of a state that is neither NONE nor CORRUPT, as for the next two. */
export function activeOf(state: u32): u32 {
  return state & 1;
}

export function isConfirmed(state: u32): bool {
  return (state & 2) != 0;
}

export function attemptsOf(state: u32): u32 {
  return (state >> 2) & 3;
}

/** There is a state, and it is that of a trial. */
export function isTrial(state: u32): bool {
  return state < CORRUPT && !isConfirmed(state);
}

/** The state of a trial of `slot` with all of its attempts left. */
export function freshTrial(slot: u32): u32 {
  return stateOf(slot, false, info(INFO_ATTEMPTS, 0));
}

// --- Cells: a word and its complement in a program unit of their own ---------------------------------------------

/** Bytes from one cell to the next. */
export function cellSize(): u32 {
  return programSizeFor(8);
}

/** The word in a cell; NONE where it is blank, CORRUPT where it is not whole. */
export function readCell(offset: u32): u32 {
  const word = tryRead32(offset);
  const check = tryRead32(offset + 4);
  const erased = u64(info(INFO_ERASED_WORD, 0));
  if (i32(word >> 32) != STATUS_OK || (word == erased && check == erased)) return NONE;
  return u64(u32(~u32(word))) == check ? u32(word) : CORRUPT;
}

/** Programs a cell, which has to be erased. False: the flash refused. */
export function writeCell(offset: u32, word: u32): bool {
  store<u32>(CELL, word);
  store<u32>(CELL, ~word, 4);
  return programBytes(offset, CELL, 8, cellSize()) == STATUS_OK;
}

// --- A sound store: two copies in turn, numbered ------------------------------------------------------------------

const MARK: u32 = 0x5a000000;

/** The state in the newer whole copy; NONE where there is none. */
export function loadNewest(): u32 {
  const newest = newestCopy();
  return newest == NONE ? NONE : readCell(recordArea(newest)) & 0xff;
}

/** Puts the state in the place of the older copy. False: the flash refused, and the newer copy stands as it was. */
export function saveOverOldest(state: u32): bool {
  const newest = newestCopy();
  const number = newest == NONE ? 0 : (numberOf(readCell(recordArea(newest))) + 1) % 3;
  const target = recordArea(newest == NONE ? 0 : newest ^ 1);
  return eraseArea(target) && writeCell(target, MARK | (number << 8) | state);
}

/** Index of the newer whole copy; NONE where neither is whole. */
function newestCopy(): u32 {
  const first = readCell(recordArea(0));
  const second = readCell(recordArea(1));
  if (second >= CORRUPT) return first >= CORRUPT ? NONE : 0;
  return first >= CORRUPT || numberOf(second) == (numberOf(first) + 1) % 3 ? 1 : 0;
}

function numberOf(word: u32): u32 {
  return (word >> 8) & 3;
}

// --- Images ------------------------------------------------------------------------------------------------------

/** The floor: the security counter below which no image may boot. */
export function floorNow(): u32 {
  return u32(counterRead(COUNTER_FLOOR));
}

/** REASON_OK where the image in a slot may boot above `floor`. */
export function accepts(slot: u32, floor: u32): u32 {
  return acceptSlot(slot, floor, VIEW);
}

/** Security counter of the image that accepts() accepted last. */
export function acceptedCounter(): u32 {
  return load<u32>(VIEW, VIEW_COUNTER);
}

/** The floor can be raised to the security counter of the image that accepts() accepted last. */
export function floorCanFollow(): bool {
  return acceptedCounter() <= info(INFO_COUNTER_MAX, 0);
}

/** Runs the image that accepts() accepted last. */
export function runAccepted(): void {
  jump(load<u32>(VIEW, VIEW_ENTRY));
}

/** The slot from which the firmware runs that asks; meaningless in boot. */
export function runningSlot(): u32 {
  return info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 0 : 1;
}

// --- The policy --------------------------------------------------------------------------------------------------

/** Boots as the state says; an attempt is counted before the jump, a trial that is over ends with the other slot. */
export function policyBoot(state: u32, save: (state: u32) => bool): void {
  event(EVENT_RECORD, state == CORRUPT ? NONE : state);
  if (state == CORRUPT) halt(REASON_RECORD_WRITE);
  let active: u32 = state == NONE ? 0 : activeOf(state);
  if (isTrial(state)) {
    const isOver = attemptsOf(state) == 0;
    if (isOver) active ^= 1;
    save(isOver ? stateOf(active, true, 0) : stateOf(active, false, attemptsOf(state) - 1));
  }
  const reason = accepts(active, floorNow());
  if (reason == REASON_OK) {
    if (state != NONE && isConfirmed(state)) counterAdvance(COUNTER_FLOOR, acceptedCounter());
  } else if (accepts(active ^ 1, floorNow()) != REASON_OK) halt(reason);
  runAccepted();
}

/** The firmware's part: confirms what runs, installs what is offered, verifies it, asks for a trial. */
export function policyStep(input: u32, state: u32, save: (state: u32) => bool): i32 {
  const running = runningSlot();
  const isActive = state < CORRUPT && activeOf(state) == running;
  if (!isActive && isTrial(state)) return STEP_IDLE; // its boots are yet to come
  if (!isActive || !isConfirmed(state)) {
    if ((input & INPUT_SELF_TEST_GOOD) == 0) return STEP_IDLE;
    return save(stateOf(running, true, 0)) ? STEP_MORE : STEP_REFUSED;
  }
  const offer = offerToInstall();
  if (offer == NOWHERE) return info(INFO_OFFER_COUNT, 0) == 0 || runsOffer() ? STEP_CONFIRMED : STEP_REFUSED;
  if (!holdsWholeOffer(running ^ 1, offer) && !sessionDone(running ^ 1, offer))
    return installOn(running ^ 1, offer);
  if (accepts(running ^ 1, floorNow()) != REASON_OK) {
    // What stands there may be another offer, with the same header and size, that a session was for.
    return !holdsWholeOffer(running ^ 1, offer) && sessionRestart() ? STEP_MORE : STEP_REFUSED;
  }
  if (!floorCanFollow()) return STEP_REFUSED;
  return save(freshTrial(running ^ 1)) ? STEP_IDLE : STEP_REFUSED;
}

/** Index of an offer for the slot that does not run; NOWHERE where there is none, or that image runs already. */
export function offerToInstall(): u32 {
  if (info(INFO_OFFER_COUNT, 0) == 0 || runsOffer()) return NOWHERE;
  return offerFor(runningSlot() ^ 1);
}

/** One step of installing offer `offer` into slot `target`; answers a STEP_ number. */
export function installOn(target: u32, offer: u32): i32 {
  if (!sessionStarted(target, offer)) sessionBegin(target, offer);
  if (sessionFailed(target, offer)) return STEP_REFUSED;
  return installStep(target, offer) || sessionRestart() ? STEP_MORE : STEP_REFUSED;
}

function runsOffer(): bool {
  const offer = offerFor(runningSlot() ^ 1);
  if (offer == NOWHERE || !readBytes(slotOffset(runningSlot()), HEADER, HEADER_SIZE)) return false;
  return offerVersion(offer) == version(HEADER);
}
