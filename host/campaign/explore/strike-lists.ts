// Which strikes there are in a state: every one of a kind, or a sample that the seed and the state alone determine. Lists
// are lazy, as there can be a million in one state. Strikes nothing; asks the device and takes it back.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import { sectorsOf } from "../../device/layout.js";
import type { PartProfile, Region } from "../../device/profile.js";
import { IN_BOOT } from "../play/call.js";
import type { Calls } from "./calls.js";
import type { FaultName } from "../plan/fault-models.js";
import { Fields } from "./fields.js";
import type { Identifier } from "../play/identify.js";
import { type Way, isPersistentKind } from "./outcomes.js";
import { runPlain } from "../play/plain.js";
import { Random } from "../../core/data/random.js";
import type { Scene } from "../plan/scenario.js";
import type { Position } from "../play/position.js";
import type { Strike, WriteEffect } from "../plan/strikes.js";

/** Where flips at rest can strike. */
export type FlipPlace = "slotA" | "slotB" | "record" | "keys" | "counters";
export const FLIP_PLACES: readonly FlipPlace[] = ["slotA", "slotB", "record", "keys", "counters"];

/** Which part of the flip model: at rest singly, at rest in pairs, in one read, in RAM, in the incoming image. */
export type FlipKind = "rest" | "pair" | "read" | "ram" | "offer";
export const FLIP_KINDS: readonly FlipKind[] = ["rest", "pair", "read", "ram", "offer"];

/** How strikes are chosen. */
export interface StrikeChoice {
  readonly models: readonly FaultName[];
  readonly flips: readonly FlipKind[];
  readonly places: readonly FlipPlace[];
  /** Strikes that a sample has, for each state and kind that is not exhausted. */
  readonly samples: number;
  /** The same beyond the first fault of a run, where there are thousands of states. */
  readonly deeperSamples: number;
  /** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most. */
  readonly powerUps: number;
  readonly seed: number;
}

/** Strikes of one kind in one state. */
export interface StrikeList {
  readonly kind: string;
  readonly size: number;
  readonly sampled: boolean;
  /** The strikes of entry `index`: one, or a pair. */
  at(index: number): readonly Strike[];
  /** The field that entry `index` strikes, in words. */
  fieldOf(index: number): string;
}

const BITS = 32;
const COUNTER_FLOOR = abi.COUNTER_FLOOR;

/** Finds the strikes of states. */
export class StrikeTasks {
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #identifier: Identifier;
  readonly #calls: Calls;
  readonly #choice: StrikeChoice;
  readonly #has: (model: FaultName) => boolean;
  /** Words that flips at rest of the first level struck: what deeper levels draw from. */
  readonly #drawn = new Set<number>();

  constructor(device: Device, scene: Scene, identifier: Identifier, calls: Calls, choice: StrikeChoice) {
    this.#device = device;
    this.#scene = scene;
    this.#identifier = identifier;
    this.#calls = calls;
    this.#choice = choice;
    this.#has = (model) => choice.models.includes(model);
  }

