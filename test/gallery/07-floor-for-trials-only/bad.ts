// MCUboot #1708: the downgrade check is made when an image is tried, not when it is fallen back to.

import { REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { accepts, floorNow, runAccepted } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

/** The confirmed image is damaged: the other one, if it verifies. */
export function boot(): void {
  const record = recordOf(recordRecover());
  if (record != RECORD_NONE && recordIsConfirmed(record)) {
    const active = recordActive(record);
    const isDamaged = accepts(active, floorNow()) != REASON_OK;
    if (isDamaged && accepts(active ^ 1, 0) == REASON_OK) runAccepted();
  }
  realBoot();
}
