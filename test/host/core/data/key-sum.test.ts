// The sum of keys against the same in big integers, over more keys than a lane adds up before it is carried over.
import { expect, it } from "vitest";
import { KeySum } from "../../../../host/core/data/key-sum.js";
import { Random } from "../../../../host/core/data/random.js";

it("adds up the halves of keys, each modulo 2^64, over many keys", () => {
  const random = new Random(1, 2, 3);
  const keys = new Uint32Array(4 * 64);
  for (let at = 0; at < keys.length; at++) keys[at] = 0xffffffff - random.below(1 << 16);
  const sum = new KeySum();
  const halves = [0n, 0n];
  const ROUNDS = 20_000;
  for (let round = 0; round < ROUNDS; round++) for (let at = 0; at < keys.length; at += 4) sum.add(keys, at);
  for (let at = 0; at < keys.length; at += 2) {
    const value = BigInt(keys[at] as number) + (BigInt(keys[at + 1] as number) << 32n);
    const half = (at >> 1) % 2;
    halves[half] = BigInt.asUintN(64, (halves[half] as bigint) + value * BigInt(ROUNDS));
  }
  const [low = 0n, high = 0n] = halves;
  expect(sum.hex).toBe(high.toString(16).padStart(16, "0") + low.toString(16).padStart(16, "0"));
  expect(sum.hex).toHaveLength(32);
});

it("is all zero over no key", () => {
  expect(new KeySum().hex).toBe("0".repeat(32));
});
