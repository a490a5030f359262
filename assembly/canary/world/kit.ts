// What the guests of this folder share: a boot that verifies nothing, words in the Record that are written once, and the small protocol of
// the package's client (host/link/frame.ts). Decides nothing of what a guest does with a request.

import * as abi from "../../abi";
import {
  info,
  jump,
  latch32,
  linkRead32,
  linkRelease,
  linkSend,
  linkSize,
  linkWrite32,
  program,
  read32,
} from "../../hal/hal";

export const REQUEST_DO: u32 = 1;
export const REQUEST_CHALLENGE: u32 = 2;
export const REQUEST_KEY: u32 = 3;
export const REPLY_DONE: u32 = 0;
export const REPLY_TAKEN: u32 = 1;
export const REPLY_REFUSED: u32 = 2;
const FRAME_BYTES: u32 = 24;

export function abiVersion(): u32 {
  return abi.ABI_VERSION;
}

/** Jumps into slot A, whatever stands there. */
export function boot(): void {
  const slot = info(abi.INFO_SLOT_OFFSET, 0);
  jump(slot + (read32(slot + 8) & 0xffff));
}

/** Whether the packet that stands is a whole request of the client's. */
function isRequest(sizeBytes: u32): bool {
  if (sizeBytes != FRAME_BYTES) return false;
  let tag: u32 = 0x2545f491;
  for (let at: u32 = 0; at < FRAME_BYTES - 4; at += 4) {
    tag = (tag ^ linkRead32(at)) * 0x9e3779b1;
    tag ^= tag >> 15;
  }
  return tag == linkRead32(FRAME_BYTES - 4);
}

/** What a step answers where no request stands: that nothing is to be done, or more, once a packet is released that is none; -1 where one does. */
export function withoutRequest(): i32 {
  const size = linkSize();
  if (size == 0) return abi.STEP_CONFIRMED;
  if (isRequest(size)) return -1;
  linkRelease();
  return abi.STEP_MORE;
}

/** What the request asks for, and its sequence number; its own number. */
export function requestKind(): u32 {
  return linkRead32(0) & 0xff;
}

export function requestSequence(): u32 {
  return (linkRead32(0) >> 8) & 0xff;
}

export function requestNumber(): u32 {
  return linkRead32(4);
}

/** Answers the request, and is done with it. */
export function reply(status: u32, first: u32, second: u32): void {
  linkWrite32(0, linkRead32(0));
  linkWrite32(4, linkRead32(4));
  linkWrite32(8, status);
  linkWrite32(12, first);
  linkWrite32(16, second);
  linkSend(20);
  linkRelease();
}

/** Words of the Record that can be written, each once. */
const WORDS: u32 = 8;

function placeOf(index: u32): u32 {
  return info(abi.INFO_RECORD_OFFSET, 0) + index * max<u32>(info(abi.INFO_PROGRAM_MIN, 0), 4);
}

/** Word `index` of the Record; 0 where it was never written. */
export function remembered(index: u32): u32 {
  const word = index < WORDS ? read32(placeOf(index)) : 0;
  return word == info(abi.INFO_ERASED_WORD, 0) ? 0 : word;
}

/** Writes it. */
export function remember(index: u32, word: u32): void {
  if (index >= WORDS) return;
  const place = placeOf(index);
  latch32(place, word);
  program(place, max<u32>(info(abi.INFO_PROGRAM_MIN, 0), 4));
}
