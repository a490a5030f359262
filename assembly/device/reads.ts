// One read of a word of flash: whether the guest may, what is noted of it, and what it sees where bits are weak, units torn, words open,
// or a strike waits for it. And many reads in a row, each of them such a read. Changes no content.

import * as abi from "../abi";
import { flagsAt } from "./content/content";
import { strike } from "./host";
import { choose, denied, logRead, logReads, ruleBroken, stop, track } from "./log";
import * as map from "./map";
import { openAt } from "./content/open";
import { sectorAt, sectorEntry } from "./content/sectors";

/** Whether the guest that runs may read the word at `offset`: a Status; a refusal is counted. */
export function readStatus(offset: u32): i32 {
  if ((offset & 3) != 0) return ruleBroken(abi.STATUS_MISALIGNED);
  if (offset >= load<u32>(map.FLASH_SIZE)) {
    denied();
    return abi.STATUS_OUT_OF_RANGE;
  }
  if ((u32(load<u8>(map.PERMISSIONS + (offset >> 8))) & load<u32>(map.ROLE)) == 0) return denied();
  return abi.STATUS_OK;
}

/** One access to a word that may be read: the word, with its Status in the high word. */
export function fetch(offset: u32): u64 {
  const mode = load<u32>(map.MODE);
  if ((mode & map.READ_MODE_LOG) != 0) logRead(offset);
  let word = load<u32>(map.FLASH + offset);
  if ((load<u32>(map.FAULTY) | load<u32>(map.ERASED_FAULTS)) != 0) {
    const seen = uncertain(offset, word);
    if (i32(seen >> 32) != abi.STATUS_OK) return seen;
    word = u32(seen);
  }
  word ^= load<u32>(map.POLARITY);
  return u64(mode > map.READ_MODE_LOG ? struck(offset, word, mode) : word);
}

/**
 * Reads up to `words` words from `offset` on into BLOCK, each of them one access as tryRead32() makes it, for a guest that wants them at
 * `address`. Answers how many it has read, and (BLOCK_STATUS_SHIFT) the Status of the word that could not be read. It may
 * have read fewer than it was asked for, at least one, without any such word: BLOCK is full, or something happens at the next
 * read for which the words before it have to stand in the guest's memory. The rest is asked for anew.
 */
export function readBlock(offset: u32, address: u32, words: u32): u32 {
  if (words == 0) return 0;
  if ((address & 3) != 0) return u32(ruleBroken(abi.STATUS_MISALIGNED)) << abi.BLOCK_STATUS_SHIFT;
  const mode = load<u32>(map.MODE);
  const most = min<u32>(words, abi.BLOCK_WORDS);
  let count: u32 = 0;
  while (count < most) {
    const at = offset + (count << 2);
    const refused = readStatus(at);
    if (refused != abi.STATUS_OK) return count | (u32(refused) << abi.BLOCK_STATUS_SHIFT);
    // Permission is the same for all of a granule, and a granule lies in one sector.
    const end = min<u32>(most, count + ((abi.GRANULE_SIZE - (at & (abi.GRANULE_SIZE - 1))) >> 2));
    const isPlain = mode <= map.READ_MODE_LOG && isCertain(at);
    if (isPlain) {
      if (mode == map.READ_MODE_LOG) logReads(at, (end - count) << 2);
      copyWords(map.BLOCK + (usize(count) << 2), at, (end - count) << 2);
      count = end;
    }
    for (; count < end; count++) {
      const place = offset + (count << 2);
      if (count != 0 && isLookedAt(place, mode)) return count;
      const seen = fetch(place);
      const status = u32(seen >> 32);
      if (status != abi.STATUS_OK) return count | (status << abi.BLOCK_STATUS_SHIFT);
      store<u32>(map.BLOCK + (usize(count) << 2), u32(seen));
    }
  }
  return count;
}

/** Whether every read in the sector at `offset` sees the word as it stands. */
function isCertain(offset: u32): bool {
  return (
    load<u32>(map.ERASED_FAULTS) == 0 && load<u32>(sectorEntry(sectorAt(offset)), map.SECTOR_FAULTY) == 0
  );
}

/** Whether somebody looks at the guest's memory when the word at `offset` is read: the host is told, or the call ends there. */
function isLookedAt(offset: u32, mode: u32): bool {
  const isTold = (mode & map.READ_MODE_TELL) != 0 && load<u32>(map.FLIP_AFTER) == 0;
  return isTold || openAt(offset) != 0;
}

/** Copies words of flash as the bus shows them. */
function copyWords(target: usize, offset: u32, size: u32): void {
  const polarity = load<u32>(map.POLARITY);
  if (polarity == 0) {
    memory.copy(target, map.FLASH + offset, size);
    return;
  }
  for (let done: u32 = 0; done < size; done += 4)
    store<u32>(target + done, load<u32>(map.FLASH + offset + done) ^ polarity);
}

/** What a read sees in a call in which reads are tracked, or one of them goes wrong, or the host is told of one. */
function struck(offset: u32, word: u32, mode: u32): u32 {
  if ((mode & map.READ_MODE_TRACK) != 0) track(offset);
  if ((mode & map.READ_MODE_REFETCH) != 0 && offset == load<u32>(map.REFETCH_OFFSET)) {
    const count = load<u32>(map.REFETCH_COUNT);
    store<u32>(map.REFETCH_COUNT, count + 1);
    if (count != 0) return word ^ load<u32>(map.REFETCH_MASK);
  }
  if ((mode & (map.READ_MODE_FLIP | map.READ_MODE_TELL)) == 0) return word;
  const left = load<u32>(map.FLIP_AFTER);
  store<u32>(map.FLIP_AFTER, left - 1);
  if (left != 0) return word;
  if ((mode & map.READ_MODE_TELL) != 0) strike();
  return (mode & map.READ_MODE_FLIP) != 0 ? word ^ load<u32>(map.FLIP_MASK) : word;
}

/** What a read sees where weak bits or torn units are about: the word, the word with its weak bits set, or nothing. */
function uncertain(offset: u32, word: u32): u64 {
  decide(offset);
  const flags = flagsAt(offset);
  const nothing = u64(abi.STATUS_UNREADABLE) << 32;
  if ((flags & (abi.FLAG_UNREADABLE | abi.FLAG_BLANK)) != 0) return nothing;
  const weak = load<u32>(map.WEAK + offset);
  const options = 1 + (weak != 0 ? 1 : 0) + ((flags & abi.FLAG_UNSTEADY) != 0 ? 1 : 0);
  if (options == 1) return u64(word);
  const chosen = choose(options);
  if (chosen == 0) return u64(word);
  return chosen == 1 && weak != 0 ? u64(word | weak) : nothing;
}

/** Ends the call where the word at `offset` is open: the host decides what has landed there, and makes the call anew. */
export function decide(offset: u32): void {
  if (openAt(offset) != 0) stop(abi.STOP_OPEN, offset);
}
