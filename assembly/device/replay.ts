// Operations that are kept beyond their call, and done again on other content: what guests did, and what the host did to a device (flips
// and the like). Runs no guest and knows no power cut but by the shape that it is given.

import * as abi from "../abi";
import { beginChange, setMark, setOpen, setTorn, setWord } from "./content/content";
import { counterContent, counterStatus, flipCounter } from "./content/counters";
import { eraseContent } from "./content/erase";
import { programContent, programStatus } from "./content/flash";
import * as map from "./map";
import { land, narrow } from "./content/open";
import { putOutside } from "./outside";
import { sectorAt } from "./content/sectors";
import { put, undoRoom } from "./content/undo";

/** Pages by which memory grows at least: growing takes milliseconds, whatever comes of it. */
const PAGES_MORE: i32 = 256;
/** Bytes before a kept log: how many entries it has. */
const LOG_HEADER: u32 = 16;

/** Keeps the operation log of the last call for replay. Answers where its first entry now stands; 0 where memory is at its end. */
export function keepLog(): u32 {
  const entries = load<u32>(map.LOG_COUNT) << map.LOG_SHIFT;
  const bytes = (load<u32>(map.LOG_DATA) + 15) & ~15;
  const room = roomToKeep(LOG_HEADER + entries + bytes);
  if (room == 0) return 0;
  store<u32>(room, load<u32>(map.LOG_COUNT));
  const place = room + LOG_HEADER;
  memory.copy(place, map.LOG, entries);
  memory.copy(place + entries, map.DATA, bytes);
  for (let at = place; at < place + entries; at += 16) {
    const kind = load<u32>(at) & 0xff;
    if (kind == abi.OP_PROGRAM || kind == abi.OP_STRAY)
      store<u32>(at, place + entries + load<u32>(at, 12), 12);
  }
  return place;
}

/** Room for `size` bytes that stay for good, a multiple of 8; 0 where memory is at its end. */
export function roomToKeep(size: u32): u32 {
  const place = load<u32>(map.KEPT_END);
  const end = place + size;
  const needed = i32((end + 0xffff) >> 16) - memory.size();
  if (end < place || (needed > 0 && memory.grow(max(needed, PAGES_MORE)) < 0)) return 0;
  store<u32>(map.KEPT_END, end);
  return place;
}

/** Keeps an operation of the host's own for replay(): flips and the like, which no guest did. Answers as keepLog. */
export function keepOperation(kind: u32, offset: u32, value: u32): u32 {
  const place = roomToKeep(16);
  if (place == 0) return 0;
  store<u32>(place, kind);
  store<u32>(place, offset, 4);
  store<u32>(place, 0, 8);
  store<u32>(place, value, 12);
  return place;
}

/**
 * Does the kept operation at `entry` again, as far as `shape` says (TEAR_, ERASE_ or COUNTER_, by its kind; WHOLE_CALL: it and all that
 * follow in its log). Answers its Status on this content; one that had failed when it was kept is passed over, with OK.
 */
export function replay(entry: usize, shape: u32): i32 {
  if (shape == abi.WHOLE_CALL) {
    const count = load<u32>(entry - LOG_HEADER);
    return replayAll(entry, count) == count ? abi.STATUS_OK : abi.STATUS_FAILED;
  }
  const head = load<u32>(entry);
  if (head >> 8 != 0) return abi.STATUS_OK;
  const kind = head & 0xff;
  const offset = load<u32>(entry, 4);
  const size = load<u32>(entry, 8);
  const value = load<u32>(entry, 12);
  if (kind == abi.OP_PROGRAM) {
    const status = programStatus(offset, size, value);
    if (status == abi.STATUS_OK) programContent(offset, size, value, shape);
    return status;
  }
  if (kind == abi.OP_ERASE) {
    eraseContent(value, shape);
  } else if (kind == abi.OP_COUNTER) {
    const status = counterStatus(offset, value);
    if (status == abi.STATUS_OK) counterContent(offset, value, shape);
    return status;
  } else if (kind == abi.OP_RETAINED) {
    undoRoom(0);
    putOutside(abi.OUTSIDE_RETAINED + offset, value);
  } else if (kind == abi.OP_VOLATILE) {
    undoRoom(0);
    putOutside(offset, value);
  } else if (kind == abi.OP_ASKED) {
    return abi.STATUS_OK;
  } else if (kind == abi.OP_CAUSE) {
    undoRoom(0);
    put(map.RESET_CAUSE, value);
  } else if (kind == abi.OP_NARROW) {
    narrow(offset, value);
  } else if (kind == abi.OP_LAND) {
    land(offset, value);
  } else {
    replayStrike(kind, offset, size, value);
  }
  return abi.STATUS_OK;
}

/** Does `count` kept operations again, whole. Answers the index of the first whose status differs, else `count`. */
export function replayAll(entry: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = entry + (usize(i) << map.LOG_SHIFT);
    const kind = load<u32>(at) & 0xff;
    const whole =
      kind == abi.OP_PROGRAM ? abi.TEAR_ALL : kind == abi.OP_ERASE ? abi.ERASE_DONE : abi.COUNTER_NEW;
    if (replay(at, whole) != abi.STATUS_OK) return i;
  }
  return count;
}

/** Does again what the host did, or what went wrong in a guest's operation, past all rules. */
function replayStrike(kind: u32, offset: u32, size: u32, value: u32): void {
  undoRoom(0);
  if (kind == abi.OP_STRAY) programContent(offset, size, value, abi.TEAR_ALL);
  else if (kind == abi.OP_WEAR) put(map.WORN, value + 1);
  else if (kind == abi.OP_FLIP_COUNTER) flipCounter(offset, value);
  else if (kind == abi.OP_FLIP_OFFER) put(map.OFFER_FLIP, value + 1);
  else if (kind == abi.OP_FLIP) {
    const sector = sectorAt(offset);
    beginChange(sector, offset, 4);
    setWord(sector, offset, load<u32>(map.FLASH + offset) ^ value, load<u32>(map.WEAK + offset) & ~value);
  } else if (kind == abi.OP_PUT) {
    const sector = sectorAt(offset);
    beginChange(sector, offset, 4);
    setOpen(sector, offset, 0);
    setTorn(sector, offset, 4, 0);
    setWord(sector, offset, value ^ load<u32>(map.POLARITY), 0);
    if (load<u32>(map.PROGRAM_RULE) != abi.RULE_AND) setMark(sector, offset, 1);
  }
}
