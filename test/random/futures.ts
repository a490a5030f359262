// What follows from each power-on state of a naive exploration when nothing more goes wrong, worked out by the book: all that
// can be reached, and the longest way. Shares nothing with host/campaign/explore/liveness.ts.
import { oracleBit } from "../../host/campaign/plan/oracles.js";
import type { NaiveResult, NaiveState } from "../support/naive.js";

const CONVERGES = oracleBit("converges");

/**
 * By key of a state: oracles violated from there on, as a mask; `converges` where a circle can be reached, or where it takes
 * more than `allowed` power-ups to rest.
 */
export function futuresOf({ states }: NaiveResult, allowed: number): Map<string, number> {
  const longest = longestWays(states);
  const futures = new Map<string, number>();
  for (const key of states.keys()) {
    let mask = 0;
    for (const reached of reachableFrom(states, key)) {
      mask |= states.get(reached)!.violations;
      if ((longest.get(reached) ?? Infinity) > allowed) mask |= CONVERGES;
    }
    futures.set(key, mask);
  }
  return futures;
}

function reachableFrom(states: ReadonlyMap<string, NaiveState>, from: string): Set<string> {
  const reached = new Set([from]);
  for (const key of reached) for (const next of states.get(key)!.next) reached.add(next);
  return reached;
}

/** The most power-ups that it takes to rest, of the states from which that is certain: no circle can be reached. */
function longestWays(states: ReadonlyMap<string, NaiveState>): Map<string, number> {
  const longest = new Map<string, number>();
  const before = new Map<string, string[]>();
  const left = new Map<string, number>();
  for (const [key, { next }] of states) {
    left.set(key, next.size);
    for (const after of next) before.set(after, [...(before.get(after) ?? []), key]);
  }
  const open = [...states.keys()].filter((key) => left.get(key) === 0);
  for (const key of open) longest.set(key, 1);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const from of before.get(key) ?? []) {
      longest.set(from, Math.max(longest.get(from) ?? 0, longest.get(key)! + 1));
      left.set(from, left.get(from)! - 1);
      if (left.get(from) === 0) open.push(from);
    }
  }
  for (const [key, count] of left) if (count > 0) longest.delete(key);
  return longest;
}
