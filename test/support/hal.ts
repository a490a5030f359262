// Drives a device's Hal from a test, without a guest between: each import is a method, begin() begins a call. Never
// checks anything itself.
import * as abi from "../../assembly/abi.js";
import { STOP } from "../../host/core/guest.js";
import type { Device } from "../../host/device/device.js";
import type { Digest } from "../../host/device/device-exports.js";
import type { PartProfile } from "../../host/device/profile.js";
import { deviceOf, ownPairFor } from "./scenes.js";

/** The imports as a guest has them; a word may come as a negative number. */
export interface HalImports {
  read32(offset: number): number;
  tryRead32(offset: number): bigint;
  latch32(offset: number, word: number): number;
  program(offset: number, sizeBytes: number): number;
  erase(offset: number): number;
  counterRead(id: number): bigint;
  counterAdvance(id: number, value: number): number;
  receive32(offset: number): bigint;
  retainedRead(index: number): number;
  retainedWrite(index: number, word: number): void;
  info(field: number, index: number): number;
  jump(offset: number): void;
  halt(reason: number): void;
  random32(): number;
  event(code: number, value: number): void;
  linkSize(): number;
  linkRead32(offset: number): number;
  linkRelease(): void;
  linkWrite32(offset: number, word: number): number;
  linkSend(sizeBytes: number): number;
  clockReached(seconds: number): number;
  clockInWindow(from: number, to: number, days: number): number;
  clockSeconds(): number;
  uptimeReached(seconds: number): number;
  input(which: number): number;
  resetNow(): void;
  resetIfSafe(): number;
  leaseTake(): number;
  leaseHeld(): number;
  nonceNew(): void;
  nonce(which: number, index: number): number;
  scratchRead(index: number): number;
  scratchWrite(index: number, word: number): void;
  keySlotRead(index: number): number;
  keySlotWrite(index: number, word: number): void;
  acted(request: number): void;
}

/** A word and the Status it came with. */
export interface Answer {
  readonly status: number;
  readonly word: number;
}

/** How a call was stopped; `kind` is a STOP_ number, NONE where it was not. */
export interface Stop {
  readonly kind: number;
  readonly value: number;
}

/** The Hal of a device of its own, its ECC modelled where the part has one and `ecc` says so. */
export class Hal {
  readonly device: Device;
  readonly #hal: HalImports;

  constructor(part: PartProfile, { ecc = false } = {}) {
    this.device = deviceOf(part, ownPairFor(part));
    if (ecc) this.device.setEcc(part.ecc?.unitBytes.value ?? 0, part.ecc?.erasedFaults ?? false);
    this.#hal = this.device.hal as unknown as HalImports;
    this.begin();
  }

  /** Begins a call: of boot, or of the firmware at this offset. */
  begin(bootedOffset: number = abi.NOWHERE): void {
    this.device.exports.beginCall(bootedOffset, 0);
  }

