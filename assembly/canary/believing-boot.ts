// Canary: a bootloader that verifies an image only when it has to choose one; what the Record names, it believes to be what
// the agent installed. Every campaign with flips must catch it: a flipped bit of the running image boots.

import { COUNTER_FLOOR, STATUS_OK } from "../abi";
import { boot as realBoot } from "../boot/boot";
import { counterAdvance, counterRead, jump } from "../hal/hal";
import { recordOf, recordRecover, recordWrite } from "../record/record";
import {
  RECORD_NONE,
  recordActive,
  recordAttempts,
  recordIsConfirmed,
  recordWithAttempts,
} from "../record/value";
import { structuralCounter, structuralEntry } from "./structure";

export { abiVersion } from "../boot/boot";

export function boot(): void {
  const standing = recordRecover();
  const record = recordOf(standing);
  const isOpen = record != RECORD_NONE && (recordIsConfirmed(record) || recordAttempts(record) != 0);
  const entry = isOpen ? structuralEntry(recordActive(record)) : 0;
  const floor = counterRead(COUNTER_FLOOR);
  if (entry == 0 || i32(floor >> 32) != STATUS_OK || structuralCounter() < u32(floor)) {
    realBoot();
    return;
  }
  if (recordIsConfirmed(record)) counterAdvance(COUNTER_FLOOR, structuralCounter());
  else recordWrite(standing, recordWithAttempts(record, recordAttempts(record) - 1));
  jump(entry);
}
