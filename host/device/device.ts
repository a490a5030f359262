// A simulated device: the device module with a part and a layout, its guests, and a power switch. Simulation only: no
// Node API, no clock, no files. Speed note: typed views over the module's memory are kept, as campaigns read them
// millions of times.
import { instantiateSync } from "@assemblyscript/loader";
import * as abi from "../../assembly/abi.js";
import { CapacityError } from "../core/errors.js";
import { type Guest, STOP } from "../core/guest.js";
import { type Operation, operationsIn } from "./operations.js";
import type { Asked, DeviceExports } from "./device-exports.js";
import type { DeviceOptions, OfferedImage } from "./device-options.js";
import { OpenSets } from "./open-sets.js";
import { type SharedStates, type StatesExports, statesOf } from "./states-module.js";
import { configure } from "./configure.js";
import { fullOf } from "./full.js";
import { wiredGuests } from "./wired-guests.js";
import { fillWindow } from "./window.js";
import { checkLayout, sectorsOf } from "./layout.js";
import type { Layout, PartProfile } from "./profile.js";

/** Flash, one-way counters and guests, which can be power-cycled. */
export class Device {
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly attempts: number;
  readonly exports: DeviceExports;
  /** The exports that guests are wired to: the instance's own, no JavaScript between. */
  readonly hal: WebAssembly.Exports;
  readonly boot: Guest;
  readonly agent: Guest;
  /** What runs beside the firmware, between its steps; null where nothing does. */
  readonly application: Guest | null;
  /** Whether the application runs is asked before each of its calls, and its running is a fault; else it runs before each step. */
  applicationIsHostile = false;
  /** What may have landed in the words that cuts left open. */
  readonly openSets = new OpenSets();
  readonly #modules: DeviceOptions["module"];
  /** Where the device module finds the functions of the states module: find(), addTwin(). */
  readonly #lookup = new WebAssembly.Table({ initial: 2, element: "anyfunc" });
  #words = new Uint32Array(0);
  #tables: number[] = [];
  #cutLands = false;
  #cutIsReset = false;
  #erasedFaults = false;
  /** The images that are offered: the list that offer() was given last. */
  #offered: readonly OfferedImage[] | undefined;
  #onStrike: () => void = () => undefined;
  #onAsk: Asked = () => 0;

