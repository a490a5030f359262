// For the canary single-flag: the whole boot state in one byte of one sector, erased and then rewritten. Wrong on purpose
// (rBoot issue 33 tells of the real one): a cut between erase and program, or inside the program, loses it. For the canary
// short-checksum (--use FLAG_CHECKED=i32) the byte is kept as checked.ts says.

import { INFO_ERASED_WORD, INFO_RECORD_OFFSET, STATUS_OK } from "../abi";
import { programBytes, programSizeFor } from "../hal/flash";
import { erase, info, read32 } from "../hal/hal";
import { readChecked, writeChecked } from "./checked";

/** The flag was never written (or is erased just now). */
export const FLAG_BLANK: u32 = 0xff;
const FLAG_MARK: u32 = 0x50;
const FLAG_MARK_MASK: u32 = 0xf0;

const WORD: usize = memory.data(4);

/** Bits: 0 active slot, 1 confirmed, 2..3 attempts left. */
export function readFlag(): u32 {
  if (isDefined(FLAG_CHECKED)) return readChecked(FLAG_BLANK);
  const word = read32(info(INFO_RECORD_OFFSET, 0));
  return word == info(INFO_ERASED_WORD, 0) ? FLAG_BLANK : word & 0xff;
}

export function writeFlag(active: u32, confirmed: bool, attempts: u32): bool {
  const flag = FLAG_MARK | active | (confirmed ? 2 : 0) | (min<u32>(attempts, 3) << 2);
  if (isDefined(FLAG_CHECKED)) return writeChecked(flag);
  const offset = info(INFO_RECORD_OFFSET, 0);
  if (erase(offset) != STATUS_OK) return false;
  store<u32>(WORD, 0xffffff00 | flag);
  return programBytes(offset, WORD, 4, programSizeFor(4)) == STATUS_OK;
}

export function flagIsValid(flag: u32): bool {
  return (flag & FLAG_MARK_MASK) == FLAG_MARK;
}

export function flagActive(flag: u32): u32 {
  return flag & 1;
}

export function flagIsConfirmed(flag: u32): bool {
  return (flag & 2) != 0;
}

export function flagAttempts(flag: u32): u32 {
  return (flag >> 2) & 3;
}
