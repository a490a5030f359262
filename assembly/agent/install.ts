// Writes an offered image into a slot, one sector operation at a time, so that no word of it can fade later. Decides nothing about
// trials. An offer is told by its index in the receive window, a slot by its number.
//
// What a power cut has touched may read right now and wrong later, so a session begins after each power-on by making sure
// of what it stands on, and from then on trusts no reading of the slot:
//
//   1 read where the slot begins to differ from the offer, and the highest sector that is not blank
//   2 erase from one sector above that one downwards, to one sector below the first difference
//   3 program from there upwards, each sector whole; then everything stands, and stands firmly
//
// Where the flash refuses a write, or what was written does not verify, a session begins anew, RESTARTS_MAX times: a write
// may have gone wrong, acknowledged or not. Then it stays as it is, so that neither a worn sector nor a bad image is
// written over and over.
//
// How far a session has come is kept in retained words (hal/session.ts), which a power loss clears; at any other reset boot ends
// what was under way. agent/DESIGN.md says what each of these steps protects against, and what happens without it.

import {
  INFO_ERASED_WORD,
  INFO_OFFER_COUNT,
  INFO_OFFER_OFFSET,
  INFO_OFFER_SIZE,
  INFO_SECTOR_AT,
  INFO_SECTOR_OFFSET,
  NOWHERE,
  STATUS_OK,
} from "../abi";
import { programSizeFor, readsErased, sectorSize, sectorStart, slotOffset, slotSize } from "../hal/flash";
import { erase, info, latch32, program, receive32, tryRead32 } from "../hal/hal";
import {
  HELD_OFFER,
  STAGE_BEGUN,
  STAGE_DONE,
  STAGE_FAILED,
  STAGE_NONE,
  STAGE_WIPE,
  STAGE_WRITE,
  lowestOf,
  restartsOf,
  sectorOf,
  session,
  startSessionAnew,
  moveSession,
  startSession,
  noteHeldOffer,
  sessionOfferMark,
  stageOf,
} from "../hal/session";
import { IMAGE_MAGIC, headerLoadAddress, isRomFixed, version } from "../image/header";

/** How often a session begins anew by itself. */
const RESTARTS_MAX: u32 = 1;

const HEADER_WORDS: u32 = 8;
const HEADER: usize = memory.data(32, 8);
/** Multiplier of FNV-1a, 32 bits: tells offers apart, guards nothing. */
const MIX: u32 = 0x01000193;

/** Index of the offered image that is linked for `slot` and fits it; NOWHERE when there is none. */
export function offerFor(slot: u32): u32 {
  const count = info(INFO_OFFER_COUNT, 0);
  for (let index: u32 = 0; index < count; index++) {
    if (info(INFO_OFFER_SIZE, index) > slotSize(slot) || !readOfferHeader(index)) continue;
    if (!isRomFixed(HEADER) || headerLoadAddress(HEADER) == slotOffset(slot)) return index;
  }
  return NOWHERE;
}

/** Version of offered image `index`; 0 when it has no header. */
export function offerVersion(index: u32): u64 {
  return readOfferHeader(index) ? version(HEADER) : 0;
}

/** Whether `slot` reads, to the last byte, as offer `index`; says nothing of how firmly. */
export function holdsWholeOffer(slot: u32, index: u32): bool {
  return firstWrong(slot, index) == slotOffset(slot) + info(INFO_OFFER_SIZE, index);
}

/** A session for this offer and slot is under way, done, or has failed. */
export function sessionStarted(slot: u32, index: u32): bool {
  return stageOf(session()) != STAGE_NONE && sessionOfferMark() == offerMark(slot, index);
}

/** Since the last power-on, everything that could have been in doubt was written anew: the slot holds the offer firmly. */
export function sessionDone(slot: u32, index: u32): bool {
  return sessionStarted(slot, index) && stageOf(session()) == STAGE_DONE;
}

/** The flash refused to hold the offer, and again after a restart: there is no more to be done. */
export function sessionFailed(slot: u32, index: u32): bool {
  return sessionStarted(slot, index) && stageOf(session()) == STAGE_FAILED;
}

/** Begins a session; whatever else could be torn has been cleared away. */
export function sessionBegin(slot: u32, index: u32): void {
  startSession(offerMark(slot, index), STAGE_BEGUN);
}

/** Begins the session that is under way, or done, anew. False: it has been so often enough; what was under way has failed. */
export function sessionRestart(): bool {
  const word = session();
  if (restartsOf(word) < RESTARTS_MAX) {
    startSessionAnew(restartsOf(word) + 1);
    return true;
  }
  if (stageOf(word) != STAGE_DONE) moveSession(word, STAGE_FAILED, 0, 0);
  return false;
}

/**
 * What the session has written does not verify. It begins anew, as often as it may; then the image itself is bad, if the slot holds it to
 * the last byte, and the session remembers that it does. Where a slot that held its offer holds another one than this, that was
 * an image with the same header and size, and a session for this one begins. False: there is no more to be done.
 */
export function sessionAfterRefusal(slot: u32, index: u32): bool {
  const holds = holdsWholeOffer(slot, index);
  const word = session();
  if (restartsOf(word) == HELD_OFFER) {
    if (!holds) startSessionAnew(0);
    return !holds;
  }
  if (sessionRestart()) return true;
  if (holds) noteHeldOffer(word);
  return false;
}

/** Takes for granted that the slot holds the offer firmly: for a caller that knows it from elsewhere. The core has none; a canary only thinks so. */
export function sessionTrust(slot: u32, index: u32): void {
  startSession(offerMark(slot, index), STAGE_DONE);
}

