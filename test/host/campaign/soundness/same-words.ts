// Its Record is one word twice, in one program. Boot halts where the second of them stands and the first was never begun.
//
// Right: at one cut no-brick is violated, where the part can program both at once.

import { REASON_DIGEST, STEP_MORE } from "../../../../assembly/abi";
import { erase, halt, latch32, program, tryRead32 } from "../../../../assembly/hal/hal";
import { ERASED, READY, confirm, record, run } from "./kit";

export { abiVersion } from "./kit";

/** From the one to the other. */
const APART: u32 = 4;

export function boot(): void {
  if (u32(tryRead32(record())) == ERASED && u32(tryRead32(record() + APART)) == READY) halt(REASON_DIGEST);
  run(0);
}

export function step(_input: u32): i32 {
  if (u32(tryRead32(record())) == READY) return confirm();
  erase(record());
  latch32(record(), READY);
  latch32(record() + APART, READY);
  program(record(), 2 * APART);
  return STEP_MORE;
}
