// The keys of an exploration's states, and their records as words: the states module, as the explorer uses it. What a record holds beside its
// key is said in state-store.ts. Decides nothing.
import { KeySum } from "../../../core/data/key-sum.js";
import { CapacityError, DefectError } from "../../../core/errors.js";
import { type StatesExports, numberOf } from "../../../device/states-module.js";

/** Records, and twins, in a chunk. */
const CHUNK_SHIFT = 12;
const CHUNK_SIZE = 1 << CHUNK_SHIFT;
const CHUNK_MASK = CHUNK_SIZE - 1;
const OWNER_SHIFT = 16;
const KEY_WORDS = 4;
/** Looks at how large the memory is, of a thread that another says has made it grow. */
const RENEWALS_MOST = 1 << 24;

/** States by key. */
export class StateTable {
  readonly #exports: StatesExports;
  readonly #explorer: number;
  readonly #key: number;
  readonly #counts: number;
  readonly #directory: number;
  readonly #chunkCount: number;
  readonly #fills: number;
  readonly #twins: number;
  readonly #recordWords: number;
  readonly #twinWords: number;
  #words: Uint32Array;
  /** Where the next record stands, in words, and its number; 0 where that must be asked for. */
  #nextAt = 0;
  #next = 0;

  /** @param explorer which of those that share the states this is */
  constructor(states: StatesExports, explorer = 0) {
    this.#exports = states;
    this.#explorer = explorer;
    this.#key = states.keyPlace() >>> 2;
    this.#counts = numberOf(states.COUNTS) >>> 2;
    this.#directory = numberOf(states.DIRECTORY) >>> 2;
    this.#chunkCount = numberOf(states.CHUNK_COUNT) >>> 2;
    this.#fills = numberOf(states.FILLS) >>> 2;
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

  /** All numbers of states are below it; where states are shared, not every number below it is one. */
  get end(): number {
    return this.chunkCount << CHUNK_SHIFT;
  }

  /** Chunks of records. */
  get chunkCount(): number {
    return this.#words[this.#chunkCount] as number;
  }

  /** Where records stand. Replaced when a state or a twin is added, so do not hold it across that; nor across recordAt(). */
  get words(): Uint32Array {
    return this.#words;
  }

  /** Index into `words`, as they are then, of a state's record, which begins with its key. */
  recordAt(state: number): number {
    const at = this.#recordAt(state);
    if (at + this.#recordWords <= this.#words.length) return at;
    // Another explorer has made the memory grow, or it was moved.
    this.#renew();
    const now = this.#recordAt(state);
    this.wordsTo(now + this.#recordWords);
    return now;
  }

  /** `words`, reaching to index `end` at least. */
  wordsTo(end: number): Uint32Array {
    for (let tries = 0; end > this.#words.length; tries++) {
      if (tries === RENEWALS_MOST) throw new DefectError(`word ${end} of the states is beyond their memory`);
      this.#renew();
    }
    return this.#words;
  }

  #recordAt(state: number): number {
    const chunk = this.#words[this.#directory + (state >>> CHUNK_SHIFT)] as number;
    return (chunk >>> 2) + (state & CHUNK_MASK) * this.#recordWords;
  }

  /** Which explorer has added a state. */
  ownerOf(state: number): number {
    return (this.#words[this.#fills + (state >>> CHUNK_SHIFT)] as number) >>> OWNER_SHIFT;
  }

  /** How many states a chunk holds; they are its first. */
  filledOf(chunk: number): number {
    return (this.#words[this.#fills + chunk] as number) & (2 * CHUNK_SIZE - 1);
  }

  /** The state with the key at `words[at … at+3]`, or the one that it is a twin of; -1 where there is none. */
  get(words: Uint32Array, at: number): number {
    this.#layDown(this.#key, words, at);
    return this.#exports.findAt();
  }

  /**
   * Index into `words`, as they are then, of the record that publish() makes a state, with that key. All else in it is to be written.
   * @throws {CapacityError} where memory is at its end
   */
  prepare(words: Uint32Array, at: number): number {
    if (this.#nextAt === 0) {
      const place = this.#exports.nextPlace();
      this.#renew();
      if (place === 0) throw noRoom();
      this.#nextAt = place >>> 2;
      this.#next = this.#words[this.#key + KEY_WORDS] as number;
    }
    this.wordsTo(this.#nextAt + this.#recordWords);
    this.#layDown(this.#nextAt, words, at);
    return this.#nextAt;
  }

  /**
   * Makes a state of the record that was prepared, and answers its number; -1 where there is a state with its key.
   * @throws {CapacityError} where memory is at its end
   */
  publish(): number {
    const next = this.#next;
    const state = this.added(this.#exports.add());
    if (state !== next) return -1;
    this.#next++;
    this.#nextAt = (this.#next & CHUNK_MASK) === 0 ? 0 : this.#nextAt + this.#recordWords;
    return state;
  }

  /**
   * Adds a state with the key at `words[at … at+3]`, which no state has; answers its number. Its record is all zero but for the key.
   * @throws {CapacityError} where memory is at its end
   */
  add(words: Uint32Array, at: number): number {
    const record = this.prepare(words, at);
    this.#words.fill(0, record + KEY_WORDS, record + this.#recordWords);
    return this.publish();
  }

  /**
   * The state with that key; where there is none, it is a twin of `state` from now on.
   * @throws {CapacityError} where memory is at its end
   */
  getOrTwin(words: Uint32Array, at: number, state: number): number {
    this.#layDown(this.#key, words, at);
    const known = this.#exports.findAt();
    return known >= 0 ? known : this.added(this.#exports.addTwinAt(state));
  }

  /**
   * Index into `words`, as they are then, of so many words that are zero and nobody else's.
   * @throws {CapacityError} where memory is at its end
   */
  room(words: number): number {
    const place = this.#exports.roomFor(Math.ceil(words / 2) * 8) >>> 0;
    this.#renew();
    if (place === 0) throw noRoom();
    return place >>> 2;
  }

  /** Calls `visit` for every key, which stands at `words[at … at+3]`, with its state. */
  forEach(visit: (words: Uint32Array, at: number, state: number, isTwin: boolean) => void): void {
    for (let chunk = 0; chunk < this.chunkCount; chunk++) {
      const first = chunk << CHUNK_SHIFT;
      for (let state = first; state < first + this.filledOf(chunk); state++) {
        const at = this.recordAt(state);
        visit(this.#words, at, state, false);
      }
    }
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
    const sum = new KeySum();
    this.forEach((words, at, state) => {
      if (counts(state)) sum.add(words, at);
    });
    return sum.hex;
  }

  /** Whether this explorer has added a state. */
  isOwn(state: number): boolean {
    return this.ownerOf(state) === this.#explorer;
  }

  #layDown(place: number, words: Uint32Array, at: number): void {
    const own = this.#words;
    own[place] = words[at] as number;
    own[place + 1] = words[at + 1] as number;
    own[place + 2] = words[at + 2] as number;
    own[place + 3] = words[at + 3] as number;
  }

  /** A thread hears of growth by another when it looks for interrupts, as it does in each turn of a loop: so whoever needs more looks again. */
  #renew(): void {
    this.#words = new Uint32Array(this.#exports.memory.buffer);
  }

  /**
   * What adding a state or a twin has answered, which may have made the memory grow.
   * @throws {CapacityError} where memory is at its end
   */
  added(state: number): number {
    // Asking WebAssembly.Memory for its buffer costs some 50 ns, so the view is renewed only where memory has grown: which it may have
    // done before it came to its end.
    if (this.#words.length === 0) this.#renew();
    if (state < 0) throw noRoom();
    return state;
  }
}

function noRoom(): CapacityError {
  return new CapacityError("out of memory: no room left for states");
}
