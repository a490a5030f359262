// The states of an exploration in typed arrays: where each is, how it was first reached, and what follows when nothing
// more goes wrong. A state is persistent content together with a Position between two guest calls. Decides nothing.
import type { Since } from "../play/giving-up.js";
import { GrowingBytes, GrowingWords } from "../../core/data/growing.js";
import type { History } from "../play/history.js";
import { type Landing, NO_LANDINGS } from "./memo/outcomes.js";
import { type Position, overdueIn, progressOf } from "../play/position.js";
import { StateTable } from "../../core/data/digest-table.js";
import type { Strike } from "../plan/strikes.js";

/** A call that was not cut. */
export const UNCUT = 0xffffffff;
/** A call that was never made: it was cut before it began. */
export const BEFORE = 0xfffffffe;
/** In place of a successor: the scenario rests. */
export const REST = 0xffffffff;

/** In a kind: the cut is a reset, not a loss of power. */
export const RESET_KIND = 0x80;
const CAUSE_MASK = 7;
const FLAG_CHANGED = 8;
const FLAG_CONFIRMED = 16;
const FLAG_OVERDUE = 32;
const FLAG_STRUCK = 64;
const FLAG_FAULT_LED_HERE = 128;

/** How a state was reached from another: by a whole call, or by a cut in one. */
export interface Edge {
  /** The state before. */
  readonly from: number;
  /** Persistent operation that was cut, from 0 in its call, or retained word's change (OP_RETAINED); UNCUT; BEFORE. */
  readonly operation: number;
  /** OP_ number of the operation, 0 where none was cut; with RESET_KIND for a reset. And the shape of the cut. */
  readonly kind: number;
  readonly shape: number;
  /** What the weak reads of the call saw. */
  readonly choices: readonly number[];
  /** What is decided of the open words that the call asked for; and the words that its cut left open. */
  readonly landings?: readonly Landing[];
  readonly left?: LeftOpen;
  /** What else went wrong: before it (at rest, then no call was made), or in it. */
  readonly strikes?: readonly Strike[];
  /** Work item of the first fault on the way here. */
  readonly item?: number;
}

/** The words of an operation that its cut left open, and where the first word of the operation is. */
export interface LeftOpen {
  readonly first: number;
  readonly words: readonly Landing[];
}

/** A follower as setFollowers() takes it: the state, and whether the call that leads there changed flash or a counter. */
export function followerOf(state: number, writes: boolean): number {
  return ((state << 1) | (writes ? 1 : 0)) >>> 0;
}

/** States by number, in the order in which they were found. */
export class StateStore {
  readonly table = new StateTable();
  readonly #moments = new GrowingWords();
  readonly #places = new GrowingWords();
  readonly #histories = new GrowingWords();
  readonly #historyIds = new Map<History, number>();
  readonly #historyList: History[] = [];
  readonly #flags = new GrowingBytes();
  readonly #depths = new GrowingWords();
  readonly #from = new GrowingWords();
  readonly #operations = new GrowingWords();
  readonly #shapes = new GrowingBytes();
  readonly #kinds = new GrowingBytes();
  readonly #choiceLists = new GrowingWords();
  readonly #choices: (readonly number[])[] = [[]];
  readonly #judged = new GrowingWords();
  readonly #followersAt = new GrowingWords();
  readonly #followerCounts = new GrowingWords();
  readonly #followers = new GrowingWords();
  readonly #violations = new GrowingWords();
  readonly #strikeLists = new GrowingWords();
  readonly #strikes: (readonly Strike[])[] = [[]];
  readonly #open = new Map<number, Pick<Edge, "landings" | "left">>();
  readonly #endings = new GrowingWords();
  readonly #items = new GrowingWords();
  readonly #sinceCalls = new GrowingWords();
  readonly #sincePowerUps = new GrowingWords();
  readonly #sinceSteps = new GrowingWords();

  get size(): number {
    return this.#moments.size;
  }

  /** Adds the state with the key at `words[at …]`, first reached over `edge` at `depth` cuts. */
  add(
    words: Uint32Array,
    at: number,
    position: Position,
    place: { readonly moment: number; readonly depth: number; readonly edge: Edge; readonly since: Since },
  ): number {
    const state = this.size;
    this.table.set(words, at, state);
    this.#moments.push(place.moment);
    this.#places.push(position.bootedOffset);
    this.#histories.push(this.#historyId(position.history));
    const progress = progressOf(position);
    this.#flags.push((position.cause & CAUSE_MASK) | (progress * FLAG_CHANGED));
    this.#depths.push(place.depth);
    this.#from.push(0);
    this.#operations.push(0);
    this.#shapes.push(0);
    this.#kinds.push(0);
    this.#choiceLists.push(0);
    this.#judged.push(0);
    this.#followersAt.push(0);
    this.#followerCounts.push(0);
    this.#violations.push(0);
    this.#strikeLists.push(0);
    this.#endings.push(0);
    this.#items.push(0);
    this.#sinceCalls.push(place.since.calls);
    this.#sincePowerUps.push(place.since.powerUps);
    this.#sinceSteps.push(place.since.steps);
    this.#setEdge(state, place.edge);
    return state;
  }

