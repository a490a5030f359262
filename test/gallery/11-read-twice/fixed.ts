// CVE-2024-28183, ESP-IDF: what was checked is read again to be used, and flash outside the chip may have changed in between.

import { COUNTER_FLOOR, REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { counterAdvance } from "../../../assembly/hal/hal";
import { recordOf, recordRecover } from "../../../assembly/record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../../../assembly/record/value";
import { acceptedCounter, accepts, floorNow, runAccepted } from "../../../assembly/kit/policy";

export { abiVersion, step } from "../../../assembly/agent/agent";

export function boot(): void {
  const record = recordOf(recordRecover());
  if (record != RECORD_NONE && recordIsConfirmed(record)) {
    const active = recordActive(record);
    if (accepts(active, floorNow()) == REASON_OK) {
      counterAdvance(COUNTER_FLOOR, acceptedCounter());
      runAccepted();
    }
  }
  realBoot();
}
