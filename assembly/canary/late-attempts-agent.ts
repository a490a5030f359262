// Canary: the firmware's part for late-attempts-boot: counts the attempt that is already running, then does all else
// as the real agent does.

import { INFO_BOOTED_OFFSET, STEP_MORE, STEP_REFUSED } from "../abi";
import { step as realStep } from "../agent/agent";
import { slotOffset, slotSize } from "../hal/flash";
import { info } from "../hal/hal";
import { recordFind, recordOf, recordWrite } from "../record/record";
import {
  RECORD_NONE,
  recordActive,
  recordAttempts,
  recordIsConfirmed,
  recordWithAttempts,
} from "../record/value";

export { abiVersion } from "../agent/agent";

export function step(input: u32): i32 {
  const running: u32 = info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 0 : 1;
  const standing = recordFind();
  const record = recordOf(standing);
  const onTrial = record != RECORD_NONE && !recordIsConfirmed(record) && recordActive(record) == running;
  if (!onTrial || recordAttempts(record) == 0) return realStep(input);
  const counted = recordWithAttempts(record, recordAttempts(record) - 1);
  return recordWrite(standing, counted) ? STEP_MORE : STEP_REFUSED;
}
