// ruuvi #1280, ESP-IDF: both copies of the record of the slot to boot name the bad one, and nothing but that slot is tried.

import { REASON_OK } from "../../../assembly/abi";
import { halt } from "../../../assembly/hal/hal";
import { eraseArea, recordArea } from "../../../assembly/record/body";
import {
  CORRUPT,
  NONE,
  accepts,
  activeOf,
  floorNow,
  isConfirmed,
  policyBoot,
  policyStep,
  readCell,
  writeCell,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

const MARK: u32 = 0x5a000000;

function load(): u32 {
  const first = readCell(recordArea(0));
  const second = readCell(recordArea(1));
  if (first < CORRUPT) return first & 0xff;
  return second < CORRUPT ? second & 0xff : NONE;
}

/** Both copies get the same state, one that is not whole first. */
function save(state: u32): bool {
  const first: u32 = readCell(recordArea(0)) < CORRUPT ? 1 : 0;
  return rewrite(recordArea(first), state) && rewrite(recordArea(first ^ 1), state);
}

function rewrite(copy: u32, state: u32): bool {
  return eraseArea(copy) && writeCell(copy, MARK | state);
}

export function boot(): void {
  const state = load();
  if (state != NONE && isConfirmed(state)) {
    const reason = accepts(activeOf(state), floorNow());
    if (reason != REASON_OK) halt(reason);
  }
  policyBoot(state, save);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), save);
}
