// Boot notes a watchdog reset in two words, one program each, and jumps to a wrong place where it finds the first without the second.
//
// Right: clean under reset at one fault; at two no-wrong-image is violated: the second reset strikes between the two, in a call that found
// its cause out.

import { CAUSE_WATCHDOG, INFO_RESET_CAUSE } from "../../../../assembly/abi";
import { info, jump, read32 } from "../../../../assembly/hal/hal";
import { ERASED, confirm, put, record, run, slot } from "./kit";

export { abiVersion } from "./kit";

const NOTE: u32 = 0x40;
/** No image begins its payload here. */
const WRONG: u32 = 36;

export function boot(): void {
  const cause = info(INFO_RESET_CAUSE, 0);
  if (read32(record() + NOTE) != ERASED) {
    if (read32(record() + NOTE + 4) == ERASED) jump(slot(0) + WRONG);
  } else if (cause == CAUSE_WATCHDOG) {
    put(record() + NOTE, 7);
    put(record() + NOTE + 4, 7);
  }
  run(0);
}

export function step(_input: u32): i32 {
  return confirm();
}
