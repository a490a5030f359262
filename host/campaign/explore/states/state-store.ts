// The states of an exploration, one record of fixed size each (state-table.ts): where each is, how it was first reached, and what follows
// when nothing more goes wrong. A state is persistent content together with a Position between two guest calls. Several explorers may share
// the states: a record is filled by who adds it before any other sees it, then changed by who brings it forward, and by who makes its call.
// Decides nothing.
import type { Since } from "../../play/giving-up.js";
import { DefectError } from "../../../core/errors.js";
import { type SharedStates, type StatesExports, numberOf } from "../../../device/states-module.js";
import type { History } from "../../play/history.js";
import { type Position, overdueIn, progressOf } from "../../play/position.js";
import { StateTable } from "./state-table.js";
import type { Edge } from "./edge.js";
import { WaysIn } from "./ways-in.js";
import { WordLists } from "./word-lists.js";
import {
  CAUSE_MASK,
  DEPTH,
  ENDING,
  EXTRAS,
  FAULT_LED_HERE,
  FLAG_CHANGED,
  FLAG_CONFIRMED,
  FLAG_OVERDUE,
  FOLLOWER,
  FOLLOWERS_MASK,
  HISTORY,
  ITEM,
  JUDGED,
  MOMENT,
  PLACE,
  RECORD_WORDS,
  SEVERAL,
  STANDING,
  VIOLATIONS,
} from "./state-record.js";

/** Where and how a state is found. */
interface Way {
  readonly depth: number;
  readonly edge: Edge;
  readonly since: Since;
}

/** Where a state stands that another explorer has added, on this one's device. */
interface Adopted {
  readonly moment: number;
  readonly position: Position;
}

const NO_FOLLOWERS: readonly number[] = [];

/** States by number; one explorer's are numbered in the order in which it found them. */
export class StateStore {
  readonly table: StateTable;
  /** Those that other explorers share; all are this one's where it is false. */
  readonly #isShared: boolean;
  readonly #historyIds = new Map<History, number>();
  readonly #historyList: History[] = [];
  readonly #adopted = new Map<number, Adopted>();
  /** States below it were read from a file: they stand on no explorer's device yet. */
  #read = 0;
  /** Lists of what few states have. */
  readonly lists: WordLists;
  readonly #waysIn: WaysIn;

  /** @param states an instance of the states module; @param shared what it shares with others, and which of them this is */
  constructor(states: StatesExports, shared?: SharedStates) {
    this.table = new StateTable(states, shared?.explorer);
    this.#isShared = shared !== undefined;
    this.lists = new WordLists(this.table);
    this.#waysIn = new WaysIn(this.table, this.lists);
    if (numberOf(states.RECORD_SIZE) !== RECORD_WORDS * 4)
      throw new DefectError("records of states have another size in the module");
  }

  get size(): number {
    return this.table.stateCount;
  }

  /**
   * Adds the state with the key at `words[at …]`, first reached over `edge` at `depth` cuts; -1 where another explorer has added it
   * meanwhile.
   * @throws {CapacityError} where there is no room
   */
  add(words: Uint32Array, at: number, position: Position, place: Way & { readonly moment: number }): number {
    const { edge } = place;
    const extras = this.#waysIn.extrasOf(edge);
    const record = this.table.prepare(words, at);
    const own = this.table.words;
    own[record + MOMENT] = place.moment;
    own[record + PLACE] = position.bootedOffset;
    own[record + HISTORY] = this.#historyId(position.history);
    const flags = (position.cause & CAUSE_MASK) | (progressOf(position) * FLAG_CHANGED);
    own[record + STANDING] = flags << 8;
    own[record + DEPTH] = place.depth;
    own[record + JUDGED] = 0;
    own[record + FOLLOWER] = 0;
    own[record + VIOLATIONS] = 0;
    own[record + ENDING] = 0;
    own[record + EXTRAS] = extras;
    this.#waysIn.write(own, record, place);
    return this.table.publish();
  }

  /** A state turns out to be reachable with fewer cuts; false where another explorer has found so before, or with fewer still. */
  bringForward(state: number, depth: number, edge: Edge, since: Since): boolean {
    const extras = this.#waysIn.extrasOf(edge);
    const record = this.table.recordAt(state);
    const { words } = this.table;
    if (!this.#isNearer(words, record + DEPTH, depth)) return false;
    words[record + EXTRAS] = extras;
    this.#waysIn.write(words, record, { edge, since });
    return true;
  }

  #isNearer(words: Uint32Array, at: number, depth: number): boolean {
    for (;;) {
      const before = words[at] as number;
      if ((before & ~FAULT_LED_HERE) <= depth) return false;
      const after = ((before & FAULT_LED_HERE) | depth) >>> 0;
      if (!this.#isShared) {
        words[at] = after;
        return true;
      }
      if (Atomics.compareExchange(words, at, before, after) === before) return true;
    }
  }

  /** States below `end` were read from a file. */
  setRead(end: number): void {
    this.#read = end;
  }

  /** Whether this explorer knows where a state stands: it has added or adopted it. */
  isHere(state: number): boolean {
    return this.#isOwn(state) || this.#adopted.has(state);
  }

