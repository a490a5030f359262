// What a guest call did: the operation log, and counts of what was refused. And what it depended on, from which the host's memo knows
// when a later call must end alike: first reads of words as they were before the call, whole sectors, choices of weak reads,
// numbers outside flash. A read that the call's own full erase already determines is no input and is not logged.

import {
  CAUSE_OPEN,
  CAUSE_PIN,
  CAUSE_POWER,
  CAUSE_SOFT,
  CAUSE_WATCHDOG,
  FULL_CHOICES,
  FULL_DATA,
  FULL_OPERATIONS,
  FULL_READS,
  OPEN_CAUSE_COUNT,
  OP_CAUSE,
  OP_EVENT,
  OUTSIDE_ASKED,
  OUTSIDE_CAUSE,
  READ_CHOICE,
  READ_OUTSIDE,
  READ_SECTOR,
  READ_WORD,
  STATUS_DENIED,
  STATUS_OK,
} from "../abi";
import { flagsAt } from "./content/content";
import { mixA, mixB } from "./content/digest";
import { full, stop as powerOff } from "./host";
import {
  DATA,
  DATA_MAX,
  DENIALS,
  EPOCH,
  ERASED_EPOCH,
  FLASH,
  LOG,
  LOG_COUNT,
  LOG_DATA,
  LOG_MAX,
  LOG_SHIFT,
  MARKS_EPOCH,
  CHOICES,
  CHOICES_MAX,
  CHOICE_COUNT,
  MODE,
  OUTSIDE_EPOCH,
  QUESTIONS,
  READ_LOG,
  READ_LOG_COUNT,
  READ_LOG_MAX,
  READ_LOG_SHIFT,
  READ_MODE_LOG,
  RESET_CAUSE,
  RULE_BREAKS,
  SCRIPT_SIZE,
  SECTOR_READS,
  STAMPS,
  STATE_KEY,
  STOP_KIND,
  STOP_VALUE,
  TRACKED,
  TRACKED_ERASED,
  WEAK,
} from "./map";
import { sectorAt } from "./content/sectors";
import { outsideAt } from "./outside";
import { put, undoRoom } from "./content/undo";

/** Words of a sector that are noted singly: what the memo asks for singly in the Record. */
const WORDS_LOGGED: u32 = 16;

/** Ends the guest's call for good. Never returns. */
export function stop(kind: u32, value: u32): void {
  store<u32>(STOP_KIND, kind);
  store<u32>(STOP_VALUE, value);
  powerOff();
  unreachable();
}

/** Counts a rule of the part that the guest broke; answers `status`. */
export function ruleBroken(status: i32): i32 {
  store<u32>(RULE_BREAKS, load<u32>(RULE_BREAKS) + 1);
  return status;
}

/** Counts an access to what the guest may not touch; answers STATUS_DENIED. */
export function denied(): i32 {
  store<u32>(DENIALS, load<u32>(DENIALS) + 1);
  return STATUS_DENIED;
}

/** Appends an operation; what the last three words hold depends on its kind (OP_…). */
export function logOperation(kind: u32, status: u32, offset: u32, size: u32, value: u32): void {
  const count = load<u32>(LOG_COUNT);
  if (count >= LOG_MAX) full(FULL_OPERATIONS);
  const entry = LOG + (usize(count) << LOG_SHIFT);
  store<u32>(entry, kind | (status << 8));
  store<u32>(entry, offset, 4);
  store<u32>(entry, size, 8);
  store<u32>(entry, value, 12);
  store<u32>(LOG_COUNT, count + 1);
}

/** Appends what a guest tells of itself, in its place among the operations. */
export function logEvent(code: u32, value: u32): void {
  logOperation(OP_EVENT, 0, code, 0, value);
}

/** Keeps the words that a program is about to write; answers their place in the data log. */
export function logData(source: usize, size: u32): u32 {
  const place = load<u32>(LOG_DATA);
  const bytes = (size + 3) & ~3;
  if (place + bytes > DATA_MAX) full(FULL_DATA);
  memory.copy(DATA + place, source, bytes);
  store<u32>(LOG_DATA, place + bytes);
  return place;
}

/**
 * Notes that the call's outcome depends on the word at `offset` (a multiple of 4) as it was before the call. Of a sector the
 * first words are noted singly, then once the sector as a whole: a call that reads an image reads tens of thousands.
 */
export function logRead(offset: u32): void {
  const epoch = load<u32>(EPOCH);
  const sector = sectorAt(offset);
  const reads = SECTOR_READS + (usize(sector) << 3);
  if (load<u32>(reads) != epoch) {
    store<u32>(reads, epoch);
    store<u32>(reads, 0, 4);
  }
  const count = load<u32>(reads, 4);
  if (count > WORDS_LOGGED) return;
  const stamp = STAMPS + offset;
  if (load<u32>(stamp) == epoch) return;
  store<u32>(stamp, epoch);
  if (load<u32>(ERASED_EPOCH + (usize(sector) << 2)) == epoch) return;
  store<u32>(reads, count + 1, 4);
  if (count == WORDS_LOGGED) append(offset | READ_SECTOR, 0, 0, 0);
  else append(offset | READ_WORD, load<u32>(FLASH + offset), load<u32>(WEAK + offset), flagsAt(offset));
}

/** Notes the same of each word of a range in one sector, and ends where no further word of that sector would be noted. */
export function logReads(offset: u32, size: u32): void {
  const epoch = load<u32>(EPOCH);
  const sector = usize(sectorAt(offset));
  if (load<u32>(ERASED_EPOCH + (sector << 2)) == epoch) return;
  const reads = SECTOR_READS + (sector << 3);
  for (let done: u32 = 0; done < size; done += 4) {
    if (load<u32>(reads) == epoch && load<u32>(reads, 4) > WORDS_LOGGED) return;
    logRead(offset + done);
  }
}

