// Scenarios: what a device starts with, what it is offered in which order, what the booted firmware does, and how it must
// rest. Plain data, so that a trace can hold it and a configuration can write it; images come in parsed by the caller.
import type { OracleName } from "./oracles.js";
import type { WorldPlan } from "./world-plan.js";

/** What a booted firmware's self-test says: good at once, never, or only after so many resets of its trial. */
export type SelfTest = "good" | "bad" | { readonly afterResets: number };

/** In which way an image is spoiled after it was signed, or signed wrongly: none of these may ever boot. */
export const SPOILS = [
  "bit-flipped",
  "unsigned",
  "foreign-key",
  "truncated",
  "length-overflow",
  "injected-counter",
  "duplicated-tlv",
  "overlong-header",
  "overlong-protected",
  "overlong-counter",
  "overlong-dependency",
  "overlong-unprotected",
  "overlong-digest",
  "overlong-key-hash",
  "overlong-signature",
] as const;
export type Spoil = (typeof SPOILS)[number];

/** Those that hold more than anything of their kind may. */
export const OVERLONG: readonly Spoil[] = SPOILS.filter((spoil) => spoil.startsWith("overlong-"));

/** An image that a scenario plays with, as it is to be made. */
export interface ImagePlan {
  /** Names it in the scenario's other fields and in reports, like "v2". */
  readonly name: string;
  /** Major version, 0 to 255; the minor one and the revision count on where more are needed. */
  readonly version: number;
  /** Security counter, 0 to 2^32 − 1. */
  readonly securityCounter: number;
  /** "good" when absent. */
  readonly selfTest?: SelfTest;
  /** Slots that it is linked for: "both" is a pair of images, one for each; "both" when absent. */
  readonly linkedFor?: "both" | "A" | "B";
  readonly spoiled?: Spoil;
}

/** One offer: what stands in the receive window, and until when. */
export interface OfferStep {
  /** Name of the offered image. */
  readonly offer: string;
  /** Confirmed, or only until it has run once, the firmware has refused it, or a call has changed the slot that does not run. */
  readonly until: "confirmed" | "ran" | "refused" | "begun";
}

/**
 * What befalls the device past all rules as soon as the steps before it are over, between two guest calls:
 *
 * - `damage`: `words` words (1 when absent) of the image in a slot are changed. "running" is the slot that runs or, between two power-ups,
 *   is confirmed; "other" is not that one. The words are drawn with `seed` (1 when absent) from the image's `field`, a part by its name in
 *   reports, like "payload", or from the whole image; where no image stands, it is the slot's first word. Of the Record
 *   (`damage: "record"`) it is every word that is not blank. A firmware whose own slot is struck while it runs is reset by a fault.
 * - `put`: images by name come into slots.
 * - `selfTest`: the confirmed image's firmware is reset by the watchdog after its first step, in up to `boots`
 *   boots: as long as no other image is confirmed.
 * - `counter`: a one-way counter, by its number, advances to `to`, unless it stands higher.
 */
export type Incident =
  | {
      readonly damage: "slotA" | "slotB" | "running" | "other" | "record";
      readonly field?: string;
      readonly words?: number;
      readonly seed?: number;
    }
  | { readonly put: { readonly slotA?: string; readonly slotB?: string } }
  | { readonly selfTest: "fails"; readonly boots: number }
  | { readonly counter: number; readonly to: number };

/** A step of a scenario. */
export type Step = OfferStep | Incident;

/** Whether a step is an offer. */
export function isOffer(step: Step): step is OfferStep {
  return "offer" in step;
}

/** What a device has when the scenario begins. */
export interface Start {
  /** Name of the image that is put into slot A at the factory. */
  readonly slotA: string;
  /** Power-ups follow until it rests, confirmed and with nothing offered; else it begins as it left the factory. */
  readonly settled: boolean;
  /** What then comes into the slots past all rules: by names of images. */
  readonly then?: { readonly slotA?: string; readonly slotB?: string };
}

/** How the scenario must rest: a named image runs, confirmed; or boot halts, for a REASON_ of abi.ts like "DIGEST". */
export type Expectation = { readonly runs: string } | { readonly halts: string };

/** A named scenario. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly images: readonly ImagePlan[];
  readonly start: Start;
  /** At most STEPS_MAX; the first one is an offer. */
  readonly steps: readonly Step[];
  readonly expect: Expectation;
  /** The oracle that says so when it rests otherwise. */
  readonly otherwise: "update-completes" | "trial-reverts" | "ends-as-expected";
  /**
   * Erases that one sector may have in the run without faults, in the slots and in the Record's region; what wear.ts takes from the
   * steps when absent.
   */
  readonly wearMax?: { readonly slots?: number; readonly record?: number };
  /** Oracles that say nothing here. */
  readonly notApplicable: readonly OracleName[];
  /** What surrounds the device, where a guest can ask for it; as it is by default when absent. */
  readonly world?: WorldPlan;
}

/** Steps that one scenario may have: how far the oracles' memory counts (history.ts). */
export const STEPS_MAX = 255;

/** A signed image of a scenario, cut to header … end of TLVs. */
export interface SceneImage {
  /** Shown in reports, like "v2 for slot B". */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly headerSizeBytes: number;
  readonly securityCounter: number;
  /** Slot offset that the image is linked for (ROM_FIXED), null where it may run anywhere. */
  readonly linkedFor: number | null;
  /** Index of its plan among the scenario's images. */
  readonly generation: number;
  /** Its signature was checked by the caller; a spoiled one may never boot. */
  readonly genuine: boolean;
  /** A spoiled one's bytes before it was spoiled, where it was signed well: whatever makes it whole again makes it one that may boot. */
  readonly sound?: Uint8Array;
  /** Its parts from byte 0 on, in words, for reports: header fields, payload, TLVs. */
  readonly fields?: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** An image that somebody brought along because it must be refused. */
export interface BadImage {
  /** As it was given. */
  readonly file: string;
  /** Why the host refuses it in a slot: a REASON_ of abi.ts like "DIGEST". */
  readonly reason: string;
}

/** A scenario with the images it plays with. */
export interface Scene {
  readonly scenario: Scenario;
  readonly images: readonly SceneImage[];
  /** The provisioned key table (images/SPEC.md). */
  readonly keyTable: Uint8Array;
  /** Those of the images that somebody brought along because they must be refused; none when absent. */
  readonly bad?: readonly BadImage[];
}

/** Index of a scenario's image by name. */
export function generationOf({ images, name: scenario }: Scenario, name: string): number {
  const index = images.findIndex((image) => image.name === name);
  if (index === -1) throw new RangeError(`scenario ${scenario}: no image is named ${name}`);
  return index;
}

/** The images of a scene that belong to one plan: one, or one for each slot. */
export function imagesOf(scene: Scene, name: string): readonly SceneImage[] {
  const generation = generationOf(scene.scenario, name);
  return scene.images.filter((image) => image.generation === generation);
}
