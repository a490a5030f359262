// Messages over a serial line: puts lines together in the scratch until a whole message stands there, and sends a message as lines. Believes
// nothing of a line that it has not checked, drops silently what is wrong, and decides nothing of what a message says.
//
//   line      2 marker bytes: 06 09 where a message begins, 04 14 where it goes on; base64; 0A. At most 127 bytes
//   stream    what the lines of one message decode to, line by line, one after the other:
//               2 bytes   bytes of what follows: the message's and 2; the higher one first
//               …         the message
//               2 bytes   CRC-16 over the message (polynomial 0x1021, begins with 0, nothing reflected); the higher one first
//
//   scratch word 0        bytes of the stream that have come | what its first two say << 16; 0: nothing has begun
//   scratch words from 1  the message and the CRC, as they came

import { INFO_LINK_FRAME, INFO_SCRATCH_SIZE, STATUS_OK, STATUS_OUT_OF_RANGE } from "../abi";
import {
  info,
  linkRead32,
  linkRelease,
  linkSend,
  linkSize,
  linkWrite32,
  scratchRead,
  scratchWrite,
} from "../hal/hal";

// Answers of serialTake().
/** No line stands, and no message. */
export const SERIAL_NONE: u32 = 0;
/** A line was taken or dropped; no whole message stands. */
export const SERIAL_LINE: u32 = 1;
/** A whole message stands: its length and its CRC are right. */
export const SERIAL_MESSAGE: u32 = 2;

/** Markers, as the first two bytes of a line stand in a word. */
const MARKER_FIRST: u32 = 0x0906;
const MARKER_NEXT: u32 = 0x1404;
const NEWLINE: u32 = 0x0a;
const PAD: u32 = 0x3d; // '='
/** A line's bytes at the most: markers, 31 times 4 letters, the newline. The least has 4 letters. */
const LINE_MAX: u32 = 127;
const LINE_MIN: u32 = 7;
/** Bytes of a line that are no letters. */
const LINE_BESIDE: u32 = 3;
const CRC_SIZE: u32 = 2;
/** Bytes of the stream before the message. */
const LENGTH_SIZE: u32 = 2;
/** So large that the bytes of its stream can still be counted in half a word, however large the scratch is. */
const TOTAL_MAX: u32 = 0xfffd;
const CRC_POLYNOMIAL: u32 = 0x1021;
const NO_LETTER: u32 = 64;

/**
 * Takes the line that stands, if one does, and releases it. The scratch's first `words` words are this room's from then on: a message may
 * have 4 * (words - 1) - 2 bytes. A message stands, and no further line is taken, until serialRelease().
 */
export function serialTake(words: u32): u32 {
  if (serialSize() != 0) return SERIAL_MESSAGE;
  const size = linkSize();
  if (size == 0) return SERIAL_NONE;
  takeLine(size, words);
  linkRelease();
  return serialSize() != 0 ? SERIAL_MESSAGE : SERIAL_LINE;
}

/** Bytes of the message that stands; 0 where none does. */
export function serialSize(): u32 {
  const state = scratchRead(0);
  const total = state >> 16;
  // What is whole was checked before it was counted so.
  return total > CRC_SIZE && (state & 0xffff) == total + LENGTH_SIZE ? total - CRC_SIZE : 0;
}

/** The word at `offset`, a multiple of 4, of the message that stands; what lies beyond it reads as zero. */
export function serialRead32(offset: u32): u32 {
  const size = serialSize();
  if (offset >= size) return 0;
  const word = scratchRead(1 + (offset >> 2));
  const left = size - offset;
  return left >= 4 ? word : word & ((u32(1) << (left << 3)) - 1);
}

/** The message that stands is done with: nothing is left of it, or of what has come of another one. */
export function serialRelease(): void {
  const come = scratchRead(0) & 0xffff;
  for (let at = LENGTH_SIZE; at < come; at += 4) scratchWrite(1 + ((at - LENGTH_SIZE) >> 2), 0);
  scratchWrite(0, 0);
}

