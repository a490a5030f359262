// What the main thread and its workers tell one another while they work: a request to stop, and how far each task has come.
// Shared memory, as a worker that explores reads no messages.
import type { Progress } from "../../campaign/explore/exploration.js";

const STOP = 0;
/** Words before the rows: keeps the rows' doubles aligned. */
const HEAD_WORDS = 2;
const ROW_SIZE = 4;
/** Bytes of a task: its row of doubles, and a word that says how far it has come with stopping. */
const TASK_BYTES = ROW_SIZE * 8 + 4;
/** A task is at work; it has heard that it is to stop; it has answered. Before all of these it was not begun. */
const AT_WORK = 1;
const HAS_HEARD = 2;
const HAS_ANSWERED = 3;

/** Nobody asked for a stop. */
export const GO_ON = 0;

/** One block of shared memory, seen from either side. */
export class Control {
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #rows: Float64Array;
  readonly #stages: Int32Array;

  /** @param source memory that another Control has made, or for how many tasks to make it */
  constructor(source: SharedArrayBuffer | number) {
    this.buffer =
      typeof source === "number" ? new SharedArrayBuffer(HEAD_WORDS * 4 + source * TASK_BYTES) : source;
    const tasks = (this.buffer.byteLength - HEAD_WORDS * 4) / TASK_BYTES;
    this.#head = new Int32Array(this.buffer, 0, HEAD_WORDS);
    this.#rows = new Float64Array(this.buffer, HEAD_WORDS * 4, tasks * ROW_SIZE);
    this.#stages = new Int32Array(this.buffer, HEAD_WORDS * 4 + this.#rows.byteLength, tasks);
  }

  /** Asks all tasks to stop; the first reason counts. */
  stop(reason: number): void {
    Atomics.compareExchange(this.#head, STOP, GO_ON, reason);
  }

  /** Why to stop; GO_ON: no reason. */
  get stopped(): number {
    return Atomics.load(this.#head, STOP);
  }

  /** A task begins. */
  begin(task: number): void {
    Atomics.store(this.#stages, task, AT_WORK);
  }

  /** A task has heard that it is to stop: it will answer with what it has. */
  hear(task: number): void {
    Atomics.compareExchange(this.#stages, task, AT_WORK, HAS_HEARD);
  }

  /** A task is done, whatever it came to. */
  answer(task: number): void {
    Atomics.store(this.#stages, task, HAS_ANSWERED);
  }

  /** Some task is at work and has not heard that it is to stop. */
  get isAnyDeaf(): boolean {
    return this.#stages.some((_, task) => Atomics.load(this.#stages, task) === AT_WORK);
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
