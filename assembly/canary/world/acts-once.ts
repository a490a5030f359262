// Right: a request is written down before the main function hears of it, and done by nobody else. After a loss of power in between nobody
// knows whether it was done, and the answer says so.

import { STEP_MORE } from "../../abi";
import { acted } from "../../hal/hal";
import { REPLY_DONE, REPLY_TAKEN, remember, remembered, reply, requestNumber, withoutRequest } from "./kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  const nothing = withoutRequest();
  if (nothing >= 0) return nothing;
  const number = requestNumber();
  if (remembered(number) != 0) {
    reply(REPLY_TAKEN, 0, 0);
    return STEP_MORE;
  }
  remember(number, number);
  acted(number);
  reply(REPLY_DONE, 0, 0);
  return STEP_MORE;
}
