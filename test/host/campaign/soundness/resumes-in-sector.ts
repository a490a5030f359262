// The agent counts in a retained word how much of the image it has written, and goes on there after a reset that came in the middle of
// a sector: the unit that was being written is programmed again.
//
// Right: on a part that programs once, under reset, at depth 1, flash-rules is violated. Under power, which clears the word, it is
// clean.

import { STEP_IDLE } from "../../../../assembly/abi";
import { retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import {
  READY,
  clearReady,
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

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  const done = retainedRead(0);
  if (done == 0) {
    clearReady();
    eraseSlot();
  }
  for (let at = done; at < offerSize(); at += 4) {
    putWanted(at);
    retainedWrite(0, at + 4);
  }
  put(record(), READY);
  return STEP_IDLE;
}
