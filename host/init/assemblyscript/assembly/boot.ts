// The boot policy: two slots, a trial that reverts by itself, a security floor. It believes what stands in a slot: add your
// signature check where it says so.
import * as flash from "./flash";
import * as hal from "./hal";
import * as state from "./record";

const IMAGE_MAGIC: u32 = 0x96f3b83d;
const TLV_SECURITY_COUNTER: u32 = 0x50;

/** An image's header, MCUboot's format: magic, load address, header and protected size, payload size, flags, version. */
const header = memory.data(32, 4);

export function abiVersion(): u32 {
  return hal.ABI_VERSION;
}

/** Whether a slot holds an image; the place for a signature check. */
function readHeader(offset: u32): bool {
  return flash.read(offset, header, 32) == hal.STATUS_OK && load<u32>(header) == IMAGE_MAGIC;
}

/** Two bytes of flash. */
function read16(offset: u32): u32 {
  return ((<u32>hal.tryRead32(offset & ~3)) >> ((offset & 2) * 8)) & 0xffff;
}

/** The security counter in an image's protected area; 0 without one. */
function securityCounter(offset: u32): u32 {
  const area = offset + load<u16>(header, 8) + load<u32>(header, 12);
  const end = area + load<u16>(header, 10);
  for (let at = area + 4; at + 8 <= end; at += 4 + read16(at + 2)) {
    if (read16(at) == TLV_SECURITY_COUNTER) return read16(at + 4) | (read16(at + 6) << 16);
  }
  return 0;
}

export function boot(): void {
  state.read();
  const record = state.record;
  if (state.isRecord() && record.confirmed == 0) {
    if (record.attempts == 0) {
      record.active ^= 1; // the trial is over: back to the other slot, for good
      record.confirmed = 1;
    } else {
      record.attempts--; // counted before it runs, or a cut would give it another boot
    }
    state.write();
  }
  const slot = hal.info(hal.INFO_SLOT_OFFSET, record.active);
  if (!readHeader(slot)) return hal.halt(hal.REASON_MAGIC);
  const counter = securityCounter(slot);
  if (record.confirmed != 0 && counter > <u32>hal.counterRead(hal.COUNTER_FLOOR))
    hal.counterAdvance(hal.COUNTER_FLOOR, counter);
  hal.jump(slot + load<u16>(header, 8));
}
