// For the canary short-checksum: the boot state in one word with a CRC-8, in the first two sectors of the Record by turns. What a cut
// leaves of an erase or of half a program is never taken for a state. Wrong on purpose: of the words that a torn program leaves with a
// few bits missing, one in 256 has a right checksum.
//
//   | sequence 31 … 16 | state 15 … 8 | CRC-8 of these three bytes 7 … 0 |

import { INFO_ERASED_WORD, INFO_RECORD_OFFSET, STATUS_OK } from "../abi";
import { programBytes, programSizeFor, sectorSize } from "../hal/flash";
import { erase, info, read32 } from "../hal/hal";

/** x^8 + x^2 + x + 1, as in SMBus. */
const CRC_POLYNOMIAL: u32 = 0x07;
/** No word at all. */
const NO_WORD: u32 = 0xffffffff;

const WORD: usize = memory.data(4);

/** The state written last; `blank` where there is none. */
export function readChecked(blank: u32): u32 {
  const word = newest(wordIn(0), wordIn(1));
  return word == NO_WORD ? blank : (word >> 8) & 0xff;
}

/** Writes a state (a byte) beside the one that holds. */
export function writeChecked(state: u32): bool {
  const first = wordIn(0);
  const word = newest(first, wordIn(1));
  const sequence = word == NO_WORD ? 1 : (word >> 16) + 1;
  const copy: u32 = word != NO_WORD && word == first ? 1 : 0;
  const bytes = (sequence << 8) | state;
  const offset = offsetOf(copy);
  if (erase(offset) != STATUS_OK) return false;
  store<u32>(WORD, (bytes << 8) | crc8(bytes));
  return programBytes(offset, WORD, 4, programSizeFor(4)) == STATUS_OK;
}

function newest(first: u32, second: u32): u32 {
  if (first == NO_WORD || second == NO_WORD) return min(first, second);
  return max(first, second);
}

/** The word in copy 0 or 1 where its checksum is right; else NO_WORD. */
function wordIn(copy: u32): u32 {
  const word = read32(offsetOf(copy));
  return word == info(INFO_ERASED_WORD, 0) || crc8(word >> 8) != (word & 0xff) ? NO_WORD : word;
}

function offsetOf(copy: u32): u32 {
  const start = info(INFO_RECORD_OFFSET, 0);
  return copy == 0 ? start : start + sectorSize(start);
}

/** CRC-8 of three bytes. */
function crc8(bytes: u32): u32 {
  let crc: u32 = 0;
  for (let bit: i32 = 23; bit >= 0; bit--) {
    const isOne = ((crc >> 7) ^ (bytes >> bit)) & 1;
    crc = ((crc << 1) & 0xff) ^ (isOne == 1 ? CRC_POLYNOMIAL : 0);
  }
  return crc;
}
