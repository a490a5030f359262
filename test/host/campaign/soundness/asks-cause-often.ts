// The update asks 600 000 times in one call why the device was reset, more often than a log of questions holds, and then works as it
// should.
//
// Right: clean under power at depth 1, and proved for any number of cuts.

import { INFO_RESET_CAUSE, STEP_IDLE } from "../../../../assembly/abi";
import { info } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const TIMES: u32 = 600_000;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return askAndConfirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_IDLE;
}

function askAndConfirm(): i32 {
  let causes: u32 = 0;
  for (let asked: u32 = 0; asked < TIMES; asked++) causes |= info(INFO_RESET_CAUSE, 0);
  return causes == 0xffffffff ? STEP_IDLE : confirm();
}
