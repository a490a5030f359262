// The exploration again, as simply as can be: no joins between guest calls, no memo, no replay of operations, no undo log:
// just boots. From each persistent state at power-on, kept as a plain copy of the device's memory, the whole power-up is
// made with each choice of its weak reads, and each of its calls again for each operation and shape, with the power cut by
// the device itself. Shares with the explorer what a power-up is and how it is judged (player.ts, judge.ts), and nothing
// else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as abi from "../../assembly/abi.js";
import { type CallResult, IN_BOOT, executeCall } from "../../host/campaign/play/call.js";
import type { Faults } from "../../host/campaign/plan/faults.js";
import type { Loss } from "../../host/campaign/plan/fault-plan.js";
import { Identifier } from "../../host/campaign/play/identify.js";
import { oracleBit } from "../../host/campaign/plan/oracles.js";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import { type Position, keyAt } from "../../host/campaign/play/position.js";
import { Player } from "../../host/campaign/play/player.js";
import type { Device } from "../../host/device/device.js";
import { flashSizeOf, sectorsOf } from "../../host/device/layout.js";

const MAP = readFileSync(join(import.meta.dirname, "../../assembly/device/map.ts"), "utf8");

/** A persistent state at power-on, and what is known of it. */
export interface NaiveState {
  /** The device's own key of it, in hex. */
  readonly key: string;
  readonly position: Position;
  readonly kept: Uint8Array;
  /** Cuts in a row after which it was first met. */
  depth: number;
  /** Power-ups from the last of them to it, along the way on which it was met. */
  powerUps: number;
  /** What the oracles say of its power-up where nothing is cut, as a mask. */
  violations: number;
  /** Power-on states that may come next where nothing is cut; none where it rests. */
  readonly next: Set<string>;
}

/** What a naive exploration came to. */
export interface NaiveResult {
  readonly states: ReadonlyMap<string, NaiveState>;
  /** Sum of the keys modulo 2^128, in hex. */
  readonly digest: string;
  /** Oracles violated anywhere, as a mask. */
  readonly violations: number;
  /** Guest calls made. */
  readonly calls: number;
  /** Some way took more power-ups than a run may: what comes behind it is not known. */
  readonly gaveUp: boolean;
}

export interface NaiveOptions {
  readonly faults: Faults;
  /** Most cuts in a row; until no new state is found when absent. */
  readonly depth?: number;
  /**
   * Go on once from ways to read in one call that did the very same operations and left the very same bytes. Without it
   * the ways of a power-up's calls multiply: a part whose Record stays weak for some calls has millions of them.
   */
  readonly oncePerOutcome?: boolean;
  /** Guest calls after which it fails; without end when absent. */
  readonly callsMax?: number;
}

/** Explores a scene from the device as it stands, `start` being where. */
export function exploreNaively(
  device: Device,
  scene: Scene,
  start: Position,
  options: NaiveOptions,
): NaiveResult {
  return new Naive(device, scene, options).run(start);
}

/** Oracles violated from a state on where nothing more is cut, as a mask: a circle of power-ups never rests. */
export function futureOf(result: NaiveResult, key: string): number {
  const open = new Set<string>();
  const seen = new Set<string>();
  const visit = (at: string): number => {
    if (open.has(at)) return CONVERGES;
    if (seen.has(at)) return 0;
    seen.add(at);
    open.add(at);
    const state = result.states.get(at)!;
    let violations = state.violations;
    for (const next of state.next) violations |= visit(next);
    open.delete(at);
    return violations;
  };
  return visit(key);
}

/** The calls of a power-up so far, along one way. */
interface Way {
  /** Keys of the states between them. */
  readonly keys: readonly string[];
  /** The last of them that only asked for more and wrote nothing. */
  readonly quiet: number;
}

const CONVERGES = oracleBit("converges");

/** How a call is made: what its weak reads see, and where it ends before its end. */
interface How {
  readonly choices: readonly number[];
  readonly cut?: { readonly number: number; readonly shape: number; readonly loss: Loss };
  /** The change of a retained word after which the device is reset. */
  readonly retained?: number;
}

class Naive {
  readonly #device: Device;
  readonly #player: Player;
  readonly #faults: Faults;
  readonly #depth: number;
  readonly #oncePerOutcome: boolean;
  readonly #callsMax: number;
  readonly #ranges: readonly (readonly [from: number, size: number])[];
  readonly #states = new Map<string, NaiveState>();
  #open: NaiveState[] = [];
  #later: NaiveState[] = [];
  #level = 0;
  #violations = 0;
  #calls = 0;
  #gaveUp = false;

  constructor(
    device: Device,
    scene: Scene,
    { faults, depth = Infinity, oncePerOutcome = false, callsMax = Infinity }: NaiveOptions,
  ) {
    this.#device = device;
    const resets = faults.losses.includes("reset");
    this.#player = new Player(device, scene, new Identifier(device, scene.images), resets);
    this.#faults = faults;
    this.#depth = depth;
    this.#oncePerOutcome = oncePerOutcome;
    this.#callsMax = callsMax;
    this.#ranges = persistentRanges(device, faults);
  }

