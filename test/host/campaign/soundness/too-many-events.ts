// Before it confirms itself, the update reports 70 000 events in one call, more than the device's log holds; on a device it would go
// on and confirm itself.
//
// Right: incomplete, by a reason that names the log, and nothing violated: what is full is the simulation's.

import { STEP_IDLE } from "../../../../assembly/abi";
import { event } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const TIMES: u32 = 70_000;
const CODE: u32 = 0x1000;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) {
    for (let number: u32 = 0; number < TIMES; number++) event(CODE, number);
    return confirm();
  }
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_IDLE;
}
