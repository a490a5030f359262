// The agent answers MORE when the update is ready, and does nothing more: it waits for a reset. Boot clears a retained word that is
// clear already.
//
// Right: clean, the update completes: MORE of a step that changed nothing is IDLE.

import { STEP_MORE } from "../../../../assembly/abi";
import { retainedWrite } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, runReady, running } from "./kit";

export { abiVersion } from "./kit";

export function boot(): void {
  retainedWrite(1, 0);
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_MORE;
  if (hasNothingToInstall()) return confirm();
  install();
  put(record(), READY);
  return STEP_MORE;
}
