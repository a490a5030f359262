// MCUboot #2420: that the security counter has no room left is noticed after the update, not before it. The new image is confirmed, its
// counter cannot be stored, and boot, which will run nothing that it cannot protect, ends there every time.

import {
  COUNTER_FLOOR,
  NOWHERE,
  REASON_COUNTER_FULL,
  REASON_OK,
  STATUS_OK,
  STEP_IDLE,
} from "../../../assembly/abi";
import { holdsWholeOffer, sessionDone } from "../../../assembly/agent/install";
import { counterAdvance, halt } from "../../../assembly/hal/hal";
import { endUnfinishedSession } from "../../../assembly/hal/session";
import {
  CORRUPT,
  acceptedCounter,
  accepts,
  activeOf,
  floorCanFollow,
  floorNow,
  freshTrial,
  isConfirmed,
  loadNewest,
  offerToInstall,
  policyBoot,
  policyStep,
  runningSlot,
  saveOverOldest,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

export function boot(): void {
  endUnfinishedSession();
  const state = loadNewest();
  if (state < CORRUPT && isConfirmed(state) && accepts(activeOf(state), floorNow()) == REASON_OK) {
    if (counterAdvance(COUNTER_FLOOR, acceptedCounter()) != STATUS_OK) halt(REASON_COUNTER_FULL);
  }
  policyBoot(state, saveOverOldest);
}

/** The offer stands in the other slot, whole and verified, and its security counter can be stored. */
function isInstalled(other: u32): bool {
  const offer = offerToInstall();
  if (offer == NOWHERE || (!holdsWholeOffer(other, offer) && !sessionDone(other, offer))) return false;
  return accepts(other, floorNow()) == REASON_OK && floorCanFollow();
}

export function step(input: u32): i32 {
  const state = loadNewest();
  const running = runningSlot();
  const isSettled = state < CORRUPT && isConfirmed(state) && activeOf(state) == running;
  if (isSettled && isInstalled(running ^ 1) && saveOverOldest(freshTrial(running ^ 1))) return STEP_IDLE;
  return policyStep(input, state, saveOverOldest);
}
