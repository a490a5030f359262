// What `bench campaign` measures, as data: the scenes, how often each is run, and what was aimed at. Measures nothing.
import type { Tears } from "../../campaign/plan/faults.js";
import type { FaultName } from "../../campaign/plan/fault-models.js";

/** An exploration of a scenario of the package with images made on the spot. */
export interface Explored {
  readonly scenario: string;
  readonly device: string;
  readonly imageBytes: number;
  readonly models: readonly FaultName[];
  readonly depth: number | "fixpoint";
  readonly tears?: Tears;
}

/** What every case has. */
interface Named {
  readonly id: string;
  /** Processes, one after the other, each of which measures it; against another build pairs of processes. */
  readonly rounds: number;
}

/** How fast a scene is explored: once in a fresh process, then so many times more in the same one. */
export interface ExploreCase extends Named {
  readonly kind: "explore";
  readonly of: Explored;
  readonly warmRounds: number;
}

/** How fast a guest pair boots that has an image of so many bytes in slot A: `boots` executed boots are one round. */
export interface BootsCase extends Named {
  readonly kind: "boots";
  readonly guest: string;
  readonly device: string;
  readonly imageBytes: number;
  readonly boots: number;
  readonly warmRounds: number;
}

/** What two worker threads make of a campaign that one makes too: both through the command line, canaries included. */
export interface WorkersCase extends Named {
  readonly kind: "workers";
  readonly of: Explored;
}

/** How often JavaScript calls the device module in an exploration. */
export interface CallsCase extends Named {
  readonly kind: "calls";
  readonly of: Explored;
}

/** Where the time of an exploration goes, by a sampling profiler. */
export interface ProfileCase extends Named {
  readonly kind: "profile";
  readonly of: Explored;
}

export type Case = ExploreCase | BootsCase | WorkersCase | CallsCase | ProfileCase;

/** What was aimed at in a figure of a case. */
export interface Target {
  readonly id: string;
  readonly figure: string;
  /** How many times as good as before. */
  readonly times?: number;
  /** The figure itself, at least where more is better, at most where less is. */
  readonly value?: number;
  /** What else is to be known of it. */
  readonly note?: string;
}

const UPDATE = { scenario: "update", device: "nrf52840", imageBytes: 64 * 1024, models: ["power"] } as const;
const ONE_CUT: Explored = { ...UPDATE, depth: 1 };
const FIXPOINT: Explored = { ...UPDATE, depth: "fixpoint" };
/** Two million states, where FIXPOINT has seven hundred thousand. */
const LARGE: Explored = { ...FIXPOINT, imageBytes: 192 * 1024 };
const BOOTED = { device: "nrf52840", imageBytes: 48 * 1024, boots: 400, warmRounds: 5, rounds: 5 } as const;

export const CASES: readonly Case[] = [
  { id: "one-cut", kind: "explore", of: ONE_CUT, warmRounds: 5, rounds: 5 },
  { id: "fixpoint", kind: "explore", of: FIXPOINT, warmRounds: 2, rounds: 5 },
  {
    ...{ id: "weak-fixpoint", kind: "explore", warmRounds: 0, rounds: 3 },
    of: {
      ...{ scenario: "update", device: "stm32f407", imageBytes: 16 * 1024 },
      ...{ models: ["power", "weak"], depth: "fixpoint" },
    },
  },
  {
    ...{ id: "dense-tears", kind: "explore", warmRounds: 2, rounds: 3 },
    of: { ...UPDATE, imageBytes: 4 * 1024, depth: 1, tears: "dense" },
  },
  { id: "two-workers", kind: "workers", of: FIXPOINT, rounds: 3 },
  { id: "two-workers-large", kind: "workers", of: LARGE, rounds: 3 },
  { id: "boots-boot-full", kind: "boots", guest: "boot-full", ...BOOTED },
  { id: "boots-boot-ed25519", kind: "boots", guest: "boot-ed25519", ...BOOTED },
  { id: "boots-mcuboot-revert", kind: "boots", guest: "mcuboot-revert", ...BOOTED },
  { id: "calls-one-cut", kind: "calls", of: ONE_CUT, rounds: 1 },
  { id: "calls-fixpoint", kind: "calls", of: FIXPOINT, rounds: 1 },
  { id: "time-one-cut", kind: "profile", of: ONE_CUT, rounds: 3 },
  { id: "time-fixpoint", kind: "profile", of: FIXPOINT, rounds: 1 },
];

export const TARGETS: readonly Target[] = [
  { id: "one-cut", figure: "fresh", times: 2, value: 1_400_000, note: "stretch 2.8 ×" },
  { id: "fixpoint", figure: "fresh", times: 3, value: 1_000_000 },
  { id: "fixpoint", figure: "resident bytes per state", value: 150 },
  { id: "weak-fixpoint", figure: "fresh", times: 2 },
  {
    ...{ id: "boots-mcuboot-revert", figure: "warm", times: 1.4, value: 2330 },
    note: "MCUboot's native simulator boots so often a second on a machine where this row was 1 549",
  },
  { id: "two-workers", figure: "one ÷ two", value: 1.7, note: "of two workers against one now; stretch 1.9" },
  {
    id: "two-workers-large",
    figure: "one ÷ two",
    value: 1.7,
    note: "of two workers against one now; stretch 1.9",
  },
];
