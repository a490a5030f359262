// What an everboot.config.* may say, as types: every field is optional unless it says otherwise. Checks nothing itself
// (schema.ts, parse.ts), so that the package's root can export defineConfig without pulling zod in.
import type { FaultName } from "../campaign/plan/fault-models.js";
import type { OracleName } from "../campaign/plan/oracles.js";
import type { OwnOracle } from "../campaign/play/own-oracle.js";
import type { Expectation, OfferStep, Scenario, SelfTest, Spoil } from "../campaign/plan/scenario.js";
import type { CpuCore, ProgramRule } from "../device/profile.js";
import type { WorldConfig } from "./world.js";

/** Bytes: a whole number from 0, or text like "0x1f000", "4096", "16KiB" or "1MiB" (JSON has no hexadecimal numbers). */
export type ByteCount = number | string;

/** A byte range of flash; both ends are multiples of 256 bytes. */
export interface RegionConfig {
  /** Where it begins, in bytes from the start of flash; slots and Record begin with a sector. */
  readonly offset: ByteCount;
  /** Its size in bytes, above 0; slots and Record are whole sectors. */
  readonly size: ByteCount;
}

/** Where things lie on flash; no two regions may overlap. */
export interface LayoutConfig {
  /** The provisioned key table. */
  readonly keys: RegionConfig;
  readonly slotA: RegionConfig;
  readonly slotB: RegionConfig;
  /** The boot state: room for two areas, each of one sector or more. */
  readonly record: RegionConfig;
}

/** A run of equal sectors. Runs follow one another from offset 0. */
export interface SectorsConfig {
  /** How many, 1 to 2048 over all runs. */
  readonly count: number;
  /** Size of one in bytes, a multiple of 256; 2 MiB at most over all runs. */
  readonly sizeBytes: number;
  /** Erase time of one in µs, 0 to 2^32 − 1. */
  readonly eraseTypicalMicros: number;
  /** In µs, from eraseTypicalMicros to 2^32 − 1. */
  readonly eraseMaxMicros: number;
}

/** Error-correcting code over flash. */
export interface EccConfig {
  /** Bytes that share one ECC word, a power of two from 4 to programMin. */
  readonly unitBytes: number;
  /** Whether reading a word that is not programmed is an error; false when absent. */
  readonly erasedFaults?: boolean | undefined;
}

/** A part of one's own. Its id is the key that it stands under. */
export interface WholeDeviceConfig {
  /** For lists and reports; the id when absent. */
  readonly title?: string | undefined;
  /** In order, from offset 0; at least one. */
  readonly sectors: readonly SectorsConfig[];
  /** Smallest program in bytes: a power of two, 1 to 512. */
  readonly programMin: number;
  /** Largest program in bytes: a power of two from programMin to 512, and no larger than a sector. */
  readonly programMax: number;
  /** Time of one program in µs, 0 to 2^32 − 1. */
  readonly programTypicalMicros: number;
  /** In µs, from programTypicalMicros to 2^32 − 1. */
  readonly programMaxMicros: number;
  /** Erases that a sector endures, 1 to 2^32 − 1. */
  readonly endurance: number;
  /** How a unit may be programmed between two erases: "and" as often as one likes, "once", "once-or-zero", "twice". */
  readonly rule: ProgramRule;
  /** null: none, which undoes the one of `extends`; none when absent. */
  readonly ecc?: EccConfig | null | undefined;
  /** Design of the Record that guests are built with: "refreshed" programs units again, as the package's parts with rule "and" allow. */
  readonly record: "sealed" | "refreshed";
  /**
   * What has to be true of the part for a sealed Record to hold under weak bits: "decided-seal" (a torn seal of the Record
   * reads alike for ever), or "nothing"; nothing when absent.
   */
  readonly assumes?: "decided-seal" | "nothing" | undefined;
  /** What erased flash reads as: 0xFF or 0x00. */
  readonly erasedByte: number;
  /** RAM in bytes, 1024 to 2^32 − 1, that a guest's memory has to fit; not checked when absent. */
  readonly ramBytes?: number | undefined;
  /** The greatest value that a one-way counter can hold, 1 to 2^32 − 1; every 32-bit number when absent. */
  readonly counterMax?: number | undefined;
  /** Checked against the sectors. */
  readonly layout: LayoutConfig;
  /** No budgets without it. */
  readonly cpu?: CpuConfig | undefined;
  /** One sentence each, for lists; none when absent. */
  readonly notes?: readonly string[] | undefined;
}

