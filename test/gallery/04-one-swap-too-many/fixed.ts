// MCUboot #480: a revert is done in two writes, the swap and then "done". After a cut between them it is resumed, and swaps once
// more: the image that was given up is back.

import {
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

export function boot(): void {
  const state = loadNewest();
  if (isTrial(state) && attemptsOf(state) == 0) saveOverOldest(stateOf(activeOf(state) ^ 1, true, 0));
  policyBoot(loadNewest(), saveOverOldest);
}

export function step(input: u32): i32 {
  return policyStep(input, loadNewest(), saveOverOldest);
}
