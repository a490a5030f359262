// Locks, and words that several explorers read and write: atomic where the states are shared, plain loads and stores where they are not.

import { SHARED } from "./map";

/** Tries to take a lock before its thread sleeps; and for how long that sleeps at most, in nanoseconds. */
const TRIES: i32 = 200;
const SLEEP: i64 = 20_000;

export function lock(place: usize): void {
  if (!SHARED) return;
  let tries = 0;
  while (atomic.cmpxchg<i32>(place, 0, 1) != 0) {
    if (++tries % TRIES == 0) atomic.wait<i32>(place, 1, SLEEP);
  }
}

export function unlock(place: usize): void {
  if (SHARED) atomic.store<i32>(place, 0);
}

/** Nothing is read before this that was written after it. */
export function loadShared<T>(place: usize): T {
  return SHARED ? atomic.load<T>(place) : load<T>(place);
}

/** What was written before this is read by whoever reads this. */
export function storeShared<T>(place: usize, value: T): void {
  if (SHARED) atomic.store<T>(place, value);
  else store<T>(place, value);
}

/** Adds to a word. */
export function addShared(place: usize, value: u32): void {
  if (SHARED) atomic.add<u32>(place, value);
  else store<u32>(place, load<u32>(place) + value);
}
