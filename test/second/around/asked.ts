// What a guest hears of what surrounds its device, call by call of the Hal, by the comments of assembly/hal/hal.ts; and what the oracles of
// that say. Also RAM that survives a step, but neither a reset nor a loss of power.
import type { HalFunctions } from "../guest.js";
import { type Client, type Packet, type Wishes, hear, isLine } from "./client.js";
import { type Around, type Plan, roomOf } from "./surroundings.js";

/** Words of RAM that a guest here may use. */
export interface Ram {
  readonly scratch: readonly number[];
  readonly keys: readonly number[];
}

/** Nothing stands there. */
export const BLANK: Ram = { scratch: new Array<number>(8).fill(0), keys: [0, 0, 0, 0] };

const UNSAFE = 14;
/** Fields of info(). */
const SCRATCH_BYTES = 24;
const FRAME_BYTES = 27;
const THERAPY = 0;
const PATIENT = 1;
/** Names that nonces may have: more than can be held at the same time. */
const NAMES = [1, 2, 3, 4, 5, 6];
const NAME_FACTOR = 0x01000193;

/** What one call after the other asks and is told. */
export class Asked {
  around!: Around;
  ram!: Ram;
  violated!: Set<string>;
  readonly #plan: Plan;
  #stop!: () => never;
  readonly #laid = new Map<number, number>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** A call begins. @param stop ends it, as the device is reset */
  begin(around: Around, ram: Ram, stop: () => never): void {
    this.around = around;
    this.ram = ram;
    this.violated = new Set();
    this.#stop = stop;
    this.#laid.clear();
  }

  /** As a guest imports it. */
  functions(): HalFunctions {
    return {
      ...this.#ofLink(),
      ...this.#ofTime(),
      ...this.#ofInputs(),
      ...this.#ofNonces(),
      ...this.#ofRam(),
    };
  }

  /** What an application may ask for that only looks at what surrounds the device. */
  functionsOfApplication(): HalFunctions {
    const { input } = this.#ofInputs();
    return { ...this.#ofLink(), ...this.#ofTime(), input: input! };
  }

  /** What info() says of link and scratch; null: that is not about them. */
  info(field: number): number | null {
    if (field === SCRATCH_BYTES) return 2048;
    return field === FRAME_BYTES ? (this.#plan.wishes?.line ?? 1472) : null;
  }

  #become(change: Partial<Around>): void {
    this.around = { ...this.around, ...change };
  }

  #ofLink(): HalFunctions {
    return {
      linkSize: () => {
        const { standing, queue, arriving, isLate } = this.around;
        if (standing === null && isLate) {
          this.#become({ isLate: false });
          return 0;
        }
        const packet = standing ?? arriving ?? queue[0] ?? null;
        if (standing === null && packet !== null)
          this.#become({ standing: packet, arriving: null, queue: queue.slice(1) });
        return packet === null ? 0 : isLine(packet) ? packet.line.length : packet.length * 4;
      },
      linkRead32: (offset = 0) => wordAt(this.around.standing, offset) | 0,
      linkRelease: () => this.#become({ standing: null }),
      linkWrite32: (offset = 0, word = 0) => {
        this.#laid.set(offset / 4, word >>> 0);
        return 0;
      },
      linkSend: (size = 0) => {
        const reply = Array.from({ length: Math.ceil(size / 4) }, (_, index) => this.#laid.get(index) ?? 0);
        this.#laid.clear();
        if (this.around.isReplyLost) this.#become({ isReplyLost: false });
        else if (this.around.client !== null) this.#deliver(this.around.client, reply, size);
        return 0;
      },
    };
  }

  #deliver(before: Client, reply: readonly number[], size: number): void {
    const wishes = this.#plan.wishes as Wishes;
    const [client, packets] = hear(wishes, before, reply, size);
    const isTold = (number: number) =>
      before.heard.includes(number) ||
      this.around.acted.includes(number) ||
      wishes.requests[number - 1] === "key";
    if (!client.heard.every(isTold)) this.violated.add("answers-are-true");
    this.#become({ client, queue: [...this.around.queue, ...packets].slice(0, roomOf(wishes)) });
  }

