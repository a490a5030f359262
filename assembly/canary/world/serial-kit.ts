// What guests of this folder share that are reached over a serial line: requests and replies of the small protocol come and go as lines. Decides
// nothing of what a guest does with a request.

import { STEP_CONFIRMED, STEP_MORE } from "../../abi";
import {
  SERIAL_MESSAGE,
  SERIAL_NONE,
  serialRead32,
  serialRelease,
  serialSend,
  serialSize,
  serialTake,
} from "../../link/serial";

const REQUEST_BYTES: u32 = 24;
const REPLY_BYTES: u32 = 20;
/** Words of the scratch: one, and those of a request and its CRC. */
export const SERIAL_WORDS: u32 = 8;
const REPLY = memory.data(20, 4);

/** What a step answers where no request stands: that nothing is to be done, or more, once a line is taken; -1 where one does. */
export function withoutMessage(): i32 {
  const taken = serialTake(SERIAL_WORDS);
  if (taken == SERIAL_NONE) return STEP_CONFIRMED;
  if (taken == SERIAL_MESSAGE && serialSize() == REQUEST_BYTES) return -1;
  if (taken == SERIAL_MESSAGE) serialRelease();
  return STEP_MORE;
}

/** The number of the request that stands. */
export function messageNumber(): u32 {
  return serialRead32(4);
}

/** Answers the request that begins with these two words, and is done with it. */
export function answer(head: u32, number: u32, status: u32): void {
  memory.fill(REPLY, 0, REPLY_BYTES);
  store<u32>(REPLY, head);
  store<u32>(REPLY, number, 4);
  store<u32>(REPLY, status, 8);
  serialSend(REPLY, REPLY_BYTES);
  serialRelease();
}
