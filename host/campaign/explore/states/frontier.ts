// The states whose calls are still to be made, by the number of faults on the way to them: first those of one depth, and all that follow
// from them without a further fault, then those of the next. States are added in the order of their numbers, so those of the next depth are
// among those that were added meanwhile. Several explorers take from what each of them has added. Knows of a state its number and its depth.
import { NOBODY } from "../../../device/states-module.js";
import type { Crew } from "../crew/crew.js";
import type { StateStore } from "./state-store.js";

/** Which of the states of one depth comes first: the one that was found first, or the one that was found last. What an exploration finds does not depend on it; a test says so. */
export type Order = "first-found" | "last-found";

const CHUNK_SIZE = 4096;
/** States of an explorer that are taken at a time, at the least and at the most; and into how many takes they are divided in between. */
const TAKE_LEAST = 16;
const TAKE_MOST = 64;
const TAKES_LEAST = 64;

/** What an explorer added while one depth was explored: numbers of its chunks, one after the other, of which those from `from` on. */
interface Added {
  readonly chunks: number[];
  from: number;
  to: number;
  /** Among states that were there already, those whose turn it is: others may be brought forward by somebody, who then makes their call. */
  begun?: readonly number[];
}

/** What is still to be explored. */
export class Frontier {
  readonly #states: StateStore;
  readonly #crew: Crew | undefined;
  readonly #added: Added[];
  /** Chunks that have been looked at. */
  #chunks = 0;
  #depth = 0;
  /** It has begun among states that were there already. */
  #begins = false;
  /** How much was taken of what an explorer alone has added. */
  #taken = 0;
  /** States of this depth that follow from others without a further fault: first, while the device stands near them. */
  readonly #near: number[] = [];
  /** Those that were found two faults or more ahead: what was added then is looked through one fault later. A crew has none. */
  #far: number[] = [];

  constructor(states: StateStore, crew?: Crew) {
    this.#states = states;
    this.#crew = crew;
    // Last comes what was there before a crew began.
    const length = crew === undefined ? 1 : crew.seat.size + 1;
    this.#added = Array.from({ length }, () => ({ chunks: [], from: 0, to: 0 }));
  }

  /** Faults on the way to the states whose turn it is. */
  get depth(): number {
    return this.#depth;
  }

  /** States of this depth whose turn is still to come, without those near, and what has been found since. */
  get size(): number {
    const found = this.#added.reduce((sum, { from }) => sum + from, this.#taken);
    return Math.max(0, this.#states.size - found);
  }

  /** A state that was found, or found again with fewer faults. */
  add(state: number, depth: number): void {
    if (depth === this.#depth) this.#near.push(state);
    else if (depth > this.#depth + 1) this.#far.push(state);
  }

  /** The states of this depth, those included that are added while it goes on; with others those that they leave. */
  *states(order: Order = "first-found"): Generator<number> {
    yield* this.#drain();
    for (const state of this.#far.filter((far) => this.#states.isOpen(far, this.#depth))) {
      this.#near.push(state);
      yield* this.#drain();
    }
    const { explorer, size } = this.#crew?.seat ?? { explorer: 0, size: 1 };
    for (let turn = 0; turn < this.#added.length; turn++) {
      const from = turn < size ? (explorer + turn) % size : turn;
      const added = this.#added[from] as Added;
      const count = countIn(added);
      const most = Math.max(TAKE_LEAST, Math.min(TAKE_MOST, Math.floor(count / (size * TAKES_LEAST))));
      for (let at = this.#take(from, most); at < count; at = this.#take(from, most)) {
        for (let index = at; index < Math.min(at + most, count); index++) {
          const state = numberIn(added, order === "first-found" ? index : count - 1 - index);
          if (!this.#states.isOpen(state, this.#depth)) continue;
          this.#near.push(state);
          yield* this.#drain();
        }
      }
    }
  }

  *#drain(): Generator<number> {
    for (let state = this.#near.pop(); state !== undefined; state = this.#near.pop()) yield state;
  }

  #take(explorer: number, size: number): number {
    if (this.#crew !== undefined) return this.#crew.take(explorer, size);
    this.#taken += size;
    return this.#taken - size;
  }

  /** Goes on to the states of the next depth; answers whether there are any. With others: when all of them have come so far. */
  deepen(): boolean {
    this.#depth++;
    this.#taken = 0;
    // Those of the next depth may be among the states that were there when this began.
    const isFirst = this.#begins;
    this.#begins = false;
    this.#far = this.#far.filter((state) => this.#states.depthOf(state) >= this.#depth);
    return this.#lookForAdded(isFirst) || this.#far.some((state) => this.#isYetOpen(state));
  }

  #isYetOpen(state: number): boolean {
    return this.#states.isOpen(state, this.#states.depthOf(state));
  }

  /** Begins among states that are there already, with those of a depth. */
  beginAt(depth: number): void {
    this.#depth = depth;
    this.#begins = true;
    this.#lookForAdded(true);
    for (const added of this.#added)
      added.begun = numbersIn(added).filter((state) => this.#states.isOpen(state, depth));
  }

  /** Looks for states that were added since, or for all of them; answers whether one is of this depth. */
  #lookForAdded(all: boolean): boolean {
    const { table } = this.#states;
    const { chunkCount } = table;
    for (; this.#chunks < chunkCount; this.#chunks++)
      this.#addedBy(table.ownerOf(this.#chunks * CHUNK_SIZE)).chunks.push(this.#chunks);
    for (const added of this.#added) {
      delete added.begun;
      added.from = all ? 0 : added.to;
      const last = added.chunks.at(-1);
      if (last !== undefined) added.to = (added.chunks.length - 1) * CHUNK_SIZE + table.filledOf(last);
    }
    return this.#added.some((added) => this.#isAny(added));
  }

  #addedBy(owner: number): Added {
    return this.#added[owner === NOBODY ? this.#added.length - 1 : owner] as Added;
  }

  /** Whether there is a state of this depth: one may have been found with fewer faults since it was added. */
  #isAny(added: Added): boolean {
    for (let index = 0; index < added.to - added.from; index++)
      if (this.#states.isOpen(numberIn(added, index), this.#depth)) return true;
    return false;
  }
}

function countIn({ from, to, begun }: Added): number {
  return begun?.length ?? to - from;
}

function numbersIn(added: Added): number[] {
  return Array.from({ length: countIn(added) }, (_, index) => numberIn(added, index));
}

function numberIn({ chunks, from, begun }: Added, index: number): number {
  if (begun !== undefined) return begun[index] as number;
  const at = from + index;
  return (chunks[Math.floor(at / CHUNK_SIZE)] as number) * CHUNK_SIZE + (at % CHUNK_SIZE);
}