/** A part's processor, for `everboot budget`. */
export interface CpuConfig {
  readonly core: CpuCore;
  /** 10 000 to 2^32 − 1. */
  readonly clockHz: number;
  /** Wait states of a flash access at that clock, 0 to 255; 0 when absent. */
  readonly waitStates?: number | undefined;
  /** "on" (a cache or flash accelerator, when absent) or "none". */
  readonly cache?: "on" | "none" | undefined;
}

/** A part of the package with some things otherwise; what is absent stays as it is there. */
export type ExtendedDeviceConfig = {
  readonly [Field in keyof WholeDeviceConfig]?: WholeDeviceConfig[Field] | undefined;
} & {
  /** Id of one of the package's parts, like "nrf52840". */
  readonly extends: string;
};

export type DeviceConfig = WholeDeviceConfig | ExtendedDeviceConfig;

/** An image that a scenario plays with; it is made and signed on the spot. */
export interface ImageConfig {
  /** Names it in the scenario's other fields and in reports: letters, digits, and - _ . between them, like "v2". */
  readonly name: string;
  /** Major version, 0 to 255. */
  readonly version: number;
  /** Security counter, 0 to 2^32 − 1; the version when absent. */
  readonly securityCounter?: number | undefined;
  /** "good" (when absent), "bad" (never passes), or {afterResets}: passes only after 1 to 255 resets of its trial. */
  readonly selfTest?: SelfTest | undefined;
  /** Slots that it is linked for: "A", "B", or "both" (when absent), which is a pair of images, one for each. */
  readonly linkedFor?: "both" | "A" | "B" | undefined;
  /** How it is spoiled after it was signed, or signed wrongly; genuine when absent. */
  readonly spoiled?: Spoil | undefined;
}

/** What a device has when a scenario begins. */
export interface StartConfig {
  /** Name of the image that is put into slot A at the factory. */
  readonly slotA: string;
  /** Whether power-ups follow until it rests, confirmed and with nothing offered; true when absent. */
  readonly settled?: boolean | undefined;
  /** Names of images that then come into the slots past all rules. */
  readonly then?: { readonly slotA?: string | undefined; readonly slotB?: string | undefined } | undefined;
}

/** One offer. */
export interface OfferConfig {
  /** Name of the image that stands in the receive window. */
  readonly offer: string;
  /** Until it is "confirmed" (when absent), has "ran" once, was "refused", or is "begun": the other slot was written once. */
  readonly until?: OfferStep["until"] | undefined;
}

/** The Record is destroyed, past all rules. */
export interface RecordDamageConfig {
  readonly damage: "record";
}

/**
 * Words of what stands in a slot are changed, past all rules ("running": the slot that runs or, between two power-ups, is confirmed;
 * "other": not that one). A firmware that runs there is reset by a fault.
 */
export interface DamageConfig {
  readonly damage: "slotA" | "slotB" | "running" | "other";
  /** A part of the image by name, as reports have it ("payload", "header, magic"); the whole image when absent. */
  readonly field?: string | undefined;
  /** How many words, 1 to 65536; 1 when absent. */
  readonly words?: number | undefined;
  /** What they are drawn with, 0 to 2^32 − 1; 1 when absent. */
  readonly seed?: number | undefined;
}

/** Images by name come into slots, past all rules. */
export interface PutConfig {
  readonly put: { readonly slotA?: string | undefined; readonly slotB?: string | undefined };
}

/** The watchdog resets the confirmed image's firmware after each of its steps, in its next boots. */
export interface SelfTestConfig {
  readonly selfTest: "fails";
  /** 1 to 255. */
  readonly boots: number;
}

/** A one-way counter advances, past all rules. */
export interface CounterConfig {
  /** Its number, 0 (the floor) to 7. */
  readonly counter: number;
  /** 1 to 2^32 − 1; nothing happens where it stands higher. */
  readonly to: number;
}

/** One step: an offer, or what befalls the device as soon as the steps before it are over. The first one is an offer. */
export type StepConfig =
  OfferConfig | RecordDamageConfig | DamageConfig | PutConfig | SelfTestConfig | CounterConfig;

/** Bounds on wear: erases of one sector, 0 to 2^32 − 1, by where it lies. */
export interface WearConfig {
  readonly slots?: number | undefined;
  readonly record?: number | undefined;
}

