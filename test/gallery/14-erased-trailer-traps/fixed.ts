// MCUboot #2805: the trailer of a slot that was never written is read as if erased flash could always be read. On an LPC55 that is
// a fault.

import { INFO_ERASED_WORD, PHASE_PARSE, STATUS_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { slotOffset, slotSize } from "../../../assembly/hal/flash";
import { info, phase, tryRead32 } from "../../../assembly/hal/hal";

export { abiVersion, step } from "../../../assembly/agent/agent";

/** A trailer's flag in the last word of a slot; this policy has no use for it. */
function trailerFlag(slot: u32): u32 {
  const at = slotOffset(slot) + slotSize(slot) - 4;
  const answer = tryRead32(at);
  return i32(answer >> 32) == STATUS_OK ? u32(answer) : info(INFO_ERASED_WORD, 0);
}

export function boot(): void {
  for (let slot: u32 = 0; slot < 2; slot++) {
    if (trailerFlag(slot) != info(INFO_ERASED_WORD, 0)) phase(PHASE_PARSE);
  }
  realBoot();
}
