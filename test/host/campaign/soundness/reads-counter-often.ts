// The agent notes in counter 1 that the update is written. Boot asks for it so often that there are more ways to read than are followed
// where the counter is weak.
//
// Right: proved under power; under power and weak incomplete, by name.

import { STEP_IDLE } from "../../../../assembly/abi";
import { counterAdvance, counterRead } from "../../../../assembly/hal/hal";
import { confirm, hasNothingToInstall, install, run, running } from "./kit";

export { abiVersion } from "./kit";

const WRITTEN: u32 = 1;
const TIMES: u32 = 17;

export function boot(): void {
  let times: u32 = 0;
  for (let asked: u32 = 0; asked < TIMES; asked++) if (u32(counterRead(WRITTEN)) == 1) times++;
  run(times == TIMES ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (hasNothingToInstall()) return confirm();
  install();
  counterAdvance(WRITTEN, 1);
  return STEP_IDLE;
}
