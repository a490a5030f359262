// What a guest call asked for, as the host keeps it: questions with the answers that they had, and whether the device would answer so again.
// Changes nothing but the room that it keeps them in.

import * as abi from "../abi";
import { flagsAt } from "./content/content";
import * as map from "./map";
import { outsideAt } from "./outside";
import { roomToKeep } from "./replay";

/** Room for `count` checks, CHECK_BYTES each, which stay for good: answers where, 0 where memory is at its end. */
export function keepChecks(count: u32): usize {
  return roomToKeep(count * abi.CHECK_BYTES);
}

/** Index of the first of `count` checks at `place` that the device does not answer as it says; -1 where it answers all of them so. */
export function firstDifferent(place: usize, count: u32): i32 {
  const isCertain = (load<u32>(map.FAULTY) | load<u32>(map.ERASED_FAULTS)) == 0;
  for (let index: u32 = 0; index < count; index++)
    if (!isAnswered(place + usize(index * abi.CHECK_BYTES), isCertain)) return i32(index);
  return -1;
}

/** A check: its kind, its place, and four words of its answer. */
function isAnswered(check: usize, isCertain: bool): bool {
  const kind = load<u32>(check);
  const at = load<u32>(check, 4);
  if (kind == abi.CHECK_SECTOR) {
    const digest = map.DIGESTS + (usize(at) << 4);
    return load<u64>(digest) == load<u64>(check, 8) && load<u64>(digest, 8) == load<u64>(check, 16);
  }
  if (kind == abi.CHECK_OUTSIDE) return load<u32>(outsideAt(at)) == load<u32>(check, 8);
  if (load<u32>(map.FLASH + at) != load<u32>(check, 8)) return false;
  if (isCertain) return load<u64>(check, 12) == 0;
  return load<u32>(map.WEAK + at) == load<u32>(check, 12) && flagsAt(at) == load<u32>(check, 16);
}
