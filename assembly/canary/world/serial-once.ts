// Right: does what acts-once does over a serial line, whose messages it takes when they are whole and their CRC is right.

import { STEP_MORE } from "../../abi";
import { acted } from "../../hal/hal";
import { serialRead32 } from "../../link/serial";
import { REPLY_DONE, REPLY_TAKEN, remember, remembered } from "./kit";
import { answer, messageNumber, withoutMessage } from "./serial-kit";

export { abiVersion, boot } from "./kit";

export function step(_input: u32): i32 {
  const nothing = withoutMessage();
  if (nothing >= 0) return nothing;
  const head = serialRead32(0);
  const number = messageNumber();
  if (remembered(number) != 0) {
    answer(head, number, REPLY_TAKEN);
    return STEP_MORE;
  }
  remember(number, number);
  acted(number);
  answer(head, number, REPLY_DONE);
  return STEP_MORE;
}
