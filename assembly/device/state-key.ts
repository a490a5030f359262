// The key of a state: 128 bits over everything that survives in the device and what the host adds. Also the keys that the device would
// have after a reset (here), and after an operation that is cut (cut-keys.ts).

import * as abi from "../abi";
import { mixA, mixB } from "./content/digest";
import * as map from "./map";

/** What survives a step is lost: with a reset; with the power, and with it the retained words. */
const LOST_RESET: u32 = 1;
const LOST_POWER: u32 = 2;

/**
 * Leaves the 128-bit key of everything that survives in STATE_KEY: flash and marks, counters, retained words, reset
 * cause; `place` and four words of `history` add what the host knows: where in a power-up, and a digest of what the oracles
 * remember, which feeds both lanes by halves of its own.
 */
export function stateKey(place: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  const standing = (u64(load<u32>(map.RESET_CAUSE)) << 32) | u64(place);
  const low = (u64(history1) << 32) | u64(history0);
  const high = (u64(history3) << 32) | u64(history2);
  keyOf(map.STATE_KEY, contentA(), contentB(), standing, low, high, 0);
}

/** Leaves in STATE_KEY the key that the device would have after a reset for `cause`, about to boot. */
export function powerOnKey(cause: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  const low = (u64(history1) << 32) | u64(history0);
  const high = (u64(history3) << 32) | u64(history2);
  keyOf(map.STATE_KEY, contentA(), contentB(), u64(cause) << 32, low, high, lossBy(cause));
}

/** The sum of the first lane over all flash; contentB() of the second. */
export function contentA(): u64 {
  let sum: u64 = 0;
  for (let region = map.REGION_DIGESTS; region < map.REGION_DIGESTS + map.REGION_DIGESTS_SIZE; region += 16)
    sum += load<u64>(region);
  return sum;
}

export function contentB(): u64 {
  let sum: u64 = 0;
  for (let region = map.REGION_DIGESTS; region < map.REGION_DIGESTS + map.REGION_DIGESTS_SIZE; region += 16)
    sum += load<u64>(region, 8);
  return sum;
}

/**
 * Leaves at `place` the key of a state whose flash has these sums; `standing` is reset cause << 32 and place in a power-up, `low` and
 * `high` are the history's words; what is lost (LOST_) is left out.
 */
export function keyOf(
  place: usize,
  contentA: u64,
  contentB: u64,
  standing: u64,
  low: u64,
  high: u64,
  lost: u32,
): void {
  let a = mixA(mixA(contentA ^ low) + standing + 1);
  let b = mixB(mixB(contentB + high) ^ (standing + 1));
  // Counters, their weak bits and retained words stand apart by their places, each mixed in before the value: a sum of the
  // two would be that of another value in another place. What is zero adds nothing.
  for (let at: usize = map.COUNTERS; at < map.SHADOWS_END; at += 8) {
    const pair = load<u64>(at);
    if (pair == 0) continue;
    if (lost == LOST_POWER && at >= map.RETAINED && at < map.SHADOWS) continue;
    a = mixA(mixA(a + u64(at)) ^ pair);
    b = mixB(mixB(b + u64(at)) ^ pair);
  }
  if (load<u32>(map.VOLATILE_SET) != 0 && lost != LOST_POWER) {
    const end = map.VOLATILE + (usize(lost == 0 ? map.VOLATILE_WORDS : map.VOLATILE_RETAINED) << 2);
    for (let at: usize = map.VOLATILE; at < end; at += 8) {
      const pair = load<u64>(at);
      if (pair == 0) continue;
      a = mixA(mixA(a + u64(at)) ^ pair);
      b = mixB(mixB(b + u64(at)) ^ pair);
    }
  }
  store<u64>(place, a);
  store<u64>(place, b, 8);
}

/** What is lost by a reset for `cause`. */
export function lossBy(cause: u32): u32 {
  return cause == abi.CAUSE_POWER ? LOST_POWER : LOST_RESET;
}

/** The number of the state with the last key, -1 where there is none; the host has laid down where that is looked up. */
export function findState(): i32 {
  return stateWith(map.STATE_KEY);
}

/** The same of the key at `place`: asked of the states module, whose find() is the first function of this module's table. */
export function stateWith(place: usize): i32 {
  return call_indirect<i32>(0, load<u64>(place), load<u64>(place, 8));
}
