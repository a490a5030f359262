// When a run is given up: it comes back to a state in which it was, or passes a bound, with no fault in between. One meaning,
// for the explorer, the player, replay and the shrinker. `converges` is what is violated then.
import type { Device } from "../../device/device.js";
import { IN_BOOT } from "./call.js";
import { type Position, keyAt } from "./position.js";
import type { Scenario } from "../plan/scenario.js";

/** What has passed since the last fault. */
export interface Since {
  /** Guest calls. */
  readonly calls: number;
  /** Power-ups, the one under way included where the fault came before it. */
  readonly powerUps: number;
  /** Calls of agent and application in a row, in this power-up, that changed neither flash nor a counter and asked for more. */
  readonly steps: number;
}

/** Power-ups within which each of a scenario's offers must be settled, beyond twice the attempts of a trial. */
const POWER_UPS_SPARE = 9;
/** Steps in a row without a change of flash, per sector of the part. */
const STEPS_PER_SECTOR = 4;
/** Guest calls: for what changes flash or counters for ever and never comes back to a state. */
const CALLS_MAX = 1 << 20;

/** The bounds of a scenario on a device. */
export function limitsOf(
  { attempts, part, application }: Pick<Device, "attempts" | "part" | "application">,
  { steps }: Scenario,
): Since {
  const failing = steps.reduce((sum, step) => sum + ("selfTest" in step ? step.boots : 0), 0);
  const most = STEPS_PER_SECTOR * part.sectors.reduce((sum, { count }) => sum + count.value, 0);
  return {
    calls: CALLS_MAX,
    powerUps: (2 * attempts + POWER_UPS_SPARE) * Math.max(1, steps.length) + failing,
    // Where an application runs, it has every other call: one before each step, that which is one too many included.
    steps: application === null ? most : 2 * most + 1,
  };
}

/** A bound is passed. */
export function isPassed({ calls, powerUps, steps }: Since, limits: Since): boolean {
  return calls > limits.calls || powerUps > limits.powerUps || steps > limits.steps;
}

/** A fault has led to `next`, or the run begins there. */
export function sinceFault(next: Position): Since {
  return { calls: 0, powerUps: next.bootedOffset === IN_BOOT ? 1 : 0, steps: 0 };
}

/** A call at `at`, in which nothing went wrong, has led to `next`; it changed flash or a counter, or not. */
export function sinceCall(before: Since, at: Position, next: Position, writes: boolean): Since {
  const isPowerOn = next.bootedOffset === IN_BOOT;
  const isQuiet = !isPowerOn && at.bootedOffset !== IN_BOOT && !writes;
  return {
    calls: before.calls + 1,
    powerUps: before.powerUps + (isPowerOn ? 1 : 0),
    steps: isQuiet ? before.steps + 1 : 0,
  };
}

/** Watches one run. */
export class Patience {
  readonly #device: Device;
  readonly #limits: Since;
  readonly #seen = new Set<string>();
  #since: Since;

  constructor(device: Device, limits: Since, start: Position) {
    this.#device = device;
    this.#limits = limits;
    this.#since = sinceFault(start);
  }

  /** What has passed since the last fault. */
  get since(): Since {
    return this.#since;
  }

  /** The device stands at `position`, between two calls. True: it stood so before, with no fault since. */
  isBackAt(position: Position): boolean {
    const at = keyAt(this.#device, position);
    const key = this.#device.words.subarray(at, at + 4).join();
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  /** A call at `at` has led to `next`, or a fault has. True: a bound is passed. */
  isOver(
    at: Position,
    next: Position,
    what: { readonly wentWrong: boolean; readonly writes: boolean },
  ): boolean {
    if (what.wentWrong) {
      this.#seen.clear();
      this.#since = sinceFault(next);
    } else {
      this.#since = sinceCall(this.#since, at, next, what.writes);
    }
    return isPassed(this.#since, this.#limits);
  }
}
