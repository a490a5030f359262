// MCUboot #1966: the power goes while the magic is written that asks for a revert; the boot code knows a good magic and no magic
// only, and stops at anything else.

import { loadNewest, policyBoot, policyStep, saveOverOldest } from "../../../assembly/kit/policy";

export { abiVersion } from "../../../assembly/agent/agent";

/** The state in the newer copy. A write that was cut leaves a cell that is neither blank nor whole. */
function load(): u32 {
  return loadNewest();
}

export function boot(): void {
  policyBoot(load(), saveOverOldest);
}

export function step(input: u32): i32 {
  return policyStep(input, load(), saveOverOldest);
}
