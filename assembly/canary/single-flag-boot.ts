// Canary: a bootloader that trusts one flag byte instead of a Record, alone (single-flag) or with a CRC-8 (short-checksum). Every
// campaign must catch it.

import { ABI_VERSION, COUNTER_FLOOR, REASON_OK, REASON_RECORD_WRITE } from "../abi";
import { acceptSlot } from "../boot/accept";
import { counterAdvance, counterRead, halt, jump } from "../hal/hal";
import { VIEW_COUNTER, VIEW_ENTRY, VIEW_SIZE } from "../image/verify";
import {
  FLAG_BLANK,
  flagActive,
  flagAttempts,
  flagIsConfirmed,
  flagIsValid,
  readFlag,
  writeFlag,
} from "./flag";

const VIEW: usize = memory.data(VIEW_SIZE, 8);

export function abiVersion(): u32 {
  return ABI_VERSION;
}

export function boot(): void {
  const floor = u32(counterRead(COUNTER_FLOOR));
  const flag = readFlag();
  if (flag != FLAG_BLANK && !flagIsValid(flag)) halt(REASON_RECORD_WRITE);
  let active = flag == FLAG_BLANK ? 0 : flagActive(flag);
  if (flag != FLAG_BLANK && !flagIsConfirmed(flag)) {
    if (flagAttempts(flag) == 0) {
      active ^= 1;
      writeFlag(active, true, 0);
    } else {
      writeFlag(active, false, flagAttempts(flag) - 1);
    }
  }
  const reason = acceptSlot(active, floor, VIEW);
  if (reason != REASON_OK) halt(reason);
  if (flag != FLAG_BLANK && flagIsConfirmed(flag) && load<u32>(VIEW, VIEW_COUNTER) > floor) {
    counterAdvance(COUNTER_FLOOR, load<u32>(VIEW, VIEW_COUNTER));
  }
  jump(load<u32>(VIEW, VIEW_ENTRY));
}