  /**
   * Strikes at rest before the power-up at which the device stands; `unread` counts the single flips that nothing asks for.
   */
  atRest(
    position: Position,
    isFirst: boolean,
    way: Way,
  ): { readonly lists: readonly StrikeList[]; readonly unread: number } {
    const { flips, places } = this.#choice;
    if (!this.#has("flip")) return { lists: [], unread: 0 };
    const { end } = way.outcome.result;
    const running = end.kind === "jumped" ? end.offset : null;
    const fields = new Fields(this.#device, this.#identifier, running);
    const words = this.#relevantWords(position);
    for (const word of words) this.#drawn.add(word);
    const lists: StrikeList[] = [];
    if (flips.includes("rest")) lists.push(flipList(words, fields));
    if (flips.includes("rest") && places.includes("counters")) lists.push(counterList(this.#device.part));
    if (flips.includes("pair")) lists.push(this.#pairList(words, fields));
    if (flips.includes("offer") && isFirst) lists.push(this.#offerList());
    const bits = this.#regions().reduce((sum, { size }) => sum + size * 8, 0);
    return { lists, unread: flips.includes("rest") ? bits - words.length * BITS : 0 };
  }

  /** Strikes in flight in the next call, which goes `way` when nothing is struck. */
  inFlight(position: Position, way: Way): readonly StrikeList[] {
    const { flips } = this.#choice;
    const isBoot = position.bootedOffset === IN_BOOT;
    const who = isBoot ? "boot" : "firmware";
    const lists: StrikeList[] = [];
    if (this.#has("flip") && flips.includes("read")) lists.push(this.#readList(position, who));
    if (this.#has("flip") && flips.includes("ram") && isBoot) lists.push(this.#ramList(position));
    if (this.#has("double-fetch") && isBoot) lists.push(this.#refetchList(position));
    const writes = this.#writes(way, who);
    if (writes.size > 0) lists.push(writes);
    return lists;
  }

  /**
   * The same for a state beyond the first fault: a sample of flips at rest, where none of the faults before was a strike
   * (`isStruck`), and of failed writes. Two flips at once are a kind of their own: pairs.
   */
  deeper(position: Position, way: Way, isStruck: boolean): readonly StrikeList[] {
    const isBoot = position.bootedOffset === IN_BOOT;
    const lists: StrikeList[] = [];
    if (this.#has("flip") && isBoot && !isStruck && this.#drawn.size > 0) {
      const fields = new Fields(this.#device, this.#identifier);
      const words = [...this.#drawn].sort((a, b) => a - b);
      lists.push(this.#sampled(flipList(words, fields), 1, this.#choice.deeperSamples));
    }
    const writes = this.#writes(way, isBoot ? "boot" : "firmware");
    if (writes.size > 0) lists.push(this.#sampled(writes, 2, this.#choice.deeperSamples));
    return lists;
  }

  /** Words that decide how the run goes on from here, or how it is judged: offsets, in order. */
  #relevantWords(position: Position): number[] {
    const device = this.#device;
    const mark = device.exports.undoMark();
    device.exports.trackClear();
    runPlain(device, this.#scene, position, { tracks: true });
    device.exports.undoTo(mark);
    const tracked = this.#tracked();
    const longest = this.#scene.images.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    const { slotA, slotB } = device.layout;
    const words: number[] = [];
    for (const { offset, size } of this.#regions()) {
      const judged = offset === slotA.offset || offset === slotB.offset ? Math.min(longest, size) : 0;
      for (let at = offset; at < offset + size; at += 4)
        if (at < offset + judged || tracked[at / 4] !== 0) words.push(at);
    }
    return words;
  }

  /** How often the tracked calls asked for each word; valid until memory grows. */
  #tracked(): Uint8Array {
    const { words } = this.#device;
    return new Uint8Array(words.buffer, this.#device.table(abi.TABLE_TRACKED) * 4, 0x80000);
  }

  #regions(): Region[] {
    const { layout } = this.#device;
    return this.#choice.places.flatMap((place) => (place === "counters" ? [] : [layout[place]]));
  }

  #pairList(words: readonly number[], fields: Fields): StrikeList {
    const random = this.#random(3);
    const draw = (): Strike => ({
      kind: "flip",
      offset: words[random.below(words.length)] as number,
      bit: random.below(BITS),
    });
    const pairs = Array.from({ length: words.length === 0 ? 0 : this.#choice.samples }, () => [
      draw(),
      draw(),
    ]);
    return {
      kind: "pair",
      size: pairs.length,
      sampled: true,
      at: (index) => pairs[index] as Strike[],
      fieldOf: (index) =>
        (pairs[index] as { offset: number }[])
          .map(({ offset }) => regionOf(fields.at(offset)))
          .sort()
          .join(" and "),
    };
  }

  /** One bit of the images that stand in the receive window. */
  #offerList(): StrikeList {
    const { steps } = this.#scene.scenario;
    const bytes = this.#scene.images.reduce((sum, image) => sum + ((image.bytes.length + 3) & ~3), 0);
    const all: StrikeList = {
      kind: "offer",
      size: steps.length === 0 ? 0 : bytes * 8,
      sampled: false,
      at: (index) => [{ kind: "offer", offset: (index >>> 5) * 4, bit: index & 31 }],
      fieldOf: () => "incoming images",
    };
    return this.#sampled(all, 4);
  }

  #readList(position: Position, who: string): StrikeList {
    const all: StrikeList = {
      kind: "read",
      size: this.#readsOf(position) * BITS,
      sampled: false,
      at: (index) => [{ kind: "read", read: index >>> 5, bit: index & 31 }],
      fieldOf: () => `a read by ${who}`,
    };
    return this.#sampled(all, 5);
  }

  #ramList(position: Position): StrikeList {
    let used = 0;
    const reads = this.#readsOf(position, () => {
      used = this.#device.boot.usedEnd;
    });
    const all: StrikeList = {
      kind: "ram",
      size: reads * used * 8,
      sampled: false,
      at: (index) => {
        const read = Math.floor(index / (used * 8));
        const bit = index - read * used * 8;
        return [{ kind: "ram", read, address: bit >>> 3, bit: bit & 7 }];
      },
      fieldOf: () => "boot's RAM",
    };
    return this.#sampled(all, 6);
  }

  /** Every bit of every word that the call reads more than once. */
  #refetchList(position: Position): StrikeList {
    this.#device.exports.trackClear();
    this.#calls.struck(position, () => this.#device.exports.trackCall());
    const tracked = this.#tracked();
    const words: number[] = [];
    for (let word = 0; word < tracked.length; word++) if ((tracked[word] as number) > 1) words.push(word * 4);
    const fields = new Fields(this.#device, this.#identifier);
    return {
      kind: "refetch",
      size: words.length * BITS,
      sampled: false,
      at: (index) => [{ kind: "refetch", offset: words[index >>> 5] as number, bit: index & 31 }],
      fieldOf: (index) => fields.at(words[index >>> 5] as number),
    };
  }

  /** Flash reads of a call. */
  #readsOf(position: Position, look?: () => void): number {
    let left = 0;
    this.#calls.struck(
      position,
      () => this.#device.exports.tellRead(0xffffffff),
      () => {
        left = this.#device.flipsLeft();
        look?.();
      },
    );
    return 0xffffffff - left;
  }

  /** Every operation of a call × every way in which it can go wrong. */
  #writes({ outcome }: Way, who: string): StrikeList {
    const entries: { readonly strike: Strike; readonly field: string }[] = [];
    const operations = outcome.operations.filter(({ kind }) => isPersistentKind(kind));
    operations.forEach(({ kind, offset, sizeBytes }, operation) => {
      const isCounter = kind === abi.OP_COUNTER;
      const name = kind === abi.OP_PROGRAM ? "program" : kind === abi.OP_ERASE ? "erase" : "counter advance";
      const where = isCounter ? "" : ` of ${this.#regionAt(offset)}`;
      const add = (effect: WriteEffect, bit: number) =>
        entries.push({
          strike: { kind: "write", operation, effect, bit },
          field: `${effect} ${name}${where} by ${who}`,
        });
      if (this.#has("write"))
        for (const effect of ["dropped", "failed", "worn"] as const)
          if (!isCounter || effect !== "worn") add(effect, 0);
      if (this.#has("misdirected") && kind === abi.OP_PROGRAM)
        // A wrong bit within a word would only move bytes within what is latched.
        for (let bit = Math.max(2, Math.log2(sizeBytes)); 2 ** bit < this.#sectorSize(offset); bit++)
          add("stray", bit);
    });
    return {
      kind: "write",
      size: entries.length,
      sampled: false,
      at: (index) => [(entries[index] as { strike: Strike }).strike],
      fieldOf: (index) => (entries[index] as { field: string }).field,
    };
  }

  #sectorSize(offset: number): number {
    return sectorsOf(this.#device.part)[this.#calls.sectorAt(offset)]?.size ?? 0;
  }

  #regionAt(offset: number): string {
    const { slotA, slotB, record } = this.#device.layout;
    const inside = ({ offset: from, size }: Region) => offset >= from && offset < from + size;
    return inside(slotA) ? "slot A" : inside(slotB) ? "slot B" : inside(record) ? "the Record" : "elsewhere";
  }

  /** The list itself where it is small enough, else a sample of it without repetition. */
  #sampled(list: StrikeList, salt: number, samples = this.#choice.samples): StrikeList {
    if (list.size <= samples) return list;
    const random = this.#random(salt);
    const drawn = new Set<number>();
    while (drawn.size < samples) drawn.add(random.below(list.size));
    const chosen = [...drawn];
    return {
      kind: list.kind,
      size: samples,
      sampled: true,
      at: (index) => list.at(chosen[index] as number),
      fieldOf: (index) => list.fieldOf(chosen[index] as number),
    };
  }

  /** Numbers that the seed, the state at which the device stands and the kind of list determine. */
  #random(salt: number): Random {
    const { words } = this.#device;
    const at = this.#device.table(abi.TABLE_REGION_DIGESTS);
    return new Random(this.#choice.seed, salt, ...words.subarray(at, at + 16));
  }
}

/** Every bit of these words. */
function flipList(words: readonly number[], fields: Fields): StrikeList {
  return {
    kind: "rest",
    size: words.length * BITS,
    sampled: false,
    at: (index) => [{ kind: "flip", offset: words[index >>> 5] as number, bit: index & 31 }],
    fieldOf: (index) => fields.at((words[index >>> 5] as number) + ((index & 31) >>> 3)),
  };
}

/** Every bit of the floor counter: as many as the greatest value that it can hold has. */
function counterList({ counterMax }: Pick<PartProfile, "counterMax">): StrikeList {
  return {
    kind: "counter",
    size: counterMax === undefined ? BITS : BITS - Math.clz32(counterMax.value),
    sampled: false,
    at: (index) => [{ kind: "counter", id: COUNTER_FLOOR, bit: index }],
    fieldOf: () => "floor counter",
  };
}

/** "active slot A, v1: payload" → "active slot A". */
function regionOf(field: string): string {
  return (/^((?:in)?active slot [AB]|Record|keys)/.exec(field) ?? [field])[0];
}
