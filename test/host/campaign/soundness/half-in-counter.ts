// Half-way through a sector the agent advances a counter, and from then on goes on without erasing: torn words stay. Cuts before
// the advance are healed.
//
// Right: under power, at depth 1, authentic is violated.

import { STEP_IDLE } from "../../../../assembly/abi";
import { counterAdvance, counterRead } from "../../../../assembly/hal/hal";
import {
  READY,
  confirm,
  hasNothingToInstall,
  installFromHalf,
  isReady,
  put,
  record,
  runReady,
  running,
} from "./kit";

export { abiVersion } from "./kit";

/** The counter. */
const HALF: u32 = 1;

export function boot(): void {
  runReady();
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (isReady()) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  installFromHalf(
    () => u32(counterRead(HALF)) == 1,
    () => {
      counterAdvance(HALF, 1);
    },
  );
  put(record(), READY);
  return STEP_IDLE;
}
