// Canary: a bootloader that verifies a confirmed image and then reads its header once more to know where to jump. Every
// campaign with double fetches must catch it: what was checked is not what is used (CVE-2024-28183 tells of a real one).

import { COUNTER_FLOOR, REASON_OK, STATUS_OK } from "../abi";
import { acceptSlot } from "../boot/accept";
import { boot as realBoot } from "../boot/boot";
import { readBytes, slotOffset } from "../hal/flash";
import { counterAdvance, counterRead, jump } from "../hal/hal";
import { HEADER_SIZE, headerSize } from "../image/header";
import { VIEW_COUNTER, VIEW_SIZE } from "../image/verify";
import { recordOf, recordRecover } from "../record/record";
import { RECORD_NONE, recordActive, recordIsConfirmed } from "../record/value";

const VIEW: usize = memory.data(VIEW_SIZE, 8);
const HEADER: usize = memory.data(32, 8);

export { abiVersion } from "../boot/boot";

export function boot(): void {
  const floor = counterRead(COUNTER_FLOOR);
  const record = recordOf(recordRecover());
  const isConfirmed = record != RECORD_NONE && recordIsConfirmed(record) && i32(floor >> 32) == STATUS_OK;
  if (!isConfirmed || acceptSlot(recordActive(record), u32(floor), VIEW) != REASON_OK) {
    realBoot();
    return;
  }
  counterAdvance(COUNTER_FLOOR, load<u32>(VIEW, VIEW_COUNTER));
  const start = slotOffset(recordActive(record));
  if (readBytes(start, HEADER, HEADER_SIZE)) jump(start + headerSize(HEADER));
}
