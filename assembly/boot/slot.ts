// Which slot to prefer, as pure functions over what is known. Reads and writes nothing.

import { VIEW_COUNTER, VIEW_VERSION } from "../image/verify";

export const SLOT_A: u32 = 0;
export const SLOT_B: u32 = 1;

export function otherSlot(slot: u32): u32 {
  return slot ^ 1;
}

/**
 * The better of two verified images: higher security counter, then higher version, then A.
 * Both compare unsigned: a version of 2^31 or more is not negative.
 */
export function betterSlot(viewA: usize, viewB: usize): u32 {
  const counterA = load<u32>(viewA, VIEW_COUNTER);
  const counterB = load<u32>(viewB, VIEW_COUNTER);
  if (counterA != counterB) return counterB > counterA ? SLOT_B : SLOT_A;
  return load<u64>(viewB, VIEW_VERSION) > load<u64>(viewA, VIEW_VERSION) ? SLOT_B : SLOT_A;
}
