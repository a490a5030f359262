// A word is programmed twice without an erase: first a few of its bits, then many more. Which comes next is in a counter, so that a cut
// is followed by the next program, not by the same. What stands there in the end is asked for once.
import { STEP_MORE } from "../../../../assembly/abi";
import { counterAdvance, counterRead, read32 } from "../../../../assembly/hal/hal";
import { confirm, put, record, run } from "./kit";

export { abiVersion } from "./kit";

/** The counter that says how much is written. */
const NUMBER: u32 = 1;
const FIRST: u32 = 0xffff_f3f9;
const SECOND: u32 = 0x0101_33f9;
/** Two bits of the first program have landed, and four that only the second one clears. */
const WRONG: u32 = 0xbdef_b7fb;

export function boot(): void {
  run(0);
}

export function step(_input: u32): i32 {
  const written = u32(counterRead(NUMBER));
  if (written < 2) {
    counterAdvance(NUMBER, written + 1);
    put(record(), written == 0 ? FIRST : SECOND);
    return STEP_MORE;
  }
  if (read32(record()) == WRONG) unreachable();
  return confirm();
}
