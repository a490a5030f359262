// Words that cuts left open, along a run: what an exploration decides of them, laid down on the device; and for a run that is to be
// played, which of their bits had landed in the end.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { OpenSets } from "../../device/open-sets.js";
import type { Moments } from "./states/moments.js";
import type { KeptOperation, Landing } from "./memo/outcomes.js";

/** Bits that a cut erase has raised for certain in words that it left open. */
const RAISED = 0x55555555;

/** Lays landings down, each a step. */
export class LandingSteps {
  readonly #device: Device;
  readonly #moments: Moments;
  readonly #places = new Map<string, number>();

  constructor(device: Device, moments: Moments) {
    this.#device = device;
    this.#moments = moments;
  }

  take(landings: readonly Landing[]): void {
    for (const { offset, set } of landings) {
      const now = this.#device.openAt(offset);
      // What can be but one thing is open no more, though nothing new is known of it.
      const isDecided = now !== set || this.#device.openSets.masks(set).length === 1;
      if (now !== 0 && isDecided) this.#moments.step(this.#placeOf(offset, set), 0);
    }
  }

  #placeOf(offset: number, set: number): number {
    const key = `${offset} ${set}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      const [mask, other] = this.#device.openSets.masks(set);
      place =
        other === undefined && mask !== undefined
          ? this.#device.keepOperation(abi.OP_LAND, offset, mask)
          : this.#device.keepOperation(abi.OP_NARROW, offset, set);
      this.#places.set(key, place);
    }
    return place;
  }
}

/** What a torn operation has left open, where the device stands right after it: each word with its set. */
export function leftOpen(device: Device, { offset, sizeBytes }: KeptOperation): readonly Landing[] {
  const left: Landing[] = [];
  if (device.isCertain) return left;
  for (let at = offset - (offset % 4); at < offset + sizeBytes; at += 4) {
    const set = device.openAt(at);
    if (set !== 0) left.push({ offset: at, set });
  }
  return left;
}

/** A word that a cut left open: its cut, what may have landed, and what of that shows after erases that were cut. */
interface Tracked {
  readonly cut: number;
  readonly word: number;
  masks: readonly number[];
  shown: readonly number[];
}

/** Follows a run and says which bits had landed in the words that its cuts left open. */
export class Landed {
  readonly #sets: OpenSets;
  readonly #open = new Map<number, Tracked>();
  readonly #ended: Tracked[] = [];

  constructor(sets: OpenSets) {
    this.#sets = sets;
  }

  /** A call begins in which this is decided. */
  decide(landings: readonly Landing[]): void {
    for (const { offset, set } of landings) {
      const tracked = this.#open.get(offset);
      if (tracked === undefined) throw new Error(`the word at ${offset} is decided and was not open`);
      this.#keep(tracked, new Set(this.#sets.masks(set)));
    }
  }

  /** Cut number `cut` of the run left these words open; the first word of its program is at `first`. */
  tear(cut: number, first: number, left: readonly Landing[]): void {
    for (const { offset, set } of left) {
      const before = this.#open.get(offset);
      if (before !== undefined) this.#ended.push(before);
      const masks = this.#sets.masks(set);
      this.#open.set(offset, { cut, word: (offset - first) / 4, masks, shown: masks });
    }
  }

  /** An erase was half done, and these words are open still: some of their bits show no more. */
  raise(left: readonly Landing[]): void {
    for (const { offset } of left) {
      const tracked = this.#open.get(offset);
      if (tracked === undefined) throw new Error(`the word at ${offset} is open and nothing left it so`);
      tracked.shown = tracked.shown.map((mask) => (mask & ~RAISED) >>> 0);
    }
  }

  /** For each word of the program of cut number `cut` the bits that had landed; a word that was not left open has all. */
  masksOf(cut: number): readonly number[] {
    const masks: number[] = [];
    for (const tracked of [...this.#ended, ...this.#open.values()]) {
      if (tracked.cut !== cut) continue;
      while (masks.length <= tracked.word) masks.push(0xffffffff);
      const [mask] = tracked.masks;
      if (mask === undefined) throw new Error("nothing can have landed");
      masks[tracked.word] = mask;
    }
    return masks;
  }

  #keep(tracked: Tracked, among: ReadonlySet<number>): void {
    const kept = tracked.shown.flatMap((mask, index) => (among.has(mask) ? [index] : []));
    tracked.masks = kept.map((index) => tracked.masks[index] as number);
    tracked.shown = kept.map((index) => tracked.shown[index] as number);
  }
}
