// Its Record is half a word, programmed alone. Boot halts where the first of these two bytes has landed and the second has not, as in the
// shape "prefix".
import { REASON_DIGEST, STEP_IDLE } from "../../../../assembly/abi";
import { erase, halt, latch32, program, read32 } from "../../../../assembly/hal/hal";
import { ERASED, confirm, hasNothingToInstall, install, record, run, running } from "./kit";

export { abiVersion } from "./kit";

const READY_HALF: u32 = 0xffff_0000;

export function boot(): void {
  if (read32(record()) == 0xffff_ff00) halt(REASON_DIGEST);
  run(read32(record()) == READY_HALF ? 1 : 0);
}

export function step(_input: u32): i32 {
  if (running() == 1) return confirm();
  if (read32(record()) == READY_HALF) return STEP_IDLE;
  if (hasNothingToInstall()) return confirm();
  if (read32(record()) != ERASED) erase(record());
  install();
  latch32(record(), READY_HALF);
  program(record(), 2);
  return STEP_IDLE;
}
