// Plays a scenario without faults with a counting boot guest, and keeps for each boot, per phase, what was counted and what
// the flash did. Exact; knows no cost of anything.
import * as abi from "../../assembly/abi.js";
import { type CallEnd, IN_BOOT } from "../campaign/play/call.js";
import { type MachineOptions, machineAt } from "../campaign/machine.js";
import { runPlain } from "../campaign/play/plain.js";
import type { Scene } from "../campaign/plan/scenario.js";
import type { World } from "../campaign/world/world.js";
import { MisuseError } from "../core/errors.js";
import { countingGuest } from "../core/metered.js";
import type { CountPlan } from "../core/wasm/count.js";
import type { Device } from "../device/device.js";
import type { Operation } from "../device/operations.js";
import { flashSizeOf, sectorsOf } from "../device/layout.js";
import type { Region } from "../device/profile.js";
import type { FlashCost } from "./report.js";

/** What one phase of a boot did. */
export interface PhaseCount {
  /** PHASE_ number: what comes before the first phase counts to it; 0 where a boot says none. */
  readonly phase: number;
  /** By counter of the plan. */
  readonly counts: Float64Array;
  readonly flash: FlashCost;
}

/** The device right before a boot, as far as boot can tell. */
export interface BootState {
  readonly flash: Uint8Array;
  readonly counters: readonly number[];
  readonly retained: readonly number[];
  readonly resetCause: number;
  /** The second at which the clock stands, and the main function's inputs; 0 where no guest can ask for them. */
  readonly clock: number;
  readonly inputs: number;
}

/** One boot of the scenario. */
export interface BootCount {
  /** Number of the power-up, from 1. */
  readonly powerUp: number;
  readonly end: CallEnd;
  /** Name of the image that it jumped to, where it is one of the scene's. */
  readonly booted: string | undefined;
  /** In the order of their numbers; only those that were entered. */
  readonly phases: readonly PhaseCount[];
  /** Number of the phase that came first; 0 where there was none. */
  readonly firstPhase: number;
  readonly operations: readonly Operation[];
  /** Only with `keepStates`. */
  readonly before?: BootState;
  /** Flash after it; only with `keepStates`. */
  readonly flashAfter?: Uint8Array;
}

/** All that was counted. */
export interface Measurement {
  readonly plan: CountPlan;
  readonly boots: readonly BootCount[];
  /** Over the whole scenario, boot and firmware together. */
  readonly flash: FlashCost;
  /** Most erases of one sector by region, over the scenario. */
  readonly erasesPerSector: Readonly<Record<"slotA" | "slotB" | "record", number>>;
}

export interface MeasureOptions {
  /** Keep the device's state before each boot, to play it elsewhere: as many bytes as the flash has, for each. */
  readonly keepStates?: boolean;
}

export const NO_FLASH: FlashCost = {
  programs: 0,
  programmedBytes: 0,
  erases: 0,
  counterAdvances: 0,
  typicalMicros: 0,
  maxMicros: 0,
};

/**
 * Counts the boots of a scene on a device built for the purpose, from the scenario's start until it rests.
 * @throws {GuestError} for a guest that cannot be counted or wired; {MisuseError} where the scenario never comes to rest.
 */
export function measure(
  options: MachineOptions,
  scene: Scene,
  { keepStates = false }: MeasureOptions = {},
): Measurement {
  // Nothing is counted until the scenario begins.
  const counting: { account?: Account } = {};
  const { guest, fuel } = options;
  const metered = countingGuest({
    ...{ name: guest.name, binary: guest.boot, entry: "boot" },
    ...(fuel === undefined ? {} : { fuel }),
  });
  const { device, start } = machineAt(
    { ...options, instrument: () => metered, onPhase: (phase) => counting.account?.enter(phase) },
    scene,
  );
  const account = new Account(device, metered.plan.counterCount);
  counting.account = account;
  const wearBefore = device.wear();
  const boots: BootCount[] = [];
  let powerUp = 0;
  let flash = NO_FLASH;
  let before: BootState | undefined;
  const settled = runPlain(device, scene, start, {
    onPowerUp: () => powerUp++,
    beforeCall: ({ bootedOffset, history: { world } }) => {
      if (keepStates && bootedOffset === IN_BOOT) before = stateOf(device, world);
      account.begin();
    },
    onCall: ({ position, result, operations, booted }) => {
      const phases = account.end(operations);
      flash = phases.reduce((sum, phase) => plus(sum, phase.flash), flash);
      if (position.bootedOffset !== IN_BOOT) return;
      const states = before === undefined ? {} : { before, flashAfter: wholeFlash(device) };
      boots.push({
        powerUp,
        end: result.end,
        booted: booted?.name,
        phases,
        firstPhase: account.firstPhase,
        operations,
        ...states,
      });
    },
  });
  if (settled.ending !== "rested")
    throw new MisuseError(`scenario ${scene.scenario.name}: expected one that comes to rest, found none`);
  return { plan: metered.plan, boots, flash, erasesPerSector: wearSince(device, wearBefore) };
}

