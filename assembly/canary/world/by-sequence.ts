// Wrong in one thing: tells a request that it has had from a new one by its sequence number alone, which a packet that comes late has too.

import { STEP_MORE } from "../../abi";
import { acted } from "../../hal/hal";
import {
  REPLY_DONE,
  REPLY_TAKEN,
  remember,
  remembered,
  reply,
  requestNumber,
  requestSequence,
  withoutRequest,
} from "./kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  const nothing = withoutRequest();
  if (nothing >= 0) return nothing;
  let count: u32 = 0;
  while (remembered(count) != 0) count++;
  const mark = requestSequence() + 1;
  if (count != 0 && remembered(count - 1) == mark) {
    reply(REPLY_TAKEN, 0, 0);
    return STEP_MORE;
  }
  remember(count, mark);
  acted(requestNumber());
  reply(REPLY_DONE, 0, 0);
  return STEP_MORE;
}