/** A scenario of one's own. */
export interface ScenarioConfig {
  /** Lower case words and digits joined by hyphens; neither one of the package's nor given twice. */
  readonly name: string;
  /** For lists and reports; the name when absent. */
  readonly title?: string | undefined;
  /** 1 to 256, with names that differ. */
  readonly images: readonly ImageConfig[];
  readonly start: StartConfig;
  /** In order, at most STEPS_MAX (255); none when absent. */
  readonly steps?: readonly StepConfig[] | undefined;
  /** How it must rest: {runs: name of an image}, confirmed; or {halts: a REASON_ of abi.ts, like "DIGEST"}. */
  readonly expect: Expectation;
  /** The oracle that is violated when it rests otherwise; when absent "update-completes" where `expect` runs an image
   * that a step offers, else "ends-as-expected". */
  readonly otherwise?: Scenario["otherwise"] | undefined;
  /** Erases that one sector may have in the run without faults; what is taken from the steps where absent (`wear-bound`). */
  readonly wearMax?: WearConfig | undefined;
  /** Oracles that say nothing here; when absent "update-completes" unless that is `otherwise`, and "floor-follows" where
   * `expect` halts. */
  readonly notApplicable?: readonly OracleName[] | undefined;
  /** What surrounds the device, for guests that ask for it. */
  readonly world?: WorldConfig | undefined;
}

/** A guest pair of one's own; paths are relative to the configuration's file. */
export interface GuestConfig {
  /** Path of the boot guest, a wasm module over the Hal. */
  readonly boot: string;
  /**
   * Path of the agent that the booted firmware runs. When absent it is `boot` where that exports `step`, else the package's own,
   * which takes every signature.
   */
  readonly agent?: string | undefined;
  /** Path of the application that runs beside the agent, a module that exports `run`; none when absent. */
  readonly application?: string | undefined;
  /** Boots that an unconfirmed image gets, 1 to 255; what the command line says when absent. */
  readonly attempts?: number | undefined;
  /**
   * Names of the reasons for which it halts and refuses: {"1": "NO_IMAGE"}, numbers 0 to 2^32 − 1, names of upper case letters, digits
   * and underscores. They count before those that its modules bring along (section everboot.halts); what has no name is told as a number.
   */
  readonly halts?: Readonly<Record<string, string>> | undefined;
}

/** How far a campaign may go. */
export interface LimitsConfig {
  /** It ends as incomplete beyond so many persistent states, 1 to 2^32 − 1. */
  readonly maxStates?: number | undefined;
  /** It ends as incomplete after so many seconds, 1 to 2^32 − 1. */
  readonly timeLimitSeconds?: number | undefined;
  /** Worker threads, 1 to 256. */
  readonly workers?: number | undefined;
  /** Whole runs that one's own oracles are shown, 0 to 2^32 − 1. */
  readonly ownOracleRuns?: number | undefined;
  /** Blocks that a guest call may execute before it counts as hung, 1 to 2^53 − 1; 2^28 when absent. */
  readonly fuel?: number | undefined;
}

/** What a campaign takes where the command line says nothing. */
export interface CampaignConfig {
  /** Id of a device, of this configuration or of the package. */
  readonly device?: string | undefined;
  /** Fault models, each once, with "power" among them. */
  readonly faults?: readonly FaultName[] | undefined;
  /** Cuts in one run, 1 to 2^32 − 1; "fixpoint": until no new state comes. */
  readonly depth?: number | "fixpoint" | undefined;
  /** Name of a guest, of this configuration or of the package; or a path that ends in .wasm. */
  readonly guest?: string | undefined;
  /** Whole size of the images that are made on the spot, 1 to 2^32 − 1 bytes. */
  readonly imageSize?: ByteCount | undefined;
  /** 0 to 2^32 − 1. */
  readonly seed?: number | undefined;
}

/** A whole configuration. No name may be one of the package's own: nothing of it can be replaced unseen. */
export interface EverbootConfig {
  /** Parts of one's own, by id: lower case words and digits joined by hyphens. */
  readonly devices?: Readonly<Record<string, DeviceConfig>> | undefined;
  /** Partition maps by name, for a command line that names one instead of a file. */
  readonly layouts?: Readonly<Record<string, LayoutConfig>> | undefined;
  readonly scenarios?: readonly ScenarioConfig[] | undefined;
  /** Guest pairs by name. */
  readonly guests?: Readonly<Record<string, GuestConfig>> | undefined;
  /** Pure functions over a whole run; not in a .json file. */
  readonly oracles?: readonly OwnOracle[] | undefined;
  readonly limits?: LimitsConfig | undefined;
  readonly campaign?: CampaignConfig | undefined;
}

/**
 * Gives a configuration back as it is, with its fields' types known to the editor; nothing is checked yet.
 * @param config a whole configuration
 * @returns the same object
 */
export function defineConfig(config: EverbootConfig): EverbootConfig {
  return config;
}
