// Boot takes slot B only where the firmware of slot A has asked for it in a retained word, which a loss of power clears, between
// calls too.
//
// Right: under power, at depth 1, confirmed-stays is violated: the power goes after v2 was confirmed, and v1 runs. Under reset,
// which keeps retained words, it is clean.

import { STEP_IDLE } from "../../../../assembly/abi";
import { retainedRead, retainedWrite } from "../../../../assembly/hal/hal";
import { READY, confirm, hasNothingToInstall, install, isReady, put, record, run, running } from "./kit";

export { abiVersion } from "./kit";

const CHOSEN: u32 = 0xb007b007;

export function boot(): void {
  run(isReady() && retainedRead(0) == CHOSEN ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (!isReady()) {
    if (hasNothingToInstall()) return confirm();
    install();
    put(record(), READY);
  }
  retainedWrite(0, CHOSEN);
  return STEP_IDLE;
}
