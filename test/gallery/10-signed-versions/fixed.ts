// wolfBoot F-4410: versions of 2^31 and more are compared as signed numbers, and the newest there is counts as the oldest.

import { REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { acceptedCounter, accepts, floorNow, runAccepted } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

function isBelow(counter: u32, floor: u32): bool {
  return counter < floor;
}

/** The confirmed image is damaged: the other one, if it verifies and is not too old. */
export function boot(): void {
  const record = recordOf(recordRecover());
  if (record != RECORD_NONE && recordIsConfirmed(record)) {
    const active = recordActive(record);
    const isDamaged = accepts(active, floorNow()) != REASON_OK;
    const verifies = isDamaged && accepts(active ^ 1, 0) == REASON_OK;
    if (verifies && !isBelow(acceptedCounter(), floorNow())) runAccepted();
  }
  realBoot();
}
