// The agent tells boot of the update in two retained words, one after the other; boot halts where it finds the first without the
// second.
//
// Right: under reset, at depth 1, no-brick is violated, by a reset between the two. Under power, which clears both, it is clean.

import { REASON_DIGEST, STEP_IDLE } from "../../../../assembly/abi";
import { halt, retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

export function boot(): void {
  if (retainedRead(0) != retainedRead(1)) halt(REASON_DIGEST);
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  retainedWrite(0, READY);
  retainedWrite(1, READY);
  return STEP_IDLE;
}
