// Boot compares a note in flash, which is erased again before anything else is written, with a retained word, and has the firmware wait
// for one power-up where they differ, the word turned over. A cut leaves the note weak; a circle of power-ups, by twos, is there only
// for reads that see it written, then not, in turns.
//
// Right: under power and weak, at depth 1, converges is violated, by a run whose reads go round that circle until it gives up.
// Under power alone it is clean.

import { STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { erase, read32, retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import { READY, SECTOR, confirm, hasNothingToInstall, install, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const NOTE: u32 = 0x600dbeef;

// Retained words.
const SEEN: u32 = 0;
const WAITS: u32 = 1;
const STRONG: u32 = 2;

export function boot(): void {
  const seen: u32 = read32(note()) == NOTE ? 1 : 0;
  const differs = seen != retainedRead(SEEN);
  retainedWrite(SEEN, differs ? seen : 0);
  retainedWrite(WAITS, differs ? 1 : 0);
  runReady();
}

export function step(_input: u32): i32 {
  if (retainedRead(WAITS) != 0) return STEP_IDLE;
  if (running() == 1) return confirmStrongly();
  if (hasNothingToInstall()) return confirm();
  erase(note());
  put(note(), NOTE);
  erase(note());
  erase(record());
  install();
  put(record(), READY);
  return STEP_IDLE;
}

/** Before anything relies on it, READY is written once more: a cut may have left it weak. */
function confirmStrongly(): i32 {
  if (retainedRead(STRONG) != 0) return confirm();
  put(record(), READY);
  retainedWrite(STRONG, 1);
  return STEP_MORE;
}

/** In the Record's second sector. */
function note(): u32 {
  return record() + SECTOR;
}
