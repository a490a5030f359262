// The digest of an exploration's states: what changes it and what does not.
import { expect, it } from "vitest";
import { digestOf } from "../../../../host/bench/campaign/digest.js";
import type { ShareStates } from "../../../../host/campaign/share-result.js";

/** States of these keys in this order, each with figures of its own. */
function states(
  keys: readonly number[],
  change: Partial<Record<keyof ShareStates, number>> = {},
): ShareStates {
  const column = (name: keyof ShareStates, factor: number) =>
    keys.map((key) => key * factor + (key === 5 ? (change[name] ?? 0) : 0));
  return {
    // Keys that differ in their last word only.
    keys: Uint32Array.from(keys.flatMap((key) => [1, 2, 3, key + (key === 5 ? (change.keys ?? 0) : 0)])),
    depths: Uint32Array.from(column("depths", 1)),
    powerOn: Uint8Array.from(column("powerOn", 1)),
    judged: Uint32Array.from(column("judged", 10)),
    lost: new Uint32Array(0),
    violations: Uint32Array.from(column("violations", 100)),
  };
}

it("is the same whatever the order of the states", () => {
  const digest = digestOf(states([3, 5, 4]));
  expect(digestOf(states([5, 4, 3]))).toBe(digest);
  expect(digestOf(states([3, 4]))).not.toBe(digest);
});

it.each(["keys", "depths", "powerOn", "judged", "violations"] as const)(
  "is another for other %s",
  (column) => {
    expect(digestOf(states([3, 5, 4], { [column]: 1 }))).not.toBe(digestOf(states([3, 5, 4])));
  },
);
