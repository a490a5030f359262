// Lists of words in the memory of the states, so that all explorers of one exploration can read them: what few states have, such as several
// followers. A list is written once, and found by where it stands.
import type { StateTable } from "./state-table.js";

/** Words that are asked for at a time. */
const BLOCK = 1 << 14;

/** Lists that one explorer writes, and that each reads. */
export class WordLists {
  readonly #table: StateTable;
  #free = 0;
  #end = 0;

  constructor(table: StateTable) {
    this.#table = table;
  }

  /**
   * Writes a list; answers where it stands, which is never 0.
   * @throws {CapacityError} where memory is at its end
   */
  add(list: readonly number[]): number {
    if (list.length > this.#end - this.#free) {
      const size = Math.max(BLOCK, list.length);
      this.#free = this.#table.room(size);
      this.#end = this.#free + size;
    }
    const at = this.#free;
    this.#free += list.length;
    this.#wordsTo(this.#free).set(list, at);
    return at;
  }

  /** Word `index` of the list at `at`. */
  word(at: number, index: number): number {
    return this.#wordsTo(at + index + 1)[at + index] as number;
  }

  #wordsTo(end: number): Uint32Array {
    return this.#table.wordsTo(end);
  }
}
