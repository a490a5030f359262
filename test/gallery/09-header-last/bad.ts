// wolfBoot #315: the update is asked for before its header is written. A cut while that is written leaves a boot code that finds
// no header where it is told to look.

import { NOWHERE, REASON_OK, STEP_IDLE, STEP_MORE, STEP_REFUSED } from "../../../assembly/abi";
import { sessionDone } from "../../../assembly/agent/install";
import { halt } from "../../../assembly/hal/hal";
import {
  NONE,
  accepts,
  activeOf,
  attemptsOf,
  floorNow,
  freshTrial,
  installOn,
  isConfirmed,
  isTrial,
  loadNewest,
  offerToInstall,
  policyBoot,
  policyStep,
  runningSlot,
  saveOverOldest,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** What is to be tried is there, or boot goes no further. */
export function boot(): void {
  const state = loadNewest();
  if (isTrial(state) && attemptsOf(state) != 0) {
    const reason = accepts(activeOf(state), floorNow());
    if (reason != REASON_OK) halt(reason);
  }
  policyBoot(state, saveOverOldest);
}

export function step(input: u32): i32 {
  const state = loadNewest();
  const target = runningSlot() ^ 1;
  const offer = offerToInstall();
  const isAsked = isTrial(state) && activeOf(state) == target;
  const isSettled = state != NONE && isConfirmed(state) && activeOf(state) != target;
  if (offer != NOWHERE && isSettled) return saveOverOldest(freshTrial(target)) ? STEP_MORE : STEP_REFUSED;
  if (offer != NOWHERE && isAsked) return sessionDone(target, offer) ? STEP_IDLE : installOn(target, offer);
  return policyStep(input, state, saveOverOldest);
}
