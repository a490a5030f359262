// The boot state: which slot is active, whether it is confirmed, and how many boots its trial has left. Two copies in two
// sectors, numbered and with a checksum: the newer valid one counts, the other one is overwritten. A cut anywhere in a write leaves
// the older copy as it was.
import * as flash from "./flash";
import * as hal from "./hal";

const MAGIC: u32 = 0x31434552; // "REC1"
const CHECKED: u32 = 20; // bytes before `check`

@unmanaged
export class Record {
  magic: u32 = 0;
  number: u32 = 0;
  active: u32 = 0;
  confirmed: u32 = 0;
  attempts: u32 = 0;
  check: u32 = 0;
}

/** What read() found and write() puts. */
export const record = changetype<Record>(memory.data(24));
const candidate = changetype<Record>(memory.data(24));
const unit = memory.data(512, 4); // UNIT_MAX

/** The copy that `record` stands in; 1 where there is none. */
let copy: u32 = 1;

export function isRecord(): bool {
  return record.magic == MAGIC;
}

/** CRC-32, IEEE 802.3. */
function checkOf(item: Record): u32 {
  let crc: u32 = ~0;
  for (let at: usize = 0; at < CHECKED; at++) {
    crc ^= load<u8>(changetype<usize>(item) + at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
  }
  return ~crc;
}

function placeOf(which: u32): u32 {
  const offset = hal.info(hal.INFO_RECORD_OFFSET, 0);
  return offset + which * flash.sectorSize(offset);
}

/** Reads the newest valid record; without one: slot A is active, and nothing is confirmed. */
export function read(): void {
  let isFound = false;
  copy = 1;
  memory.fill(changetype<usize>(record), 0, 24);
  for (let which: u32 = 0; which < 2; which++) {
    if (flash.read(placeOf(which), changetype<usize>(candidate), 24) != hal.STATUS_OK) continue;
    if (candidate.magic != MAGIC || candidate.check != checkOf(candidate)) continue;
    if (isFound && <i32>(candidate.number - record.number) < 0) continue;
    memory.copy(changetype<usize>(record), changetype<usize>(candidate), 24);
    isFound = true;
    copy = which;
  }
}

/** Puts `record` into the place of the older copy. */
export function write(): bool {
  const place = placeOf(copy ^ 1);
  record.magic = MAGIC;
  record.number++;
  record.check = checkOf(record);
  memory.fill(unit, <u8>hal.info(hal.INFO_ERASED_WORD, 0), flash.UNIT_MAX);
  memory.copy(unit, changetype<usize>(record), 24);
  if (flash.erase(place, flash.sectorSize(place)) != hal.STATUS_OK) return false;
  return flash.write(place, unit, flash.padded(24)) == hal.STATUS_OK;
}
