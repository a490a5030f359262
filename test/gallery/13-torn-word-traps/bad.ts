// Trezor #5312: a word that the power went in cannot be read (ECC), the read ends in a bus fault, and so does every boot.

import { INFO_ERASED_WORD, PHASE_RECORD, STATUS_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { info, phase, read32, tryRead32 } from "../../../assembly/hal/hal";
import { recordArea, unitOffset } from "../../../assembly/record/body";

export { abiVersion, step } from "../../../assembly/agent/agent";

/** Whether anything stands in a Record area, looked at before the core does. */
function isUsed(area: u32): bool {
  return read32(unitOffset(area)) != info(INFO_ERASED_WORD, 0);
}

export function boot(): void {
  for (let index: u32 = 0; index < 2; index++) {
    const area = recordArea(index);
    const body = tryRead32(area);
    const hasBody = i32(body >> 32) == STATUS_OK && u32(body) != info(INFO_ERASED_WORD, 0);
    if (hasBody && !isUsed(area)) phase(PHASE_RECORD);
  }
  realBoot();
}
