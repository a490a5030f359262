// What follows from where when nothing more goes wrong, as a graph: columns read off the states' records once, as whoever looks for futures
// jumps from state to state. Follows nothing.
import { REST } from "./states/edge.js";
import type { StateStore } from "./states/state-store.js";

/** Followers that a column holds: none, one, or several in a list of their own. */
const ONE = 1;
const SEVERAL = 2;
const COUNT_MASK = 3;
/** The state begins a power-up. */
const POWER_ON = 4;

/** Followers by state. */
export class Graph {
  /** States are below it. */
  readonly end: number;
  /** The one follower with followerOf(), or the number of a list. */
  readonly #entries: Uint32Array;
  readonly #kinds: Uint8Array;
  readonly #lists: (readonly number[])[] = [];

  /** @param violations where what the oracles say of each state's calls is put */
  constructor(states: StateStore, violations: Uint32Array) {
    this.end = states.table.end;
    this.#entries = new Uint32Array(this.end);
    this.#kinds = new Uint8Array(this.end);
    for (let state = 0; state < this.end; state++) {
      const entries = states.followersOf(state);
      const isOne = typeof entries === "number";
      const isNone = !isOne && entries.length === 0;
      this.#entries[state] = isOne ? entries : isNone ? 0 : this.#lists.push(entries) - 1;
      this.#kinds[state] = (isOne ? ONE : isNone ? 0 : SEVERAL) | (states.isPowerOn(state) ? POWER_ON : 0);
      violations[state] = states.violationsAt(state);
    }
  }

  followerCount(state: number): number {
    const count = (this.#kinds[state] as number) & COUNT_MASK;
    return count === SEVERAL
      ? (this.#lists[this.#entries[state] as number] as readonly number[]).length
      : count;
  }

  follower(state: number, index: number): number {
    const entry = this.#entryOf(state, index);
    return entry === REST ? REST : entry >>> 1;
  }

  /** Whether the call that leads to a follower changed flash or a counter. */
  followerWrites(state: number, index: number): boolean {
    return (this.#entryOf(state, index) & 1) !== 0;
  }

  isPowerOn(state: number): boolean {
    return ((this.#kinds[state] as number) & POWER_ON) !== 0;
  }

  #entryOf(state: number, index: number): number {
    const entry = this.#entries[state] as number;
    if (((this.#kinds[state] as number) & COUNT_MASK) !== SEVERAL) return entry;
    return (this.#lists[entry] as readonly number[])[index] as number;
  }
}
