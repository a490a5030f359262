// Work items: what the first faults of a campaign are divided into, so that shares of it can be done apart. Numbered in the order in which
// an exploration comes to them, which is the same in every share; each share does those that are its own.

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

  /** The item that begins now. */
  next(): WorkItem {
    const number = this.#count++;
    return { number, isMine: number % this.#share.count === this.#share.index };
  }

  /** Number of the item that is being done. */
  get current(): number {
    return this.#count - 1;
  }
}
