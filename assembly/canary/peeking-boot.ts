// Canary: a bootloader that looks at the Record with a read that faults where a word cannot be read. Every campaign with
// ECC errors must catch it: a torn seal ends every boot in a bus fault, for ever (Trezor issue 5312 tells of the real one).

import { INFO_ERASED_WORD, STATUS_OK } from "../abi";
import { boot as realBoot } from "../boot/boot";
import { info, read32, tryRead32 } from "../hal/hal";
import { NO_AREA, recordArea, unitOffset } from "../record/body";

export { abiVersion } from "../boot/boot";

export function boot(): void {
  for (let index: u32 = 0; index < 2; index++) {
    const area = recordArea(index);
    if (area == NO_AREA) continue;
    const body = tryRead32(area);
    if (i32(body >> 32) == STATUS_OK && u32(body) != info(INFO_ERASED_WORD, 0)) read32(unitOffset(area));
  }
  realBoot();
}
