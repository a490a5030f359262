// How states were reached, in their records: the edge into each, what has passed on its way since the last fault, and what few edges have
// besides, in lists. Decides nothing.
import type { Strike } from "../../plan/strikes.js";
import type { Since } from "../../play/giving-up.js";
import { NO_LANDINGS } from "../memo/outcomes.js";
import { BEFORE, type Edge } from "./edge.js";
import { extrasIn, wordsOfExtras } from "./extras.js";
import {
  EXTRAS,
  FLAG_STRUCK,
  FROM,
  ITEM,
  OPERATION,
  OPERATION_MASK,
  SINCE_CALLS,
  SINCE_POWER_UPS,
  SINCE_STEPS,
  STANDING,
} from "./state-record.js";
import type { StateTable } from "./state-table.js";
import type { WordLists } from "./word-lists.js";

/** A way to a state: its last edge, and what has passed since the last fault. */
interface WayIn {
  readonly edge: Edge;
  readonly since: Since;
}

const NO_STRIKES: readonly Strike[] = [];

/** The ways to the states of one table. */
export class WaysIn {
  readonly #table: StateTable;
  readonly #lists: WordLists;
  /** Strikes are not shared: those who explore together lay none down. */
  readonly #strikes: (readonly Strike[])[] = [[]];

  constructor(table: StateTable, lists: WordLists) {
    this.#table = table;
    this.#lists = lists;
  }

  /**
   * Puts what few edges have into a list; answers where that stands, 0 where there is nothing.
   * @throws {CapacityError} where memory is at its end
   */
  extrasOf({ choices, landings = NO_LANDINGS, left, strikes = NO_STRIKES }: Edge): number {
    const isPlain =
      choices.length === 0 && landings.length === 0 && left === undefined && strikes.length === 0;
    if (isPlain) return 0;
    const number = strikes.length === 0 ? 0 : this.#strikes.push(strikes) - 1;
    return this.#lists.add([number, ...wordsOfExtras({ choices, landings, ...(left && { left }) })]);
  }

  /** Writes a way into a record, whose flags stand already, as does where extrasOf() has put the edge's extras. */
  write(words: Uint32Array, record: number, { edge, since }: WayIn): void {
    const { from, operation, kind, shape, strikes = NO_STRIKES, item = 0 } = edge;
    words[record + SINCE_CALLS] = since.calls;
    words[record + SINCE_POWER_UPS] = since.powerUps;
    words[record + SINCE_STEPS] = since.steps;
    words[record + ITEM] = item;
    const isStruck = strikes.length > 0 || this.#isStruckBefore(words, record, from);
    const standing = (words[record + STANDING] as number) & ~((FLAG_STRUCK << 8) | 0xff);
    words[record + STANDING] = standing | (isStruck ? FLAG_STRUCK << 8 : 0) | shape;
    words[record + FROM] = from;
    words[record + OPERATION] = ((operation & OPERATION_MASK) << 8) | kind;
  }

  edgeInto(state: number): Edge {
    const record = this.#table.recordAt(state);
    const { words } = this.#table;
    const operation = words[record + OPERATION] as number;
    const isSpecial = operation >>> 8 >= (BEFORE & OPERATION_MASK);
    return {
      from: words[record + FROM] as number,
      operation: isSpecial ? ((operation >>> 8) | 0xff000000) >>> 0 : operation >>> 8,
      kind: operation & 0xff,
      shape: (words[record + STANDING] as number) & 0xff,
      ...this.#extrasAt(words[record + EXTRAS] as number),
      item: words[record + ITEM] as number,
    };
  }

  sinceOf(state: number): Since {
    const record = this.#table.recordAt(state);
    const { words } = this.#table;
    return {
      calls: words[record + SINCE_CALLS] as number,
      powerUps: words[record + SINCE_POWER_UPS] as number,
      steps: words[record + SINCE_STEPS] as number,
    };
  }

  isStruck(state: number): boolean {
    const record = this.#table.recordAt(state);
    return isStruckIn(this.#table.words, record);
  }

  /** A strike is among the faults on the way to the state before; the first state has none. */
  #isStruckBefore(words: Uint32Array, record: number, from: number): boolean {
    const before = this.#table.recordAt(from);
    return before !== record && isStruckIn(words, before);
  }

  #extrasAt(place: number): Pick<Edge, "choices" | "landings" | "left" | "strikes"> {
    if (place === 0) return { choices: [], landings: NO_LANDINGS, strikes: [] };
    const strikes = this.#strikes[this.#lists.word(place, 0)] as readonly Strike[];
    return { strikes, ...extrasIn((index) => this.#lists.word(place, index + 1)) };
  }
}

function isStruckIn(words: Uint32Array, record: number): boolean {
  return ((words[record + STANDING] as number) & (FLAG_STRUCK << 8)) !== 0;
}
