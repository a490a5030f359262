// Messages over a serial line: a message as lines, and lines put together to a message again. Bytes are letters of a string, whose codes they are, so
// that what has come is plain data. Pure; uses nothing but the language, as it runs in a browser too.
//
// A line: two bytes (06 09 where a message begins, 04 14 where it goes on), base64, 0A. What the lines of a message decode to: its length and
// two, as two bytes; the message; its CRC-16, as two bytes.

/** Bytes of a line, its end included: the fewest that make sense here, and the most. */
export const LINE_MIN = 12;
export const LINE_MAX = 127;

const FIRST = "\u0006\u0009";
const NEXT = "\u0004\u0014";
const END = "\n";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;
const LENGTH_BYTES = 2;
const CRC_BYTES = 2;
/** A message may have as many bytes as its length can say, less the CRC's. */
const MESSAGE_MAX = 0xffff - CRC_BYTES;

/** What has come of a message so far, and the message, where the line was its last one. */
export interface Taken {
  /** Letters of the bytes that its lines have brought; "" where nothing is begun. */
  readonly begun: string;
  readonly message: string | null;
}

const NOTHING: Taken = { begun: "", message: null };

/** Lines that a message of so many bytes takes. */
export function lineCount(messageBytes: number, lineMax: number): number {
  return Math.ceil((LENGTH_BYTES + messageBytes + CRC_BYTES) / bytesOfLine(lineMax));
}

/** A message as lines of at most `lineMax` bytes. */
export function linesOf(message: string, lineMax: number): string[] {
  const stream = pairOf(message.length + CRC_BYTES) + message + pairOf(crcOf(message));
  const step = bytesOfLine(lineMax);
  const lines: string[] = [];
  for (let at = 0; at < stream.length; at += step)
    lines.push((at === 0 ? FIRST : NEXT) + encoded(stream.slice(at, at + step)) + END);
  return lines;
}

/**
 * A line has come. One without a marker is somebody else's, and one that goes on with nothing is dropped; any other that is wrong ends what has
 * begun.
 * @param most bytes of the longest message that is taken
 */
export function taken(begun: string, line: string, most = MESSAGE_MAX): Taken {
  const marker = line.slice(0, FIRST.length);
  if (marker !== FIRST && marker !== NEXT) return { begun, message: null };
  if (marker === NEXT && begun === "") return NOTHING;
  const text = line.slice(FIRST.length, -END.length);
  if (line.length > LINE_MAX || !line.endsWith(END) || !BASE64.test(text)) return NOTHING;
  const bytes = decoded(text);
  if (bytes === null) return NOTHING;
  const come = (marker === FIRST ? "" : begun) + bytes;
  if (come.length < LENGTH_BYTES) return NOTHING;
  const total = codeAt(come, 0) * 256 + codeAt(come, 1);
  if (total <= CRC_BYTES || total > most + CRC_BYTES || come.length > LENGTH_BYTES + total) return NOTHING;
  if (come.length < LENGTH_BYTES + total) return { begun: come, message: null };
  const message = come.slice(LENGTH_BYTES, -CRC_BYTES);
  return come.slice(-CRC_BYTES) === pairOf(crcOf(message)) ? { begun: "", message } : NOTHING;
}

/** Words as a message, the lowest byte of each first; its last ones may be left out. */
export function bytesOfWords(words: readonly number[], sizeBytes = words.length * 4): string {
  const bytes = words.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24]);
  return String.fromCodePoint(...bytes.slice(0, sizeBytes).map((byte) => byte & 0xff));
}

/** A message as words, the last one filled with zeros. */
export function wordsOfBytes(message: string): number[] {
  const words: number[] = [];
  for (let at = 0; at < message.length; at += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((byte) => codeAt(message, at + byte)) as [
      number,
      number,
      number,
      number,
    ];
    words.push((a | (b << 8) | (c << 16) | (d << 24)) >>> 0);
  }
  return words;
}

/** CRC-16 with polynomial 0x1021, from 0, nothing reflected. */
function crcOf(message: string): number {
  let crc = 0;
  for (let at = 0; at < message.length; at++) {
    crc ^= codeAt(message, at) << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** Bytes of a message's stream that a line holds. */
function bytesOfLine(lineMax: number): number {
  return Math.floor((Math.min(lineMax, LINE_MAX) - FIRST.length - END.length) / 4) * 3;
}

/** A number as two bytes, the higher one first. */
function pairOf(value: number): string {
  return String.fromCodePoint(value >>> 8, value & 0xff);
}

function codeAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

function encoded(bytes: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (codeAt(bytes, at) << 16) | (codeAt(bytes, at + 1) << 8) | codeAt(bytes, at + 2);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >>> shift) & 63)).join("");
    const count = Math.min(3, bytes.length - at) + 1;
    text += letters.slice(0, count).padEnd(4, "=");
  }
  return text;
}

/** The bytes of base64 that is well formed; null where nobody encoded it, as bits behind its last byte are not zero. */
function decoded(text: string): string | null {
  const letters = text.replace(/=+$/, "");
  let bytes = "";
  let bits = 0;
  let count = 0;
  for (const letter of letters) {
    bits = (bits << 6) | ALPHABET.indexOf(letter);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCodePoint(bits >>> count);
    bits &= (1 << count) - 1;
  }
  return bits === 0 ? bytes : null;
}
