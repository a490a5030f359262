// Right: asks whether the clock stands in the window, in one look, and acts then.

import { STEP_CONFIRMED } from "../../abi";
import { acted, clockInWindow } from "../../hal/hal";
import { remember, remembered } from "./kit";
import { WINDOW_FROM, WINDOW_TO } from "./window";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  if (remembered(1) != 0) return STEP_CONFIRMED;
  if (clockInWindow(WINDOW_FROM, WINDOW_TO, 0) == 0) return STEP_CONFIRMED;
  remember(1, 1);
  acted(1);
  return STEP_CONFIRMED;
}
