// What a link carries: a whole request or reply, as words, or one line of a serial link, byte by byte. Plain data; knows what can be wrong with it
// when it arrives, not when.
import type { Frame } from "./frame.js";

/** A line of a serial link. */
export interface Line {
  /** A letter for each byte, whose code is the byte. */
  readonly bytes: string;
  /** A word of the challenge that its message answers, which the letters do not show; 0 for none. */
  readonly challenge: number;
}

/** What comes over the link, or is sent over it, as a whole. */
export type Packet = Frame | Line;

/** Words of a packet whose every bit may flip; of each of the others one does. */
const HEADER_WORDS = 2;
const WORD_BITS = 32;

/** Its bytes. */
export function sizeOf(packet: Packet): number {
  return isLine(packet) ? packet.bytes.length : packet.length * 4;
}

/** Its word at an offset, a multiple of 4; what lies beyond it is zero. */
export function wordAt(packet: Packet, offset: number): number {
  if (!isLine(packet)) return packet[offset / 4] ?? 0;
  if (offset % 4 !== 0) return 0;
  let word = 0;
  for (let at = 3; at >= 0; at--) word = word * 256 + (packet.bytes.codePointAt(offset + at) ?? 0);
  return word;
}

/** Words that somebody may look for in it. */
export function wordsIn(packet: Packet): readonly number[] {
  return isLine(packet) ? [packet.challenge] : packet;
}

/** Bits of it that may arrive wrong. */
export function fragileBits(packet: Packet): number[] {
  const bits = sizeOf(packet) * 8;
  const found: number[] = [];
  for (let first = 0; first < bits; first += WORD_BITS) {
    const index = first / WORD_BITS;
    const count = Math.min(WORD_BITS, bits - first);
    if (index >= HEADER_WORDS) found.push(first + (index % count));
    else for (let bit = 0; bit < count; bit++) found.push(first + bit);
  }
  return found;
}

/** The packet with a bit of it wrong. */
export function flipped(packet: Packet, bit: number): Packet {
  if (!isLine(packet)) {
    const index = Math.floor(bit / WORD_BITS);
    return packet.map((word, at) => (at === index ? (word ^ (1 << (bit % WORD_BITS))) >>> 0 : word));
  }
  const at = Math.floor(bit / 8);
  const byte = (packet.bytes.codePointAt(at) ?? 0) ^ (1 << (bit % 8));
  return {
    ...packet,
    bytes: packet.bytes.slice(0, at) + String.fromCodePoint(byte) + packet.bytes.slice(at + 1),
  };
}

/** What may be left of it: all but its last word, or its first. Of a line all but its end, or all but the four letters before that. */
export function shortened(packet: Packet): readonly Packet[] {
  if (!isLine(packet)) {
    const lengths = [packet.length - 1, 1].filter((length) => length > 0);
    return lengths.map((length) => packet.slice(0, length));
  }
  const { bytes } = packet;
  const left = [bytes.slice(0, -1), bytes.slice(0, -5) + bytes.slice(-1)];
  return left.map((some) => ({ ...packet, bytes: some }));
}

function isLine(packet: Packet): packet is Line {
  return "bytes" in packet;
}
