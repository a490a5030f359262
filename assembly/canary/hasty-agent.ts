// Canary: an agent that asks for a trial as soon as it has written everything, and does not verify what it wrote. Together
// with a boot that believes it, every campaign with failing writes must catch it.

import { INFO_ATTEMPTS, INFO_BOOTED_OFFSET, NOWHERE, STEP_IDLE, STEP_REFUSED } from "../abi";
import { step as realStep } from "../agent/agent";
import { offerFor, sessionDone } from "../agent/install";
import { slotOffset, slotSize } from "../hal/flash";
import { info } from "../hal/hal";
import { recordFind, recordOf, recordWrite } from "../record/record";
import {
  FALLBACK_CONFIRMED,
  RECORD_NONE,
  recordActive,
  recordIsConfirmed,
  recordTrial,
} from "../record/value";

export { abiVersion } from "../agent/agent";

export function step(input: u32): i32 {
  const running: u32 = info(INFO_BOOTED_OFFSET, 0) - slotOffset(0) < slotSize(0) ? 0 : 1;
  const standing = recordFind();
  const record = recordOf(standing);
  const isSettled = record != RECORD_NONE && recordIsConfirmed(record) && recordActive(record) == running;
  const offer = isSettled ? offerFor(running ^ 1) : NOWHERE;
  if (offer == NOWHERE || !sessionDone(running ^ 1, offer)) return realStep(input);
  const trial = recordTrial(running ^ 1, info(INFO_ATTEMPTS, 0), FALLBACK_CONFIRMED);
  return recordWrite(standing, trial) ? STEP_IDLE : STEP_REFUSED;
}
