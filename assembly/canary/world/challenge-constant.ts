// Wrong in one thing: takes what is the same in every call for a challenge; an answer to it is good for ever.

import { STEP_MORE } from "../../abi";
import { acted, linkRead32, random32 } from "../../hal/hal";
import {
  REPLY_DONE,
  REPLY_REFUSED,
  REQUEST_CHALLENGE,
  reply,
  requestKind,
  requestNumber,
  withoutRequest,
} from "./kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  const nothing = withoutRequest();
  if (nothing >= 0) return nothing;
  const first = random32();
  const second = random32();
  if (requestKind() == REQUEST_CHALLENGE) {
    reply(REPLY_DONE, first, second);
    return STEP_MORE;
  }
  const isMeant = linkRead32(12) == first && linkRead32(16) == second;
  if (isMeant) acted(requestNumber());
  reply(isMeant ? REPLY_DONE : REPLY_REFUSED, 0, 0);
  return STEP_MORE;
}
