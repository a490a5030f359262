// Boots a core in a situation (what stands on the flash, what goes wrong) and tells as text how it went: how each boot ended
// and which operations it did. Two cores that differ here differ for whoever owns the device.
import * as abi from "../../assembly/abi.js";
import { CapacityError } from "../../host/core/errors.js";
import { IN_BOOT, resultOf } from "../../host/campaign/play/call.js";
import { Guest } from "../../host/core/guest.js";
import { type MeteredGuest, meterGuest } from "../../host/core/metered.js";
import type { Device } from "../../host/device/device.js";
import type { PartProfile } from "../../host/device/profile.js";
import { deviceOf, ed25519Pair } from "../support/scenes.js";

/** What goes wrong in the first boot of a situation. */
export type Wrong =
  /** The `read`-th read sees other bits, this once. */
  | { readonly kind: "flip"; readonly read: number; readonly mask: number }
  /** The word at `offset` reads otherwise from its second reading on. */
  | { readonly kind: "refetch"; readonly offset: number; readonly mask: number }
  /** The `read`-th read gets nothing, this once. */
  | { readonly kind: "unreadable"; readonly read: number }
  /** No read of the word at `offset` gets anything; `bare`: the word comes with the status all the same. */
  | { readonly kind: "dead"; readonly offset: number; readonly bare?: true }
  /** A WRITE_ effect on the `operation`-th operation. */
  | { readonly kind: "write"; readonly operation: number; readonly effect: number }
  | { readonly kind: "cut"; readonly operation: number; readonly shape: number }
  /** A bit of each of these bytes flips in what verifySlot left of an image, when the `event`-th event is sent. */
  | {
      readonly kind: "ram";
      readonly event: number;
      /** The first or the second such place in memory, and bytes of it. */
      readonly view: number;
      readonly bytes: readonly number[];
      readonly bit: number;
    }
  /** info(`field`, `index`) answers `value`. */
  | { readonly kind: "info"; readonly field: number; readonly index: number; readonly value: number }
  /** The `latch`-th word is not taken into the write buffer. */
  | { readonly kind: "latch"; readonly latch: number }
  /** The floor counter cannot be read. */
  | { readonly kind: "counter" };

/** What a device holds and what happens to it. */
export interface Situation {
  readonly name: string;
  readonly part: PartProfile;
  readonly keys: Uint8Array;
  readonly slotA?: Uint8Array;
  readonly slotB?: Uint8Array;
  /** Content by offset, the Record's above all. */
  readonly places?: readonly (readonly [offset: number, bytes: Uint8Array])[];
  readonly floor?: number;
  readonly attempts?: number;
  /** Of the reset before the first boot; a loss of power when absent. */
  readonly cause?: number;
  /** Of the resets after that. */
  readonly later?: number;
  readonly wrong?: Wrong;
  /** What weak reads see in the boots after the first, as choices of the adversary. */
  readonly sees?: readonly number[];
  /** Power-ups, 1 when absent. */
  readonly boots?: number;
}

/** What a boot in which nothing goes wrong does, for those who let something go wrong in it. */
export interface Measure {
  readonly reads: number;
  /** Kinds of its operations, in order. */
  readonly operations: readonly string[];
  readonly events: number;
}

/** Blocks that a boot may execute: a multiple of what the longest good one does. */
const FUEL = 1n << 24n;

interface Wired {
  readonly plain: Guest;
  /** Its imports pass through `hooks`. */
  readonly hooked: Guest;
}
type Hooks = Partial<
  Record<"tryRead32" | "latch32" | "counterRead" | "info" | "event", (...args: never[]) => unknown>
>;
type Import = (...args: never[]) => unknown;

const devices = new Map<PartProfile, Device>();

/** One core, on as many devices as situations ask for. */
export class Rig {
  readonly #metered: MeteredGuest;
  readonly #binary: Uint8Array;
  readonly #guests = new Map<PartProfile, Wired>();
  #hooks: Hooks = {};

