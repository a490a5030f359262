// Canary: a bootloader that leaves it to the firmware to count a trial's attempts, after the jump. Every campaign must
// catch it: a cut (or a crash) before the count lets an unconfirmed image run once more than it may.

import { ABI_VERSION, COUNTER_FLOOR, INFO_ATTEMPTS, REASON_OK } from "../abi";
import { acceptSlot } from "../boot/accept";
import { counterAdvance, counterRead, halt, info, jump } from "../hal/hal";
import { VIEW_COUNTER, VIEW_ENTRY, VIEW_SIZE } from "../image/verify";
import { recordFind, recordOf, recordWrite } from "../record/record";
import {
  FALLBACK_NONE,
  RECORD_NONE,
  recordActive,
  recordAttempts,
  recordConfirmed,
  recordIsConfirmed,
  recordTrial,
} from "../record/value";

const VIEW: usize = memory.data(VIEW_SIZE, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function boot(): void {
  const floor = u32(counterRead(COUNTER_FLOOR));
  const standing = recordFind();
  let record = recordOf(standing);
  if (record == RECORD_NONE) {
    record = recordTrial(0, info(INFO_ATTEMPTS, 0), FALLBACK_NONE);
    recordWrite(standing, record);
  }
  let active = recordActive(record);
  if (!recordIsConfirmed(record) && recordAttempts(record) == 0) {
    active ^= 1;
    recordWrite(standing, recordConfirmed(active));
  }
  let reason = acceptSlot(active, floor, VIEW);
  if (reason != REASON_OK) reason = acceptSlot(active ^ 1, floor, VIEW);
  if (reason != REASON_OK) halt(reason);
  if (recordIsConfirmed(record) && load<u32>(VIEW, VIEW_COUNTER) > floor) {
    counterAdvance(COUNTER_FLOOR, load<u32>(VIEW, VIEW_COUNTER));
  }
  jump(load<u32>(VIEW, VIEW_ENTRY));
}
