// Once an update is ready, boot halts after a reset by the watchdog.
//
// Right: under reset, at depth 1, no-brick is violated. Under power it is clean.

import { CAUSE_WATCHDOG, INFO_RESET_CAUSE, REASON_DIGEST, STEP_IDLE } from "../../../../assembly/abi";
import { halt, info } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

export function boot(): void {
  if (isReady() && info(INFO_RESET_CAUSE, 0) == CAUSE_WATCHDOG) halt(REASON_DIGEST);
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_IDLE;
}
