// Packets of the small protocol that the package's link guests and its client speak: one request or one reply each, in words. Plain data.
//
//   word 0   kind | sequence << 8
//   word 1   of a request: its number, from 1; of a reply: the number of the request that it answers
//   word 2   of a reply: how it went (REPLY_)
//   words 3 and 4   a challenge, or a session key
//   word 5   of a request: a tag over all before it, which nobody but the client can make

/** The request asks for something to be done. */
export const REQUEST_DO = 1;
/** It asks for a challenge. */
export const REQUEST_CHALLENGE = 2;
/** It brings a session key. */
export const REQUEST_KEY = 3;
export const FRAME_WORDS = 6;
export const FRAME_BYTES = FRAME_WORDS * 4;

/** It was done. */
export const REPLY_DONE = 0;
/** It was begun before, and nobody knows whether it was done. */
export const REPLY_TAKEN = 1;
/** It is not done. */
export const REPLY_REFUSED = 2;

/** A packet as words. */
export type Frame = readonly number[];

/** A request with its tag. */
export function requestFrame(
  kind: number,
  sequence: number,
  number: number,
  words: readonly [number, number] = [0, 0],
): Frame {
  const frame = [(kind | (sequence << 8)) >>> 0, number, 0, ...words];
  return [...frame, tagOf(frame)];
}

/** The tag of a request: stands for a signature, as nobody here computes one. */
export function tagOf(words: readonly number[]): number {
  let tag = 0x2545f491;
  for (const word of words.slice(0, FRAME_WORDS - 1)) {
    tag = Math.imul(tag ^ word, 0x9e3779b1);
    tag ^= tag >>> 15;
  }
  return tag >>> 0;
}
