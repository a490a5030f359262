// The firmware's part: takes what is offered into the other slot, puts it on trial, and confirms it once its self-test is good.
#![no_std]
mod flash;
mod hal;
mod record;

use record::Record;

const ROM_FIXED: u32 = 0x100;
const CHUNK: u32 = 512;
const VERSION: u32 = 20; // in an image's header, two words

fn running_slot() -> u32 {
    let into = hal::info(hal::BOOTED_OFFSET, 0).wrapping_sub(hal::info(hal::SLOT_OFFSET, 0));
    u32::from(into >= hal::info(hal::SLOT_SIZE, 0))
}

/// The offered image that is linked for a slot (ROM_FIXED), or that may run anywhere.
fn offer_for(slot: u32) -> Option<u32> {
    (0..hal::info(hal::OFFER_COUNT, 0)).find(|&index| {
        let at = hal::info(hal::OFFER_OFFSET, index);
        hal::received(at + 16) & ROM_FIXED == 0
            || hal::received(at + 4) == hal::info(hal::SLOT_OFFSET, slot)
    })
}

/// Whether an offer is of the version that stands in a slot.
fn is_version_of(slot: u32, offer: u32) -> bool {
    let offered = hal::info(hal::OFFER_OFFSET, offer) + VERSION;
    let own = hal::info(hal::SLOT_OFFSET, slot) + VERSION;
    let mut version = [0; 2];
    flash::read(own, &mut version).is_ok()
        && version == [hal::received(offered), hal::received(offered + 4)]
}

/// Erases a slot, writes an offer into it, and reads it back: nothing else may be put on trial.
fn install(slot: u32, offer: u32) -> Result<(), i32> {
    let from = hal::info(hal::OFFER_OFFSET, offer);
    let size = hal::info(hal::OFFER_SIZE, offer);
    let to = hal::info(hal::SLOT_OFFSET, slot);
    flash::erase(to, hal::info(hal::SLOT_SIZE, slot))?;
    for at in (0..size).step_by(CHUNK as usize) {
        let some = CHUNK.min((size - at + 3) & !3);
        let count = some as usize / 4;
        let mut chunk = [0; CHUNK as usize / 4];
        let mut back = chunk;
        for (index, word) in chunk.iter_mut().enumerate().take(count) {
            *word = hal::received(from + at + 4 * index as u32);
        }
        flash::write(to + at, &chunk[..count], flash::padded(some))?;
        flash::read(to + at, &mut back[..count])?;
        if back != chunk {
            return Err(1);
        }
    }
    Ok(())
}

#[no_mangle]
pub extern "C" fn step(input: u32) -> i32 {
    let mut record = Record::read();
    let running = running_slot();
    if !record.exists || (record.active == running && !record.confirmed) {
        if input & hal::SELF_TEST_GOOD == 0 {
            return hal::STEP_IDLE;
        }
        record.active = running;
        record.confirmed = true;
        return if record.write().is_ok() { hal::STEP_MORE } else { hal::STEP_REFUSED };
    }
    if record.active != running {
        return hal::STEP_IDLE; // on trial from the next boot on
    }
    if hal::info(hal::OFFER_COUNT, 0) == 0 {
        return hal::STEP_CONFIRMED;
    }
    let other = running ^ 1;
    let offer = match offer_for(other) {
        Some(offer) => offer,
        None => return hal::STEP_REFUSED,
    };
    if is_version_of(running, offer) {
        return hal::STEP_CONFIRMED; // it runs already
    }
    if install(other, offer).is_err() {
        return hal::STEP_REFUSED;
    }
    record.active = other;
    record.confirmed = false;
    record.attempts = hal::info(hal::ATTEMPTS, 0);
    if record.write().is_ok() {
        hal::STEP_IDLE
    } else {
        hal::STEP_REFUSED
    }
}
