// MCUboot f76fba70: the reset comes while the scratch area is erased. What is left of the mark at its end still looks like one,
// and boot goes on with a copy of which the beginning is gone.

import { REASON_RECORD_WRITE } from "../../../assembly/abi";
import { halt } from "../../../assembly/hal/hal";
import { eraseArea, recordArea } from "../../../assembly/record/body";
import { CORRUPT, cellSize, policyBoot, policyStep, readCell, writeCell } from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

const MARK: u32 = 0x5a000000;
const IN_USE: u32 = 0x5343a55a;

/** Where the scratch area says that it is in use: at its end. */
function markOffset(): u32 {
  return recordArea(1) + (recordArea(1) - recordArea(0)) - cellSize();
}

function scratchIsInUse(): bool {
  return readCell(markOffset()) == IN_USE;
}

function load(): u32 {
  const word = readCell(scratchIsInUse() ? recordArea(1) : recordArea(0));
  return word >= CORRUPT ? word : word & 0xff;
}

/** By way of the scratch area: there first, then in its place. */
function save(state: u32): bool {
  const scratch = recordArea(1);
  if (!eraseArea(scratch) || !writeCell(scratch, MARK | state) || !writeCell(markOffset(), IN_USE))
    return false;
  return finish(state);
}

function finish(state: u32): bool {
  const primary = recordArea(0);
  return eraseArea(primary) && writeCell(primary, MARK | state) && eraseArea(recordArea(1));
}

export function boot(): void {
  const state = load();
  if (scratchIsInUse()) {
    if (state >= CORRUPT) halt(REASON_RECORD_WRITE);
    finish(state);
  }
  policyBoot(state, save);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), save);
}
