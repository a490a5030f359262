// Packets of the small protocol: what stands where, and the tag that no flip of a bit leaves right.
import { expect, it } from "vitest";
import {
  FRAME_BYTES,
  FRAME_WORDS,
  REQUEST_CHALLENGE,
  REQUEST_DO,
  requestFrame,
  tagOf,
} from "../../../host/link/frame.js";

it("a request says kind and sequence number, its number, two words and a tag", () => {
  const frame = requestFrame(REQUEST_DO, 3, 7, [0x11, 0x22]);
  expect(frame.slice(0, 5)).toEqual([0x301, 7, 0, 0x11, 0x22]);
  expect(frame).toHaveLength(FRAME_WORDS);
  expect(frame[5]).toBe(tagOf(frame));
  expect(FRAME_BYTES).toBe(24);
  expect(requestFrame(REQUEST_CHALLENGE, 0, 1).slice(0, 5)).toEqual([2, 1, 0, 0, 0]);
});

it("a tag holds for no frame in which one bit is another", () => {
  const frame = requestFrame(REQUEST_DO, 1, 1, [0xdeadbeef, 5]);
  for (let word = 0; word < FRAME_WORDS; word++)
    for (let bit = 0; bit < 32; bit++) {
      const flipped = frame.map((one, at) => (at === word ? (one ^ (1 << bit)) >>> 0 : one));
      expect(tagOf(flipped)).not.toBe(flipped[5]);
    }
});

it("a tag is a word without a sign", () => {
  expect(tagOf([0, 0, 0, 0, 0])).toBeGreaterThanOrEqual(0);
  expect(Number.isInteger(tagOf([1, 2, 3, 4, 5]))).toBe(true);
});
