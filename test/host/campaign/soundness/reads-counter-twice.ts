// The agent notes in counter 1 that the update is written. Boot asks for it twice and halts where the answers differ.
//
// Right: clean under power; under power and weak no-brick is violated, at one cut.

import { REASON_COUNTER_READ, STEP_IDLE } from "../../../../assembly/abi";
import { counterAdvance, counterRead, halt } from "../../../../assembly/hal/hal";
import { confirm, hasNothingToInstall, install, run, running } from "./kit";

export { abiVersion } from "./kit";

const WRITTEN: u32 = 1;

export function boot(): void {
  const isWritten = u32(counterRead(WRITTEN)) == 1;
  if ((u32(counterRead(WRITTEN)) == 1) != isWritten) halt(REASON_COUNTER_READ);
  run(isWritten ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (hasNothingToInstall()) return confirm();
  install();
  counterAdvance(WRITTEN, 1);
  return STEP_IDLE;
}
