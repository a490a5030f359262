// Boot chooses by the reset cause: after a power loss slot A, always. One loss of power while nothing is being written makes v1 boot
// again after v2 was confirmed.
//
// Right: under power, at depth 1, confirmed-stays is violated; without a fault nothing is.

import { CAUSE_POWER, INFO_RESET_CAUSE, STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { info } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, run, running } from "./kit";

export { abiVersion } from "./kit";

export function boot(): void {
  run(isReady() && info(INFO_RESET_CAUSE, 0) != CAUSE_POWER ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_MORE;
}