  /** @throws {GuestError} where the module is no guest. */
  constructor(binary: Uint8Array) {
    this.#binary = binary;
    this.#metered = meterGuest({ name: "core", binary, entry: "boot", fuel: FUEL });
  }

  /** How a situation goes. */
  outcome(situation: Situation): string {
    try {
      return this.#outcome(situation);
    } catch (error) {
      // A mutant that goes on for ever may do more than the simulation remembers before it runs out of fuel.
      if (error instanceof CapacityError) return error.message;
      throw error;
    }
  }

  #outcome(situation: Situation): string {
    const device = deviceFor(situation.part);
    const guest = this.#guestFor(situation.part, device)[needsHooks(situation.wrong) ? "hooked" : "plain"];
    layDown(device, situation);
    const told: string[] = [];
    for (let boot = 0; boot < (situation.boots ?? 1); boot++) {
      if (boot > 0) device.exports.reset(situation.later ?? abi.CAUSE_POWER);
      this.#hooks = {};
      guest.reset();
      const wrong = boot === 0 ? situation.wrong : undefined;
      if (wrong?.kind === "cut") device.setCut(wrong.operation, wrong.shape);
      device.exports.beginCall(IN_BOOT, 0);
      if (wrong !== undefined) this.#arm(device, guest, wrong);
      const result = resultOf(device, guest.call(0), IN_BOOT);
      device.setCut(abi.NOWHERE, 0);
      device.setChoices(situation.sees ?? []);
      told.push(`${Object.values(result.end).join(" ")}${operationsOf(device)}${complaints(result)}`);
    }
    return told.join("; ");
  }

  /** Measures the first boot of a situation. */
  measure(situation: Situation): Measure {
    const device = deviceFor(situation.part);
    const { plain } = this.#guestFor(situation.part, device);
    layDown(device, situation);
    plain.reset();
    device.exports.beginCall(IN_BOOT, 0);
    device.exports.flipRead(0xffffffff, 0);
    plain.call(0);
    return {
      reads: 0xffffffff - device.flipsLeft(),
      operations: device.operations().flatMap(({ kind }) => (kind === "event" ? [] : [kind])),
      events: device.operations().filter(({ kind }) => kind === "event").length,
    };
  }

  #guestFor(part: PartProfile, device: Device): Wired {
    const known = this.#guests.get(part);
    if (known !== undefined) return known;
    const metered = this.#metered;
    const shared = { name: "core", binary: this.#binary, entry: "boot", metered, fuel: FUEL };
    const hal = device.hal as unknown as Readonly<Record<string, Import>>;
    const through = (name: keyof Hooks): Import => {
      const own = hal[name] as Import;
      return (...args) => (this.#hooks[name] ?? own)(...args);
    };
    const tryRead32 = through("tryRead32") as (offset: number) => bigint;
    const hooked = {
      ...hal,
      // One word at a time, so that the hooks see every read; what it asks of the address is left out.
      readBlock: (offset: number) => {
        const answer = tryRead32(offset);
        device.words[device.table(abi.TABLE_BLOCK)] = Number(answer & 0xffffffffn);
        const status = Number(answer >> 32n);
        return status === abi.STATUS_OK ? 1 : status << abi.BLOCK_STATUS_SHIFT;
      },
      ...Object.fromEntries(
        (["tryRead32", "latch32", "counterRead", "info", "event"] as const).map((name) => [
          name,
          through(name),
        ]),
      ),
    };
    const wired = {
      plain: new Guest({ ...shared, hal: device.hal }),
      hooked: new Guest({ ...shared, hal: hooked as unknown as WebAssembly.Exports }),
    };
    this.#guests.set(part, wired);
    return wired;
  }

  #arm(device: Device, guest: Guest, wrong: Wrong): void {
    const hal = device.hal as unknown as {
      tryRead32(offset: number): bigint;
      latch32(offset: number, word: number): number;
      info(field: number, index: number): number;
      event(code: number, value: number): void;
    };
    const nothing = BigInt(abi.STATUS_UNREADABLE) << 32n;
    let count = 0;
    switch (wrong.kind) {
      case "flip":
        device.exports.flipRead(wrong.read, wrong.mask);
        return;
      case "refetch":
        device.exports.refetch(wrong.offset, wrong.mask);
        return;
      case "write":
        device.exports.failWrite(wrong.operation, wrong.effect, 0);
        return;
      case "cut":
        return;
      case "unreadable":
        this.#hooks.tryRead32 = (offset: number) =>
          count++ === wrong.read ? nothing : hal.tryRead32(offset);
        return;
      case "dead":
        this.#hooks.tryRead32 = (offset: number) =>
          offset !== wrong.offset
            ? hal.tryRead32(offset)
            : wrong.bare === true
              ? nothing | hal.tryRead32(offset)
              : nothing;
        return;
      case "latch":
        this.#hooks.latch32 = (offset: number, word: number) =>
          count++ === wrong.latch ? abi.STATUS_FAILED : hal.latch32(offset, word);
        return;
      case "counter":
        this.#hooks.counterRead = () => BigInt(abi.STATUS_NO_SUCH_COUNTER) << 32n;
        return;
      case "info":
        this.#hooks.info = (field: number, index: number) =>
          field === wrong.field && index === wrong.index ? wrong.value : hal.info(field, index);
        return;
      case "ram":
        this.#hooks.event = (code: number, value: number) => {
          hal.event(code, value);
          if (count++ !== wrong.event) return;
          const ram = new Uint8Array(guest.memory.buffer);
          const view = viewsIn(ram)[wrong.view];
          if (view === undefined) return;
          for (const byte of wrong.bytes) ram[view + byte] = (ram[view + byte] ?? 0) ^ (1 << wrong.bit);
        };
    }
  }
}

