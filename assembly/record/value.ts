// What a record says, as one word. Pure: fields in and out, no flash.
//
//   bit  31..24  23..16         15           14..12         11..10    9          8       7..4   3..0
//        0       attempts left  interrupted  failed trials  fallback  confirmed  active  cycle  format (6)
//
// Failed trials are those of the active image where that is on trial again, else those of the image in the other slot. A trial is
// interrupted once a power loss has ended one of its attempts. Every other bit is zero.
//
// `cycle` tells which of two stored records is the newer. It belongs to the files that store the word (sealed.ts, refreshed.ts)
// and is zero elsewhere.

/** In place of a record: there is none. */
export const RECORD_NONE: u32 = 0xffffffff;

/** The other slot holds nothing to fall back to. */
export const FALLBACK_NONE: u32 = 0;
/** The other slot holds the image that was confirmed before. */
export const FALLBACK_CONFIRMED: u32 = 1;
/** The other slot holds an image that verified; beside a confirmed one, that its installation was complete and firm. */
export const FALLBACK_VERIFIED: u32 = 2;

export const RECORD_FORMAT: u32 = 6; // 5 had no bit for interrupted trials
const FORMAT_MASK: u32 = 0xff00000f;
const ATTEMPTS_MASK: u32 = 0x00ff0000;
const FAILED_SHIFT: u32 = 12;
const FAILED_MAX: u32 = 7;
const INTERRUPTED: u32 = 1 << 15;
const CYCLE_SHIFT: u32 = 4;
/** Records are numbered modulo this. */
export const CYCLE: u32 = 3;
const ATTEMPTS_MAX: u32 = 255;

/** The record of a trial of slot `active`, with so many attempts left (255 at most) and a FALLBACK_. */
export function recordTrial(active: u32, attempts: u32, fallback: u32): u32 {
  return RECORD_FORMAT | (active << 8) | (fallback << 10) | (min<u32>(attempts, ATTEMPTS_MAX) << 16);
}

/** The record that slot `active` is confirmed, and nothing is known of the other. */
export function recordConfirmed(active: u32): u32 {
  return RECORD_FORMAT | (active << 8) | (1 << 9);
}

/** `active` is confirmed; the other slot's image was firmly installed and lost `failed` trials. */
export function recordAfterTrial(active: u32, failed: u32): u32 {
  return recordWithFailedTrials(recordConfirmed(active) | (FALLBACK_VERIFIED << 10), failed);
}

/** The same record with another count of attempts left. */
export function recordWithAttempts(record: u32, attempts: u32): u32 {
  return (record & ~ATTEMPTS_MASK) | (min<u32>(attempts, ATTEMPTS_MAX) << 16);
}

/** How many trials were lost, seven at most. */
export function recordFailedTrials(record: u32): u32 {
  return (record >> FAILED_SHIFT) & FAILED_MAX;
}

/** The same record with another count of failed trials. */
export function recordWithFailedTrials(record: u32, failed: u32): u32 {
  return (record & ~(FAILED_MAX << FAILED_SHIFT)) | (min<u32>(failed, FAILED_MAX) << FAILED_SHIFT);
}

/** The same record of a trial, one of whose attempts a power loss has ended. */
export function recordWithInterruption(record: u32): u32 {
  return record | INTERRUPTED;
}

/** Whether a power loss has ended one of the trial's attempts. */
export function recordIsInterrupted(record: u32): bool {
  return (record & INTERRUPTED) != 0;
}

/** The slot to boot: 0 or 1. */
export function recordActive(record: u32): u32 {
  return (record >> 8) & 1;
}

export function recordIsConfirmed(record: u32): bool {
  return ((record >> 9) & 1) != 0;
}

/** What the other slot holds, a FALLBACK_. */
export function recordFallback(record: u32): u32 {
  return (record >> 10) & 3;
}

/** Attempts that the trial has left. */
export function recordAttempts(record: u32): u32 {
  return (record >> 16) & 0xff;
}

/** A word that a Record may hold: known format, no unknown bit, cycle below 3, fallback known. */
export function recordWellFormed(word: u32): bool {
  return (word & FORMAT_MASK) == RECORD_FORMAT && recordCycle(word) < CYCLE && recordFallback(word) < 3;
}

/** The cycle of a stored word. */
export function recordCycle(word: u32): u32 {
  return (word >> CYCLE_SHIFT) & 15;
}

/** The same record with another cycle. */
export function recordWithCycle(word: u32, cycle: u32): u32 {
  return (word & ~(u32(15) << CYCLE_SHIFT)) | (cycle << CYCLE_SHIFT);
}
