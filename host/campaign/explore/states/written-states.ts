// The states of an exploration as they go into a file, and back: all of their records that is not about one explorer's device, with numbers
// from 0 on, the first state first. Where the states stand on a device is found again when it is needed (crew/way-back.ts).
import { MisuseError } from "../../../core/errors.js";
import { UNCUT, REST } from "./edge.js";
import { wordsOfExtras } from "./extras.js";
import {
  DEPTH,
  ENDING,
  EXTRAS,
  FAULT_LED_HERE,
  FOLLOWER,
  FOLLOWERS_MASK,
  FROM,
  HISTORY,
  MOMENT,
  OPERATION,
  OPERATION_MASK,
  RECORD_WORDS,
  SEVERAL,
} from "./state-record.js";
import type { StateStore } from "./state-store.js";

/** States of an exploration. */
export interface WrittenStates {
  /** Words of their records, one column after the other in the order of COLUMNS. */
  readonly records: Uint32Array;
  /** What few of them have: several followers, extras of edges; each list's length first. */
  readonly lists: Uint32Array;
}

export const NO_STATES_WRITTEN: WrittenStates = { records: new Uint32Array(0), lists: new Uint32Array(0) };

/** Words of a record that are written: all but those that are about one device. */
const COLUMNS = Array.from({ length: RECORD_WORDS }, (_, word) => word).filter(
  (word) => word !== MOMENT && word !== HISTORY,
);

/** Lists, one behind the other. */
class Lists {
  readonly #words: number[] = [];

  /** Answers where a list stands. */
  add(list: readonly number[]): number {
    this.#words.push(list.length, ...list);
    return this.#words.length - list.length - 1;
  }

  get words(): Uint32Array {
    return Uint32Array.from(this.#words);
  }
}

/**
 * Writes all states.
 * @param first the state at which the exploration began: it gets the number 0
 */
export function writeStates(states: StateStore, first: number): WrittenStates {
  const { table } = states;
  const { size } = states;
  const numbers = new Uint32Array(table.end);
  let next = 1;
  table.forEach((_, __, state) => (numbers[state] = state === first ? 0 : next++));
  const records = new Uint32Array(size * COLUMNS.length);
  const lists = new Lists();
  const renumbered = (entry: number) =>
    entry === REST ? REST : (((numbers[entry >>> 1] as number) << 1) | (entry & 1)) >>> 0;
  table.forEach((words, at, state) => {
    const row = numbers[state] as number;
    COLUMNS.forEach((word, column) => (records[column * size + row] = words[at + word] as number));
    const set = (word: number, value: number) => (records[COLUMNS.indexOf(word) * size + row] = value);
    set(FROM, numbers[words[at + FROM] as number] as number);
    const followers = states.followersOf(state);
    if (typeof followers === "number") set(FOLLOWER, renumbered(followers));
    else set(FOLLOWER, followers.length === 0 ? 0 : lists.add(followers.map(renumbered)));
    if ((words[at + EXTRAS] as number) !== 0)
      set(EXTRAS, lists.add(wordsOfExtras(states.edgeInto(state))) + 1);
  });
  return { records, lists: lists.words };
}

/** How many states there are. */
export function countOf({ records }: WrittenStates): number {
  return records.length / COLUMNS.length;
}

/**
 * Reads written states into a store that holds none: they get the numbers that they have there.
 * @throws {MisuseError} where they are damaged; CapacityError where there is no room
 */
export function readStates(states: StateStore, written: WrittenStates): void {
  const { table, lists } = states;
  const size = countOf(written);
  if (!Number.isInteger(size) || size === 0) throw damaged("a number of states", written.records.length);
  const record = new Uint32Array(RECORD_WORDS);
  const listAt = (place: number): readonly number[] => {
    const length = written.lists[place] ?? Infinity;
    if (place + 1 + length > written.lists.length) throw damaged("a list", place);
    return Array.from(written.lists.subarray(place + 1, place + 1 + length));
  };
  const checkFollower = (entry: number) => {
    if (entry !== REST && entry >>> 1 >= size) throw damaged("a follower", entry);
  };
  for (let row = 0; row < size; row++) {
    COLUMNS.forEach((word, column) => (record[word] = written.records[column * size + row] as number));
    const word = (at: number) => record[at] as number;
    if (word(FROM) >= size || (word(DEPTH) & ~FAULT_LED_HERE) > size) throw damaged("a way", row);
    const count = word(ENDING) & FOLLOWERS_MASK;
    if (count > SEVERAL) throw damaged("a number of followers", row);
    if (count === SEVERAL) {
      const followers = listAt(word(FOLLOWER));
      followers.forEach(checkFollower);
      record[FOLLOWER] = lists.add([followers.length, ...followers]);
    } else if (count === 1) checkFollower(word(FOLLOWER));
    // No strikes: an exploration with strikes is not written.
    if (word(EXTRAS) !== 0) record[EXTRAS] = lists.add([0, ...listAt(word(EXTRAS) - 1)]);
    const at = table.prepare(record, 0);
    table.words.set(record.subarray(4), at + 4);
    if (table.publish() !== row) throw damaged("a key that is there twice", row);
  }
  // The first state is where the exploration began.
  if ((written.records[COLUMNS.indexOf(OPERATION) * size] as number) >>> 8 !== (UNCUT & OPERATION_MASK))
    throw damaged("a first state", 0);
}

function damaged(what: string, where: number): MisuseError {
  return damagedStates(`${what} (${where})`);
}

/** Whether the call of some state was never made. */
export function isAnyOpen(states: StateStore): boolean {
  let isAny = false;
  states.table.forEach(
    (_, __, state, isTwin) => (isAny ||= !isTwin && states.isOpen(state, states.depthOf(state))),
  );
  return isAny;
}

/** What was written is not what was read. */
export function damagedStates(what: string): MisuseError {
  return new MisuseError(`states of an exploration that was ended early are damaged: ${what}`);
}