/**
 * Sends `sizeBytes` bytes at `address` as lines, each no longer than a frame of the link. Answers a Status: that of the first line that is not
 * sent, or out of range for a message of no bytes or too many, or a link whose frames hold no line.
 */
export function serialSend(address: usize, sizeBytes: u32): i32 {
  const lineMax = min<u32>(info(INFO_LINK_FRAME, 0), LINE_MAX);
  if (sizeBytes == 0 || sizeBytes > TOTAL_MAX - CRC_SIZE || lineMax < LINE_MIN) return STATUS_OUT_OF_RANGE;
  const lettersMax = (lineMax - LINE_BESIDE) & ~3;
  const end = LENGTH_SIZE + sizeBytes + CRC_SIZE;
  let crc: u32 = 0;
  for (let index: u32 = 0; index < sizeBytes; index++)
    crc = crcWith(crc, u32(load<u8>(address + usize(index))));
  let at: u32 = 0;
  while (at < end) {
    // A word has two bytes of what stood before, then the first two of four letters.
    let before = at == 0 ? MARKER_FIRST : MARKER_NEXT;
    let letters: u32 = 0;
    while (letters < lettersMax && at < end) {
      let three: u32 = 0;
      for (let next = at; next < at + 3; next++)
        three = (three << 8) | (next < end ? streamByte(address, sizeBytes, crc, next) : 0);
      const four = lettersOf(three, min<u32>(end - at, 3));
      linkWrite32(letters, before | (four << 16));
      before = four >> 16;
      letters += 4;
      at += 3;
    }
    linkWrite32(letters, before | (NEWLINE << 16));
    const status = linkSend(letters + LINE_BESIDE);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

/** A line of a message begins it, goes on with it, or ends it if it is wrong; a line without a marker is somebody else's. */
function takeLine(sizeBytes: u32, words: u32): void {
  const head = linkRead32(0);
  const marker = head & 0xffff;
  if (marker != MARKER_FIRST && marker != MARKER_NEXT) return;
  if (marker == MARKER_FIRST) serialRelease();
  else if (scratchRead(0) == 0) return;
  if (!isLine(sizeBytes) || !takeLetters(head, sizeBytes, words)) serialRelease();
}

/** Whether it is as long as a line can be, and ends as one. */
function isLine(sizeBytes: u32): bool {
  if (sizeBytes < LINE_MIN || sizeBytes > LINE_MAX || (sizeBytes & 3) != LINE_BESIDE) return false;
  return ((linkRead32(sizeBytes - LINE_BESIDE) >> 16) & 0xff) == NEWLINE;
}

/** Lays what a line's letters stand for behind what has come before; answers whether it can all be right, and is, where it is whole. */
function takeLetters(head: u32, sizeBytes: u32, words: u32): bool {
  let come = scratchRead(0) & 0xffff;
  let total = scratchRead(0) >> 16;
  let before = head >> 16;
  let isGood = come == 0 || hasRoom(total, words);
  for (let at: u32 = 4; isGood && at < sizeBytes; at += 4) {
    const word = linkRead32(at);
    const bytes = bytesOf(before | (word << 16), at + LINE_BESIDE == sizeBytes);
    before = word >> 16;
    const count = bytes >> 24;
    isGood = count != 0;
    for (let index: u32 = 0; isGood && index < count; index++) {
      const byte = (bytes >> (16 - (index << 3))) & 0xff;
      if (come < LENGTH_SIZE) {
        total = (total << 8) | byte;
        isGood = come == 0 || hasRoom(total, words);
      } else if (come < total + LENGTH_SIZE) putByte(come - LENGTH_SIZE, byte);
      else isGood = false;
      if (isGood) come++;
    }
  }
  // A length of which one byte has come is none.
  if (come < LENGTH_SIZE) return false;
  scratchWrite(0, come | (total << 16));
  return isGood && (come < total + LENGTH_SIZE || isSound(total));
}

/** Whether a message with so many bytes, CRC and all, is one at all, and has room behind the first of the scratch's words. */
function hasRoom(total: u32, words: u32): bool {
  if (total <= CRC_SIZE || total > TOTAL_MAX) return false;
  return 1 + ((total + 3) >> 2) <= min<u32>(words, info(INFO_SCRATCH_SIZE, 0) >> 2);
}

/** Puts byte `index` of message and CRC into the scratch: the first of a word makes all of it new. */
function putByte(index: u32, byte: u32): void {
  const place = 1 + (index >> 2);
  const shift = (index & 3) << 3;
  scratchWrite(place, shift == 0 ? byte : scratchRead(place) | (byte << shift));
}

/** Whether message and CRC, `total` bytes in the scratch, belong together: over both of them the CRC is 0. */
function isSound(total: u32): bool {
  let crc: u32 = 0;
  let word: u32 = 0;
  for (let index: u32 = 0; index < total; index++) {
    if ((index & 3) == 0) word = scratchRead(1 + (index >> 2));
    crc = crcWith(crc, (word >> ((index & 3) << 3)) & 0xff);
  }
  return crc == 0;
}

function crcWith(before: u32, byte: u32): u32 {
  let crc = before ^ (byte << 8);
  for (let bit = 0; bit < 8; bit++) {
    const carries = (crc & 0x8000) != 0;
    crc = (crc << 1) & 0xffff;
    if (carries) crc ^= CRC_POLYNOMIAL;
  }
  return crc;
}

/** Byte `at` of the stream of a message. */
function streamByte(address: usize, sizeBytes: u32, crc: u32, at: u32): u32 {
  const total = sizeBytes + CRC_SIZE;
  if (at < LENGTH_SIZE) return at == 0 ? total >> 8 : total & 0xff;
  if (at < LENGTH_SIZE + sizeBytes) return u32(load<u8>(address + usize(at - LENGTH_SIZE)));
  return at == LENGTH_SIZE + sizeBytes ? crc >> 8 : crc & 0xff;
}

// --- base64 (RFC 4648 4), four letters in a word, the first one lowest --------------------------------------

/** What four letters stand for: count << 24 | bytes, the first one highest; 0 where they stand for nothing. Only the last ones may be padded. */
function bytesOf(four: u32, isLast: bool): u32 {
  const third = (four >> 16) & 0xff;
  const fourth = four >> 24;
  const count: u32 = !isLast || fourth != PAD ? 3 : third != PAD ? 2 : 1;
  const a = sextetOf(four & 0xff);
  const b = sextetOf((four >> 8) & 0xff);
  const c = count > 1 ? sextetOf(third) : 0;
  const d = count > 2 ? sextetOf(fourth) : 0;
  if (max<u32>(max<u32>(a, b), max<u32>(c, d)) >= NO_LETTER) return 0;
  const bits = (a << 18) | (b << 12) | (c << 6) | d;
  // Bits behind the last byte are zero, or whoever sent this did not encode it.
  const isWhole = (bits & ((u32(1) << ((3 - count) << 3)) - 1)) == 0;
  return isWhole ? (count << 24) | bits : 0;
}

function sextetOf(letter: u32): u32 {
  if (letter - 0x41 < 26) return letter - 0x41; // A to Z; what is below is a large number
  if (letter - 0x61 < 26) return letter - 0x61 + 26; // a to z
  if (letter - 0x30 < 10) return letter - 0x30 + 52; // 0 to 9
  if (letter == 0x2b) return 62; // +
  return letter == 0x2f ? 63 : NO_LETTER; // /
}

/** The letters of three bytes, of which the first `count` are there. */
function lettersOf(three: u32, count: u32): u32 {
  const third = count > 1 ? letterOf((three >> 6) & 63) : PAD;
  const fourth = count > 2 ? letterOf(three & 63) : PAD;
  return letterOf(three >> 18) | (letterOf((three >> 12) & 63) << 8) | (third << 16) | (fourth << 24);
}

function letterOf(sextet: u32): u32 {
  if (sextet < 26) return 0x41 + sextet;
  if (sextet < 52) return 0x61 + sextet - 26;
  if (sextet < 62) return 0x30 + sextet - 52;
  return sextet == 62 ? 0x2b : 0x2f;
}
