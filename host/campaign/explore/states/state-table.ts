// The keys of an exploration's states, and their records as words: the states module, as the explorer uses it. What a record holds beside its
// key is said in state-store.ts. Decides nothing.
import { CapacityError } from "../../../core/errors.js";
import { type StatesExports, numberOf } from "../../../device/states-module.js";

/** Records, and twins, in a chunk. */
const CHUNK_SHIFT = 12;
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
const KEY_WORDS = 4;

/** States by key. */
export class StateTable {
  readonly #exports: StatesExports;
  readonly #key: number;
  readonly #counts: number;
  readonly #directory: number;
  readonly #twins: number;
  readonly #recordWords: number;
  readonly #twinWords: number;
  #words: Uint32Array;

  constructor(states: StatesExports) {
    this.#exports = states;
    this.#key = numberOf(states.KEY) >>> 2;
    this.#counts = numberOf(states.COUNTS) >>> 2;
    this.#directory = numberOf(states.DIRECTORY) >>> 2;
    this.#twins = numberOf(states.TWINS) >>> 2;
    this.#recordWords = numberOf(states.RECORD_SIZE) >>> 2;
    this.#twinWords = numberOf(states.TWIN_SIZE) >>> 2;
    this.#words = new Uint32Array(states.memory.buffer);
  }

  /** States and twins. */
  get size(): number {
    return this.stateCount + this.#twinCount;
  }

  get stateCount(): number {
    return this.#words[this.#counts] as number;
  }

  get #twinCount(): number {
    return this.#words[this.#counts + 1] as number;
  }

  /** Where records stand. Replaced when a state or a twin is added, so do not hold it across that. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** Index into `words` of a state's record, which begins with its key. */
  recordAt(state: number): number {
    const chunk = this.#words[this.#directory + (state >>> CHUNK_SHIFT)] as number;
    return (chunk >>> 2) + (state & CHUNK_MASK) * this.#recordWords;
  }

  /** The state with the key at `words[at … at+3]`, or the one that it is a twin of; -1 where there is none. */
  get(words: Uint32Array, at: number): number {
    this.#layDown(words, at);
    return this.#exports.findAt();
  }

  /**
   * Adds a state with the key at `words[at … at+3]`, which no state has; answers its number. Its record is all zero but for the key.
   * @throws {CapacityError} where memory is at its end
   */
  add(words: Uint32Array, at: number): number {
    this.#layDown(words, at);
    return this.added(this.#exports.addAt());
  }

  /**
   * The state with that key; where there is none, it is a twin of `state` from now on.
   * @throws {CapacityError} where memory is at its end
   */
  getOrTwin(words: Uint32Array, at: number, state: number): number {
    this.#layDown(words, at);
    const known = this.#exports.findAt();
    return known >= 0 ? known : this.added(this.#exports.addTwinAt(state));
  }

  /** Calls `visit` for every key, which stands at `words[at … at+3]`, with its state. */
  forEach(visit: (words: Uint32Array, at: number, state: number, isTwin: boolean) => void): void {
    for (let state = 0; state < this.stateCount; state++)
      visit(this.#words, this.recordAt(state), state, false);
    for (let twin = 0; twin < this.#twinCount; twin++) {
      const chunk = this.#words[this.#twins + (twin >>> CHUNK_SHIFT)] as number;
      const at = (chunk >>> 2) + (twin & CHUNK_MASK) * this.#twinWords;
      visit(this.#words, at, this.#words[at + KEY_WORDS] as number, true);
    }
  }

  /** How many keys have a state that `counts`. */
  count(counts: (state: number) => boolean): number {
    let sum = 0;
    this.forEach((_, __, state) => (sum += counts(state) ? 1 : 0));
    return sum;
  }

  /** Sum of the keys whose state `counts`, modulo 2^128, in hex: the same for the same set of states, in any order. */
  digest(counts: (state: number) => boolean): string {
    let low = 0n;
    let high = 0n;
    const word = (words: Uint32Array, at: number) => BigInt(words[at] as number);
    this.forEach((words, at, state) => {
      if (!counts(state)) return;
      low = BigInt.asUintN(64, low + (word(words, at) | (word(words, at + 1) << 32n)));
      high = BigInt.asUintN(64, high + (word(words, at + 2) | (word(words, at + 3) << 32n)));
    });
    return high.toString(16).padStart(16, "0") + low.toString(16).padStart(16, "0");
  }

  #layDown(words: Uint32Array, at: number): void {
    const own = this.#words;
    const key = this.#key;
    own[key] = words[at] as number;
    own[key + 1] = words[at + 1] as number;
    own[key + 2] = words[at + 2] as number;
    own[key + 3] = words[at + 3] as number;
  }

  /**
   * What adding a state has answered, which may have made the memory grow.
   * @throws {CapacityError} where memory is at its end
   */
  added(state: number): number {
    // Asking WebAssembly.Memory for its buffer costs some 50 ns, so the view is renewed only where memory has grown: which it may have
    // done before it came to its end.
    if (this.#words.length === 0) this.#words = new Uint32Array(this.#exports.memory.buffer);
    if (state < 0) throw new CapacityError("out of memory: no room left for states");
    return state;
  }
}
