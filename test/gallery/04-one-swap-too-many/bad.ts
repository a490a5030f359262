// MCUboot #480: a revert is done in two writes, the swap and then "done". After a cut between them it is resumed, and swaps once
// more: the image that was given up is back.

import {
  NONE,
  activeOf,
  attemptsOf,
  isTrial,
  loadNewest,
  policyBoot,
  policyStep,
  saveOverOldest,
  stateOf,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** A revert is under way. */
const REVERTING: u32 = 0x10;

export function boot(): void {
  const state = loadNewest();
  const isResumed = state != NONE && (state & REVERTING) != 0;
  if (isResumed || (isTrial(state) && attemptsOf(state) == 0)) {
    const swapped = activeOf(state) ^ 1;
    saveOverOldest(stateOf(swapped, false, 0) | REVERTING);
    saveOverOldest(stateOf(swapped, true, 0));
  }
  policyBoot(loadNewest(), saveOverOldest);
}

export function step(input: u32): i32 {
  return policyStep(input, loadNewest(), saveOverOldest);
}
