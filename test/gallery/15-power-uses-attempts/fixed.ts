// RAUC #683 and #490: each power cycle counts as a failed attempt. A good image loses its trial to the mains switch alone, and is
// never tried again.

import { CAUSE_POWER, INFO_RESET_CAUSE, REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { info } from "../../../assembly/hal/hal";
import { recordOf, recordRecover, recordWrite } from "../../../assembly/record/record";
import {
  FALLBACK_CONFIRMED,
  RECORD_NONE,
  recordActive,
  recordAfterTrial,
  recordAttempts,
  recordFallback,
  recordIsConfirmed,
  recordIsInterrupted,
} from "../../../assembly/record/value";
import { accepts, floorNow, runAccepted } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

/** The agent refuses what has lost so many trials. */
const TRIALS_MAX: u32 = 3;

/** The trial ended otherwise than by the image's own fault. */
function wasCut(record: u32): bool {
  return recordIsInterrupted(record) || info(INFO_RESET_CAUSE, 0) == CAUSE_POWER;
}

export function boot(): void {
  const standing = recordRecover();
  const record = recordOf(standing);
  const onTrial = record != RECORD_NONE && !recordIsConfirmed(record);
  const isOver = onTrial && recordAttempts(record) == 0 && recordFallback(record) == FALLBACK_CONFIRMED;
  if (isOver && !wasCut(record)) {
    const other = recordActive(record) ^ 1;
    const reason = accepts(other, floorNow());
    if (reason == REASON_OK && recordWrite(standing, recordAfterTrial(other, TRIALS_MAX))) runAccepted();
  }
  realBoot();
}