  #ofTime(): HalFunctions {
    return {
      clockReached: (second = 0) => {
        const { clock, awaited } = this.around;
        this.#become({ seen: clock });
        if (clock >= second) return 1;
        this.#become({ awaited: typeof awaited === "number" ? Math.min(awaited, second) : second });
        return 0;
      },
      clockInWindow: (from = 0, to = 0) => {
        const { clock, awaited } = this.around;
        this.#become({ seen: clock });
        if (clock >= from && clock < to) return 1;
        if (typeof awaited !== "number") this.#become({ awaited: [from, to] });
        return 0;
      },
      uptimeReached: (seconds = 0) => {
        const { uptime, uptimeAwaited } = this.around;
        if (uptime >= seconds) return 1;
        this.#become({ uptimeAwaited: uptimeAwaited === null ? seconds : Math.min(uptimeAwaited, seconds) });
        return 0;
      },
    };
  }

  get #isSafe(): boolean {
    return !this.around.therapy || this.around.lease;
  }

  #ofInputs(): HalFunctions {
    const { window } = this.#plan;
    return {
      input: (which = 0) =>
        (which === THERAPY && this.around.therapy) || (which === PATIENT && this.around.patient) ? 1 : 0,
      resetNow: () => {
        if (!this.#isSafe) this.violated.add("undisturbed");
        this.#stop();
      },
      resetIfSafe: () => (this.#isSafe ? this.#stop() : UNSAFE),
      leaseTake: () => {
        if (this.#isSafe) this.#become({ lease: true });
        return this.#isSafe ? 0 : UNSAFE;
      },
      leaseHeld: () => (this.around.lease ? 1 : 0),
      acted: (request = 0) => {
        const { seen, acted } = this.around;
        if (window !== null && (seen < window[0] || seen >= window[1])) this.violated.add("acts-in-time");
        if (acted.includes(request)) this.violated.add("acts-once");
        else this.#become({ acted: [...acted, request].sort((a, b) => a - b) });
      },
    };
  }

  #ofNonces(): HalFunctions {
    return {
      nonceNew: () => {
        const held = JSON.stringify([this.around, this.ram]);
        const isHeld = (name: number) => held.includes(String(wordOf(name, 0) >>> 0));
        const [current] = this.around.nonces;
        const name = NAMES.find((one) => one !== current && !isHeld(one));
        if (name === undefined) throw new Error("more nonces are held than there are names");
        this.#become({ nonces: [name, current] });
      },
      nonce: (which = 0, index = 0) => wordOf(this.around.nonces[which === 0 ? 0 : 1], index) | 0,
    };
  }

  #ofRam(): HalFunctions {
    const changed = (words: readonly number[], index: number, word: number) =>
      words.map((one, at) => (at === index ? word >>> 0 : one));
    return {
      scratchRead: (index = 0) => (this.ram.scratch[index] ?? 0) | 0,
      scratchWrite: (index = 0, word = 0) => {
        this.ram = { ...this.ram, scratch: changed(this.ram.scratch, index, word) };
      },
      keySlotRead: (index = 0) => (this.ram.keys[index] ?? 0) | 0,
      keySlotWrite: (index = 0, word = 0) => {
        this.ram = { ...this.ram, keys: changed(this.ram.keys, index, word) };
      },
    };
  }
}

/** What a guest reads of a packet. */
function wordAt(packet: Packet | null, offset: number): number {
  if (packet === null) return 0;
  if (!isLine(packet)) return packet[offset / 4] ?? 0;
  return [0, 1, 2, 3].reduce((word, byte) => word | ((packet.line[offset + byte] ?? 0) << (byte * 8)), 0);
}

/** A word of the nonce with a name; no two words are the same, and none is 0 but those of no nonce. */
function wordOf(name: number, index: number): number {
  return name === 0 ? 0 : Math.imul(0x7a5e0000 + name * 16 + index, NAME_FACTOR) >>> 0;
}
