// Several explorers, each in a thread and on a device of its own, that find the states of one exploration together: they meet after each
// number of faults, take states from one another, and call the exploration off for all. What they share is memory; this starts no thread.
import type { SharedStates } from "../../../device/states-module.js";

/** What an explorer needs to be one of a crew. Plain data that goes to threads. */
export interface Seat extends SharedStates {
  readonly size: number;
  readonly board: SharedArrayBuffer;
}

/** What an explorer has counted, which is added up over all. */
export interface Counted {
  readonly judged: number;
  readonly planned: number;
  readonly bootsExecuted: number;
  readonly callsAudited: number;
}

export const NOTHING_COUNTED: Counted = { judged: 0, planned: 0, bootsExecuted: 0, callsAudited: 0 };

/** Both counts together. */
export function plus(now: Counted, before?: Counted): Counted {
  if (before === undefined) return now;
  return {
    judged: now.judged + before.judged,
    planned: now.planned + before.planned,
    bootsExecuted: now.bootsExecuted + before.bootsExecuted,
    callsAudited: now.callsAudited + before.callsAudited,
  };
}

/** Words of the board: explorers that have arrived at a meeting; meetings held; explorers that have left; the call-off, and its length; a find; calls that were made in part. */
const ARRIVED = 0;
const MEETINGS = 1;
const LEFT = 2;
const CALLED = 3;
const LENGTH = 4;
const FOUND = 5;
const SPOILED = 6;
const HEAD_WORDS = 16;
/** Values of CALLED. */
const GOING_ON = 0;
const WRITING = 1;
const CALLED_OFF = 2;
const TEXT_BYTES = 1024;
const COUNTED = 4;
/** Between two looks whether the exploration was called off. */
const WAIT_MILLIS = 20;

/** Explorers' states that are taken from: those of the crew, and last, those of nobody, which were there before. */
function takenFrom(size: number): number {
  return size + 1;
}

/** A board for a crew of so many. */
export function newBoard(size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(textAt(size) + TEXT_BYTES);
}

/** Where on the board is what explorers have counted, and the reason why it was called off. */
function countedAt(size: number): number {
  const words = HEAD_WORDS + takenFrom(size);
  return (words + (words % 2)) * 4;
}

function textAt(size: number): number {
  return countedAt(size) + size * COUNTED * 8;
}

/** One explorer's view of its crew. */
export class Crew {
  readonly seat: Seat;
  readonly #head: Int32Array;
  /** How much of each explorer's states has been taken. */
  readonly #taken: Int32Array;
  readonly #counted: Float64Array;
  readonly #text: Uint8Array;
  #hasLeft = false;

  constructor(seat: Seat) {
    const { board, size } = seat;
    this.seat = seat;
    this.#head = new Int32Array(board, 0, HEAD_WORDS);
    this.#taken = new Int32Array(board, HEAD_WORDS * 4, takenFrom(size));
    this.#counted = new Float64Array(board, countedAt(size), size * COUNTED);
    this.#text = new Uint8Array(board, textAt(size), TEXT_BYTES);
  }

  /** Waits until all are here; false where the exploration was called off. */
  meet(): boolean {
    const head = this.#head;
    const meeting = Atomics.load(head, MEETINGS);
    if (Atomics.add(head, ARRIVED, 1) + 1 === this.seat.size) {
      Atomics.store(head, ARRIVED, 0);
      Atomics.add(head, MEETINGS, 1);
      Atomics.notify(head, MEETINGS);
    }
    while (Atomics.load(head, MEETINGS) === meeting) {
      if (this.isCalledOff) return false;
      Atomics.wait(head, MEETINGS, meeting, WAIT_MILLIS);
    }
    return !this.isCalledOff;
  }

  /** Takes `size` more of an explorer's states, or of those that are nobody's, who comes last; answers how many were taken before. */
  take(explorer: number, size: number): number {
    return Atomics.add(this.#taken, explorer, size);
  }

  /** None of any explorer's states is taken; said by one, between two meetings. */
  takeNone(): void {
    this.#taken.fill(0);
  }

  /** Calls the exploration off, as it cannot be complete; the first reason counts. */
  callOff(reason: string): void {
    const head = this.#head;
    if (Atomics.compareExchange(head, CALLED, GOING_ON, WRITING) !== GOING_ON) return;
    const bytes = new TextEncoder().encode(reason).subarray(0, TEXT_BYTES);
    this.#text.set(bytes);
    Atomics.store(head, LENGTH, bytes.length);
    Atomics.store(head, CALLED, CALLED_OFF);
  }

  /** Calls the exploration off, as something was found: one explorer is to look for all of it, in order. */
  tellFound(): void {
    Atomics.store(this.#head, FOUND, 1);
  }

  /** A call of this explorer's was made in part: nobody can go on with what there is. Said before it leaves. */
  spoil(): void {
    Atomics.store(this.#head, SPOILED, 1);
  }

  get isSpoiled(): boolean {
    return Atomics.load(this.#head, SPOILED) === 1;
  }

  get isCalledOff(): boolean {
    return Atomics.load(this.#head, CALLED) !== GOING_ON || this.hasFound;
  }

  get hasFound(): boolean {
    return Atomics.load(this.#head, FOUND) === 1;
  }

  /** Why it cannot be complete; null where nobody has said so. */
  get incomplete(): string | null {
    const head = this.#head;
    while (Atomics.load(head, CALLED) === WRITING);
    if (Atomics.load(head, CALLED) !== CALLED_OFF) return null;
    return new TextDecoder().decode(this.#text.slice(0, Atomics.load(head, LENGTH)));
  }

  /** This explorer writes no state any more, and has counted so much; said once more it says nothing. */
  leave({ judged, planned, bootsExecuted, callsAudited }: Counted): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#counted.set([judged, planned, bootsExecuted, callsAudited], this.seat.explorer * COUNTED);
    Atomics.add(this.#head, LEFT, 1);
    Atomics.notify(this.#head, LEFT);
  }

  /** This explorer does not take its seat, or leaves it where it cannot go on: nobody waits for it. */
  abandon(reason: string): void {
    this.callOff(reason);
    this.leave(NOTHING_COUNTED);
  }

  /** Waits until all have left; answers what they have counted together. */
  whole(): Counted {
    const head = this.#head;
    const { size } = this.seat;
    for (let left = Atomics.load(head, LEFT); left < size; left = Atomics.load(head, LEFT))
      Atomics.wait(head, LEFT, left, WAIT_MILLIS);
    const sum = (at: number) => {
      let total = 0;
      for (let row = at; row < this.#counted.length; row += COUNTED) total += this.#counted[row] as number;
      return total;
    };
    return { judged: sum(0), planned: sum(1), bootsExecuted: sum(2), callsAudited: sum(3) };
  }
}
