// What becomes of every state when it is left in peace: which oracles are violated from there on, how many power-ups it
// takes to rest, and whether it rests at all. A circle of states is an endless loop of resets. Explores nothing.
import { oracleBit } from "./oracles.js";
import { REST, type StateStore } from "./state-store.js";

const CONVERGES = oracleBit("converges");
const POWER_UPS_MAX = 0xffff;

/** The futures of all states of a store. */
export class Futures {
  readonly #violations: Uint32Array;
  readonly #powerUps: Uint16Array;
  /** States from which an edge closes a circle. */
  readonly circles: number[] = [];

  /** @param allowed power-ups within which every state must rest */
  constructor(states: StateStore, allowed: number) {
    this.#violations = new Uint32Array(states.size);
    this.#powerUps = new Uint16Array(states.size);
    const isOpen = new Uint8Array(states.size);
    const isDone = new Uint8Array(states.size);
    const stack: number[] = [];
    const nexts: number[] = [];
    for (let root = 0; root < states.size; root++) {
      if (isDone[root] === 1) continue;
      stack.push(root);
      nexts.push(0);
      isOpen[root] = 1;
      while (stack.length > 0) {
        const state = stack[stack.length - 1] as number;
        const index = nexts[nexts.length - 1] as number;
        if (index === states.followerCount(state)) {
          this.#close(states, state, allowed);
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
          this.circles.push(state);
          this.#violations[state] = (this.#violations[state] as number) | CONVERGES;
          continue;
        }
        isOpen[follower] = 1;
        stack.push(follower);
        nexts.push(0);
      }
    }
  }

  /** Oracles violated from this state on, with no further cut, whatever weak reads see; a mask. */
  violations(state: number): number {
    return this.#violations[state] as number;
  }

  /** The most power-ups that it takes from this state to rest, its own included where it begins one. */
  powerUps(state: number): number {
    return this.#powerUps[state] as number;
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

  #close(states: StateStore, state: number, allowed: number): void {
    let violations = (this.#violations[state] as number) | states.violationsAt(state);
    let powerUps = 0;
    for (let index = 0; index < states.followerCount(state); index++) {
      const follower = states.follower(state, index);
      if (follower === REST) continue;
      violations |= this.#violations[follower] as number;
      powerUps = Math.max(powerUps, this.#powerUps[follower] as number);
    }
    if (states.isPowerOn(state)) powerUps++;
    if (powerUps > allowed) violations |= CONVERGES;
    this.#violations[state] = violations;
    this.#powerUps[state] = Math.min(powerUps, POWER_UPS_MAX);
  }
}
