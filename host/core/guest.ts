// A guest: a wasm module that speaks the Hal, metered, wired wasm to wasm (but for bulk reads), and reset truly at every power-up.
// Knows nothing of what the guest decides. Uses no Node API.
import { instantiateSync } from "@assemblyscript/loader";
import { MAY_WRITE_SLOTS } from "../../assembly/abi.js";
import { BulkReads } from "./bulk-reads.js";
import {
  HAL_SIGNATURES,
  SURROUNDINGS,
  MAY_WRITE_EXPORT,
  PROVISION_EXPORT,
  checkMayWrite,
  checkMemory,
  checkVersion,
  refusing,
} from "./guest-check.js";
import { GuestError } from "./errors.js";
import { type HaltNames, haltNamesOf } from "./halts.js";
import { type MeteredGuest, fitted, meterGuest } from "./metered.js";
import { type CountReader, countReader } from "./wasm/count-reader.js";
import { FUEL_EXPORT } from "./wasm/fuel.js";
import { OBJECTS_EXPORT, OBJECTS_SECTION, type Declared, Watch, objectsIn } from "./watch.js";

/** Every import that ABI 1 offers, module "hal". */
export const HAL_NAMES = Object.keys(HAL_SIGNATURES) as readonly (keyof typeof HAL_SIGNATURES)[];

/** What the device throws through a guest to end its call: one value, made beforehand. */
export const STOP = Object.freeze({ stop: "everboot" });

/** How a guest's call ended, as far as the guest's side can tell. */
export type GuestEnd =
  | { readonly kind: "returned"; readonly value: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "hung" }
  | { readonly kind: "trapped"; readonly message: string };

export interface GuestOptions {
  /** Shown in reports. */
  readonly name: string;
  /** The guest's wasm binary, as it would ship. */
  readonly binary: Uint8Array;
  /** The device module's own exports (`instance.exports`, not the loader's wrappers). */
  readonly hal: WebAssembly.Exports;
  /** The export that is called: "boot", "step" or "run". */
  readonly entry: string;
  /** Blocks per call; DEFAULT_FUEL when absent. */
  readonly fuel?: bigint;
  /** The binary as meterGuest() makes it; made here when absent. */
  readonly metered?: MeteredGuest;
  /** RAM of the part: the guest's memory has to fit, and does not grow beyond it; without bounds when absent. */
  readonly ramBytes?: number | undefined;
}

/** A guest that declares nothing may use all of its memory. */
const NOTHING_DECLARED = new Watch([{ address: 0, sizeBytes: 2 ** 32 }], 0);

/** One guest, wired to one device. */
export class Guest {
  readonly name: string;
  /** What it calls the reasons for which it halts and refuses. */
  readonly haltNames: HaltNames;
  /** It can ask for what surrounds the device: it imports some of that. */
  readonly asks: boolean;
  readonly #module: WebAssembly.Module;
  readonly #imports: WebAssembly.Imports;
  readonly #entryName: string;
  readonly #fuel: bigint;
  readonly #fresh: boolean;
  readonly #writesSlots: boolean;
  readonly #globalNames: readonly string[];
  readonly #bulk: BulkReads;
  readonly #counterNames: MeteredGuest["counters"];
  #readCounters: CountReader | undefined;
  #counters: readonly WebAssembly.Global<"i64" | "i32">[] = [];
  #globals: { readonly global: WebAssembly.Global; readonly initial: unknown }[] = [];
  #instance!: WebAssembly.Instance;
  #memory!: WebAssembly.Memory;
  #entry!: (input: number) => number;
  #fuelGlobal!: WebAssembly.Global<"i64">;
  #pristine!: Uint8Array;
  #watch: Watch | null = null;
  #isDisturbed = false;

