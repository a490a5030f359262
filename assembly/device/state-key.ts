// The key of a state: 128 bits over everything that survives in the device and what the host adds. Also the key that the device would
// have after a reset, or after an operation that is cut: done, read off and taken back.

import * as abi from "../abi";
import { reset } from "./control";
import { mixA, mixB } from "./digest";
import { programContent } from "./flash";
import * as map from "./map";
import { replay } from "./replay";
import { undoMark, undoTo } from "./undo";

/**
 * Leaves the 128-bit key of everything that survives in STATE_KEY: flash and marks, counters, retained words, reset
 * cause; `place` and four words of `history` add what the host knows: where in a power-up, and a digest of what the oracles
 * remember, which feeds both lanes by halves of its own.
 */
export function stateKey(place: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  let a: u64 = 0;
  let b: u64 = 0;
  for (let region = map.REGION_DIGESTS; region < map.REGION_DIGESTS + map.REGION_DIGESTS_SIZE; region += 16) {
    a += load<u64>(region);
    b += load<u64>(region, 8);
  }
  const standing = (u64(load<u32>(map.RESET_CAUSE)) << 32) | u64(place);
  a = mixA(mixA(a ^ ((u64(history1) << 32) | u64(history0))) + standing + 1);
  b = mixB(mixB(b + ((u64(history3) << 32) | u64(history2))) ^ (standing + 1));
  // Counters, their weak bits and retained words stand apart by their places, each mixed in before the value: a sum of the
  // two would be that of another value in another place. What is zero adds nothing.
  for (let at: usize = map.COUNTERS; at < map.SHADOWS_END; at += 8) {
    const pair = load<u64>(at);
    if (pair == 0) continue;
    a = mixA(mixA(a + u64(at)) ^ pair);
    b = mixB(mixB(b + u64(at)) ^ pair);
  }
  store<u64>(map.STATE_KEY, a);
  store<u64>(map.STATE_KEY, b, 8);
}

/** Leaves in STATE_KEY the key that the device would have after a reset for `cause`, about to boot. */
export function powerOnKey(cause: u32, history0: u32, history1: u32, history2: u32, history3: u32): void {
  const mark = undoMark();
  reset(cause);
  stateKey(0, history0, history1, history2, history3);
  undoTo(mark);
}

/**
 * Leaves in STATE_KEY the key that the device would have, about to boot after a reset for `cause`, if the kept operation at
 * `entry` had been done as far as `shape` says.
 */
export function cutKey(
  entry: usize,
  shape: u32,
  cause: u32,
  history0: u32,
  history1: u32,
  history2: u32,
  history3: u32,
): void {
  const mark = undoMark();
  // The rules were checked when the operation was done here.
  if ((load<u32>(entry) & 0xff) == abi.OP_PROGRAM) {
    programContent(load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12), shape);
  } else {
    replay(entry, shape);
  }
  reset(cause);
  stateKey(0, history0, history1, history2, history3);
  undoTo(mark);
}
