// What becomes of every state when it is left in peace: which oracles are violated from there on, how long it takes to rest, and
// whether it rests at all. A circle of states is endless; so is, to us, a way that passes a bound (giving-up.ts). Explores
// nothing.
import type { Since } from "../play/giving-up.js";
import { oracleBit } from "../plan/oracles.js";
import { Graph } from "./graph.js";
import { REST } from "./states/edge.js";
import { type StateStore } from "./states/state-store.js";

const CONVERGES = oracleBit("converges");

/** Another turn over all states is made while the last has closed one in so many; what is left then is walked. */
const TURN_PAYS = 64;

/** The bounds by name. */
type Bound = keyof Since;

/** The futures of all states of a store. */
export class Futures {
  readonly #states: StateStore;
  readonly #graph: Graph;
  readonly #limits: Since;
  readonly #violations: Uint32Array;
  /** The longest way from each state on, by what is counted. */
  readonly #longest: Readonly<Record<Bound, Uint32Array>>;
  /** States to which a circle comes back. */
  readonly circles: number[] = [];

  /** @param limits within which every state must rest */
  constructor(states: StateStore, limits: Since) {
    const size = states.table.end;
    this.#states = states;
    this.#limits = limits;
    this.#violations = new Uint32Array(size);
    const graph = (this.#graph = new Graph(states, this.#violations));
    this.#longest = {
      powerUps: new Uint32Array(size),
      steps: new Uint32Array(size),
      calls: new Uint32Array(size),
    };
    const isDone = new Uint8Array(size);
    this.#closeAll(isDone);
    if (!isDone.includes(0)) return;
    // Depth first, by Tarjan: states that lead to each other close together, when the first of them that was met does.
    const met = new Uint32Array(size); // from 1; 0: not yet
    const lowest = new Uint32Array(size);
    const isOpen = new Uint8Array(size); // on the way to where it looks
    const isEntry = new Uint8Array(size);
    const stack: number[] = [];
    const nexts: number[] = [];
    const group: number[] = [];
    let count = 0;
    const open = (state: number) => {
      lowest[state] = met[state] = ++count;
      isOpen[state] = 1;
      stack.push(state);
      nexts.push(0);
      group.push(state);
    };
    for (let root = 0; root < size; root++) {
      if (isDone[root] === 1) continue;
      open(root);
      while (stack.length > 0) {
        const state = stack[stack.length - 1] as number;
        const index = nexts[nexts.length - 1] as number;
        if (index === graph.followerCount(state)) {
          isOpen[state] = 0;
          stack.pop();
          nexts.pop();
          const above = stack[stack.length - 1];
          if (above !== undefined) lowest[above] = Math.min(lowest[above] as number, lowest[state] as number);
          this.#close(state);
          if (lowest[state] === met[state]) this.#closeGroup(group, state, isDone);
          continue;
        }
        nexts[nexts.length - 1] = index + 1;
        const follower = graph.follower(state, index);
        if (follower === REST || isDone[follower] === 1) continue;
        if (met[follower] === 0) {
          open(follower);
          continue;
        }
        lowest[state] = Math.min(lowest[state] as number, met[follower] as number);
        if (isOpen[follower] === 1 && isEntry[follower] === 0) this.circles.push(follower);
        if (isOpen[follower] === 1) isEntry[follower] = 1;
        // It is on the way here, or leads to what is.
        this.#violations[state] = (this.#violations[state] as number) | CONVERGES;
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

  /** The most power-ups that it takes from where a fault has led to rest, on the ways that come to rest; 0 where there are none. */
  powerUpsAfterFaults(): number {
    const states = this.#states;
    let most = 0;
    for (let state = 0; state < states.table.end; state++)
      if (states.isAfterFault(state) && (this.violations(state) & CONVERGES) === 0)
        most = Math.max(most, this.powerUps(state));
    return most;
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
    const found = new Int32Array(states.table.end).fill(-1);
    const graph = this.#graph;
    const way: number[] = [];
    for (let root = 0; root < states.table.end; root++) {
      let at = root;
      while (found[at] === -1) {
        found[at] = states.endingOf(at); // 0, no ending: stays so where the way comes back here
        if (found[at] !== 0 || graph.followerCount(at) === 0 || graph.follower(at, 0) === REST) break;
        way.push(at);
        at = graph.follower(at, 0);
      }
      const ending = found[at] as number;
      for (let state = way.pop(); state !== undefined; state = way.pop()) found[state] = ending;
    }
    return found;
  }

  #boundPassed(state: number): Bound | undefined {
    const { powerUps, steps, calls } = this.#longest;
    const limits = this.#limits;
    if ((powerUps[state] as number) > limits.powerUps) return "powerUps";
    if ((steps[state] as number) > limits.steps) return "steps";
    return (calls[state] as number) > limits.calls ? "calls" : undefined;
  }

  /** Always to the follower from which it is longest: until it rests, or comes back to a state of the way. */
  #longestWay(state: number, bound: Bound): number[] {
    const longest = this.#longest[bound];
    const way = [state];
    const seen = new Set(way);
    for (let at = state; ;) {
      let next = REST;
      for (const follower of this.#followers(at)) {
        if (bound === "steps" && !this.#isQuiet(at, follower.index)) continue;
        if (next === REST || (longest[follower.state] as number) > (longest[next] as number))
          next = follower.state;
      }
      if (next === REST) return way;
      way.push(next);
      if (seen.has(next)) return way;
      seen.add(next);
      at = next;
    }
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
    for (let index = 0; index < this.#graph.followerCount(state); index++) {
      const follower = this.#graph.follower(state, index);
      if (follower !== REST) yield { state: follower, index };
    }
  }

  /** Whether follower `index` comes of a step that changed no flash, and asked for more. */
  #isQuiet(state: number, index: number): boolean {
    const graph = this.#graph;
    return (
      !graph.isPowerOn(state) &&
      !graph.isPowerOn(graph.follower(state, index)) &&
      !graph.followerWrites(state, index)
    );
  }

  /** What is violated from one of a circle's states on is violated from each: they are the last of `group`, from `first` on. */
  #closeGroup(group: number[], first: number, isDone: Uint8Array): void {
    const from = group.lastIndexOf(first);
    let violations = 0;
    for (let at = from; at < group.length; at++)
      violations |= this.#violations[group[at] as number] as number;
    for (let state = group.pop(); state !== undefined; state = state === first ? undefined : group.pop()) {
      this.#violations[state] = violations;
      isDone[state] = 1;
    }
  }