  #isOwn(state: number): boolean {
    return state >= this.#read && (!this.#isShared || this.table.isOwn(state));
  }

  /** A state was read from a file. */
  isRead(state: number): boolean {
    return state < this.#read;
  }

  /** Whether the call of a state is still to be made, of those with so many faults. */
  isOpen(state: number, depth: number): boolean {
    const record = this.table.recordAt(state);
    const { words } = this.table;
    const isAt = ((words[record + DEPTH] as number) & ~FAULT_LED_HERE) === depth;
    return isAt && ((words[record + ENDING] as number) & FOLLOWERS_MASK) === 0;
  }

  /** A state that is not this explorer's own stands at that moment of its device, at that position. */
  adopt(state: number, moment: number, position: Position): void {
    this.#adopted.set(state, { moment, position });
  }

  #adoptedAt(state: number): Adopted | undefined {
    return this.#isOwn(state) ? undefined : this.#adopted.get(state);
  }

  /** What has passed since the last fault on the way by which a state was found. */
  sinceOf(state: number): Since {
    return this.#waysIn.sinceOf(state);
  }

  #historyId(history: History): number {
    let id = this.#historyIds.get(history);
    if (id === undefined) this.#historyIds.set(history, (id = this.#historyList.push(history) - 1));
    return id;
  }

  #word(state: number, index: number): number {
    const record = this.table.recordAt(state);
    return this.table.words[record + index] as number;
  }

  #setWord(state: number, index: number, value: number): void {
    const record = this.table.recordAt(state);
    this.table.words[record + index] = value;
  }

  /** A strike is among the faults on the way to a state, as it was first found. */
  isStruck(state: number): boolean {
    return this.#waysIn.isStruck(state);
  }

  /** A fault leads to a state: nothing has passed there since the last one. */
  setAfterFault(state: number): void {
    const at = this.table.recordAt(state) + DEPTH;
    const { words } = this.table;
    const before = words[at] as number;
    if (before >= FAULT_LED_HERE) return;
    if (this.#isShared) Atomics.or(words, at, FAULT_LED_HERE);
    else words[at] = before + FAULT_LED_HERE;
  }

  isAfterFault(state: number): boolean {
    return this.#word(state, DEPTH) >= FAULT_LED_HERE;
  }

  /** Work item of the first fault on the way to a state. */
  itemOf(state: number): number {
    return this.#word(state, ITEM);
  }

  /** The moment at which a state stands that is here. */
  momentOf(state: number): number {
    return this.#adoptedAt(state)?.moment ?? this.#word(state, MOMENT);
  }

  depthOf(state: number): number {
    return this.#word(state, DEPTH) & ~FAULT_LED_HERE;
  }

  /** Where in a power-up a state stands that is here. */
  positionOf(state: number): Position {
    const adopted = this.#adoptedAt(state);
    if (adopted !== undefined) return adopted.position;
    const record = this.table.recordAt(state);
    const { words } = this.table;
    const standing = words[record + STANDING] as number;
    const flags = standing >>> 8;
    // Spelled out: a spread is three times slower, and this is done for every state.
    const { confirmed, overdue } = overdueIn((flags & FLAG_CONFIRMED) !== 0, (flags & FLAG_OVERDUE) !== 0);
    return {
      bootedOffset: words[record + PLACE] as number,
      cause: flags & CAUSE_MASK,
      history: this.#historyList[words[record + HISTORY] as number] as History,
      changed: (flags & FLAG_CHANGED) !== 0,
      confirmed,
      overdue,
    };
  }

  /** The state begins a power-up. */
  isPowerOn(state: number): boolean {
    return this.#word(state, PLACE) === 0xffffffff;
  }

  edgeInto(state: number): Edge {
    return this.#waysIn.edgeInto(state);
  }

  /** Counts faults judged in the call that begins here. */
  countJudged(state: number, faults: number): void {
    const at = this.table.recordAt(state) + JUDGED;
    const { words } = this.table;
    // The run without faults is walked by all explorers, each of which judges faults of its own there.
    if (this.#isShared) Atomics.add(words, at, faults);
    else words[at] = (words[at] as number) + faults;
  }

  judgedFrom(state: number): number {
    return this.#word(state, JUDGED);
  }

  /**
   * Says what follows when nothing more goes wrong: states or REST, each with followerOf(), and what the oracles say on the way
   * there.
   */
  setFollowers(state: number, followers: readonly number[], violations: number): void {
    let first = followers[0] ?? 0;
    if (followers.length > 1) first = this.lists.add([followers.length, ...followers]);
    this.#setWord(state, FOLLOWER, first);
    const ending = this.#word(state, ENDING) & ~FOLLOWERS_MASK;
    this.#setWord(state, ENDING, ending | Math.min(followers.length, SEVERAL));
    this.#setWord(state, VIOLATIONS, violations);
  }

  /** What follows: one entry with followerOf(), or a list of them. */
  followersOf(state: number): number | readonly number[] {
    const record = this.table.recordAt(state);
    const { words } = this.table;
    const first = words[record + FOLLOWER] as number;
    const count = (words[record + ENDING] as number) & FOLLOWERS_MASK;
    if (count === 1) return first;
    if (count === 0) return NO_FOLLOWERS;
    return Array.from({ length: this.lists.word(first, 0) }, (_, index) => this.lists.word(first, index + 1));
  }

  /** What the oracles say of the calls that begin in this state, as a mask. */
  violationsAt(state: number): number {
    return this.#word(state, VIOLATIONS);
  }

  /** How the scenario ends where a call from this state ends it: a number of the explorer's; 0 where none does. */
  endingOf(state: number): number {
    return this.#word(state, ENDING) >>> 2;
  }

  setEnding(state: number, ending: number): void {
    const followers = this.#word(state, ENDING) & FOLLOWERS_MASK;
    this.#setWord(state, ENDING, (ending << 2) | followers);
  }
}
