// Boot counts no attempts. The update notes in counter 1 that it is confirmed, then says so.
//
// Right: under power, at depth 2, with one attempt, trial-reverts is violated: cut before it has noted anything, it runs again. That
// it says CONFIRMED then excuses only who had noted it before.

import { STEP_IDLE } from "../../../../assembly/abi";
import { counterAdvance, counterRead } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const CONFIRMED: u32 = 1;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) {
    if (u32(counterRead(CONFIRMED)) == 0) counterAdvance(CONFIRMED, 1);
    return confirm();
  }
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_IDLE;
}
