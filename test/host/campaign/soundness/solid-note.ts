// One word says "done", another, in the next sector, that the first was written whole: right under power and weak, after any number of
// cuts. The second is erased, whole, before the first is; where it says so and the first is not done, the firmware gives up. What may be
// wrong is erased, after a cut a second time, without a look.
import { STEP_MORE } from "../../../../assembly/abi";
import { erase, read32 } from "../../../../assembly/hal/hal";
import { ERASED, confirm, put, record, run } from "./kit";

export { abiVersion } from "./kit";

const DONE: u32 = 0xfffffffa;
const SOLID: u32 = 0xfffffffe;

export function boot(): void {
  run(0);
}

export function step(_input: u32): i32 {
  const w = record() + 0x80;
  const s = record() + 0x100;
  const r = record() + 0x200;
  if (read32(r) == SOLID) {
    const again = read32(r + 4) == SOLID;
    if (again) erase(r);
    else put(r + 4, SOLID);
    erase(s);
    erase(record());
    if (!again) erase(r);
    return STEP_MORE;
  }
  const v = read32(w);
  if (read32(s) == SOLID) {
    if (v != DONE) unreachable();
    return confirm();
  }
  if (v == ERASED) {
    if (read32(r + 4) != ERASED) erase(r);
    put(w, DONE);
    put(s, SOLID);
    return STEP_MORE;
  }
  if (read32(r + 4) != ERASED) erase(r);
  put(r, SOLID);
  return STEP_MORE;
}
