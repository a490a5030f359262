// ESP-IDF #14808: a slot goes on being called good while something new is written into it. Here the confirmed image fails later, is given
// up after three boots, and what the device turns to is half of an installation.

import {
  CAUSE_WATCHDOG,
  INFO_RESET_CAUSE,
  NOWHERE,
  REASON_OK,
  STEP_MORE,
  STEP_REFUSED,
} from "../../../assembly/abi";
import { halt, info } from "../../../assembly/hal/hal";
import { endUnfinishedSession } from "../../../assembly/hal/session";
import {
  CORRUPT,
  accepts,
  activeOf,
  attemptsOf,
  floorNow,
  isConfirmed,
  isTrial,
  loadNewest,
  offerToInstall,
  policyBoot,
  policyStep,
  saveOverOldest,
  stateOf,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** What stands in the other slot was confirmed once. */
const OTHER_IS_GOOD: u32 = 1 << 4;
/** A failed boot more, in a state that is confirmed: counted where a trial has its attempts. */
const ONE_FAILURE: u32 = 1 << 2;
const FAILURES_MAX: u32 = 3;

/** A trial that ends well leaves a good image behind it. */
function save(state: u32): bool {
  const before = loadNewest();
  const endsWell = isTrial(before) && isConfirmed(state) && activeOf(before) == activeOf(state);
  return saveOverOldest(endsWell ? state | OTHER_IS_GOOD : state);
}

/** There is something to turn to. */
function hasOther(state: u32): bool {
  return state < CORRUPT && isConfirmed(state) && (state & OTHER_IS_GOOD) != 0;
}

export function boot(): void {
  endUnfinishedSession();
  let state = loadNewest();
  if (hasOther(state) && info(INFO_RESET_CAUSE, 0) == CAUSE_WATCHDOG) {
    if (attemptsOf(state) < FAILURES_MAX) {
      state += ONE_FAILURE;
      saveOverOldest(state);
    } else {
      state = stateOf(activeOf(state) ^ 1, true, 0);
      saveOverOldest(state);
      const reason = accepts(activeOf(state), floorNow());
      if (reason != REASON_OK) halt(reason); // the other one has failed too often
    }
  }
  policyBoot(state, save);
}

export function step(input: u32): i32 {
  const state = loadNewest();
  if (hasOther(state) && offerToInstall() != NOWHERE)
    return saveOverOldest(state & ~OTHER_IS_GOOD) ? STEP_MORE : STEP_REFUSED;
  return policyStep(input, state, save);
}
