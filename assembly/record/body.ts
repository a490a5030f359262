// A record on flash: a body of four words, and behind it one unit that a design gives a meaning (a seal, a mark). Reads
// and writes them in the Record region; decides nothing. images/SPEC.md has every byte; U = program size for 16 bytes.
//
//   0         4          8            12            16 … S         S … S + U
//   | record  | ~record  | check      | ~check      | erased pad  | the unit      |  rest stays erased
//
// Reading stops at the first word that is not right. A body of weak words then reads in as many ways as it has words, not in two to the
// power of that.

import { INFO_ERASED_WORD, INFO_RECORD_OFFSET, INFO_RECORD_SIZE, NOWHERE, STATUS_OK } from "../abi";
import { programBytes, programSizeFor, readsErased, sectorSize, sectorStart } from "../hal/flash";
import { erase, info, tryRead32 } from "../hal/hal";
import { RECORD_NONE, recordWellFormed } from "./value";

/** In place of an area's offset: the Record region has no such area. */
export const NO_AREA: u32 = NOWHERE;

const BODY_SIZE: u32 = 16;
/** In place of a word that cannot be read: no body has it. */
const UNREADABLE: u32 = RECORD_NONE;
/** CRC-32 of ISO 3309, reflected. */
const CRC_POLYNOMIAL: u32 = 0xedb88320;

const BODY: usize = memory.data(16);

/** Offset of Record area `index`: whole sectors that hold a body and its unit; NO_AREA where the region is too small. */
export function recordArea(index: u32): u32 {
  const start = info(INFO_RECORD_OFFSET, 0);
  const size = areaSize(start);
  const end = u64(start) + u64(index + 1) * u64(size);
  return size == 0 || end > u64(start) + u64(info(INFO_RECORD_SIZE, 0)) ? NO_AREA : start + index * size;
}

/** Erases the sectors of an area, the last one first: the unit behind the body goes before the body. False: the flash refused. */
export function eraseArea(offset: u32): bool {
  for (let end = offset + areaSize(offset); end > offset;) {
    const sector = sectorStart(end - 1);
    if (sector < offset || erase(sector) != STATUS_OK) return false;
    end = sector;
  }
  return true;
}

/** Whole sectors, as large as the first, that a body and its unit take; 0 where there is no sector. */
function areaSize(offset: u32): u32 {
  const sector = sectorSize(offset);
  if (sector == NOWHERE) return 0;
  const needed = bodySpan() + programSizeFor(BODY_SIZE);
  return ((needed + sector - 1) / sector) * sector;
}

/**
 * The record word in the area at `offset`, where the body is whole; else RECORD_NONE. The word that is programmed last is
 * read first: an unfinished body shows at once, whatever else of it there is.
 */
export function readBody(offset: u32): u32 {
  const check = ~bodyWord(offset + 12);
  if (check == ~UNREADABLE || bodyWord(offset + 8) != check) return RECORD_NONE;
  const word = ~bodyWord(offset + 4);
  if (!recordWellFormed(word) || check != crc32(word) || bodyWord(offset) != word) return RECORD_NONE;
  const span = bodySpan();
  if (span > BODY_SIZE && !readsErased(offset + BODY_SIZE, span - BODY_SIZE)) return RECORD_NONE;
  return word;
}

/** Programs a body over an erased sector, or over the very same body. */
export function programBody(offset: u32, word: u32): bool {
  const check = crc32(word);
  store<u32>(BODY, word);
  store<u32>(BODY, ~word, 4);
  store<u32>(BODY, check, 8);
  store<u32>(BODY, ~check, 12);
  return programBytes(offset, BODY, BODY_SIZE, programSizeFor(BODY_SIZE)) == STATUS_OK;
}

/** Offset of the unit behind the body of the area at `offset`. */
export function unitOffset(offset: u32): u32 {
  return offset + bodySpan();
}

/** Whether the first word of the unit behind the body reads as `word`. */
export function unitHolds(offset: u32, word: u32): bool {
  return tryRead32(unitOffset(offset)) == u64(word);
}

/** Whether the unit behind the body may be programmed with `word` (its rest stays erased): no bit has flipped in it. */
export function unitTakes(offset: u32, word: u32): bool {
  const start = unitOffset(offset);
  const answer = tryRead32(start);
  const erased = info(INFO_ERASED_WORD, 0);
  if (i32(answer >> 32) != STATUS_OK || ((u32(answer) ^ erased) & ~(word ^ erased)) != 0) return false;
  return readsErased(start + 4, programSizeFor(BODY_SIZE) - 4);
}

/** Programs `word` into the unit behind the body. */
export function programUnit(offset: u32, word: u32): bool {
  store<u32>(BODY, word);
  return programBytes(unitOffset(offset), BODY, 4, programSizeFor(BODY_SIZE)) == STATUS_OK;
}

/** The word at `offset`; UNREADABLE where it cannot be read. */
function bodyWord(offset: u32): u32 {
  const answer = tryRead32(offset);
  return i32(answer >> 32) == STATUS_OK ? u32(answer) : UNREADABLE;
}

/** Bytes that the body's programs cover. */
function bodySpan(): u32 {
  const size = programSizeFor(BODY_SIZE);
  return (BODY_SIZE + size - 1) & ~(size - 1);
}

function crc32(word: u32): u32 {
  let crc: u32 = ~word;
  for (let bit = 0; bit < 32; bit++) crc = (crc >> 1) ^ (CRC_POLYNOMIAL & (0 - (crc & 1)));
  return ~crc;
}
