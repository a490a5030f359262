// The contexts of guest calls: all that a call can ask for and that is neither flash nor, like a retained word, asked for singly. Each context
// is the root of a tree of its own. Reads the device; changes nothing.
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import type { Place } from "./tree.js";

/** A context, and where the tree of the calls in it begins. */
export type Context = Place;

/** Numbers before the counters: where the call begins, its input, and what is offered. */
const FIRST = 3;
/** Counters, their weak bits, a worn sector and a flipped bit of the offer; a counter's true value is the oracles' affair alone. */
const SHADOWS = abi.SHADOW_COUNT - abi.COUNTER_COUNT;
const SIZE = FIRST + 2 * abi.COUNTER_COUNT + SHADOWS;

interface Known extends Context {
  readonly numbers: Int32Array;
}

/** The contexts of one device's calls, each once. */
export class Contexts {
  readonly #device: Device;
  readonly #numbers = new Int32Array(SIZE);
  readonly #known = new Map<number, Known[]>();
  /** Where what is read stands, as indexes into the device's words. */
  readonly #counters: number;
  readonly #weak: number;
  readonly #shadows: number;

  constructor(device: Device) {
    this.#device = device;
    this.#counters = device.table(abi.TABLE_COUNTERS);
    this.#weak = device.table(abi.TABLE_COUNTERS_WEAK);
    this.#shadows = device.table(abi.TABLE_SHADOWS) + abi.COUNTER_COUNT;
  }

  /** The context of a call on the device as it stands; `offer` is the index of what is offered, -1 for nothing. */
  here(bootedOffset: number, input: number, offer: number): Context {
    const hash = this.#read(bootedOffset, input, offer);
    let among = this.#known.get(hash);
    if (among === undefined) this.#known.set(hash, (among = []));
    for (const known of among) if (isSame(known.numbers, this.#numbers)) return known;
    const context: Known = { next: undefined, numbers: this.#numbers.slice() };
    among.push(context);
    return context;
  }

  /** Reads all numbers of a context; answers a hash of them. */
  #read(bootedOffset: number, input: number, offer: number): number {
    const { words } = this.#device;
    const numbers = this.#numbers;
    numbers[0] = bootedOffset;
    numbers[1] = input;
    numbers[2] = offer;
    const counters = this.#counters;
    const weak = this.#weak;
    const shadows = this.#shadows;
    let at = FIRST;
    for (let i = 0; i < abi.COUNTER_COUNT; i++) numbers[at++] = words[counters + i] as number;
    for (let i = 0; i < abi.COUNTER_COUNT; i++) numbers[at++] = words[weak + i] as number;
    for (let i = 0; i < SHADOWS; i++) numbers[at++] = words[shadows + i] as number;
    let hash = 0;
    for (let i = 0; i < SIZE; i++) hash = (Math.imul(hash, 31) + (numbers[i] as number)) | 0;
    return hash;
  }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < SIZE; i++) if (a[i] !== b[i]) return false;
  return true;
}
