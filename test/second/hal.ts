// The Hal of one guest call: every answer that a guest gets, by the rules of assembly/device/DESIGN.md, over a content of its own that it
// changes. Whoever listens is told of each operation before it is done, and of each retained word after it has changed.
import { type Program, changesOf, eraseSector, land, programStatus, readingsOf, wordAt } from "./flash.js";
import type { HalFunctions } from "./guest.js";
import { Latches } from "./latches.js";
import type { Caller, Machine, Offered } from "./machine.js";
import {
  CAUSE,
  COUNTERS,
  EVENT_RECORD,
  FLOOR,
  NOWHERE,
  OPEN_CAUSES,
  RETAINED_WORDS,
  STATUS,
} from "./numbers.js";
import { infoAt } from "./info.js";
import { type Content, type Place, highestOf, isIn } from "./world.js";

/** What the oracles want to know was changed. */
export type Region = 0 | 1 | "record" | "counter" | "retained";

/** An operation that is about to be done. */
export type Operation =
  | { readonly kind: "program"; readonly program: Program; readonly touches: Region | undefined }
  | { readonly kind: "erase"; readonly sector: Place; readonly touches: Region | undefined }
  | {
      readonly kind: "counter";
      readonly id: number;
      readonly value: number;
      readonly touches: Region | undefined;
    };

/** How the Hal ended a call. */
export type HalEnd =
  | { readonly kind: "jumped"; readonly offset: number }
  | { readonly kind: "halted"; readonly reason: number }
  | { readonly kind: "read-fault" }
  | { readonly kind: "hung" };

/** Told of what goes on in a call. */
export interface Listener {
  readonly beforeOperation: (operation: Operation) => void;
  readonly afterRetained: () => void;
}

/** What a call begins with besides content. */
export interface Situation {
  readonly booted: number;
  readonly cause: number;
  /** What the reads that have a choice see, in their order: which of the things that they may see; the first beyond these. */
  readonly choices: readonly number[];
  readonly offers: readonly Offered[];
}

/** What is thrown through a guest to end its call. */
export const ENDED = Symbol("the Hal has ended this call");

/** Calls of the Hal after which a guest's call has hung. */
const PATIENCE = 1 << 22;
const SEED = 1n;
const GOLDEN = 0x9e3779b97f4a7c15n;
const M64 = (1n << 64n) - 1n;

/** The Hal of one call. */
export class Hal {
  readonly content: Content;
  readonly touched = new Set<Region>();
  /** Operations that broke a rule of the part, and accesses to what the guest may not touch. */
  ruleBreaks = 0;
  denials = 0;
  /** Programs and erases that aimed at a slot, done or refused. */
  slotAttempts = 0;
  writes = 0;
  retainedChanges = 0;
  /** The reset cause as it is now: open until it is asked for. */
  cause: number;
  /** The reads that had a choice, in order: of how many, and which it was. */
  readonly chosen: { readonly of: number; readonly which: number }[] = [];
  recordSaid: "found" | "none" | undefined;
  end: HalEnd | undefined;
  readonly #machine: Machine;
  readonly #situation: Situation;
  readonly #caller: Caller;
  readonly #listener: Listener;
  readonly #latches: Latches;
  #calls = 0;
  #random = SEED;

  constructor(machine: Machine, content: Content, situation: Situation, listener: Listener) {
    this.#machine = machine;
    this.content = content;
    this.#situation = situation;
    this.cause = situation.cause;
    this.#caller = machine.callerAt(situation.booted);
    this.#listener = listener;
    this.#latches = new Latches(machine.world.part, machine.flashSize);
  }

