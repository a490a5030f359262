// The boot state: which slot is active, whether it is confirmed, and how many boots its trial has left. Two copies in two
// sectors, numbered and with a checksum: the newer valid one counts, the other one is overwritten. A cut anywhere in a write leaves
// the older copy as it was.
use crate::{flash, hal};

const MAGIC: u32 = 0x3143_4552; // "REC1"
const WORDS: usize = 6; // magic, number, active, confirmed, attempts, check

#[derive(Clone, Copy)]
pub struct Record {
    /// Something was read; else slot A is active, and nothing is confirmed.
    pub exists: bool,
    pub active: u32,
    pub confirmed: bool,
    pub attempts: u32,
    number: u32,
    copy: u32,
}

/// CRC-32, IEEE 802.3, of words as they stand on flash.
fn check_of(words: &[u32]) -> u32 {
    let mut crc = !0u32;
    for byte in words.iter().flat_map(|word| word.to_le_bytes()) {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

fn place_of(copy: u32) -> u32 {
    let offset = hal::info(hal::RECORD_OFFSET, 0);
    offset + copy * flash::sector_size(offset)
}

impl Record {
    /// The newest valid record.
    pub fn read() -> Record {
        let mut newest = Record { exists: false, active: 0, confirmed: false, attempts: 0, number: 0, copy: 1 };
        for copy in 0..2 {
            let mut words = [0; WORDS];
            if flash::read(place_of(copy), &mut words).is_err() {
                continue;
            }
            let [magic, number, active, confirmed, attempts, check] = words;
            if magic != MAGIC || check != check_of(&words[..WORDS - 1]) {
                continue;
            }
            if newest.exists && (number.wrapping_sub(newest.number) as i32) < 0 {
                continue;
            }
            newest = Record { exists: true, active, confirmed: confirmed != 0, attempts, number, copy };
        }
        newest
    }

    /// Puts this record into the place of the older copy.
    pub fn write(&mut self) -> Result<(), i32> {
        let place = place_of(self.copy ^ 1);
        self.number = self.number.wrapping_add(1);
        let mut words = [MAGIC, self.number, self.active, u32::from(self.confirmed), self.attempts, 0];
        words[WORDS - 1] = check_of(&words[..WORDS - 1]);
        flash::erase(place, flash::sector_size(place))?;
        flash::write(place, &words, flash::padded(4 * WORDS as u32))
    }
}
