// MCUboot #1966: the power goes while the magic is written that asks for a revert; the boot code knows a good magic and no magic
// only, and stops at anything else.

import { recordArea } from "../../../assembly/record/body";
import {
  CORRUPT,
  loadNewest,
  policyBoot,
  policyStep,
  readCell,
  saveOverOldest,
} from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** The state in the newer copy. A write that was cut leaves a cell that is neither blank nor whole. */
function load(): u32 {
  const isTorn = readCell(recordArea(0)) == CORRUPT || readCell(recordArea(1)) == CORRUPT;
  return isTorn ? CORRUPT : loadNewest();
}

export function boot(): void {
  policyBoot(load(), saveOverOldest);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), saveOverOldest);
}
