// Work items: what the first faults of a campaign are divided into, so that shares of it can be done apart. Numbered in the order in which
// an exploration comes to them, which is the same in every share; each share does those that are its own.

import { type Way, isPersistentKind } from "./memo/outcomes.js";

/** A piece of work that one share does whole. */
export interface WorkItem {
  readonly number: number;
  /** Whether this share does it. */
  readonly isMine: boolean;
}

/** In place of an item where nothing is cut. */
export const NO_ITEM: WorkItem = { number: 0, isMine: false };
/** Persistent operations of a call that are one item, where the call's cuts are shared out. */
export const ITEM_OPERATIONS = 16;
/** Strikes of a list that are one item. */
export const ITEM_STRIKES = 1024;

/** Hands out the items of first faults, one after the other. */
export class WorkItems {
  readonly #share: { readonly index: number; readonly count: number };
  #count = 0;

  /** @param share the items n with n % count = index are its own */
  constructor(share: { readonly index: number; readonly count: number } = { index: 0, count: 1 }) {
    this.#share = share;
  }

  /** The item that begins now: a new one, or where a fault has gone before, that of the run's first, which is `known`. */
  next(known: number | null = null): WorkItem {
    if (known !== null) return { number: known, isMine: true };
    const number = this.#count++;
    return { number, isMine: number % this.#share.count === this.#share.index };
  }

  /** The items of a call's operations, of which the first has begun: of first faults one for every few operations. */
  of({ outcome }: Way, first: WorkItem, known: number | null): [WorkItem, ...WorkItem[]] {
    const items: [WorkItem, ...WorkItem[]] = [first];
    if (known !== null) return items;
    const operations = outcome.operations.filter(({ kind }) => isPersistentKind(kind)).length;
    for (let at = ITEM_OPERATIONS; at < operations; at += ITEM_OPERATIONS) items.push(this.next());
    return items;
  }

  /** Number of the item that is being done. */
  get current(): number {
    return this.#count - 1;
  }
}
