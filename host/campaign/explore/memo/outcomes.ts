// What guest calls came to, each different one once: its result and its operations, kept in the device for replay.
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import { type CallResult, scanLog } from "../../play/call.js";
import type { Talk } from "./talk.js";

/** A call's result and the operations that lead to it. */
export interface Outcome {
  readonly kind: "outcome";
  readonly id: number;
  readonly result: CallResult;
  /** Place for replay() of the whole call; 0 where it did nothing. */
  readonly place: number;
  /** Kept operations, as places in the device for replay(): only what changes something. */
  readonly operations: readonly KeptOperation[];
  /** This outcome as the only way in which a call can go. */
  readonly alone: readonly Way[];
}

/** What is decided of an open word: what landed there is one of a set of masks (Device.openSets), which all lead the call one way. */
export interface Landing {
  readonly offset: number;
  readonly set: number;
}

/** One way in which a call can go: what it does, what its weak reads see, in order, and what had landed in the open words it asked for. */
export interface Way {
  readonly outcome: Outcome;
  readonly choices: readonly number[];
  readonly landings: readonly Landing[];
  /** What it asks of what surrounds the device, and hears; null where nothing can be asked. */
  readonly talk: Talk | null;
}

/** Nothing is decided. */
export const NO_LANDINGS: readonly Landing[] = [];

/** An operation that changes something, kept for replay. */
export interface KeptOperation {
  /** Place for replay(). */
  readonly place: number;
  /** OP_PROGRAM, OP_ERASE, OP_COUNTER, OP_RETAINED or OP_CAUSE. */
  readonly kind: number;
  /** Byte offset; counter or retained index; 0 for a cause. */
  readonly offset: number;
  /** Size in bytes; 0 for what is no flash. */
  readonly sizeBytes: number;
  /** Regions that it changes, TOUCHED_ bits. */
  readonly touched: number;
}

/** Whether an operation of this kind is persistent: one that can be torn. */
export function isPersistentKind(kind: number): boolean {
  return kind === abi.OP_PROGRAM || kind === abi.OP_ERASE || kind === abi.OP_COUNTER;
}

/** Every outcome seen on a device, told apart by all that they do and say. */
export class Outcomes {
  readonly all: Outcome[] = [];
  readonly #device: Device;
  readonly #known = new Map<string, Outcome>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** The outcome of the call that has just ended with `result`. */
  ofLastCall(result: CallResult): Outcome {
    const text = this.#textOf(result);
    let outcome = this.#known.get(text);
    if (outcome === undefined) {
      outcome = new KeptOutcome(this.#device, this.all.length, result);
      this.#known.set(text, outcome);
      this.all.push(outcome);
    }
    return outcome;
  }

  /** Whether a call that has just ended did and said the same. */
  isLastCall(outcome: Outcome, result: CallResult): boolean {
    return this.#known.get(this.#textOf(result)) === outcome;
  }

  /** A result, with sizes and a 128-bit digest of the call's operations and their data. */
  #textOf(result: CallResult): string {
    const { words, exports } = this.#device;
    exports.logDigest();
    const at = this.#device.table(abi.TABLE_KEY);
    const [a, b, c, d] = [words[at], words[at + 1], words[at + 2], words[at + 3]];
    return `${JSON.stringify(result)} ${this.#device.callWord(abi.CALL_LOG_COUNT)} ${a} ${b} ${c} ${d}`;
  }
}

/** An outcome whose operations are listed when they are first asked for: most calls are only done again as a whole. */
class KeptOutcome implements Outcome {
  readonly kind = "outcome";
  readonly place: number;
  readonly alone: readonly Way[] = [{ outcome: this, choices: [], landings: NO_LANDINGS, talk: null }];
  readonly #device: Device;
  readonly #count: number;
  #operations: readonly KeptOperation[] | undefined;

  constructor(
    device: Device,
    readonly id: number,
    readonly result: CallResult,
  ) {
    this.#device = device;
    this.#count = device.callWord(abi.CALL_LOG_COUNT);
    this.place = this.#count === 0 ? 0 : device.keepLog();
  }

  get operations(): readonly KeptOperation[] {
    return (this.#operations ??= this.#list());
  }

  #list(): KeptOperation[] {
    const { words } = this.#device;
    const operations: KeptOperation[] = [];
    for (let i = 0; i < this.#count; i++) {
      const place = this.place + i * 16;
      const head = words[place >>> 2] as number;
      const kind = head & 0xff;
      if (kind === abi.OP_EVENT || head >>> 8 !== abi.STATUS_OK) continue;
      const { touched } = scanLog(this.#device, place >>> 2, 1);
      const offset = words[(place >>> 2) + 1] as number;
      const sizeBytes = words[(place >>> 2) + 2] as number;
      operations.push({ place, kind, offset, sizeBytes, touched });
    }
    return operations;
  }
}
