// rBoot #33: there is one copy of the configuration, erased and then written again.

import { eraseArea, recordArea } from "../../../assembly/record/body";
import { CORRUPT, NONE, policyBoot, policyStep, readCell, writeCell } from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

const MARK: u32 = 0x5a000000;
const COPIES: u32 = 1;

function load(): u32 {
  const first = readCell(recordArea(0));
  const second = COPIES == 1 ? NONE : readCell(recordArea(1));
  if (first < CORRUPT) return first & 0xff;
  return second < CORRUPT ? second & 0xff : first == second ? first : CORRUPT;
}

/** Every copy gets the state, one that is not whole first. */
function save(state: u32): bool {
  const first: u32 = COPIES > 1 && readCell(recordArea(0)) < CORRUPT ? 1 : 0;
  return rewrite(recordArea(first), state) && (COPIES == 1 || rewrite(recordArea(first ^ 1), state));
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
