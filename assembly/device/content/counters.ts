// One-way counters: what an advance does, wholly or torn. Knows no guest and no log.

import {
  COUNTER_COUNT,
  COUNTER_NEW,
  COUNTER_OLD,
  COUNTER_WEAK,
  STATUS_COUNTER_BACKWARDS,
  STATUS_FULL,
  STATUS_NO_SUCH_COUNTER,
  STATUS_OK,
} from "../../abi";
import { COUNTERS, COUNTERS_WEAK, COUNTER_MAX, FAULTY, SHADOWS } from "../map";
import { put, undoRoom } from "./undo";

/** Whether counter `id` may be raised to `value`; a weak one may hold its higher reading already. */
export function counterStatus(id: u32, value: u32): i32 {
  if (id >= COUNTER_COUNT) return STATUS_NO_SUCH_COUNTER;
  const place = usize(id) << 2;
  const low = load<u32>(COUNTERS + place);
  const high = low ^ load<u32>(COUNTERS_WEAK + place);
  if (value < max(low, high)) return STATUS_COUNTER_BACKWARDS;
  return value > max(load<u32>(COUNTER_MAX), low) ? STATUS_FULL : STATUS_OK;
}

/** Raises counter `id` as far as `shape` (COUNTER_…) says. */
export function counterContent(id: u32, value: u32, shape: u32): void {
  if (shape == COUNTER_OLD) return;
  undoRoom(0);
  const place = usize(id) << 2;
  if (shape == COUNTER_NEW) {
    put(COUNTERS + place, value);
    setWeak(COUNTERS_WEAK + place, 0);
    const shadow = load<u32>(SHADOWS + place);
    if (shadow != 0 && shadow <= value) put(SHADOWS + place, 0);
  } else if (shape == COUNTER_WEAK) {
    setWeak(COUNTERS_WEAK + place, load<u32>(COUNTERS + place) ^ value);
  }
}

/** Bits of counter `id` flip at rest. Its true value is kept beside it: what is below that stays below the floor. */
export function flipCounter(id: u32, mask: u32): void {
  const place = usize(id) << 2;
  const value = load<u32>(COUNTERS + place);
  const shadow = load<u32>(SHADOWS + place);
  put(COUNTERS + place, value ^ mask);
  if (shadow == 0) put(SHADOWS + place, value);
  else if (shadow == (value ^ mask)) put(SHADOWS + place, 0);
}

function setWeak(place: usize, bits: u32): void {
  const change = (bits != 0 ? 1 : 0) - (load<u32>(place) != 0 ? 1 : 0);
  put(place, bits);
  put(FAULTY, load<u32>(FAULTY) + change);
}
