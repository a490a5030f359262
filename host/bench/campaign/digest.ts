// A digest of all that an exploration says of its states, whatever the order in which they were found. Says nothing of effort.
import { createHash } from "node:crypto";
import type { ShareStates } from "../../campaign/share-result.js";

const KEY_WORDS = 4;

/** SHA-256 in hex over the states' keys, sorted, each with its depth, power-on, faults judged and violations. */
export function digestOf({ keys, depths, powerOn, judged, violations }: ShareStates): string {
  const order = Uint32Array.from(depths.keys()).sort((a, b) => {
    for (let word = 0; word < KEY_WORDS; word++) {
      const [left, right] = [keys[a * KEY_WORDS + word] as number, keys[b * KEY_WORDS + word] as number];
      if (left !== right) return left - right;
    }
    return 0;
  });
  const hash = createHash("sha256");
  const row = new Uint32Array(KEY_WORDS + 4);
  for (const state of order) {
    row.set(keys.subarray(state * KEY_WORDS, (state + 1) * KEY_WORDS));
    row[KEY_WORDS] = depths[state] as number;
    row[KEY_WORDS + 1] = powerOn[state] as number;
    row[KEY_WORDS + 2] = judged[state] as number;
    row[KEY_WORDS + 3] = violations[state] as number;
    hash.update(row);
  }
  return hash.digest("hex");
}