/** Places in RAM that hold what verifySlot leaves of an image: version, counter, entry and a check over the last two. */
function viewsIn(memory: Uint8Array): number[] {
  const view = new DataView(memory.buffer);
  const places: number[] = [];
  for (let at = 0; at + 24 <= memory.length; at += 8) {
    const [counter, entry, check] = [8, 12, 16].map((offset) => view.getUint32(at + offset, true));
    if (entry !== 0 && check === ~(counter! ^ entry!) >>> 0) places.push(at);
  }
  return places;
}

function needsHooks(wrong: Wrong | undefined): boolean {
  return (
    wrong !== undefined && ["unreadable", "dead", "latch", "counter", "info", "ram"].includes(wrong.kind)
  );
}

function deviceFor(part: PartProfile): Device {
  let device = devices.get(part);
  if (device === undefined) devices.set(part, (device = deviceOf(part, ed25519Pair)));
  return device;
}

function layDown(device: Device, situation: Situation): void {
  const { keys, slotA, slotB, places = [], floor = 0, attempts = 3, cause = abi.CAUSE_POWER } = situation;
  const { layout } = device;
  device.exports.wipe();
  device.setChoices([]);
  device.provision(layout.keys.offset, keys);
  if (slotA !== undefined) device.provision(layout.slotA.offset, slotA);
  if (slotB !== undefined) device.provision(layout.slotB.offset, slotB);
  for (const [offset, bytes] of places) device.provision(offset, bytes);
  device.exports.markProvisioned();
  device.exports.setAttempts(attempts);
  device.words[device.table(abi.TABLE_COUNTERS) + abi.COUNTER_FLOOR] = floor;
  device.exports.reset(cause);
}

/** Operations as text; what only reports is left out. */
function operationsOf(device: Device): string {
  return device
    .operations()
    .filter(({ kind }) => kind !== "event")
    .map((operation) =>
      Object.values(operation)
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value)))
        .join(" "),
    )
    .map((text) => `, ${text}`)
    .join("");
}

function complaints({ denials, ruleBreaks }: ReturnType<typeof resultOf>): string {
  return denials + ruleBreaks === 0 ? "" : `, ${denials} denied, ${ruleBreaks} rules broken`;
}
