// Which strikes a campaign has, as data: what of the flip model, where, how many of each kind. Strikes nothing.
import type { FaultName } from "./fault-models.js";

/** Where flips at rest can strike. */
export type FlipPlace = "slotA" | "slotB" | "record" | "keys" | "counters";
export const FLIP_PLACES: readonly FlipPlace[] = ["slotA", "slotB", "record", "keys", "counters"];

/** What of the flip model: at rest singly, at rest in pairs, in one read, in RAM, in the incoming image. */
export type FlipKind = "rest" | "pair" | "read" | "ram" | "offer";
export const FLIP_KINDS: readonly FlipKind[] = ["rest", "pair", "read", "ram", "offer"];

/** How strikes are chosen. */
export interface StrikeChoice {
  readonly models: readonly FaultName[];
  readonly flips: readonly FlipKind[];
  readonly places: readonly FlipPlace[];
  /** Strikes that a sample has, for each state and kind that is not exhausted. */
  readonly samples: number;
  /** The same beyond the first fault of a run, where there are thousands of states. */
  readonly deeperSamples: number;
  /** Power-ups of the run in which nothing goes wrong that are struck, spread evenly, at the most. */
  readonly powerUps: number;
  readonly seed: number;
}
