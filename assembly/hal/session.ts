// The retained words of an installation's session: how far the agent has come. Reset after reset they are kept, and lost with the
// power. Boot ends what is under way, as a reset can strike in the middle of a program or an erase: what it has left there is
// in doubt, and units that it has used cannot be programmed again. So after any reset a session begins as after a loss of power.
//
//   word  0 stage   1 offer and slot   2 where it is   3 where wiping ends   4 how often it began anew

import { retainedRead, retainedWrite } from "./hal";

export const RETAINED_STAGE: u32 = 0;
export const RETAINED_OFFER: u32 = 1;
export const RETAINED_AT: u32 = 2;
export const RETAINED_LOWEST: u32 = 3;
export const RETAINED_RESTARTS: u32 = 4;
const WORDS: u32 = 5;

export const STAGE_NONE: u32 = 0;
export const STAGE_WIPE: u32 = 1;
export const STAGE_WRITE: u32 = 2;
/** The slot holds the offer firmly. Lasts: nothing is under way. */
export const STAGE_DONE: u32 = 3;
export const STAGE_BEGUN: u32 = 4;
/** The flash refused, again after a restart. Lasts likewise, or each power-up would write the same over and over. */
export const STAGE_FAILED: u32 = 5;

/** Ends a session that was under way when the device was reset; first thing in every boot. */
export function endUnfinishedSession(): void {
  const stage = retainedRead(RETAINED_STAGE);
  if (stage != STAGE_NONE && stage != STAGE_DONE && stage != STAGE_FAILED) forgetSession();
}

/** Forgets a session, whatever it has come to: for whoever changes its slot behind its back. */
export function forgetSession(): void {
  for (let word: u32 = 0; word < WORDS; word++) retainedWrite(word, 0);
}
