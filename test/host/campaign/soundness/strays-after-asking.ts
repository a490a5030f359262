// Boot asks why it was reset, and programs a word after a watchdog reset. Where that word has landed at another place of its sector,
// boot jumps to a wrong one.
//
// Right: under reset and misdirected, at depth 2, no-wrong-image is violated: the word goes astray in a call that found its cause out.

import { CAUSE_WATCHDOG, INFO_RESET_CAUSE } from "../../../../assembly/abi";
import { info, jump, read32 } from "../../../../assembly/hal/hal";
import { ERASED, confirm, put, record, runReady, slot } from "./kit";

export { abiVersion } from "./kit";

const RIGHT: u32 = 0x40;
const ASTRAY: u32 = 0xc0;
/** No image begins its payload here. */
const WRONG: u32 = 36;

export function boot(): void {
  const cause = info(INFO_RESET_CAUSE, 0);
  if (cause == CAUSE_WATCHDOG && read32(record() + RIGHT) == ERASED) put(record() + RIGHT, 7);
  if (read32(record() + ASTRAY) != ERASED) jump(slot(0) + WRONG);
  runReady();
}

export function step(_input: u32): i32 {
  return confirm();
}
