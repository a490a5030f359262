// An installation notes in the Record that it has begun. One that finds the note was cut: before it begins anew, it takes its time,
// in one of five ways; how much is said by the test, which changes these constants.
//
// Right: proved under power where it takes as much as a run may, violated where it takes more; incomplete where the simulation has no
// room for what it tells.

import { STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { erase, event, read32, retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import {
  ERASED,
  READY,
  SECTOR,
  confirm,
  eraseSlot,
  hasNothingToInstall,
  isReady,
  offerSize,
  put,
  putWanted,
  record,
  runReady,
  running,
} from "./kit";

export { abiVersion } from "./kit";

/** Steps that count in a retained word. */
const STEPS: u32 = 0;
/** Power-ups, which a retained word counts. */
const POWER_UPS: u32 = 0;
/** Rounds of a loop. */
const ROUNDS: u32 = 0;
/** Words that are read. */
const READS: u32 = 0;
/** Events that are told. */
const EVENTS: u32 = 0;

const BEGUN: u32 = 0xbe60bbed;
const NOTE_AT: u32 = 8;
const EVENT: u32 = 0x1000;

let sum: u32 = 0;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  if (read32(record() + NOTE_AT) != ERASED || read32(record()) != ERASED) return afterCut();
  put(record() + NOTE_AT, BEGUN);
  eraseSlot();
  for (let at: u32 = 0; at < offerSize(); at += 4) putWanted(at);
  put(record(), READY);
  return STEP_IDLE;
}

function afterCut(): i32 {
  // First of all: what stands there tells many states apart.
  if (retainedRead(1) == 0) {
    eraseSlot();
    retainedWrite(1, 1);
    return STEP_MORE;
  }
  const waited = retainedRead(0);
  if (waited < STEPS) {
    retainedWrite(0, waited + 1);
    return STEP_MORE;
  }
  const count = retainedRead(2);
  if (count < POWER_UPS) {
    retainedWrite(2, count + 1);
    return STEP_IDLE;
  }
  for (let round: u32 = 0; round < ROUNDS; round++) sum = sum * 3 + round;
  for (let index: u32 = 0; index < READS; index++) sum += read32(recordWord(index));
  for (let number: u32 = 0; number < EVENTS; number++) event(EVENT, number);
  erase(record());
  retainedWrite(1, 0);
  return STEP_MORE;
}

function recordWord(index: u32): u32 {
  return record() + SECTOR + ((4 * index) & (SECTOR - 1));
}