  /** Closes what leads to no circle, turn by turn: from the last state on, as what follows on a state was mostly found later. */
  #closeAll(isDone: Uint8Array): void {
    let closed: number;
    do {
      closed = 0;
      for (let state = isDone.length - 1; state >= 0; state--) if (this.#closeAhead(state, isDone)) closed++;
    } while (closed > isDone.length / TURN_PAYS);
  }

  /** Closes a state where all that follows is done; answers whether it did. */
  #closeAhead(state: number, isDone: Uint8Array): boolean {
    const graph = this.#graph;
    if (isDone[state] === 1) return false;
    for (let index = 0; index < graph.followerCount(state); index++) {
      const follower = graph.follower(state, index);
      if (follower !== REST && isDone[follower] === 0) return false;
    }
    this.#close(state);
    isDone[state] = 1;
    return true;
  }

  #close(state: number): void {
    const graph = this.#graph;
    const { powerUps, steps, calls } = this.#longest;
    let violations = this.#violations[state] as number;
    let [mostPowerUps, mostSteps, mostCalls] = [0, 0, 0];
    for (let index = 0; index < graph.followerCount(state); index++) {
      const follower = graph.follower(state, index);
      if (follower === REST) continue;
      violations |= this.#violations[follower] as number;
      mostPowerUps = Math.max(mostPowerUps, powerUps[follower] as number);
      mostCalls = Math.max(mostCalls, (calls[follower] as number) + 1);
      if (this.#isQuiet(state, index)) mostSteps = Math.max(mostSteps, (steps[follower] as number) + 1);
    }
    powerUps[state] = mostPowerUps + (graph.isPowerOn(state) ? 1 : 0);
    steps[state] = mostSteps;
    calls[state] = mostCalls;
    if (this.#boundPassed(state) !== undefined) violations |= CONVERGES;
    this.#violations[state] = violations;
  }
}
