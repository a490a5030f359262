// Home Assistant OS #1016: when the attempts of one slot are used up, the other one is booted for good, whatever is in it. What the
// device would fall back to was lost while the new image was on trial: nothing boots, though that image could.

import { EVENT_RECORD, REASON_NO_MATCHING_IMAGE, REASON_OK } from "../../../assembly/abi";
import { event, halt } from "../../../assembly/hal/hal";
import {
  accepts,
  activeOf,
  attemptsOf,
  floorNow,
  isTrial,
  loadNewest,
  policyBoot,
  policyStep,
  runAccepted,
  saveOverOldest,
  stateOf,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** The trial's attempts are used up. */
function bootAfterTrial(state: u32): void {
  const active = activeOf(state);
  const other = active ^ 1;
  event(EVENT_RECORD, state);
  saveOverOldest(stateOf(other, true, 0));
  if (accepts(other, floorNow()) != REASON_OK) halt(REASON_NO_MATCHING_IMAGE);
  runAccepted();
}

export function boot(): void {
  const state = loadNewest();
  if (isTrial(state) && attemptsOf(state) == 0) bootAfterTrial(state);
  policyBoot(state, saveOverOldest);
}

export function step(input: u32): i32 {
  return policyStep(input, loadNewest(), saveOverOldest);
}
