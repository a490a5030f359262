// Which states never come to rest when nothing more goes wrong, or take longer than they may: worked out backwards from those that
// rest. What is left over leads into a circle.
import { NOWHERE } from "./numbers.js";
import { type Since, type State, isTooLong } from "./state.js";

/** The depths of the states from which `converges` is violated. */
export function leastToConverge(states: readonly State[], limits: Since): number[] {
  const longest = longestWays(states);
  return states
    .filter((state) => {
      const way = longest.get(state);
      return way === undefined || isTooLong(way, limits);
    })
    .map(({ depth }) => depth);
}

function longestWays(states: readonly State[]): Map<State, Since> {
  const longest = new Map<State, Since>();
  const before = new Map<State, State[]>();
  const left = new Map<State, number>();
  for (const state of states) {
    const next = new Set(state.next.map((one) => one.state));
    left.set(state, next.size);
    for (const after of next) {
      const known = before.get(after);
      if (known === undefined) before.set(after, [state]);
      else known.push(state);
    }
  }
  const open = states.filter((state) => left.get(state) === 0);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    longest.set(state, longestFrom(state, longest));
    for (const from of before.get(state) ?? []) {
      left.set(from, left.get(from)! - 1);
      if (left.get(from) === 0) open.push(from);
    }
  }
  return longest;
}

function longestFrom({ where, next }: State, longest: ReadonlyMap<State, Since>): Since {
  let [powerUps, steps] = [0, 0];
  for (const { state, quiet } of next) {
    const way = longest.get(state)!;
    powerUps = Math.max(powerUps, way.powerUps);
    if (quiet) steps = Math.max(steps, way.steps + 1);
  }
  return { powerUps: powerUps + (where.booted === NOWHERE ? 1 : 0), steps };
}