  tryRead32(offset: number): Answer {
    return answer(this.#hal.tryRead32(offset));
  }
  read32(offset: number): number {
    return this.#hal.read32(offset) >>> 0;
  }
  latch32(offset: number, word: number): number {
    return this.#hal.latch32(offset, word);
  }
  program(offset: number, sizeBytes: number): number {
    return this.#hal.program(offset, sizeBytes);
  }
  erase(offset: number): number {
    return this.#hal.erase(offset);
  }
  counterRead(id: number): Answer {
    return answer(this.#hal.counterRead(id));
  }
  counterAdvance(id: number, value: number): number {
    return this.#hal.counterAdvance(id, value);
  }
  receive32(offset: number): Answer {
    return answer(this.#hal.receive32(offset));
  }
  retainedRead(index: number): number {
    return this.#hal.retainedRead(index) >>> 0;
  }
  retainedWrite(index: number, word: number): void {
    this.#hal.retainedWrite(index, word);
  }
  info(field: number, index = 0): number {
    return this.#hal.info(field, index) >>> 0;
  }
  random32(): number {
    return this.#hal.random32() >>> 0;
  }
  event(code: number, value: number): void {
    this.#hal.event(code, value);
  }

  scratchRead(index: number): number {
    return this.#hal.scratchRead(index) >>> 0;
  }
  scratchWrite(index: number, word: number): void {
    this.#hal.scratchWrite(index, word);
  }
  keySlotRead(index: number): number {
    return this.#hal.keySlotRead(index) >>> 0;
  }
  keySlotWrite(index: number, word: number): void {
    this.#hal.keySlotWrite(index, word);
  }

  /** What surrounds the device is asked by these as they are. */
  get imports(): HalImports {
    return this.#hal;
  }

  /** What the last call depended on: head and first word of each entry; only of a call that logs it (beginLogged). */
  readLog(): (readonly [head: number, first: number])[] {
    const at = this.device.table(abi.TABLE_READ_LOG);
    return Array.from({ length: this.device.callWord(abi.CALL_READ_LOG_COUNT) }, (_, index) => [
      this.device.words[at + index * 4] as number,
      this.device.words[at + index * 4 + 1] as number,
    ]);
  }

  /** Begins a call of boot that logs what it depends on. */
  beginLogged(): void {
    this.device.exports.beginCall(abi.NOWHERE, 1);
  }

  /** Latches `data` (bus bytes) and programs it; the words around a program smaller than a word are latched as ones. */
  programBytes(offset: number, data: Uint8Array): number {
    const first = offset & ~3;
    const words = new Uint8Array((offset + data.length - first + 3) & ~3).fill(this.device.part.erasedByte);
    words.set(data, offset - first);
    const view = new DataView(words.buffer);
    for (let at = 0; at < words.length; at += 4) {
      const status = this.latch32(first + at, view.getUint32(at, true));
      if (status !== abi.STATUS_OK) return status;
    }
    return this.program(offset, data.length);
  }

  /** What a read of the word at `offset` sees when the adversary takes this choice. */
  reading(offset: number, choice: number): number | "nothing" {
    this.begin();
    this.device.setChoices([choice]);
    const { status, word } = this.tryRead32(offset);
    this.device.setChoices([]);
    if (status === abi.STATUS_UNREADABLE) return "nothing";
    if (status !== abi.STATUS_OK) throw new Error(`read at ${offset}: status ${status}`);
    return word;
  }

  /** The key that the device would have after a reset for `cause`, as text. */
  powerOnKey(cause: number, history: Digest = [0, 0, 0, 0]): string {
    this.device.exports.powerOnKey(cause, ...history);
    const at = this.device.table(abi.TABLE_KEY);
    return this.device.words.slice(at, at + 4).join();
  }

  /** The key of all that lasts, as text. */
  stateKey(place = 0, history: Digest = [0, 0, 0, 0]): string {
    this.device.exports.stateKey(place, ...history);
    const at = this.device.table(abi.TABLE_KEY);
    return this.device.words.slice(at, at + 4).join();
  }

  /** Weak bits of a range, as masks. */
  weak(offset: number, size: number): Uint8Array {
    const at = this.device.table(abi.TABLE_WEAK) * 4 + offset;
    return new Uint8Array(this.device.exports.memory.buffer).slice(at, at + size);
  }

  /** Does `body` and says how it was stopped. */
  stop(body: (hal: HalImports) => void): Stop {
    try {
      body(this.#hal);
    } catch (error) {
      if (error !== STOP) throw error;
    }
    const { device } = this;
    return { kind: device.callWord(abi.CALL_STOP_KIND), value: device.callWord(abi.CALL_STOP_VALUE) };
  }

  /** Does `body` with the power going at its first operation, in this shape. */
  cut(shape: number, body: (hal: Hal) => void): Stop {
    this.begin();
    this.device.setCut(0, shape);
    const stop = this.stop(() => body(this));
    this.device.setCut(abi.NOWHERE, 0);
    return stop;
  }
}

function answer(value: bigint): Answer {
  const bits = BigInt.asUintN(64, value);
  return { status: Number(bits >> 32n), word: Number(bits & 0xffffffffn) };
}
