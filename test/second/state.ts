// A state of the second explorer: a whole content, and where the device stands with it; and how long a run may take to rest.
import type { Where } from "./life.js";
import { NOWHERE } from "./numbers.js";
import type { Content, World } from "./world.js";

/** What has passed since the last fault, on the way by which a state was found. */
export interface Since {
  readonly powerUps: number;
  /** Steps in a row that asked for more and wrote nothing. */
  readonly steps: number;
}

/** A state. */
export interface State {
  readonly where: Where;
  /** None once its call has been made. */
  content: Content | undefined;
  depth: number;
  since: Since;
  /** What may follow without a fault; `quiet` by a step that asked for more and wrote nothing. */
  readonly next: { readonly state: State; readonly quiet: boolean }[];
}

/** Power-ups for each offer, beyond twice the attempts. */
const POWER_UPS_SPARE = 9;
const STEPS_PER_SECTOR = 4;

/** A fault has just struck, or the run begins: a power-up is about to begin. */
export const FAULT: Since = { powerUps: 1, steps: 0 };

/** What a run may take from a fault to its rest. */
export function limitsOf({ attempts, story, part }: World): Since {
  return {
    powerUps: (2 * attempts + POWER_UPS_SPARE) * Math.max(1, story.offers.length),
    steps: STEPS_PER_SECTOR * part.sectors.length,
  };
}

/** A call without a fault has led from one place to the next, with so many writes. */
export function sinceCall(before: Since, from: Where, next: Where, writes: number): Since {
  return {
    powerUps: before.powerUps + (next.booted === NOWHERE ? 1 : 0),
    steps: isQuiet(from, next, writes) ? before.steps + 1 : 0,
  };
}

/** A step that asked for more and wrote nothing. */
export function isQuiet(from: Where, next: Where, writes: number): boolean {
  return from.booted !== NOWHERE && next.booted !== NOWHERE && writes === 0;
}

/** Longer than a run may take. */
export function isTooLong({ powerUps, steps }: Since, limits: Since): boolean {
  return powerUps > limits.powerUps || steps > limits.steps;
}