  /** A state turns out to be reachable with fewer cuts. */
  bringForward(state: number, depth: number, edge: Edge, since: Since): void {
    this.#depths.set(state, depth);
    this.#sinceCalls.set(state, since.calls);
    this.#sincePowerUps.set(state, since.powerUps);
    this.#sinceSteps.set(state, since.steps);
    this.#setEdge(state, edge);
  }

  /** What has passed since the last fault on the way by which a state was found. */
  sinceOf(state: number): Since {
    return {
      calls: this.#sinceCalls.at(state),
      powerUps: this.#sincePowerUps.at(state),
      steps: this.#sinceSteps.at(state),
    };
  }

  #historyId(history: History): number {
    let id = this.#historyIds.get(history);
    if (id === undefined) this.#historyIds.set(history, (id = this.#historyList.push(history) - 1));
    return id;
  }

  /** A strike is among the faults on the way to a state, as it was first found. */
  isStruck(state: number): boolean {
    return (this.#flags.at(state) & FLAG_STRUCK) !== 0;
  }

  /** A fault leads to a state: nothing has passed there since the last one. */
  setAfterFault(state: number): void {
    this.#flags.set(state, this.#flags.at(state) | FLAG_FAULT_LED_HERE);
  }

  isAfterFault(state: number): boolean {
    return (this.#flags.at(state) & FLAG_FAULT_LED_HERE) !== 0;
  }

  /** Work item of the first fault on the way to a state. */
  itemOf(state: number): number {
    return this.#items.at(state);
  }

  momentOf(state: number): number {
    return this.#moments.at(state);
  }

  depthOf(state: number): number {
    return this.#depths.at(state);
  }

  positionOf(state: number): Position {
    const flags = this.#flags.at(state);
    return {
      bootedOffset: this.#places.at(state),
      cause: flags & CAUSE_MASK,
      history: this.#historyList[this.#histories.at(state)] as History,
      changed: (flags & FLAG_CHANGED) !== 0,
      ...overdueIn((flags & FLAG_CONFIRMED) !== 0, (flags & FLAG_OVERDUE) !== 0),
    };
  }

  /** The state begins a power-up. */
  isPowerOn(state: number): boolean {
    return this.#places.at(state) === 0xffffffff;
  }

  edgeInto(state: number): Edge {
    return {
      from: this.#from.at(state),
      operation: this.#operations.at(state),
      kind: this.#kinds.at(state),
      shape: this.#shapes.at(state),
      choices: this.#choices[this.#choiceLists.at(state)] ?? [],
      strikes: this.#strikes[this.#strikeLists.at(state)] ?? [],
      ...this.#open.get(state),
      item: this.#items.at(state),
    };
  }

  /** Counts faults judged in the call that begins here. */
  countJudged(state: number, faults: number): void {
    this.#judged.set(state, this.#judged.at(state) + faults);
  }

  judgedFrom(state: number): number {
    return this.#judged.at(state);
  }

  /**
   * Says what follows when nothing more goes wrong: states or REST, each with followerOf(), and what the oracles say on the way
   * there.
   */
  setFollowers(state: number, followers: readonly number[], violations: number): void {
    this.#followersAt.set(state, this.#followers.size);
    this.#followerCounts.set(state, followers.length);
    for (const follower of followers) this.#followers.push(follower);
    this.#violations.set(state, violations);
  }

  followerCount(state: number): number {
    return this.#followerCounts.at(state);
  }

  follower(state: number, index: number): number {
    const entry = this.#followers.at(this.#followersAt.at(state) + index);
    return entry === REST ? REST : entry >>> 1;
  }

  /** Whether the call that leads to a follower changed flash or a counter. */
  followerWrites(state: number, index: number): boolean {
    return (this.#followers.at(this.#followersAt.at(state) + index) & 1) !== 0;
  }

  /** What the oracles say of the calls that begin in this state, as a mask. */
  violationsAt(state: number): number {
    return this.#violations.at(state);
  }

  /** How the scenario ends where a call from this state ends it: a number of the explorer's; 0 where none does. */
  endingOf(state: number): number {
    return this.#endings.at(state);
  }

  setEnding(state: number, ending: number): void {
    this.#endings.set(state, ending);
  }

  #setEdge(state: number, edge: Edge): void {
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
    this.#items.set(state, item);
    const isStruck = strikes.length > 0 || (from !== state && this.isStruck(from));
    const flags = this.#flags.at(state) & ~FLAG_STRUCK;
    this.#flags.set(state, isStruck ? flags | FLAG_STRUCK : flags);
    this.#from.set(state, from);
    this.#operations.set(state, operation);
    this.#kinds.set(state, kind);
    this.#shapes.set(state, shape);
    let list = 0;
    if (choices.length > 0) list = this.#choices.push(choices) - 1;
    this.#choiceLists.set(state, list);
    if (landings.length === 0 && left === undefined) this.#open.delete(state);
    else this.#open.set(state, left === undefined ? { landings } : { landings, left });
    this.#strikeLists.set(state, strikes.length > 0 ? this.#strikes.push(strikes) - 1 : 0);
  }
}
