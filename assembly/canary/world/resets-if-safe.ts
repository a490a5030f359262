// Right: asks for its reset and for whether the main function allows it at once.

import { STEP_CONFIRMED, STEP_IDLE } from "../../abi";
import { resetIfSafe } from "../../hal/hal";
import { remember, remembered } from "./kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  if (remembered(1) != 0 && remembered(2) != 0) return STEP_CONFIRMED;
  if (remembered(1) == 0) remember(1, 1);
  else remember(2, 1);
  resetIfSafe();
  return STEP_IDLE;
}