  /** As a guest imports it. */
  functions(): HalFunctions {
    const counted = (answer: (a: number, b: number) => number | bigint | void) => {
      return (a = 0, b = 0) => {
        if (++this.#calls > PATIENCE) this.#stop({ kind: "hung" });
        return answer(a >>> 0, b >>> 0);
      };
    };
    return {
      read32: counted((offset) => this.#read32(offset)),
      tryRead32: counted((offset) => this.#tryRead32(offset)),
      latch32: counted((offset, word) => this.#ruled(this.#latches.latch(offset, word))),
      program: counted((offset, size) => this.#program(offset, size)),
      erase: counted((offset) => this.#erase(offset)),
      counterRead: counted((id) =>
        id < COUNTERS ? BigInt(this.#counter(id)) : withStatus(STATUS.noSuchCounter),
      ),
      counterAdvance: counted((id, value) => this.#counterAdvance(id, value)),
      receive32: counted((offset) => this.#receive32(offset)),
      retainedRead: counted((index) => (index < RETAINED_WORDS ? this.content.retained[index]! : 0)),
      retainedWrite: counted((index, word) => this.#retainedWrite(index, word)),
      info: counted((field, index) => infoAt(this.#machine, field, index, this.#asked())),
      jump: counted((offset) => this.#stop({ kind: "jumped", offset })),
      halt: counted((reason) => this.#stop({ kind: "halted", reason })),
      event: counted((code, value) => this.#event(code, value)),
      random32: counted(() => this.#random32()),
      watchdogStart: counted(() => undefined),
      feed: counted(() => undefined),
      phase: counted(() => undefined),
    };
  }

  #stop(end: HalEnd): never {
    this.end = end;
    throw ENDED;
  }

  /** Counts a status that says that a rule was broken. */
  #ruled(status: number): number {
    if (status !== STATUS.ok) this.ruleBreaks++;
    return status;
  }

  #denied(): number {
    this.denials++;
    return STATUS.denied;
  }

  #readStatus(offset: number): number {
    if (offset % 4 !== 0) return this.#ruled(STATUS.misaligned);
    if (offset >= this.#machine.flashSize) {
      this.#denied();
      return STATUS.outOfRange;
    }
    return this.#machine.mayRead(offset) ? STATUS.ok : this.#denied();
  }

  #read32(offset: number): number {
    if (this.#readStatus(offset) !== STATUS.ok) this.#stop({ kind: "read-fault" });
    const word = this.#seen(offset);
    return word === null ? this.#stop({ kind: "read-fault" }) : word | 0;
  }

  #tryRead32(offset: number): bigint {
    const status = this.#readStatus(offset);
    if (status !== STATUS.ok) return withStatus(status);
    const word = this.#seen(offset);
    return word === null ? withStatus(STATUS.unreadable) : BigInt(word);
  }

  /** What a read of a word sees; null: the code gives up. */
  #seen(offset: number): number | null {
    return this.#choose(readingsOf(this.content, this.#machine.world.part, offset));
  }

  /** One of what a read may see. */
  #choose<Seen>(among: readonly Seen[]): Seen {
    if (among.length === 1) return among[0]!;
    const which = this.#situation.choices[this.chosen.length] ?? 0;
    this.chosen.push({ of: among.length, which });
    return among[which]!;
  }

  #program(offset: number, size: number): number {
    this.#aimAt(offset);
    const data = this.#latches.take(offset, size);
    const program = { offset, data: data.bytes };
    const status = this.#programStatus(program, size, data.status);
    if (status !== STATUS.ok) return status;
    this.#do({ kind: "program", program, touches: this.#regionAt(offset) });
    const { part } = this.#machine.world;
    land(this.content, part, program, changesOf(this.content, part, program));
    return STATUS.ok;
  }

  /** @param latched what the latches say of the program's place and size */
  #programStatus(program: Program, size: number, latched: number): number {
    const { part } = this.#machine.world;
    const { offset } = program;
    const isSize = size >= part.programMin && size <= part.programMax && (size & (size - 1)) === 0;
    if (!isSize) return this.#ruled(STATUS.badSize);
    if (offset % size !== 0) return this.#ruled(STATUS.misaligned);
    if (offset + size > this.#machine.flashSize) return this.#ruled(STATUS.outOfRange);
    if (!this.#machine.mayWriteAll(this.#caller, offset, size)) return this.#denied();
    if (latched !== STATUS.ok) return this.#ruled(latched);
    return this.#ruled(programStatus(this.content, part, program));
  }

  #erase(offset: number): number {
    this.#aimAt(offset);
    if (offset >= this.#machine.flashSize) return this.#ruled(STATUS.outOfRange);
    if (!this.#machine.mayWrite(this.#caller, offset)) return this.#denied();
    const sector = this.#machine.sectors[this.#machine.sectorAt(offset)]!;
    if (sector.offset !== offset) return this.#ruled(STATUS.misaligned);
    if (!this.#machine.mayWriteAll(this.#caller, offset, sector.size)) return this.#denied();
    this.#do({ kind: "erase", sector, touches: this.#regionAt(offset) });
    eraseSector(this.content, this.#machine.world.part, sector, "done");
    return STATUS.ok;
  }

  #counter(id: number): number {
    const { counters, counterWeak } = this.content;
    const value = counters[id]!;
    const bits = counterWeak[id]!;
    return this.#choose(bits === 0 ? [value] : [value, (value ^ bits) >>> 0]);
  }

  #counterAdvance(id: number, value: number): number {
    if (id >= COUNTERS) return this.#ruled(STATUS.noSuchCounter);
    const { counters, counterWeak } = this.content;
    if (value < highestOf(this.content, id)) return this.#ruled(STATUS.counterBackwards);
    if (value === counters[id] && counterWeak[id] === 0) return STATUS.ok;
    if (value > this.#machine.world.part.counterMax) return STATUS.full;
    this.#do({ kind: "counter", id, value, touches: id === FLOOR ? undefined : "counter" });
    counters[id] = value;
    counterWeak[id] = 0;
    return STATUS.ok;
  }

  /** An operation that nothing stands in the way of. */
  #do(operation: Operation): void {
    this.#listener.beforeOperation(operation);
    this.writes++;
    if (operation.touches !== undefined) this.touched.add(operation.touches);
  }

  #aimAt(offset: number): void {
    if (this.#machine.slotOf(offset) !== undefined) this.slotAttempts++;
  }

  #regionAt(offset: number): Region | undefined {
    return (
      this.#machine.slotOf(offset) ?? (isIn(this.#machine.world.part.record, offset) ? "record" : undefined)
    );
  }

  #receive32(offset: number): bigint {
    const { offers } = this.#situation;
    if (this.#caller === "boot" || offers.length === 0) return withStatus(STATUS.nothingOffered);
    if (offset % 4 !== 0) return withStatus(STATUS.misaligned);
    const end = Math.max(...offers.map((offer) => offer.offset + offer.size));
    return offset < end ? BigInt(wordAt(this.#machine.window, offset)) : withStatus(STATUS.outOfRange);
  }

  #retainedWrite(index: number, word: number): void {
    if (index >= RETAINED_WORDS || this.content.retained[index] === word) return;
    this.content.retained[index] = word;
    this.touched.add("retained");
    this.#listener.afterRetained();
    this.retainedChanges++;
  }

  #event(code: number, value: number): void {
    if (code === EVENT_RECORD) this.recordSaid = value === NOWHERE ? "none" : "found";
  }

  /** What info() may be asked for besides the machine; the cause is decided by asking for it. */
  #asked() {
    const { booted, offers } = this.#situation;
    const cause = () => {
      if (this.cause === CAUSE.open) {
        this.cause = this.#choose(OPEN_CAUSES);
      }
      return this.cause;
    };
    return { booted, offers: this.#caller === "boot" ? [] : offers, cause };
  }

  #random32(): number {
    this.#random = (this.#random + GOLDEN) & M64;
    let x = this.#random;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & M64;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & M64;
    return Number((x ^ (x >> 31n)) >> 32n) | 0;
  }
}

/** No word, and a status in the high word. */
function withStatus(status: number): bigint {
  return BigInt(status) << 32n;
}
