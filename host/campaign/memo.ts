// The boot memo: a guest call is a deterministic function of what its imports answered, so a call whose answers would
// all be the same again need not be executed. A hit replays the call's operations on this flash, never a post-state.
//
// A tree of questions: each node asks for the one thing that the guest depended on next (a word of flash, or a whole
// sector by its digest), each edge is an answer, each leaf a recorded call. Things that are no flash (input, reset
// cause, offer, counters, retained words) choose the root. A status is a function of content that was asked for and of
// program marks; marks of single words are not, so replay compares every status and a difference is a miss.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../device/device.js";
import { sectorsOf } from "../device/layout.js";
import type { CallResult } from "./call.js";

/**
 * Words of one sector that are asked for singly before the sector is asked for as a whole. Two let an agent that looks
 * at a sector's last and first word find all torn states of that sector alike (measured: 40 times the points a second).
 */
const WORDS_PER_SECTOR = 2;

interface Question {
  /** Sector index where `whole`, else byte offset of a word. */
  readonly whole: boolean;
  readonly at: number;
  readonly answers: Answer[];
}

interface Answer {
  readonly value: readonly [number, number, number, number];
  next: Question | MemoEntry;
}

/** A recorded call: its result and where its operations are kept in the device. */
export interface MemoEntry {
  readonly result: CallResult;
  readonly kept: number;
  readonly count: number;
}

/** Guest calls already seen, per device. */
export class Memo {
  readonly #device: Device;
  readonly #roots = new Map<string, { next: Question | MemoEntry | undefined }>();
  readonly #sectorOf: Uint16Array;
  readonly #sectorReads: Uint32Array;

  constructor(device: Device) {
    this.#device = device;
    const sectors = sectorsOf(device.part);
    const last = sectors.at(-1) as { offset: number; size: number };
    this.#sectorOf = new Uint16Array((last.offset + last.size) / abi.GRANULE_SIZE);
    sectors.forEach(({ offset, size }, index) =>
      this.#sectorOf.fill(index, offset / abi.GRANULE_SIZE, (offset + size) / abi.GRANULE_SIZE),
    );
    this.#sectorReads = new Uint32Array(sectors.length);
  }

  /** The recorded call that would do the same again here, if there is one. */
  find(context: string): MemoEntry | undefined {
    let node = this.#roots.get(context)?.next;
    const { words } = this.#device;
    const digests = this.#device.table(abi.TABLE_DIGESTS);
    const flash = this.#device.table(abi.TABLE_FLASH);
    while (node !== undefined && "answers" in node) {
      const { answers, whole, at: asked }: Question = node;
      const at = whole ? digests + asked * 4 : flash + asked / 4;
      node = undefined;
      for (const { value, next } of answers) {
        if (value[0] !== words[at]) continue;
        if (whole && (value[1] !== words[at + 1] || value[2] !== words[at + 2] || value[3] !== words[at + 3]))
          continue;
        node = next;
        break;
      }
    }
    return node;
  }

  /** Records the call that was just executed with its reads logged. */
  record(context: string, result: CallResult): MemoEntry {
    const entry: MemoEntry = {
      result,
      kept: this.#device.keepLog(),
      count: this.#device.callWord(abi.CALL_LOG_COUNT),
    };
    let root = this.#roots.get(context);
    if (root === undefined) this.#roots.set(context, (root = { next: undefined }));
    let place: { next: Question | MemoEntry | undefined } = root;
    const reads = new ReadLog(this.#device, this.#sectorOf, this.#sectorReads);
    for (let read = reads.next(); read !== undefined; read = reads.next()) {
      place.next ??= { ...reads.ask(read), answers: [] };
      const node = place.next;
      if (!("answers" in node))
        throw new Error("guest is not a function of its inputs: it read on where it once stopped");
      const value = reads.answer(node, read);
      let answer = node.answers.find((known) => known.value.every((word, index) => word === value[index]));
      if (answer === undefined)
        node.answers.push((answer = { value, next: undefined as unknown as MemoEntry }));
      place = answer as { next: Question | MemoEntry | undefined };
    }
    if (place.next !== undefined && "answers" in place.next) {
      throw new Error("guest is not a function of its inputs: it stopped where it once read on");
    }
    place.next = entry;
    return entry;
  }
}

/** Walks the device's read log, skipping what earlier answers already determine. */
class ReadLog {
  readonly #words: Uint32Array;
  readonly #log: number;
  readonly #count: number;
  readonly #before: number;
  readonly #sectorOf: Uint16Array;
  readonly #sectorReads: Uint32Array;
  readonly #known = new Set<number>();
  #position = 0;

  constructor(device: Device, sectorOf: Uint16Array, sectorReads: Uint32Array) {
    this.#words = device.words;
    this.#log = device.table(abi.TABLE_READ_LOG);
    this.#count = device.callWord(abi.CALL_READ_LOG_COUNT);
    this.#before = device.table(abi.TABLE_DIGESTS_BEFORE);
    this.#sectorOf = sectorOf;
    this.#sectorReads = sectorReads;
    sectorReads.fill(0);
  }

  /** Offset of the next read that nothing asked so far determines. */
  next(): number | undefined {
    while (this.#position < this.#count) {
      const offset = this.#words[this.#log + this.#position * 2] as number;
      if (!this.#known.has(this.#sector(offset))) return offset;
      this.#position++;
    }
    return undefined;
  }

  /** How a new node asks for the read at `offset`. */
  ask(offset: number): { readonly whole: boolean; readonly at: number } {
    const sector = this.#sector(offset);
    const whole = (this.#sectorReads[sector] as number) >= WORDS_PER_SECTOR;
    return whole ? { whole, at: sector } : { whole, at: offset };
  }

  /** The answer to a node's question, taken from this log; moves past what it determines. */
  answer(node: Question, offset: number): [number, number, number, number] {
    if (node.whole) {
      if (node.at !== this.#sector(offset))
        throw new Error("guest is not a function of its inputs: it read another sector");
      this.#known.add(node.at);
      const at = this.#before + node.at * 4;
      return [
        this.#words[at] ?? 0,
        this.#words[at + 1] ?? 0,
        this.#words[at + 2] ?? 0,
        this.#words[at + 3] ?? 0,
      ];
    }
    if (node.at !== offset) throw new Error("guest is not a function of its inputs: it read another word");
    const value = this.#words[this.#log + this.#position * 2 + 1] as number;
    const sector = this.#sector(offset);
    this.#sectorReads[sector] = (this.#sectorReads[sector] as number) + 1;
    this.#position++;
    return [value, 0, 0, 0];
  }

  #sector(offset: number): number {
    return this.#sectorOf[offset >>> 8] as number;
  }
}
