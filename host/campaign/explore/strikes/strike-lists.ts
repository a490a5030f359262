// Which strikes there are in a state: every one of a kind, or a sample that the seed and the state alone determine. Lists
// are lazy, as there can be a million in one state. Strikes nothing; asks the device and takes it back.
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import { sectorsOf } from "../../../device/layout.js";
import type { PartProfile, Region } from "../../../device/profile.js";
import { IN_BOOT } from "../../play/call.js";
import type { Calls } from "../calls.js";
import type { FaultName } from "../../plan/fault-models.js";
import { Fields } from "./fields.js";
import type { Identifier } from "../../play/identify.js";
import { type Way, isPersistentKind } from "../memo/outcomes.js";
import { runPlain } from "../../play/plain.js";
import { Random } from "../../../core/data/random.js";
import type { Scene } from "../../plan/scenario.js";
import { type Position, actorAt } from "../../play/position.js";
import type { StrikeChoice } from "../../plan/strike-choice.js";
import {
  type StrikeRange,
  counterFlips,
  drawnPair,
  flipRegions,
  offerFlips,
  ramFlips,
  readFlips,
  refetchFlips,
  restFlips,
  writeStrikes,
} from "../../plan/strike-kinds.js";
import type { Strike } from "../../plan/strikes.js";

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

const WORD_BITS = 32;

/** Finds the strikes of states. */
export class StrikeLists {
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #identifier: Identifier;
  readonly #calls: Calls;
  readonly #choice: StrikeChoice;
  readonly #has: (model: FaultName) => boolean;
  /** Words that flips at rest struck as a run's first fault: what those of later faults are drawn from. */
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
    const bits = flipRegions(this.#device.layout, places).reduce((sum, { size }) => sum + size * 8, 0);
    return { lists, unread: flips.includes("rest") ? bits - words.length * WORD_BITS : 0 };
  }

  /** Strikes in flight in the next call, which goes `way` when nothing is struck. */
  inFlight(position: Position, way: Way): readonly StrikeList[] {
    const { flips } = this.#choice;
    const isBoot = position.bootedOffset === IN_BOOT;
    const who = actorAt(position);
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
    const writes = this.#writes(way, actorAt(position));
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
    for (const { offset, size } of flipRegions(device.layout, this.#choice.places)) {
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

  #pairList(words: readonly number[], fields: Fields): StrikeList {
    const random = this.#random(3);
    const count = words.length === 0 ? 0 : this.#choice.samples;
    const pairs = Array.from({ length: count }, () => drawnPair(words, random));
    return {
      kind: "pair",
      size: pairs.length,
      sampled: true,
      at: (index) => pairs[index] as readonly Strike[],
      fieldOf: (index) =>
        (pairs[index] as readonly { offset: number }[])
          .map(({ offset }) => regionOf(fields.at(offset)))
          .sort()
          .join(" and "),
    };
  }

  /** One bit of the images that stand in the receive window. */
  #offerList(): StrikeList {
    return this.#sampled(
      listOf("offer", offerFlips(this.#scene), () => "incoming images"),
      4,
    );
  }

  #readList(position: Position, who: string): StrikeList {
    return this.#sampled(
      listOf("read", readFlips(this.#readsOf(position)), () => `a read by ${who}`),
      5,
    );
  }

  #ramList(position: Position): StrikeList {
    let used = 0;
    const reads = this.#readsOf(position, () => {
      used = this.#device.boot.usedEnd;
    });
    return this.#sampled(
      listOf("ram", ramFlips(reads, used), () => "boot's RAM"),
      6,
    );
  }

  /** Every bit of every word that the call reads more than once. */
  #refetchList(position: Position): StrikeList {
    this.#device.exports.trackClear();
    this.#calls.struck(position, () => this.#device.exports.trackCall());
    const tracked = this.#tracked();
    const words: number[] = [];
    for (let word = 0; word < tracked.length; word++) if ((tracked[word] as number) > 1) words.push(word * 4);
    const fields = new Fields(this.#device, this.#identifier);
    return listOf("refetch", refetchFlips(words), (index) =>
      fields.at(words[Math.floor(index / WORD_BITS)] as number),
    );
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
    const operations = outcome.operations.filter(({ kind }) => isPersistentKind(kind));
    const entries = operations.flatMap(({ kind, offset, sizeBytes }, operation) => {
      const name = kind === abi.OP_PROGRAM ? "program" : kind === abi.OP_ERASE ? "erase" : "counter advance";
      const where = kind === abi.OP_COUNTER ? "" : ` of ${this.#regionAt(offset)}`;
      const sectorBytes = kind === abi.OP_PROGRAM ? this.#sectorSize(offset) : 0;
      return writeStrikes({ operation, kind, sizeBytes, sectorBytes }, this.#has).map((strike) => ({
        strike,
        field: `${strike.effect} ${name}${where} by ${who}`,
      }));
    });
    const range = {
      size: entries.length,
      at: (index: number) => (entries[index] as { strike: Strike }).strike,
    };
    return listOf("write", range, (index) => (entries[index] as { field: string }).field);
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

/** The whole of a range, strike by strike. */
function listOf(kind: string, range: StrikeRange, fieldOf: (index: number) => string): StrikeList {
  return { kind, size: range.size, sampled: false, at: (index) => [range.at(index)], fieldOf };
}

/** Every bit of these words. */
function flipList(words: readonly number[], fields: Fields): StrikeList {
  return listOf("rest", restFlips(words), (index) =>
    fields.at((words[Math.floor(index / WORD_BITS)] as number) + ((index % WORD_BITS) >>> 3)),
  );
}

function counterList(part: PartProfile): StrikeList {
  return listOf("counter", counterFlips(part), () => "floor counter");
}

/** "active slot A, v1: payload" → "active slot A". */
function regionOf(field: string): string {
  return (/^((?:in)?active slot [AB]|Record|keys)/.exec(field) ?? [field])[0];
}
