// Wrong: an installation that was interrupted takes its first sector for written up to one word, where that is neither blank nor as it is
// offered: the word stays torn. What is half written when nothing is offered any more is erased.
import { STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { erase, read32 } from "../../../../assembly/hal/hal";
import {
  ERASED,
  READY,
  SECTOR,
  confirm,
  eraseSlot,
  hasNothingToInstall,
  offerSize,
  put,
  putWanted,
  record,
  runReady,
  running,
  slot,
  wanted,
} from "./kit";

export { abiVersion } from "./kit";

/** Offset in the slot of the one word that is looked at. */
const X: u32 = 0x80;

export function boot(): void {
  runReady();
}

function began(): u32 {
  return record() + 256;
}

function half(): u32 {
  return record() + 512;
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (hasNothingToInstall()) {
    if (read32(began()) != ERASED) {
      erase(slot(1));
      erase(half());
      erase(began());
      return STEP_IDLE;
    }
    return confirm();
  }
  if (read32(began()) == ERASED) {
    put(began(), 1);
    eraseSlot();
    for (let at: u32 = 0; at < SECTOR; at += 4) putWanted(at);
    put(half(), 1);
    return STEP_MORE;
  }
  if (read32(half()) == ERASED) {
    if (read32(half() + 4) == ERASED) {
      put(half() + 4, 1);
      erase(slot(1) + SECTOR);
      return STEP_MORE;
    }
    const x = read32(slot(1) + X);
    const isTorn = x != ERASED && x != wanted(X);
    if (!isTorn) erase(slot(1));
    for (let at: u32 = isTorn ? X + 4 : 0; at < SECTOR; at += 4) putWanted(at);
    put(half(), 1);
    return STEP_MORE;
  }
  erase(slot(1) + SECTOR);
  for (let at: u32 = SECTOR; at < offerSize(); at += 4) putWanted(at);
  if (read32(record()) != ERASED) erase(record());
  put(record(), READY);
  return STEP_IDLE;
}
