// The boot policy: two slots, a trial that reverts by itself, a security floor. It believes what stands in a slot: add your
// signature check where it says so.
#![no_std]
mod flash;
mod hal;
mod record;

use record::Record;

const IMAGE_MAGIC: u32 = 0x96f3_b83d;
const TLV_SECURITY_COUNTER: u32 = 0x50;

/// An image's header, MCUboot's format, as words; the place for a signature check.
fn read_header(offset: u32) -> Option<[u32; 8]> {
    let mut header = [0; 8];
    flash::read(offset, &mut header).ok()?;
    (header[0] == IMAGE_MAGIC).then_some(header)
}

/// Two bytes of flash.
fn read16(offset: u32) -> Option<u32> {
    let word = hal::read_word(offset & !3).ok()?;
    Some((word >> ((offset & 2) * 8)) & 0xffff)
}

/// The security counter in an image's protected area; None without one.
fn security_counter(offset: u32, header: &[u32; 8]) -> Option<u32> {
    let area = offset.wrapping_add(header[2] & 0xffff).wrapping_add(header[3]);
    let end = area.wrapping_add(header[2] >> 16);
    let mut at = area.wrapping_add(4);
    while at < end {
        if read16(at)? == TLV_SECURITY_COUNTER {
            return Some(read16(at + 4)? | read16(at + 6)? << 16);
        }
        at = at.wrapping_add(4 + read16(at + 2)?);
    }
    None
}

#[no_mangle]
pub extern "C" fn boot() {
    let mut record = Record::read();
    if record.exists && !record.confirmed {
        if record.attempts == 0 {
            record.active ^= 1; // the trial is over: back to the other slot, for good
            record.confirmed = true;
        } else {
            record.attempts -= 1; // counted before it runs, or a cut would give it another boot
        }
        let _ = record.write();
    }
    let slot = hal::info(hal::SLOT_OFFSET, record.active);
    let header = match read_header(slot) {
        Some(header) => header,
        None => hal::halt(hal::REASON_MAGIC),
    };
    let counter = security_counter(slot, &header).unwrap_or(0);
    if record.confirmed && counter > hal::counter(hal::COUNTER_FLOOR) {
        hal::advance(hal::COUNTER_FLOOR, counter);
    }
    hal::jump(slot + (header[2] & 0xffff))
}
