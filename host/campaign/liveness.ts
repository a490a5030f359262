// What becomes of every state when it is left in peace: which oracles are violated from there on, how long it takes to rest, and
// whether it rests at all. A circle of states is endless; so is, to us, a way that passes a bound (giving-up.ts). Explores
// nothing.
import type { Since } from "./giving-up.js";
import { oracleBit } from "./oracles.js";
import { REST, type StateStore } from "./state-store.js";

const CONVERGES = oracleBit("converges");

/** The bounds by name, in the order in which they are looked at. */
const BOUNDS = ["powerUps", "steps", "calls"] as const;
type Bound = (typeof BOUNDS)[number];

/** The futures of all states of a store. */
export class Futures {
  readonly #states: StateStore;
  readonly #limits: Since;
  readonly #violations: Uint32Array;
  /** The longest way from each state on, by what is counted. */
  readonly #longest: Readonly<Record<Bound, Uint32Array>>;
  /** States to which a circle comes back. */
  readonly circles: number[] = [];

  /** @param limits within which every state must rest */
  constructor(states: StateStore, limits: Since) {
    const { size } = states;
    this.#states = states;
    this.#limits = limits;
    this.#violations = new Uint32Array(size);
    this.#longest = {
      powerUps: new Uint32Array(size),
      steps: new Uint32Array(size),
      calls: new Uint32Array(size),
    };
    const isOpen = new Uint8Array(size);
    const isDone = new Uint8Array(size);
    const isEntry = new Uint8Array(size);
    const stack: number[] = [];
    const nexts: number[] = [];
    for (let root = 0; root < size; root++) {
      if (isDone[root] === 1) continue;
      stack.push(root);
      nexts.push(0);
      isOpen[root] = 1;
      while (stack.length > 0) {
        const state = stack[stack.length - 1] as number;
        const index = nexts[nexts.length - 1] as number;
        if (index === states.followerCount(state)) {
          this.#close(state);
          isOpen[state] = 0;
          isDone[state] = 1;
          stack.pop();
          nexts.pop();
          continue;
        }
        nexts[nexts.length - 1] = index + 1;
        const follower = states.follower(state, index);
        if (follower === REST || isDone[follower] === 1) continue;
        if (isOpen[follower] === 1) {
          if (isEntry[follower] === 0) this.circles.push(follower);
          isEntry[follower] = 1;
          this.#violations[state] = (this.#violations[state] as number) | CONVERGES;
          continue;
        }
        isOpen[follower] = 1;
        stack.push(follower);
        nexts.push(0);
      }
    }
  }

  /** Oracles violated from this state on, with no further fault, whatever weak reads see; a mask. */
  violations(state: number): number {
    return this.#violations[state] as number;
  }

  /** The most power-ups that it takes from this state to rest, its own included where it begins one. */
  powerUps(state: number): number {
    return this.#longest.powerUps[state] as number;
  }

  /** Whether the longest way from a state on passes a bound. */
  isTooLong(state: number): boolean {
    return this.#boundPassed(state) !== undefined;
  }

  /** States, from `state` on, along a way that passes a bound; those of a circle back to `state` where it is on one. */
  worstWay(state: number): readonly number[] {
    const bound = this.#boundPassed(state);
    return bound === undefined ? this.#wayBackTo(state) : this.#longestWay(state, bound);
  }

  /** How the scenario ends from each state on, where nothing more goes wrong: endingOf of the state that rests. */
  endings(states: StateStore): Int32Array {
    const found = new Int32Array(states.size).fill(-1);
    const way: number[] = [];
    for (let root = 0; root < states.size; root++) {
      let at = root;
      while (found[at] === -1) {
        found[at] = states.endingOf(at); // 0, no ending: stays so where the way comes back here
        if (found[at] !== 0 || states.followerCount(at) === 0 || states.follower(at, 0) === REST) break;
        way.push(at);
        at = states.follower(at, 0);
      }
      const ending = found[at] as number;
      for (let state = way.pop(); state !== undefined; state = way.pop()) found[state] = ending;
    }
    return found;
  }

  #boundPassed(state: number): Bound | undefined {
    return BOUNDS.find((bound) => (this.#longest[bound][state] as number) > this.#limits[bound]);
  }

  #longestWay(state: number, bound: Bound): number[] {
    const longest = this.#longest[bound];
    const way = [state];
    for (let at = state; way.length <= this.#limits.calls + 1;) {
      let next = REST;
      for (const follower of this.#followers(at)) {
        if (bound === "steps" && !this.#isQuiet(at, follower.index)) continue;
        if (next === REST || (longest[follower.state] as number) > (longest[next] as number))
          next = follower.state;
      }
      if (next === REST) break;
      way.push(next);
      at = next;
    }
    return way;
  }

  /** The shortest circle from a state back to it, itself first and last. */
  #wayBackTo(state: number): number[] {
    const from = new Map<number, number>();
    const open = [state];
    for (const at of open) {
      for (const { state: follower } of this.#followers(at)) {
        if (follower === state) {
          const way = [state];
          for (let back = at; back !== state; back = from.get(back) as number) way.push(back);
          return [...way, state].reverse();
        }
        if (from.has(follower)) continue;
        from.set(follower, at);
        open.push(follower);
      }
    }
    return [state];
  }

  *#followers(state: number): Generator<{ readonly state: number; readonly index: number }> {
    for (let index = 0; index < this.#states.followerCount(state); index++) {
      const follower = this.#states.follower(state, index);
      if (follower !== REST) yield { state: follower, index };
    }
  }

  /** Whether follower `index` comes of a step that changed no flash, and asked for more. */
  #isQuiet(state: number, index: number): boolean {
    const states = this.#states;
    return (
      !states.isPowerOn(state) &&
      !states.isPowerOn(states.follower(state, index)) &&
      !states.followerWrites(state, index)
    );
  }

  #close(state: number): void {
    const states = this.#states;
    const { powerUps, steps, calls } = this.#longest;
    let violations = (this.#violations[state] as number) | states.violationsAt(state);
    let [mostPowerUps, mostSteps, mostCalls] = [0, 0, 0];
    for (let index = 0; index < states.followerCount(state); index++) {
      const follower = states.follower(state, index);
      if (follower === REST) continue;
      violations |= this.#violations[follower] as number;
      mostPowerUps = Math.max(mostPowerUps, powerUps[follower] as number);
      mostCalls = Math.max(mostCalls, (calls[follower] as number) + 1);
      if (this.#isQuiet(state, index)) mostSteps = Math.max(mostSteps, (steps[follower] as number) + 1);
    }
    powerUps[state] = mostPowerUps + (states.isPowerOn(state) ? 1 : 0);
    steps[state] = mostSteps;
    calls[state] = mostCalls;
    if (this.#boundPassed(state) !== undefined) violations |= CONVERGES;
    this.#violations[state] = violations;
  }
}