/** One sector operation more of a session that has begun. False: the flash refused. */
export function installStep(slot: u32, index: u32): bool {
  if (stageOf(session()) == STAGE_BEGUN) lookAround(slot, index);
  const word = session();
  const sector = sectorOf(word);
  const lowest = lowestOf(word);
  const at = info(INFO_SECTOR_OFFSET, sector);
  if (stageOf(word) == STAGE_WIPE) {
    if (erase(at) != STATUS_OK) return false;
    if (sector > lowest) moveSession(word, STAGE_WIPE, sector - 1, lowest);
    else moveSession(word, STAGE_WRITE, sector, lowest);
    return true;
  }
  const position = at - slotOffset(slot);
  const left = info(INFO_OFFER_SIZE, index) - position;
  if (!programSector(at, min<u32>(sectorSize(at), left), index, position)) return false;
  if (left > sectorSize(at)) moveSession(word, STAGE_WRITE, sector + 1, lowest);
  else moveSession(word, STAGE_DONE, 0, 0);
  return true;
}

/** Decides, by reading, what has to be erased and written. */
function lookAround(slot: u32, index: u32): void {
  const start = slotOffset(slot);
  const end = start + info(INFO_OFFER_SIZE, index);
  const wrong = firstWrong(slot, index);
  const lowest = wrong == start ? start : sectorStart(wrong - 1);
  // The sector that differs counts as not blank: it may be a torn one that reads blank just now.
  let highest = wrong == end ? lowest : wrong;
  if (wrong != end) {
    const last = sectorStart(end - 1);
    for (let at = last; at > wrong; at = sectorStart(at - 1)) {
      if (readsErased(at, programmedSize(at, min<u32>(sectorSize(at), end - at)))) continue;
      highest = at;
      break;
    }
    if (highest < last) highest += sectorSize(highest);
  }
  moveSession(session(), STAGE_WIPE, info(INFO_SECTOR_AT, highest), info(INFO_SECTOR_AT, lowest));
}

/** How many bytes of the sector at `at` the programs of its first `sizeBytes` bytes cover: a last one goes on behind them. */
function programmedSize(at: u32, sizeBytes: u32): u32 {
  const unit = programSizeFor(sizeBytes);
  return min<u32>(sectorSize(at), (sizeBytes + unit - 1) & ~(unit - 1));
}

/** Offset of the first sector of `slot` that does not read as the offer; the offer's end when every byte does. */
function firstWrong(slot: u32, index: u32): u32 {
  const start = slotOffset(slot);
  const end = start + info(INFO_OFFER_SIZE, index);
  let at = start;
  while (at < end) {
    const size = sectorSize(at);
    if (!holdsOffer(at, min<u32>(size, end - at), index, at - start)) return at;
    at += size;
  }
  return end;
}

/**
 * Whether `sizeBytes` bytes of flash at `offset` equal the offer's from `position` on. The last word is compared first:
 * it is programmed last, so an unfinished sector shows at once. An unreadable word is not right.
 */
function holdsOffer(offset: u32, sizeBytes: u32, index: u32, position: u32): bool {
  const last = (sizeBytes - 1) & ~3;
  if (tryRead32(offset + last) != u64(offeredWord(index, position + last))) return false;
  for (let done: u32 = 0; done < last; done += 4) {
    if (tryRead32(offset + done) != u64(offeredWord(index, position + done))) return false;
  }
  return true;
}

/**
 * Programs a sector that was erased in this session. Units that are to stay erased are passed over where the part reads
 * them so: programmed, they would look like fresh ones later, and could not be programmed again.
 */
function programSector(offset: u32, sizeBytes: u32, index: u32, position: u32): bool {
  const unit = programSizeFor(sizeBytes);
  for (let done: u32 = 0; done < sizeBytes; done += unit) {
    const end = min<u32>(done + unit, sizeBytes);
    const isBlank = offersBlank(index, position + done, position + end);
    if (isBlank && readsErased(offset + done, (end - done + 3) & ~3)) continue;
    for (let at = done; at < end; at += 4) {
      if (latch32(offset + at, offeredWord(index, position + at)) != STATUS_OK) return false;
    }
    if (program(offset + done, unit) != STATUS_OK) return false;
  }
  return true;
}

/** Whether the offer's words from one position up to another are all erased. */
function offersBlank(index: u32, from: u32, to: u32): bool {
  const erased = info(INFO_ERASED_WORD, 0);
  for (let at = from; at < to; at += 4) if (offeredWord(index, at) != erased) return false;
  return true;
}

/** Tells this offer for this slot from others that a session may have been for: its header and size. */
function offerMark(slot: u32, index: u32): u32 {
  let mark = (info(INFO_OFFER_SIZE, index) << 1) | slot;
  for (let word: u32 = 0; word < HEADER_WORDS; word++) mark = (mark ^ offeredWord(index, word << 2)) * MIX;
  return mark;
}

/** A word of the offer; bytes past its end are as the window pads them (erased). */
function offeredWord(index: u32, position: u32): u32 {
  return u32(receive32(info(INFO_OFFER_OFFSET, index) + position));
}

function readOfferHeader(index: u32): bool {
  for (let word: u32 = 0; word < HEADER_WORDS; word++) {
    const answer = receive32(info(INFO_OFFER_OFFSET, index) + (word << 2));
    if (i32(answer >> 32) != STATUS_OK) return false;
    store<u32>(HEADER + (word << 2), u32(answer));
  }
  return load<u32>(HEADER) == IMAGE_MAGIC;
}
