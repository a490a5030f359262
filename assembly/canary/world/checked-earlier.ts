// Wrong in one thing: looks at a request in one step and answers it in the next, when the application may have let another packet take its place.

import { STEP_MORE } from "../../abi";
import { acted, linkSize, scratchRead, scratchWrite } from "../../hal/hal";
import { REPLY_DONE, REPLY_TAKEN, remember, remembered, reply, requestNumber, withoutRequest } from "./kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  const checked = scratchRead(0);
  if (checked != 0 && linkSize() != 0) {
    scratchWrite(0, 0);
    remember(checked, checked);
    acted(checked);
    reply(REPLY_DONE, 0, 0);
    return STEP_MORE;
  }
  const nothing = withoutRequest();
  if (nothing >= 0) return nothing;
  const number = requestNumber();
  if (remembered(number) != 0) reply(REPLY_TAKEN, 0, 0);
  else scratchWrite(0, number);
  return STEP_MORE;
}
