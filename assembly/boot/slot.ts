// Which slot to prefer, as pure functions over what is known. Reads and writes nothing.

import { VIEW_COUNTER, VIEW_VERSION } from "../image/verify";

export const SLOT_A: u32 = 0;
export const SLOT_B: u32 = 1;

/** The build number, which does not count (MCUboot compares so by default). */
const BUILD_BITS: u64 = 32;

export function otherSlot(slot: u32): u32 {
  return slot ^ 1;
}

/**
 * The better of two verified images: higher security counter, then higher version (major, minor, revision), then A.
 * Both compare unsigned: a version of 2^31 or more is not negative.
 */
export function betterSlot(viewA: usize, viewB: usize): u32 {
  const counterA = load<u32>(viewA, VIEW_COUNTER);
  const counterB = load<u32>(viewB, VIEW_COUNTER);
  if (counterA != counterB) return counterB > counterA ? SLOT_B : SLOT_A;
  const versionA = load<u64>(viewA, VIEW_VERSION) >> BUILD_BITS;
  return load<u64>(viewB, VIEW_VERSION) >> BUILD_BITS > versionA ? SLOT_B : SLOT_A;
}
