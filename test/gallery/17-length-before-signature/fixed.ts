// CVE-2022-22819, LPC55: a length is used before anything of the image was checked; the sum that it goes into overflows.

import { PHASE_PARSE, REASON_OK } from "../../../assembly/abi";
import { boot as realBoot } from "../../../assembly/boot/boot";
import { readBytes, slotOffset, slotSize } from "../../../assembly/hal/flash";
import { phase, tryRead32 } from "../../../assembly/hal/hal";
import {
  HEADER_SIZE,
  IMAGE_MAGIC,
  headerReason,
  headerSize,
  payloadSize,
} from "../../../assembly/image/header";

export { abiVersion, step } from "../../../assembly/agent/agent";

const HEADER: usize = memory.data(32, 8);

/** The magic behind an image's payload, looked at to tell whether it is complete. */
function magicBehind(slot: u32): u32 {
  const start = slotOffset(slot);
  if (!readBytes(start, HEADER, HEADER_SIZE) || load<u32>(HEADER) != IMAGE_MAGIC) return 0;
  if (headerReason(HEADER, start, slotSize(slot)) != REASON_OK) return 0;
  const end = start + headerSize(HEADER) + payloadSize(HEADER);
  return u32(tryRead32(end & ~3));
}

export function boot(): void {
  for (let slot: u32 = 0; slot < 2; slot++) if (magicBehind(slot) != 0) phase(PHASE_PARSE);
  realBoot();
}
