// An installation's session: how far the agent has come, in two retained words, which a reset keeps and a loss of power clears.
// A reset can come in the middle of a program or an erase; what it has left there is in doubt, and units that were used cannot be
// programmed again. So boot ends what was under way, and after any reset a session begins as after a loss of power.
//
//   word 0   bit  31..20            19..8           7..4              3..0
//                 lowest to wipe    where it is     began anew        stage       places are indexes of sectors
//   word 1   which offer, for which slot
//
// All that changes from step to step stands in one word, so a reset comes before that change or after it. Where both words change,
// word 0 is cleared first and set last, so that no stage stands beside an offer that is not its own.

import { retainedRead, retainedWrite } from "./hal";

const SESSION: u32 = 0;
const OFFER: u32 = 1;

// Stages: how far a session is.

export const STAGE_NONE: u32 = 0;
/** Sectors are being erased, from above downwards. */
export const STAGE_WIPE: u32 = 1;
/** Sectors are being programmed, upwards. */
export const STAGE_WRITE: u32 = 2;
/** The slot holds the offer firmly. Lasts: nothing is under way. */
export const STAGE_DONE: u32 = 3;
/** Nothing has been looked at or changed yet. */
export const STAGE_BEGUN: u32 = 4;
/** The flash refused, again after a restart. Lasts likewise, or each power-up would write the same over and over. */
export const STAGE_FAILED: u32 = 5;

const STAGE_MASK: u32 = 15;
/** In place of how often it began anew: the slot holds the offer, which was refused. */
export const HELD_OFFER: u32 = 15;
const RESTARTS_SHIFT: u32 = 4;
const AT_SHIFT: u32 = 8;
const LOWEST_SHIFT: u32 = 20;
const SECTOR_MASK: u32 = 0xfff;

/** The session as it stands: one word, for the functions below. */
export function session(): u32 {
  return retainedRead(SESSION);
}

/** The STAGE_ of a session word. */
export function stageOf(word: u32): u32 {
  return word & STAGE_MASK;
}

/** How often the session began anew, or HELD_OFFER. */
export function restartsOf(word: u32): u32 {
  return (word >> RESTARTS_SHIFT) & STAGE_MASK;
}

/** Index of the sector that is next to be wiped or written. */
export function sectorOf(word: u32): u32 {
  return (word >> AT_SHIFT) & SECTOR_MASK;
}

/** Index of the sector at which wiping ends. */
export function lowestOf(word: u32): u32 {
  return word >> LOWEST_SHIFT;
}

/** Goes on to `stage` at sector `at`, wiping down to `lowest`; how often it began anew stays. */
export function moveSession(word: u32, stage: u32, at: u32, lowest: u32): void {
  const restarts = word & (STAGE_MASK << RESTARTS_SHIFT);
  retainedWrite(SESSION, stage | restarts | (at << AT_SHIFT) | (lowest << LOWEST_SHIFT));
}

/** Begins a session at `stage`, for the offer that `mark` stands for. */
export function startSession(mark: u32, stage: u32): void {
  retainedWrite(SESSION, STAGE_NONE);
  retainedWrite(OFFER, mark);
  retainedWrite(SESSION, stage);
}

/** Begins the session anew, for the same offer; `restarts` is how often it has done so, this time included. */
export function startSessionAnew(restarts: u32): void {
  retainedWrite(SESSION, STAGE_BEGUN | (restarts << RESTARTS_SHIFT));
}

/** The slot holds the offer to the last byte, and it is no good: another offer with the same mark can be told by that. */
export function noteHeldOffer(word: u32): void {
  retainedWrite(SESSION, word | (HELD_OFFER << RESTARTS_SHIFT));
}

/** The mark of the offer that the session is for. */
export function sessionOfferMark(): u32 {
  return retainedRead(OFFER);
}

/** Ends a session that was under way when the device was reset, or just beginning or ending; first thing in every boot. */
export function endUnfinishedSession(): void {
  const stage = stageOf(session());
  if (stage != STAGE_DONE && stage != STAGE_FAILED) forgetSession();
}

/** Forgets a session, whatever it has come to: for whoever changes its slot behind its back. */
export function forgetSession(): void {
  retainedWrite(SESSION, STAGE_NONE);
  retainedWrite(OFFER, 0);
}
