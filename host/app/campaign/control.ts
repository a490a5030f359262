// What the main thread and its workers tell one another while they work: a request to stop, and how far each task has come.
// Shared memory, as a worker that explores reads no messages.
import type { Progress } from "../../campaign/explore/exploration.js";

const STOP = 0;
/** Words before the rows: keeps the rows' doubles aligned. */
const HEAD_WORDS = 2;
const ROW_SIZE = 4;

/** Nobody asked for a stop. */
export const GO_ON = 0;

/** One block of shared memory, seen from either side. */
export class Control {
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #rows: Float64Array;

  /** @param source memory that another Control has made, or for how many tasks to make it */
  constructor(source: SharedArrayBuffer | number) {
    this.buffer =
      typeof source === "number" ? new SharedArrayBuffer(HEAD_WORDS * 4 + source * ROW_SIZE * 8) : source;
    this.#head = new Int32Array(this.buffer, 0, HEAD_WORDS);
    this.#rows = new Float64Array(this.buffer, HEAD_WORDS * 4);
  }

  /** Asks all tasks to stop; the first reason counts. */
  stop(reason: number): void {
    Atomics.compareExchange(this.#head, STOP, GO_ON, reason);
  }

  /** Why to stop; GO_ON: no reason. */
  get stopped(): number {
    return Atomics.load(this.#head, STOP);
  }

  /** How far a task has come. */
  report(task: number, { judged, depth, states, open }: Progress): void {
    this.#rows.set([judged, depth, states, open], task * ROW_SIZE);
  }

  /** All tasks together; states that several have met count for each. */
  get progress(): Progress {
    const total = { judged: 0, depth: 0, states: 0, open: 0 };
    for (let at = 0; at < this.#rows.length; at += ROW_SIZE) {
      const [judged = 0, depth = 0, states = 0, open = 0] = this.#rows.subarray(at, at + ROW_SIZE);
      total.judged += judged;
      total.depth = Math.max(total.depth, depth);
      total.states += states;
      total.open += open;
    }
    return total;
  }
}
