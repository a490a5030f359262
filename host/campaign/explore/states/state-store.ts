// The states of an exploration, one record of fixed size each (state-table.ts): where each is, how it was first reached, and what follows
// when nothing more goes wrong. A state is persistent content together with a Position between two guest calls. Decides nothing.
import type { Since } from "../../play/giving-up.js";
import { GrowingWords } from "../../../core/data/growing.js";
import { DefectError } from "../../../core/errors.js";
import { type StatesExports, numberOf } from "../../../device/states-module.js";
import type { History } from "../../play/history.js";
import { NO_LANDINGS } from "../memo/outcomes.js";
import { type Position, overdueIn, progressOf } from "../../play/position.js";
import { StateTable } from "./state-table.js";
import { BEFORE, type Edge, REST } from "./edge.js";
import {
  CAUSE_MASK,
  DEPTH,
  ENDING,
  EXTRAS,
  FLAG_CHANGED,
  FLAG_CONFIRMED,
  FLAG_FAULT_LED_HERE,
  FLAG_OVERDUE,
  FLAG_STRUCK,
  FOLLOWER,
  FROM,
  FOLLOWERS_MASK,
  ITEM,
  JUDGED,
  MOMENT,
  OPERATION,
  OPERATION_MASK,
  PLACE,
  RECORD_WORDS,
  HISTORY,
  SEVERAL,
  SINCE_CALLS,
  SINCE_POWER_UPS,
  SINCE_STEPS,
  STANDING,
  VIOLATIONS,
} from "./state-record.js";

/** What an edge may have besides. */
type Extras = Pick<Edge, "choices" | "landings" | "left" | "strikes">;

/** States by number, in the order in which they were found. */
export class StateStore {
  readonly table: StateTable;
  readonly #historyIds = new Map<History, number>();
  readonly #historyList: History[] = [];
  readonly #followers = new GrowingWords();
  readonly #extras: Extras[] = [{ choices: [] }];

  /** @param states an instance of the states module with no state in it */
  constructor(states: StatesExports) {
    this.table = new StateTable(states);
    if (numberOf(states.RECORD_SIZE) !== RECORD_WORDS * 4)
      throw new DefectError("records of states have another size in the module");
  }

  get size(): number {
    return this.table.stateCount;
  }

  /**
   * Adds the state with the key at `words[at …]`, first reached over `edge` at `depth` cuts.
   * @throws {CapacityError} where there is no room
   */
  add(
    words: Uint32Array,
    at: number,
    position: Position,
    place: { readonly moment: number; readonly depth: number; readonly edge: Edge; readonly since: Since },
  ): number {
    const state = this.table.add(words, at);
    const record = this.table.recordAt(state);
    const own = this.table.words;
    own[record + MOMENT] = place.moment;
    own[record + PLACE] = position.bootedOffset;
    const flags = (position.cause & CAUSE_MASK) | (progressOf(position) * FLAG_CHANGED);
    own[record + HISTORY] = this.#historyId(position.history);
    own[record + STANDING] = flags << 8;
    this.#setWay(state, record, place);
    return state;
  }

  /** A state turns out to be reachable with fewer cuts. */
  bringForward(state: number, depth: number, edge: Edge, since: Since): void {
    this.#setWay(state, this.table.recordAt(state), { depth, edge, since });
  }

  /** What has passed since the last fault on the way by which a state was found. */
  sinceOf(state: number): Since {
    const record = this.table.recordAt(state);
    const { words } = this.table;
    return {
      calls: words[record + SINCE_CALLS] as number,
      powerUps: words[record + SINCE_POWER_UPS] as number,
      steps: words[record + SINCE_STEPS] as number,
    };
  }

