// Flash as a flat address space that is read, written and erased by offset, in whole words. A pointer into flash there is not.
use crate::hal;

/// Bytes that `size` takes on flash: a multiple of the part's smallest program, and of a word.
pub fn padded(size: u32) -> u32 {
    let least = hal::info(hal::PROGRAM_MIN, 0).max(4);
    (size + least - 1) & !(least - 1)
}

/// Reads words; the status of the first one that cannot be read.
pub fn read(offset: u32, words: &mut [u32]) -> Result<(), i32> {
    done(hal::read_words(offset, words))
}

/// Programs `size` bytes, as many at a time as the part allows: the words, and erased ones behind them. Offset and size are
/// multiples of the part's smallest program, and of a word.
pub fn write(offset: u32, words: &[u32], size: u32) -> Result<(), i32> {
    let least = hal::info(hal::PROGRAM_MIN, 0).max(4);
    let most = hal::info(hal::PROGRAM_MAX, 0);
    let erased = hal::info(hal::ERASED_WORD, 0);
    if (offset | size) & (least - 1) != 0 {
        return Err(hal::MISALIGNED);
    }
    let mut at = 0;
    while at < size {
        let mut unit = least;
        while unit * 2 <= most.min(size - at) && (offset + at) & (unit * 2 - 1) == 0 {
            unit *= 2;
        }
        for place in (at..at + unit).step_by(4) {
            let word = words.get(place as usize / 4).copied().unwrap_or(erased);
            done(hal::latch(offset + place, word))?;
        }
        done(hal::program(offset + at, unit))?;
        at += unit;
    }
    Ok(())
}

/// Bytes of the sector that holds an offset.
pub fn sector_size(offset: u32) -> u32 {
    hal::info(hal::SECTOR_SIZE, hal::info(hal::SECTOR_AT, offset))
}

/// Erases whole sectors.
pub fn erase(offset: u32, size: u32) -> Result<(), i32> {
    let mut at = 0;
    while at < size {
        done(hal::erase(offset + at))?;
        at += sector_size(offset + at);
    }
    Ok(())
}

fn done(status: i32) -> Result<(), i32> {
    if status == hal::OK {
        Ok(())
    } else {
        Err(status)
    }
}