/** Keeps, call by call, what each phase counted. */
class Account {
  readonly #device: Device;
  readonly #now: Float64Array;
  readonly #last: Float64Array;
  #phase = 0;
  #logged = 0;
  #busy = { typical: 0, max: 0 };
  #pieces: { phase: number; counts: Float64Array; from: number; to: number; typical: number; max: number }[] =
    [];

  constructor(device: Device, counterCount: number) {
    this.#device = device;
    this.#now = new Float64Array(counterCount);
    this.#last = new Float64Array(counterCount);
  }

  /** A call begins: nothing of it is counted yet. */
  begin(): void {
    this.#phase = 0;
    this.#logged = 0;
    this.#pieces = [];
    this.#busy = this.#device.busyMicros();
    this.#device.boot.readCounts(this.#last);
  }

  /** The phase that the call entered first. */
  get firstPhase(): number {
    return this.#pieces[1]?.phase ?? 0;
  }

  /** What was done until now belongs to the phase that ends here. */
  enter(phase: number): void {
    const to = this.#device.callWord(abi.CALL_LOG_COUNT);
    const busy = this.#device.busyMicros();
    this.#device.boot.readCounts(this.#now);
    const counts = this.#now.map((count, index) => count - (this.#last[index] as number));
    const [typical, max] = [busy.typical - this.#busy.typical, busy.max - this.#busy.max];
    this.#pieces.push({ phase: this.#phase, counts, from: this.#logged, to, typical, max });
    this.#last.set(this.#now);
    this.#busy = busy;
    this.#logged = to;
    this.#phase = phase;
  }

  /** The call has ended: its phases, each put together from all the times that it was entered. */
  end(operations: readonly Operation[]): PhaseCount[] {
    this.enter(0);
    const phases = new Map<number, PhaseCount>();
    const first = this.firstPhase;
    for (const { phase: entered, counts, from, to, typical, max } of this.#pieces) {
      const phase = entered === 0 ? first : entered;
      const before = phases.get(phase);
      const flash = plus(flashOf(operations.slice(from, to)), {
        ...NO_FLASH,
        ...{ typicalMicros: typical, maxMicros: max },
      });
      phases.set(phase, {
        phase,
        counts:
          before === undefined ? counts : counts.map((count, at) => count + (before.counts[at] as number)),
        flash: before === undefined ? flash : plus(before.flash, flash),
      });
    }
    return [...phases.values()].sort((a, b) => a.phase - b.phase);
  }
}

/** Counts of a whole boot. */
export function sumOfPhases(phases: readonly PhaseCount[]): Float64Array {
  const [first, ...rest] = phases.map(({ counts }) => counts);
  const sums = Float64Array.from(first ?? []);
  for (const counts of rest)
    counts.forEach((count, index) => (sums[index] = (sums[index] as number) + count));
  return sums;
}

/** The sum of two costs. */
export function plus(a: FlashCost, b: FlashCost): FlashCost {
  return {
    programs: a.programs + b.programs,
    programmedBytes: a.programmedBytes + b.programmedBytes,
    erases: a.erases + b.erases,
    counterAdvances: a.counterAdvances + b.counterAdvances,
    typicalMicros: a.typicalMicros + b.typicalMicros,
    maxMicros: a.maxMicros + b.maxMicros,
  };
}

/** Operations that were done, without their times. */
function flashOf(operations: readonly Operation[]): FlashCost {
  const done = operations.filter((operation) => "status" in operation && operation.status === abi.STATUS_OK);
  const programs = done.flatMap((operation) => (operation.kind === "program" ? [operation] : []));
  return {
    ...NO_FLASH,
    programs: programs.length,
    programmedBytes: programs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    erases: done.filter(({ kind }) => kind === "erase").length,
    counterAdvances: done.filter(({ kind }) => kind === "counter").length,
  };
}

function stateOf(device: Device, world: World | null): BootState {
  const { words } = device;
  const table = (which: number, count: number) => {
    const at = device.table(which);
    return Array.from(words.subarray(at, at + count));
  };
  return {
    flash: wholeFlash(device),
    counters: table(abi.TABLE_COUNTERS, abi.COUNTER_COUNT),
    retained: [
      ...table(abi.TABLE_RETAINED, abi.RETAINED_COUNT),
      ...table(abi.TABLE_VOLATILE, abi.RETAINED_ALL - abi.RETAINED_COUNT),
    ],
    resetCause: words[device.table(abi.TABLE_RESET_CAUSE)] as number,
    clock: world?.clock.low ?? 0,
    inputs: world?.inputs ?? 0,
  };
}

function wholeFlash(device: Device): Uint8Array {
  return device.flash(0, flashSizeOf(device.part));
}

function wearSince(device: Device, before: readonly number[]): Measurement["erasesPerSector"] {
  const wear = device.wear().map((erases, index) => erases - (before[index] as number));
  const sectors = sectorsOf(device.part);
  const most = ({ offset, size }: Region) =>
    Math.max(
      0,
      ...wear.filter((_, index) => {
        const sector = sectors[index] as { readonly offset: number };
        return sector.offset >= offset && sector.offset < offset + size;
      }),
    );
  const { slotA, slotB, record } = device.layout;
  return { slotA: most(slotA), slotB: most(slotB), record: most(record) };
}
