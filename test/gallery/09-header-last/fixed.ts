// wolfBoot #315: the update is asked for before its header is written. A cut while that is written leaves a boot code that finds
// no header where it is told to look.

import { REASON_OK } from "../../../assembly/abi";
import { halt } from "../../../assembly/hal/hal";
import {
  accepts,
  activeOf,
  attemptsOf,
  floorNow,
  isTrial,
  loadNewest,
  policyBoot,
  policyStep,
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
  return policyStep(input, loadNewest(), saveOverOldest);
}
