// Locks, and words that several explorers read and write: atomic where the states are shared, plain loads and stores where they are not.

import { SHARED } from "./map";

/**
 * Tries until it has the lock, which nobody holds for long. It never sleeps: V8 of Node 20, as it compiles first, forgets local variables
 * over an atomic.wait that stands in a branch, and a thread that had waited then added a key that was there.
 */
export function lock(place: usize): void {
  if (!SHARED) return;
  while (atomic.cmpxchg<i32>(place, 0, 1) != 0) {
    // Looks only, so that who holds it is not held up by those who would have it.
    while (atomic.load<i32>(place) != 0);
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