  run(start: Position): NaiveResult {
    this.#meet(start);
    for (; this.#open.length > 0; this.#level++) {
      for (let state = this.#open.shift(); state !== undefined; state = this.#open.shift()) {
        if (state.depth === this.#level) this.#powerUp(state);
      }
      this.#open = this.#later;
      this.#later = [];
    }
    let sum = 0n;
    // Each 64-bit half by itself: its carry is lost.
    let high = 0n;
    for (const key of this.#states.keys()) {
      high = BigInt.asUintN(64, high + BigInt(`0x${key.slice(0, 16)}`));
      sum = BigInt.asUintN(64, sum + BigInt(`0x${key.slice(16)}`));
    }
    return {
      states: this.#states,
      digest: hex(high) + hex(sum),
      violations: this.#violations,
      calls: this.#calls,
      gaveUp: this.#gaveUp,
    };
  }

  /** Makes the power-up of a state in every way, cut everywhere. */
  #powerUp(state: NaiveState): void {
    state.violations = 0;
    state.next.clear();
    this.#call(state, state.position, state.kept, { keys: [], quiet: 0 });
  }

  /** Makes the next call of a power-up, from the memory `kept`, in every way, cut everywhere; then the calls after it. */
  #call(from: NaiveState, position: Position, kept: Uint8Array, before: Way): void {
    if (this.#level < this.#depth) this.#cutBefore(position, kept);
    const seen: { readonly did: string; readonly left: Uint8Array }[] = [];
    for (let choices: readonly number[] | undefined = []; choices !== undefined;) {
      const result = this.#execute(position, kept, { choices });
      const made = this.#choicesMade();
      const operations = this.#device.operations();
      choices = following(made);
      if (this.#oncePerOutcome) {
        const did = JSON.stringify([result, operations]);
        const left = this.#copy();
        if (seen.some((one) => one.did === did && Buffer.compare(one.left, left) === 0)) continue;
        seen.push({ did, left });
      }
      const judged = this.#player.after(position, result);
      const found = this.#player.foundBy(judged, result);
      from.violations |= found;
      this.#violations |= found;
      if (!judged.rested) {
        if (judged.next.bootedOffset === IN_BOOT) this.#powerUpAfter(from, judged.next);
        else this.#goOn(from, judged.next, before, position.bootedOffset !== IN_BOOT && result.writes === 0);
      }
      const way = { choices: made.map(([chosen]) => chosen), operations };
      if (this.#level < this.#depth) this.#cut(position, kept, way);
    }
  }

  /** On to the next power-up, unless there were too many. */
  #powerUpAfter(from: NaiveState, position: Position): void {
    if (from.powerUps < this.#player.limits.powerUps) {
      from.next.add(this.#meet(position, this.#level, from.powerUps + 1).key);
      return;
    }
    this.#gaveUp = true;
    from.violations |= CONVERGES;
    this.#violations |= CONVERGES;
  }

  /** On to the next call of a power-up, unless it goes round in a circle, or on without end. */
  #goOn(from: NaiveState, position: Position, { keys, quiet }: Way, isQuiet: boolean): void {
    const key = this.#key(position);
    const way: Way = { keys: [...keys, key], quiet: isQuiet ? quiet + 1 : 0 };
    if (!keys.includes(key) && way.quiet <= this.#player.limits.steps) {
      this.#call(from, position, this.#copy(), way);
      return;
    }
    from.violations |= CONVERGES;
    this.#violations |= CONVERGES;
  }