/** Counts, up to 255, how often calls depended on the word at `offset` as it was when tracking began. */
export function track(offset: u32): void {
  if (load<u8>(TRACKED_ERASED + sectorAt(offset)) != 0) return;
  const place = TRACKED + (offset >> 2);
  const count = load<u8>(place);
  if (count != 255) store<u8>(place, count + 1);
}

/**
 * Why the device was reset, of which the call's outcome then depends. Where that is open (CAUSE_OPEN) it is decided now: a
 * choice like that of a weak read, but made once, and noted among the operations.
 */
export function askCause(): u32 {
  const cause = load<u32>(RESET_CAUSE);
  logOutside(OUTSIDE_CAUSE, cause);
  if (cause != CAUSE_OPEN) return cause;
  const decided = openCause(choose(OPEN_CAUSE_COUNT));
  undoRoom(0);
  put(RESET_CAUSE, decided);
  logOperation(OP_CAUSE, STATUS_OK, 0, 0, decided);
  return decided;
}

/** The causes of a reset that keeps RAM powered; what comes first happens where nobody chooses. */
function openCause(choice: u32): u32 {
  if (choice == 0) return CAUSE_WATCHDOG;
  if (choice == 1) return CAUSE_SOFT;
  return choice == 2 ? CAUSE_PIN : CAUSE_POWER;
}

/** Notes that the call's outcome depends on what stands at an OUTSIDE_ place as it was before the call. */
export function logPlace(place: u32): void {
  logOutside(place, load<u32>(outsideAt(place)));
}

/** Notes a number outside flash, at its first use in a call: what the call itself has made of it is no input. */
function logOutside(place: u32, number: u32): void {
  const stamp = OUTSIDE_EPOCH + (usize(place) << 2);
  const epoch = load<u32>(EPOCH);
  if (load<u32>(stamp) == epoch) return;
  store<u32>(stamp, epoch);
  if ((load<u32>(MODE) & READ_MODE_LOG) != 0) append(READ_OUTSIDE | (place << 2), number, 0, 0);
}

/** Notes a question to what surrounds the device: the host knows which it was, by its number in the call. */
export function logQuestion(): void {
  const number = load<u32>(QUESTIONS);
  store<u32>(QUESTIONS, number + 1);
  if ((load<u32>(MODE) & READ_MODE_LOG) != 0) append(READ_OUTSIDE | (OUTSIDE_ASKED << 2), number, 0, 0);
}

/** Notes, once in a call, that its outcome depends on the marks of the sector at `offset`, so on the sector as a whole. */
export function logSector(offset: u32): void {
  const epoch = load<u32>(EPOCH);
  const sector = usize(sectorAt(offset)) << 2;
  if (load<u32>(ERASED_EPOCH + sector) == epoch || load<u32>(MARKS_EPOCH + sector) == epoch) return;
  store<u32>(MARKS_EPOCH + sector, epoch);
  append((offset & ~3) | READ_SECTOR, 0, 0, 0);
}

/**
 * Which of `options` a weak read sees, from 0: as the host's script says, the first where that has ended. Each choice is
 * kept in CHOICES, low four bits, with the number of options above them.
 */
export function choose(options: u32): u32 {
  const index = load<u32>(CHOICE_COUNT);
  if (index >= CHOICES_MAX) full(FULL_CHOICES);
  const place = CHOICES + index;
  let chosen: u32 = index < load<u32>(SCRIPT_SIZE) ? u32(load<u8>(place)) & 15 : 0;
  if (chosen >= options) chosen = 0;
  store<u8>(place, u8(chosen | (options << 4)));
  store<u32>(CHOICE_COUNT, index + 1);
  if ((load<u32>(MODE) & READ_MODE_LOG) != 0) append(READ_CHOICE, chosen, options, 0);
  return chosen;
}

/** Leaves in STATE_KEY 128 bits that tell the last call's operations and their data from any others. */
export function logDigest(): void {
  const entries = load<u32>(LOG_COUNT) << LOG_SHIFT;
  const bytes = load<u32>(LOG_DATA);
  const size = (u64(entries) << 32) | u64(bytes);
  let a = mixA(size);
  let b = mixB(size);
  for (let at: usize = 0; at < entries; at += 8) {
    const pair = load<u64>(LOG + at);
    a = fold(a ^ pair);
    b = fold(b + mixB(pair));
  }
  for (let at: usize = 0; at < bytes; at += 4) {
    const word = u64(load<u32>(DATA + at));
    a = fold(a ^ word);
    b = fold(b + mixB(word));
  }
  store<u64>(STATE_KEY, mixA(a));
  store<u64>(STATE_KEY, mixB(b), 8);
}

/** A step of either lane: the second takes its words mixed, so that the two differ. */
function fold(x: u64): u64 {
  const y = x * 0xff51afd7ed558ccd;
  return y ^ (y >> 32);
}

function append(head: u32, first: u32, second: u32, third: u32): void {
  const count = load<u32>(READ_LOG_COUNT);
  if (count >= READ_LOG_MAX) full(FULL_READS);
  const entry = READ_LOG + (usize(count) << READ_LOG_SHIFT);
  store<u32>(entry, head);
  store<u32>(entry, first, 4);
  store<u32>(entry, second, 8);
  store<u32>(entry, third, 12);
  store<u32>(READ_LOG_COUNT, count + 1);
}
