// What a campaign is told, what it takes where it is told nothing, and the device that it makes of that. Lets no fault happen.
import { assumptionOf } from "../device/record.js";
import type { Progress } from "./explore/exploration.js";
import {
  FLIP_KINDS,
  FLIP_PLACES,
  type FlipKind,
  type FlipPlace,
  type StrikeChoice,
} from "./plan/strike-choice.js";
import { type Machine, type MachineOptions, machineAt } from "./machine.js";
import { DEFAULT_POWER_UPS, DEFAULT_SAMPLES, DEFAULT_SEED } from "./plan/defaults.js";
import type { FaultName } from "./plan/fault-models.js";
import { Faults, type Tears } from "./plan/faults.js";
import type { Scene } from "./plan/scenario.js";
import type { GuestPair } from "./plan/trace.js";
import type { WorldPlan } from "./plan/world-plan.js";
import type { OwnOracle } from "./play/own-oracle.js";

/** Samples of the first fault for each of a later one. */
const DEEPER_SHARE = 64;

/** A deliberately wrong guest pair that a campaign must catch. */
export interface Canary {
  readonly guest: GuestPair;
  /** Boots that an unconfirmed image gets under this canary. */
  readonly attempts: number;
  /** The fault model without which it is not caught. */
  readonly fault: FaultName;
  /** Present where it is not caught unless torn programs are taken so. */
  readonly tears?: Tears;
  /** Faults in a row within which it must be caught. */
  readonly depth: number;
  /** What it is let loose in, where it is there for that alone; else the canaries' scene. */
  readonly world?: WorldPlan;
}

/** All that a campaign goes by, the device and its guests among it. */
export interface CampaignOptions extends Omit<MachineOptions, "instrument" | "onPhase"> {
  readonly scene: Scene;
  readonly faults: readonly FaultName[];
  /** How torn programs are taken; "shapes" when absent. */
  readonly tears?: Tears;
  /** Make the assumption that the part's profile names, under weak bits. */
  readonly assume: boolean;
  /** Most faults in one run; "fixpoint": until no new state is found. */
  readonly depth: number | "fixpoint";
  /** Share of the memo's answers that are executed and compared, 0 to 1. */
  readonly audit: number;
  /** Parts of the flip model; all when absent. */
  readonly flips?: readonly FlipKind[];
  /** Where flips at rest strike; everywhere when absent. */
  readonly places?: readonly FlipPlace[];
  /** Strikes that a sample has, for each state and kind; DEFAULT_SAMPLES when absent. */
  readonly samples?: number;
  /** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most; DEFAULT_POWER_UPS when absent. */
  readonly struckPowerUps?: number;
  /** What samples are drawn with; DEFAULT_SEED when absent. */
  readonly seed?: number;
  /** States after which the campaign ends as incomplete; DEFAULT_STATES_MAX when absent. */
  readonly statesMax?: number;
  /** Explore even where the run without any fault violates an oracle; else that is all that is told. */
  readonly evenSo?: boolean;
  readonly canaries: readonly Canary[];
  /** Scene in which the canaries are let loose: one in which they can go wrong; the campaign's own when absent. */
  readonly canaryScene?: Scene;
  /** Milliseconds of CPU and of wall clock, from any start. */
  readonly clock: () => { readonly cpu: number; readonly wall: number };
  /** Asked now and then; a reason ends the campaign early, as incomplete. */
  readonly stop?: () => string | null;
  readonly onProgress?: (progress: Progress) => void;
  /** Digest of all that the campaign depends on; the caller's, as hashing is. */
  readonly identity?: string;
  /** Oracles of one's own, and how many runs they are shown at most. */
  readonly own?: { readonly oracles: readonly OwnOracle[]; readonly runs: number };
}

/** A share of a campaign's first faults: the work items n with n % count = index. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Share = { index: 0, count: 1 };

/** The fault models on the campaign's part, with the assumption where it is to be made. */
export function faultsOf(
  { part, layout, assume, tears }: Pick<CampaignOptions, "part" | "layout" | "assume" | "tears">,
  models: readonly FaultName[],
): Faults {
  const taken = tears === undefined ? {} : { tears };
  return new Faults(part, models, assume ? assumptionOf(part, layout) : null, { layout, ...taken });
}

/** Which strikes a campaign has, with all that it was not told. */
export function strikesOf(options: CampaignOptions): StrikeChoice {
  return {
    models: options.faults,
    flips: options.flips ?? FLIP_KINDS,
    places: options.places ?? FLIP_PLACES,
    samples: options.samples ?? DEFAULT_SAMPLES,
    // A later fault gets 1/64 of the first fault's samples: there are thousands of states then.
    deeperSamples: Math.max(1, Math.floor((options.samples ?? DEFAULT_SAMPLES) / DEEPER_SHARE)),
    powerUps: options.struckPowerUps ?? DEFAULT_POWER_UPS,
    seed: options.seed ?? DEFAULT_SEED,
  };
}

/** A campaign's device at the start of its scenario, under the campaign's fault models. */
export interface CampaignMachine extends Machine {
  readonly faults: Faults;
}

/** Builds a device of its own for a campaign: each share, audit and report has one. */
export function campaignMachine(options: CampaignOptions): CampaignMachine {
  const faults = faultsOf(options, options.faults);
  return { ...machineAt(options, options.scene, faults), faults };
}
