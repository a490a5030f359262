// MCUboot 0eaf6668: an upgrade that is resumed after a reset raises the security counter before it is confirmed. The image that
// it would revert to is then refused.

import { CAUSE_POWER, COUNTER_FLOOR, INFO_RESET_CAUSE, REASON_FLOOR, REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { counterAdvance, halt, info } from "../../../assembly/hal/hal";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import {
  FALLBACK_CONFIRMED,
  RECORD_NONE,
  recordActive,
  recordAttempts,
  recordFallback,
  recordIsConfirmed,
} from "../../../assembly/record/value";
import { acceptedCounter, accepts, floorNow } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

export function boot(): void {
  const record = recordOf(recordRecover());
  const onTrial = record != RECORD_NONE && !recordIsConfirmed(record);
  if (onTrial && recordFallback(record) == FALLBACK_CONFIRMED) {
    const active = recordActive(record);
    const isResumed = info(INFO_RESET_CAUSE, 0) == CAUSE_POWER;
    if (isResumed && accepts(active, floorNow()) == REASON_OK)
      counterAdvance(COUNTER_FLOOR, acceptedCounter());
    const reason = recordAttempts(record) == 0 ? accepts(active ^ 1, floorNow()) : REASON_OK;
    if (reason == REASON_FLOOR) halt(reason);
  }
  realBoot();
}
