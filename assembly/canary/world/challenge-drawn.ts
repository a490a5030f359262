// Right: a challenge is a nonce, drawn when it is asked for, and good for one request.

import { NONCE_CURRENT, STEP_MORE } from "../../abi";
import { acted, linkRead32, nonce, nonceNew, scratchRead, scratchWrite } from "../../hal/hal";
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
  if (requestKind() == REQUEST_CHALLENGE) {
    nonceNew();
    scratchWrite(0, nonce(NONCE_CURRENT, 0));
    scratchWrite(1, nonce(NONCE_CURRENT, 1));
    reply(REPLY_DONE, scratchRead(0), scratchRead(1));
    return STEP_MORE;
  }
  const isMeant = scratchRead(0) != 0 && linkRead32(12) == scratchRead(0) && linkRead32(16) == scratchRead(1);
  scratchWrite(0, 0);
  scratchWrite(1, 0);
  if (isMeant) acted(requestNumber());
  reply(isMeant ? REPLY_DONE : REPLY_REFUSED, 0, 0);
  return STEP_MORE;
}
