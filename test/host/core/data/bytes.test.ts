// Bytes put together are those of all parts, in their order.
import { expect, test } from "vitest";
import { concatenate } from "../../../../host/core/data/bytes.js";

test("parts come one after the other, empty ones too, and none is nothing", () => {
  const whole = Uint8Array.of(9, 1, 2, 3, 9);
  const parts = [whole.subarray(1, 3), new Uint8Array(0), whole.subarray(3, 4)];
  expect(concatenate(parts)).toEqual(Uint8Array.of(1, 2, 3));
  expect(concatenate([])).toEqual(new Uint8Array(0));
});

test("the result is a copy: a part that changes later does not change it", () => {
  const part = Uint8Array.of(1);
  const all = concatenate([part]);
  part[0] = 2;
  expect(all).toEqual(Uint8Array.of(1));
});
