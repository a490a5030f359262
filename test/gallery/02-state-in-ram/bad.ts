// MCUboot #1588: which of two copies is the good one is kept in RAM. In a simulator whose RAM survives a reset that works; on a
// device two power cuts in a row cost both copies.

import { eraseArea, recordArea } from "../../../assembly/record/body";
import { CORRUPT, policyBoot, policyStep, readCell, writeCell } from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

const MARK: u32 = 0x5a000000;

/** Copy that was written whole last. */
let good: u32 = 0;

function load(): u32 {
  const first = readCell(recordArea(0));
  const second = readCell(recordArea(1));
  if (first < CORRUPT) return first & 0xff;
  return second < CORRUPT ? second & 0xff : first == second ? first : CORRUPT;
}

/** Both copies get the same state, the one that is not the good one first. */
function save(state: u32): bool {
  const first = good ^ 1;
  if (!rewrite(recordArea(first), state)) return false;
  good = first;
  return rewrite(recordArea(first ^ 1), state);
}

function rewrite(copy: u32, state: u32): bool {
  return eraseArea(copy) && writeCell(copy, MARK | state);
}

export function boot(): void {
  policyBoot(load(), save);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), save);
}
