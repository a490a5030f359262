// The states whose calls are still to be made, by the number of faults on the way to them: first those of one depth, and all that follow
// from them without a further fault, then those of the next. Knows numbers of states, nothing of what they are.

import { GrowingWords } from "../../../core/data/growing.js";

/** Which of the states of one depth comes first: the one that was found first, or the one that was found last. What an exploration finds does not depend on it; a test says so. */
export type Order = "first-found" | "last-found";

/** What is still to be explored. */
export class Frontier {
  #depth = 0;
  /** States of this depth, in the order in which they were found, and how many of them have had their turn. */
  #queue = new Uint32Array(0);
  #taken = 0;
  /** States one fault further on. */
  #next = new GrowingWords();
  /** States of this depth that follow from others without a further fault: first, while the device stands near them. */
  readonly #near: number[] = [];

  /** Faults on the way to the states whose turn it is. */
  get depth(): number {
    return this.#depth;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** States of this depth whose turn is still to come, without those near, and those of the next. */
  get size(): number {
    return this.#queue.length - this.#taken + this.#next.size;
  }

  /** A state that was found, or found again with fewer faults. */
  add(state: number, depth: number): void {
    if (depth === this.#depth) this.#near.push(state);
    else this.#next.push(state);
  }

  /** What was found before anything was explored is where the exploration begins. */
  begin(): void {
    this.#queue = Uint32Array.from(this.#near.splice(0));
  }

  /** The states of this depth, those included that are added while it goes on. */
  *states(order: Order = "first-found"): Generator<number> {
    if (order === "last-found") this.#queue.reverse();
    for (this.#taken = 0; this.#taken < this.#queue.length;) {
      this.#near.push(this.#queue[this.#taken++] as number);
      for (let state = this.#near.pop(); state !== undefined; state = this.#near.pop()) yield state;
    }
  }

  /** Goes on to the states of the next depth: those to which no way with fewer faults has been found since. */
  deepen(depthOf: (state: number) => number): void {
    this.#depth++;
    const next = this.#next;
    let count = 0;
    const queue = new Uint32Array(next.size);
    for (let index = 0; index < next.size; index++) {
      const state = next.at(index);
      if (depthOf(state) === this.#depth) queue[count++] = state;
    }
    this.#queue = queue.subarray(0, count);
    this.#next = new GrowingWords();
    this.#taken = 0;
  }
}
