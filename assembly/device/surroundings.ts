// What surrounds the device, as guests see it: the link, the clock, the main function, nonces. What there is out there the host knows, and
// answers (host.ts); here every question is counted and, where it may change anything out there, logged in its place among the operations.

import * as abi from "../abi";
import { ask } from "./host";
import { logOperation, logQuestion, stop } from "./log";
import * as map from "./map";
import { isApplication } from "./roles";
import { clearPacket } from "./volatile";

/** Bytes of the packet that stands; 0 where there is none. It stands until linkRelease(). */
export function linkSize(): u32 {
  return asked(abi.ASK_LINK_SIZE, 0, 0, 0);
}

/** The word at `offset` of that packet, a multiple of 4; what lies beyond it reads as zero. */
export function linkRead32(offset: u32): u32 {
  return looked(abi.ASK_LINK_READ, offset, 0);
}

/** The packet that stands is done with: the next one may come. */
export function linkRelease(): void {
  asked(abi.ASK_LINK_RELEASE, 0, 0, 0);
}

/** Lays down a word of the packet that linkSend() sends, which is all zero when a call begins. Answers a Status. */
export function linkWrite32(offset: u32, word: u32): i32 {
  if ((offset & 3) != 0) return abi.STATUS_MISALIGNED;
  if (offset >= abi.LINK_MAX) return abi.STATUS_OUT_OF_RANGE;
  store<u32>(map.LINK + offset, word);
  store<u32>(map.LINK_LAID, 1);
  return abi.STATUS_OK;
}

/** Sends `sizeBytes` bytes of what was laid down, whole. Answers a Status. */
export function linkSend(sizeBytes: u32): i32 {
  if (sizeBytes == 0 || sizeBytes > load<u32>(map.LINK_FRAME)) return abi.STATUS_OUT_OF_RANGE;
  const status = i32(asked(abi.ASK_LINK_SEND, sizeBytes, 0, 0));
  clearPacket();
  return status;
}

/** Whether the clock has reached so many seconds: 1 or 0. */
export function clockReached(seconds: u32): u32 {
  return asked(abi.ASK_CLOCK_REACHED, seconds, 0, 0);
}

/** Whether the clock stands in a window, in one look: 1 or 0. */
export function clockInWindow(from: u32, to: u32, days: u32): u32 {
  return asked(abi.ASK_CLOCK_WINDOW, from, to, days);
}

/** What the clock says, in seconds. */
export function clockSeconds(): u32 {
  return asked(abi.ASK_CLOCK_SECONDS, 0, 0, 0);
}

/** Whether so many seconds have passed since the power-up: 1 or 0. */
export function uptimeReached(seconds: u32): u32 {
  return asked(abi.ASK_UPTIME, seconds, 0, 0);
}

/** A MAIN_ input of the main function: 1 or 0; 0 where there is no such input. */
export function input(which: u32): u32 {
  return which < abi.MAIN_COUNT ? asked(abi.ASK_INPUT, which, 0, 0) : 0;
}

/** Resets the device, whatever its main function does. Does not return. */
export function resetNow(): void {
  if (isApplication()) stop(abi.STOP_REFUSED, 0);
  asked(abi.ASK_RESET, 0, 0, 0);
  stop(abi.STOP_OWN_RESET, 0);
}

/** Resets the device if its main function allows it just then; answers STATUS_UNSAFE where it does not. */
export function resetIfSafe(): i32 {
  if (isApplication()) return abi.STATUS_UNSAFE;
  const status = i32(asked(abi.ASK_RESET_IF_SAFE, 0, 0, 0));
  if (status == abi.STATUS_OK) stop(abi.STOP_OWN_RESET, 0);
  return status;
}

/** Asks the main function to keep allowing an interruption: OK where it does, until the lease ends by itself; else STATUS_UNSAFE. */
export function leaseTake(): i32 {
  return isApplication() ? abi.STATUS_UNSAFE : i32(asked(abi.ASK_LEASE_TAKE, 0, 0, 0));
}

/** Whether that lease still holds: 1 or 0. */
export function leaseHeld(): u32 {
  return isApplication() ? 0 : asked(abi.ASK_LEASE_HELD, 0, 0, 0);
}

/** Draws a nonce, which is the current one from now on; the one before is the older one. */
export function nonceNew(): void {
  if (!isApplication()) asked(abi.ASK_NONCE_NEW, 0, 0, 0);
}

/** Word `index` of a nonce (NONCE_ number); 0 where it was never drawn. */
export function nonce(which: u32, index: u32): u32 {
  const isNone = which > abi.NONCE_OLDER || index >= abi.NONCE_WORDS || isApplication();
  return isNone ? 0 : looked(abi.ASK_NONCE_READ, which, index);
}

/** For oracles: the main function is told to do now what a request asks for. */
export function acted(request: u32): void {
  if (!isApplication()) asked(abi.ASK_ACTED, request, 0, 0);
}

/** Not for guests: whether the application runs now, 1 or 0, where that is for the adversary to choose. */
export function applicationRuns(): u32 {
  return looked(abi.ASK_APPLICATION, 0, 0);
}

/** A question that may change what surrounds the device. */
function asked(kind: u32, first: u32, second: u32, third: u32): u32 {
  const answer = questioned(kind, first, second, third);
  logOperation(abi.OP_ASKED, abi.STATUS_OK, kind, first, answer);
  const count = load<u32>(map.ASKED_COUNT);
  store<u32>(map.ASKED_COUNT, count + 1);
  if (count == load<u32>(map.ASKED_CUT)) stop(abi.STOP_ASKED, count);
  return answer;
}

/** A question that changes nothing there. */
function looked(kind: u32, first: u32, second: u32): u32 {
  return questioned(kind, first, second, 0);
}

function questioned(kind: u32, first: u32, second: u32, third: u32): u32 {
  logQuestion();
  return ask(kind, first, second, third);
}