  /**
   * Builds a device with erased flash.
   * @throws {MisuseError} when the layout does not fit the part; {GuestError} when a guest cannot be wired.
   */
  constructor(options: DeviceOptions) {
    this.part = options.part;
    this.layout = options.layout ?? options.part.layout;
    this.attempts = options.attempts;
    checkLayout(this.part, this.layout);
    this.#modules = options.module;
    const { instance } = instantiateSync(options.module.device, {
      env: { table: this.#lookup },
      host: {
        stop: () => {
          throw STOP;
        },
        full: (table: number) => {
          throw fullOf(table);
        },
        openSet: (cleared: number, scattered: number, index: number, count: number) =>
          this.openSets.ofTear(cleared >>> 0, scattered >>> 0, { index, count }),
        openErased: (set: number, raised: number, fades: number) =>
          this.openSets.erased(set >>> 0, raised >>> 0, fades !== 0),
        strike: () => this.#onStrike(),
        ask: (kind: number, first: number, second: number, third: number) =>
          this.#onAsk(kind, first >>> 0, second >>> 0, third >>> 0),
      },
    });
    this.hal = instance.exports;
    // A copy: looking names up in the instance's own exports costs tens of ns a call.
    this.exports = { ...instance.exports } as unknown as DeviceExports;
    this.#words = new Uint32Array(this.exports.memory.buffer);
    configure(this);
    for (let table = 0; table <= abi.TABLE_LINK; table++)
      this.#tables.push(this.exports.addressOf(table) >>> 2);
    ({ boot: this.boot, agent: this.agent, application: this.application } = wiredGuests(options, this.hal));
    this.exports.grantSlots(
      (this.boot.writesSlots ? abi.ROLE_BOOT : 0) |
        (this.agent.writesSlots ? abi.ROLE_FIRMWARE_A | abi.ROLE_FIRMWARE_B : 0),
    );
  }

  /** Some guest can ask for what surrounds the device. */
  get asks(): boolean {
    return this.boot.asks || this.agent.asks || this.application !== null;
  }

  /** The module's memory as words. Replaced by keepLog(), so do not hold it across that. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** States in which this device's keys are looked up from now on (findState, cutKeys): new ones, or those that are shared. */
  newStates(shared?: SharedStates): StatesExports {
    const states = statesOf(this.#modules, shared);
    this.#lookup.set(0, states.find);
    this.#lookup.set(1, states.addTwin);
    return states;
  }

  /** Keeps the last call's operations for replay; answers the byte offset of the first. */
  keepLog(): number {
    return this.#kept(this.exports.keepLog());
  }

  /** Keeps checks (CHECK_ of abi.ts) for exports.firstDifferent(); answers the byte offset of the first. */
  keepChecks(checks: Uint32Array): number {
    const place = this.#kept(this.exports.keepChecks(checks.length / (abi.CHECK_BYTES / 4)));
    this.words.set(checks, place >>> 2);
    return place;
  }

  /** Keeps an operation that no guest did (OP_FLIP and the like) for replay; answers its byte offset. */
  keepOperation(kind: number, offset: number, value: number): number {
    return this.#kept(this.exports.keepOperation(kind, offset, value));
  }

  #kept(place: number): number {
    if (place === 0) throw new CapacityError("out of memory: no room left to keep operations");
    // Asking WebAssembly.Memory for its buffer costs some 50 ns, so the view is renewed only where memory may grow.
    if (this.#words.length === 0) this.#words = new Uint32Array(this.exports.memory.buffer);
    return place;
  }

  /** What happens at the read that exports.tellRead() asked about. */
  set onStrike(action: () => void) {
    this.#onStrike = action;
  }

  /** Who answers what guests ask of what surrounds the device; 0 to everything where nobody was named. */
  set onAsk(answer: Asked) {
    this.#onAsk = answer;
  }

  /** The first bytes of the packet that a guest has laid down to be sent; a copy. */
  packet(sizeBytes: number): Uint8Array {
    const at = this.table(abi.TABLE_LINK) * 4;
    return new Uint8Array(this.exports.memory.buffer).slice(at, at + sizeBytes);
  }

  /** Index into `words` of a table (TABLE_…). */
  table(table: number): number {
    return this.#tables[table] as number;
  }

  /** A word of what the last call did (CALL_…). */
  callWord(index: number): number {
    return this.words[this.table(abi.TABLE_CALL) + index] as number;
  }

  /** Every read is certain just now: there are no weak bits, torn units or weak counters. */
  get isCertain(): boolean {
    return this.callWord(abi.CALL_FAULTY) === 0 && !this.#erasedFaults;
  }

  /** What a counter holds; where it is weak, the value before the advance that was cut. */
  counter(id: number): number {
    return this.words[this.table(abi.TABLE_COUNTERS) + id] as number;
  }

  /** The number of the set (openSets) of what may have landed in the word at `offset`; 0 where it is not open. */
  openAt(offset: number): number {
    return this.words[this.table(abi.TABLE_OPEN) + offset / 4] as number;
  }

  /** Those bits of each word of a cut program may land from now on (shape TEAR_BITS). */
  setTearMasks(masks: readonly number[]): void {
    this.words.set(masks, this.table(abi.TABLE_TEAR_MASKS));
  }

  /** The highest value that a read of a counter can see, or that it has had: bits of it may have flipped since. */
  highestCounter(id: number): number {
    const weak = this.words[this.table(abi.TABLE_COUNTERS_WEAK) + id] as number;
    const value = this.counter(id);
    return Math.max(value, (value ^ weak) >>> 0, this.words[this.table(abi.TABLE_SHADOWS) + id] as number);
  }

  /** Flash content as the bus shows it; a copy. */
  flash(offset: number, size: number): Uint8Array {
    return this.#busBytes(this.table(abi.TABLE_FLASH) * 4 + offset, size);
  }

  /** Writes bytes past all rules, as a provisioning tool would; `offset` is a multiple of 4, the last word is padded. */
  provision(offset: number, bytes: Uint8Array): void {
    const padded = new Uint8Array((bytes.length + 3) & ~3).fill(this.part.erasedByte);
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    for (let at = 0; at < padded.length; at += 4)
      this.exports.provisionWord(offset + at, view.getUint32(at, true));
  }

  /**
   * The power goes at operation `at` of the calls to come, or the device is reset there, and the operation is done as far as
   * `shape` says; NOWHERE: never.
   */
  setCut(at: number, shape: number, isReset = false): void {
    this.exports.setCut(at, shape);
    this.#cutLands = shape !== 0;
    this.#cutIsReset = isReset;
  }

  /** The device is reset right after change `at` (from 0) of a retained word in the calls to come; NOWHERE: never. */
  setResetAt(at: number): void {
    this.exports.setResetAt(at);
  }

  /** The power goes right after question `at` of the calls to come to what surrounds the device, from 0, or the device is reset; NOWHERE: never. */
  setAskedCut(at: number, isReset = false): void {
    this.exports.setAskedCut(at);
    this.#cutIsReset = isReset;
  }

  /** The cut that is set is a reset, not a loss of power. */
  get cutIsReset(): boolean {
    return this.#cutIsReset;
  }

  /** What the weak reads of the calls to come see, in order (TABLE_CHOICES); beyond these, as programmed. */
  setChoices(choices: readonly number[]): void {
    if (choices.length > 0) {
      const place = this.table(abi.TABLE_CHOICES) * 4;
      new Uint8Array(this.exports.memory.buffer).set(choices, place);
    }
    this.exports.setScript(choices.length);
  }

  /** ECC as far as it is modelled: bytes per ECC word (0: not), and whether reading an erased one is an error. */
  setEcc(unitBytes: number, erasedFaults: boolean): void {
    this.#erasedFaults = erasedFaults;
    this.exports.setEcc(unitBytes, erasedFaults ? 1 : 0);
  }

  /** The cut that is set leaves a mark: every list of shapes begins with the one that leaves none. */
  get cutLands(): boolean {
    return this.#cutLands;
  }

  /** Reads left until the one that flipRead flips; counts down through 0. */
  flipsLeft(): number {
    return this.callWord(abi.CALL_FLIP_AFTER);
  }

  /**
   * Puts images into the receive window, where windowPlaces() says. None of them is offered yet.
   * @throws {MisuseError} when they do not fit the window.
   */
  fillWindow(images: readonly Uint8Array[]): void {
    const { buffer } = this.exports.memory;
    const window = new Uint8Array(buffer, this.table(abi.TABLE_WINDOW) * 4, abi.WINDOW_SIZE);
    fillWindow(window, images, this.part.erasedByte);
    this.exports.setOfferCount(0, 0);
    this.#offered = undefined;
  }

  /** Offers images that stand in the window from now on; none takes the offer away. A list that is given must not change afterwards. */
  offer(images: readonly OfferedImage[]): void {
    if (images === this.#offered) return;
    this.#offered = images;
    let end = 0;
    images.forEach(({ offset, size }, index) => {
      this.exports.setOffer(index, offset, size);
      end = Math.max(end, (offset + size + 3) & ~3);
    });
    this.exports.setOfferCount(images.length, end);
  }

  /** The operations and events of the last call, in order. */
  operations(): Operation[] {
    return operationsIn(this, (at, size) => this.#busBytes(at, size));
  }

  /** Erases of every sector since the device was built. */
  wear(): number[] {
    const sectors = this.table(abi.TABLE_SECTORS);
    return sectorsOf(this.part).map((_, index) => this.words[sectors + index * 8 + 2] as number);
  }

  /** Time in µs that the flash was busy: typical and maximal. */
  busyMicros(): { readonly typical: number; readonly max: number } {
    const at = this.table(abi.TABLE_BUSY) * 4;
    const view = new DataView(this.exports.memory.buffer);
    return { typical: view.getFloat64(at, true), max: view.getFloat64(at + 8, true) };
  }

  /** A copy of content that the module keeps as if erased were all ones, as the bus shows it. */
  #busBytes(at: number, size: number): Uint8Array {
    const bytes = new Uint8Array(this.exports.memory.buffer).slice(at, at + size);
    return this.part.erasedByte === 0xff ? bytes : bytes.map((byte) => byte ^ 0xff);
  }
}
