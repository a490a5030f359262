// Canary: a bootloader that takes a watchdog reset for the end of its image, confirmed or not, and halts. Every campaign with
// resets must catch it; nothing else shows it, as no watchdog bites while all goes well, and a loss of power is another cause.

import { CAUSE_WATCHDOG, INFO_RESET_CAUSE, REASON_UNSTABLE } from "../abi";
import { boot as realBoot } from "../boot/boot";
import { halt, info } from "../hal/hal";
import { recordFind, recordOf } from "../record/record";
import { RECORD_NONE, recordIsConfirmed } from "../record/value";

export { abiVersion } from "../boot/boot";

export function boot(): void {
  const record = recordOf(recordFind());
  const isConfirmed = record != RECORD_NONE && recordIsConfirmed(record);
  if (isConfirmed && info(INFO_RESET_CAUSE, 0) == CAUSE_WATCHDOG) halt(REASON_UNSTABLE);
  realBoot();
}