  /** The power goes, or a reset strikes, before a call is made. */
  #cutBefore(position: Position, kept: Uint8Array): void {
    for (const loss of this.#faults.losses) {
      this.#restore(kept);
      const { next, violations } = this.#player.afterLoss(position, 0, loss);
      this.#violations |= violations;
      this.#meet(next, this.#level + 1);
    }
  }

  /** Makes a call again for each of its operations and each shape, with the power going there or a reset striking. */
  #cut(
    position: Position,
    kept: Uint8Array,
    way: { readonly choices: readonly number[]; readonly operations: ReturnType<Device["operations"]> },
  ): void {
    let number = 0;
    let retained = 0;
    const { losses } = this.#faults;
    for (const operation of way.operations) {
      if (operation.kind === "retained" && losses.includes("reset"))
        this.#lose(position, kept, { choices: way.choices, retained: retained++ });
      if (!("status" in operation) || operation.status !== abi.STATUS_OK) continue;
      if (operation.kind === "stray") throw new Error("a program went astray though nothing was struck");
      const kind = KINDS[operation.kind];
      const offset = operation.kind === "counter" ? operation.id : operation.offset;
      const size = operation.kind === "counter" ? 0 : operation.sizeBytes;
      for (const loss of losses) {
        for (const shape of this.#faults.shapesOf(kind, offset, size))
          this.#lose(position, kept, { choices: way.choices, cut: { number, shape, loss } });
      }
      number++;
    }
  }

  /** Makes a call that does not come to its end. */
  #lose(position: Position, kept: Uint8Array, how: How): void {
    const result = this.#execute(position, kept, how);
    const wanted = how.cut?.loss === "power" ? "power-lost" : "was-reset";
    if (result.end.kind !== wanted) throw new Error("a call did not end where it was to be cut");
    const { next, violations } = this.#player.after(position, result);
    this.#violations |= violations;
    this.#meet(next, this.#level + 1);
  }

  #execute(position: Position, kept: Uint8Array, { choices, cut, retained }: How): CallResult {
    this.#restore(kept);
    // The device keeps in mind what it offers; its memory has just become another.
    this.#device.offer([]);
    this.#player.setOffer(position.history);
    this.#device.setChoices(choices);
    this.#device.setCut(cut?.number ?? abi.NOWHERE, cut?.shape ?? 0, cut?.loss === "reset");
    this.#device.setResetAt(retained ?? abi.NOWHERE);
    if (++this.#calls > this.#callsMax) throw new Error("too many guest calls for a naive exploration");
    return executeCall(this.#device, position.bootedOffset, this.#player.inputAt(position));
  }

  /** The state at power-on in which the device stands now. */
  #meet(position: Position, depth = this.#level, powerUps = 1): NaiveState {
    this.#device.exports.reset(position.cause);
    const key = this.#key(position);
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { key, position, kept: this.#copy(), depth, powerUps, violations: 0, next: new Set() };
      this.#states.set(key, state);
    } else if (depth >= state.depth) {
      return state;
    }
    state.depth = depth;
    state.powerUps = powerUps;
    (depth === this.#level ? this.#open : this.#later).push(state);
    return state;
  }

  /** The device's own key of the state in which it stands, in hex. */
  #key(position: Position): string {
    const at = keyAt(this.#device, position);
    return [3, 2, 1, 0].map((i) => this.#device.words[at + i]!.toString(16).padStart(8, "0")).join("");
  }

  /** What the weak reads of the last call chose, and out of how many. */
  #choicesMade(): (readonly [chosen: number, options: number])[] {
    const count = this.#device.callWord(abi.CALL_CHOICE_COUNT);
    const at = this.#device.table(abi.TABLE_CHOICES) * 4;
    const bytes = new Uint8Array(this.#device.exports.memory.buffer, at, count);
    return Array.from(bytes, (byte) => [byte & 15, byte >> 4] as const);
  }

  #copy(): Uint8Array {
    const memory = new Uint8Array(this.#device.exports.memory.buffer);
    const copy = new Uint8Array(this.#ranges.reduce((sum, [, size]) => sum + size, 0));
    let done = 0;
    for (const [from, size] of this.#ranges) {
      copy.set(memory.subarray(from, from + size), done);
      done += size;
    }
    return copy;
  }

  #restore(kept: Uint8Array): void {
    const memory = new Uint8Array(this.#device.exports.memory.buffer);
    let done = 0;
    for (const [from, size] of this.#ranges) {
      memory.set(kept.subarray(done, done + size), from);
      done += size;
    }
    // Nobody goes back by the undo log here; it must not fill up.
    this.#device.exports.checkpoint();
  }
}

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;

/** The next script of choices, depth first; undefined after the last. */
function following(made: readonly (readonly [chosen: number, options: number])[]): number[] | undefined {
  for (let at = made.length - 1; at >= 0; at--) {
    const [chosen, options] = made[at]!;
    if (chosen + 1 < options) return [...made.slice(0, at).map(([before]) => before), chosen + 1];
  }
  return undefined;
}

/** Everything of the device's memory that survives a power cut or a reset, with the digests and counts over it. */
function persistentRanges(device: Device, faults: Faults): (readonly [number, number])[] {
  const size = flashSizeOf(device.part);
  const sectorCount = sectorsOf(device.part).length;
  return [
    [placeOf("FLASH"), size],
    [placeOf("WEAK"), size],
    [placeOf("MARKS"), size / device.part.programMin.value],
    [placeOf("TORN"), faults.eccUnit === 0 ? 0 : size / faults.eccUnit],
    [placeOf("SECTORS"), sectorCount * 32],
    [placeOf("EXTENTS"), sectorCount * 8],
    [placeOf("SUMS"), sectorCount * 48],
    [placeOf("DIGESTS"), sectorCount * 16],
    [placeOf("REGION_DIGESTS"), 64],
    [placeOf("COUNTERS"), abi.COUNTER_COUNT * 4],
    [placeOf("COUNTERS_WEAK"), abi.COUNTER_COUNT * 4],
    [placeOf("RETAINED"), abi.RETAINED_COUNT * 4],
    [placeOf("SHADOWS"), abi.SHADOW_COUNT * 4],
    [placeOf("RESET_CAUSE"), 4],
    [placeOf("FAULTY"), 4],
  ];
}

/** Where the device module keeps something, as assembly/device/map.ts says. */
function placeOf(name: string): number {
  const [, place] = new RegExp(`const ${name}: usize = (.+?);`).exec(MAP) ?? [];
  if (place === undefined) throw new Error(`map.ts: no ${name}`);
  return place.split("+").reduce((sum, part) => {
    const text = part.trim();
    return sum + (text === "STATE" ? placeOf("STATE") : Number(text));
  }, 0);
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}
