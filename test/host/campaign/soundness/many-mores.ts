// Before it installs, the agent answers MORE five thousand times, counting in a retained word: more than all power-ups that it gets
// have room for.
//
// Right: without a fault converges is violated: more than four times as many steps as there are sectors change no flash.

import { STEP_IDLE, STEP_MORE } from "../../../../assembly/abi";
import { retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

const TIMES: u32 = 5000;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  const waited = retainedRead(0);
  if (waited < TIMES) {
    retainedWrite(0, waited + 1);
    return STEP_MORE;
  }
  install();
  put(record(), READY);
  return STEP_IDLE;
}