  #historyId(history: History): number {
    let id = this.#historyIds.get(history);
    if (id === undefined) this.#historyIds.set(history, (id = this.#historyList.push(history) - 1));
    return id;
  }

  #word(state: number, index: number): number {
    return this.table.words[this.table.recordAt(state) + index] as number;
  }

  #setWord(state: number, index: number, value: number): void {
    this.table.words[this.table.recordAt(state) + index] = value;
  }

  /** A strike is among the faults on the way to a state, as it was first found. */
  isStruck(state: number): boolean {
    return (this.#word(state, STANDING) & (FLAG_STRUCK << 8)) !== 0;
  }

  /** A fault leads to a state: nothing has passed there since the last one. */
  setAfterFault(state: number): void {
    const at = this.table.recordAt(state) + STANDING;
    const { words } = this.table;
    words[at] = (words[at] as number) | (FLAG_FAULT_LED_HERE << 8);
  }

  isAfterFault(state: number): boolean {
    return (this.#word(state, STANDING) & (FLAG_FAULT_LED_HERE << 8)) !== 0;
  }

  /** Work item of the first fault on the way to a state. */
  itemOf(state: number): number {
    return this.#word(state, ITEM);
  }

  momentOf(state: number): number {
    return this.#word(state, MOMENT);
  }

  depthOf(state: number): number {
    return this.#word(state, DEPTH);
  }

  positionOf(state: number): Position {
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
    const operation = this.#word(state, OPERATION);
    return {
      from: this.#word(state, FROM),
      operation:
        operation >>> 8 >= (BEFORE & OPERATION_MASK)
          ? ((operation >>> 8) | 0xff000000) >>> 0
          : operation >>> 8,
      kind: operation & 0xff,
      shape: this.#word(state, STANDING) & 0xff,
      strikes: [],
      ...(this.#extras[this.#word(state, EXTRAS)] as Extras),
      item: this.#word(state, ITEM),
    };
  }

  /** Counts faults judged in the call that begins here. */
  countJudged(state: number, faults: number): void {
    const at = this.table.recordAt(state) + JUDGED;
    const { words } = this.table;
    words[at] = (words[at] as number) + faults;
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
    if (followers.length > 1) {
      first = this.#followers.size;
      this.#followers.push(followers.length);
      for (const follower of followers) this.#followers.push(follower);
    }
    this.#setWord(state, FOLLOWER, first);
    const ending = this.#word(state, ENDING) & ~FOLLOWERS_MASK;
    this.#setWord(state, ENDING, ending | Math.min(followers.length, SEVERAL));
    this.#setWord(state, VIOLATIONS, violations);
  }

  followerCount(state: number): number {
    const count = this.#word(state, ENDING) & FOLLOWERS_MASK;
    return count === SEVERAL ? this.#followers.at(this.#word(state, FOLLOWER)) : count;
  }

  follower(state: number, index: number): number {
    const entry = this.#followerEntry(state, index);
    return entry === REST ? REST : entry >>> 1;
  }

  /** Whether the call that leads to a follower changed flash or a counter. */
  followerWrites(state: number, index: number): boolean {
    return (this.#followerEntry(state, index) & 1) !== 0;
  }

  #followerEntry(state: number, index: number): number {
    const first = this.#word(state, FOLLOWER);
    const isListed = (this.#word(state, ENDING) & FOLLOWERS_MASK) === SEVERAL;
    return isListed ? this.#followers.at(first + 1 + index) : first;
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

  #setWay(
    state: number,
    record: number,
    { depth, edge, since }: { readonly depth: number; readonly edge: Edge; readonly since: Since },
  ): void {
    const { words } = this.table;
    const {
      from,
      operation,
      kind,
      shape,
      choices,
      strikes = [],
      landings = NO_LANDINGS,
      left,
      item = 0,
    } = edge;
    words[record + DEPTH] = depth;
    words[record + SINCE_CALLS] = since.calls;
    words[record + SINCE_POWER_UPS] = since.powerUps;
    words[record + SINCE_STEPS] = since.steps;
    words[record + ITEM] = item;
    const isStruck = strikes.length > 0 || (from !== state && this.isStruck(from));
    const standing = (words[record + STANDING] as number) & ~((FLAG_STRUCK << 8) | 0xff);
    words[record + STANDING] = standing | (isStruck ? FLAG_STRUCK << 8 : 0) | shape;
    words[record + FROM] = from;
    words[record + OPERATION] = ((operation & OPERATION_MASK) << 8) | kind;
    const isPlain =
      choices.length === 0 && strikes.length === 0 && landings.length === 0 && left === undefined;
    // Once a state has extras they are its own to change: it may be brought forward again.
    const extras = words[record + EXTRAS] as number;
    if (isPlain && extras === 0) return;
    const now = { choices, strikes, landings, ...(left === undefined ? {} : { left }) };
    if (extras === 0) words[record + EXTRAS] = this.#extras.push(now) - 1;
    else this.#extras[extras] = now;
  }
}