  /**
   * Meters, checks and instantiates a guest. A start function runs here, outside of any call.
   * @throws {GuestError} naming the guest and the import, export or ABI version that does not fit.
   */
  constructor(options: GuestOptions) {
    const { name } = options;
    const metered = options.metered ?? meterGuest(options);
    const { facts, fuel, counters } = metered;
    checkMemory(options, facts);
    this.name = name;
    this.#fuel = fuel;
    this.asks = facts.imports.some(({ name: wanted }) => SURROUNDINGS.has(wanted));
    this.#module = fitted(metered, options.ramBytes);
    this.haltNames = haltNamesOf(name, this.#module);
    this.#bulk = new BulkReads(options.hal);
    this.#imports = { hal: wiring({ ...options.hal, readWords: this.#bulk.readWords }, facts.imports) };
    this.#entryName = options.entry;
    // Tables, dropped segments and what a start function did are only sure to be fresh in a fresh instance.
    this.#fresh = facts.hasStart || facts.mutatesTables || facts.dropsSegments;
    this.#globalNames = facts.mutableGlobals.flatMap(({ resetExport }) =>
      resetExport === null ? [] : [resetExport],
    );
    this.#counterNames = counters;
    const reasonOf = (error: unknown) =>
      error === STOP ? "calls the Hal before it is called itself" : undefined;
    refusing(name, () => this.#instantiate(), reasonOf);
    const abiVersion = this.#instance.exports["abiVersion"] as () => number;
    checkVersion(name, refusing(name, abiVersion, reasonOf));
    const mayWrite = this.#instance.exports[MAY_WRITE_EXPORT] as (() => number) | undefined;
    const said = mayWrite === undefined ? 0 : refusing(name, mayWrite, reasonOf);
    checkMayWrite(name, said);
    this.#writesSlots = (said & MAY_WRITE_SLOTS) !== 0;
    const tableOf = this.#instance.exports[OBJECTS_EXPORT] as (() => number) | undefined;
    const table = tableOf === undefined ? null : refusing(name, tableOf, reasonOf) >>> 0;
    const sections = WebAssembly.Module.customSections(this.#module, OBJECTS_SECTION);
    const objects = objectsIn(name, {
      ...{ sections, table, memory: this.#memory.buffer },
      memoryBytes: this.#pristine.length,
    });
    this.#watch = objects === null ? null : new Watch(objects, this.#pristine.length);
    this.#watch?.fill(this.#pristine);
  }

  /** What it declares of its memory; null where it declares nothing. */
  get declared(): Declared | null {
    return this.#watch?.declared ?? null;
  }

  /** The first address outside its objects that the last call has changed; null where there is none, or it declares nothing. */
  strayWrite(): number | null {
    if (this.#watch === null || this.#isDisturbed) return null;
    return this.#watch.firstChanged(this.#memory.buffer, this.#pristine);
  }

  /** Behind the last byte of its memory that is in use. */
  get usedEnd(): number {
    return (this.#watch ?? NOTHING_DECLARED).usedEnd(this.#memory.buffer);
  }

  /** Flips a bit of its memory, in a call: what is written because of it is not looked at. */
  flip(address: number, bit: number): void {
    const memory = new Uint8Array(this.#memory.buffer);
    if (address < memory.length) memory[address] = (memory[address] as number) ^ (1 << bit);
    this.#isDisturbed = true;
  }

  /** The guest's linear memory; wiped by reset(). */
  get memory(): WebAssembly.Memory {
    return this.#memory;
  }

  /** What the guest's imports are bound to, by name. */
  get wired(): Readonly<Record<string, WebAssembly.ImportValue>> {
    return this.#imports["hal"] as Record<string, WebAssembly.ImportValue>;
  }

  /** It says that it may write slots (MAY_WRITE_SLOTS). */
  get writesSlots(): boolean {
    return this.#writesSlots;
  }

  /** It has a part of its own in provisioning. */
  get provisions(): boolean {
    return PROVISION_EXPORT in this.#instance.exports;
  }

  /**
   * Runs the guest's own part of provisioning, where it has one.
   * @throws {GuestError} where that does not return
   */
  provision(): void {
    const provision = this.#instance.exports[PROVISION_EXPORT] as (() => void) | undefined;
    if (provision === undefined) return;
    this.reset();
    this.#fuelGlobal.value = this.#fuel;
    try {
      (this.#instance.exports[PROVISION_EXPORT] as () => void)();
    } catch (error) {
      const reason = error === STOP ? "jump, halt or a read fault" : (error as Error).message;
      throw new GuestError(`${this.name}: expected "${PROVISION_EXPORT}" to return, found ${reason}`);
    }
  }

  /** Blocks executed by the last call, and words that it has read by readWords. */
  get fuelUsed(): bigint {
    return this.#fuel - this.#fuelGlobal.value + BigInt(this.#bulk.owed);
  }

  /** Reads the counters of a guest that has some. */
  readCounts(into: Float64Array): void {
    if (this.#readCounters !== undefined) return this.#readCounters(into);
    this.#counters.forEach(
      ({ value }, index) => (into[index] = typeof value === "number" ? value >>> 0 : Number(value)),
    );
  }

  /** Wipes all volatile state: linear memory, globals, tables. */
  reset(): void {
    this.#isDisturbed = false;
    if (this.#fresh || this.#memory.buffer.byteLength !== this.#pristine.byteLength) {
      this.#instantiate();
      return;
    }
    new Uint8Array(this.#memory.buffer).set(this.#pristine);
    for (const { global, initial } of this.#globals) global.value = initial;
  }

  /** Runs the entry once; `input` reaches an agent's step and is ignored by boot. */
  call(input: number): GuestEnd {
    this.#fuelGlobal.value = this.#fuel;
    this.#bulk.begin();
    try {
      const value: unknown = this.#entry(input);
      // A result of boot's is of any type, and ignored.
      return { kind: "returned", value: typeof value === "number" ? value : 0 };
    } catch (error) {
      if (error === STOP) return { kind: "stopped" };
      if (this.#fuelGlobal.value < 0n) return { kind: "hung" };
      if (error instanceof WebAssembly.RuntimeError) return { kind: "trapped", message: error.message };
      if (error instanceof RangeError) return { kind: "trapped", message: "call stack exhausted" };
      throw error;
    }
  }

  /** Takes the counters of a new instance; sums go on from where those of the one before stood. */
  #countOn({ exports }: WebAssembly.Instance): void {
    const before = this.#counters;
    this.#counters = this.#counterNames.names.map((name) => exports[name] as WebAssembly.Global<"i64">);
    const { sums, reader } = this.#counterNames;
    this.#readCounters = reader === undefined ? undefined : countReader(reader, exports);
    if (!sums) return;
    before.forEach(({ value }, index) => {
      const counter = this.#counters[index] as WebAssembly.Global<"i64">;
      counter.value += value as bigint;
    });
  }

  #instantiate(): void {
    this.#bulk.detach();
    const { instance } = instantiateSync(this.#module, this.#imports);
    this.#instance = instance;
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    this.#entry = instance.exports[this.#entryName] as (input: number) => number;
    this.#fuelGlobal = instance.exports[FUEL_EXPORT] as WebAssembly.Global<"i64">;
    this.#fuelGlobal.value = this.#fuel;
    this.#bulk.attach(this.#memory, this.#fuelGlobal);
    this.#countOn(instance);
    this.#pristine = new Uint8Array(this.#memory.buffer.slice(0));
    this.#watch?.fill(this.#pristine);
    if (this.#watch !== null) new Uint8Array(this.#memory.buffer).set(this.#pristine);
    this.#globals = this.#globalNames.map((name) => {
      const global = instance.exports[name] as WebAssembly.Global;
      return { global, initial: global.value as unknown };
    });
  }
}

function wiring(
  hal: Readonly<Record<string, unknown>>,
  imports: readonly { readonly name: string }[],
): Record<string, WebAssembly.ImportValue> {
  return Object.fromEntries(imports.map(({ name }) => [name, hal[name] as WebAssembly.ImportValue]));
}
