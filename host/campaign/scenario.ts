// Scenarios: what is offered to the device, what the booted firmware does, and what must be true in the end. Plain
// data and pure functions; images come in parsed and authenticated by the caller.
import type { OracleName } from "./oracles.js";

/** A signed image of a scenario, cut to header … end of TLVs, whose signature the caller has checked. */
export interface SceneImage {
  /** Shown in reports, like "v2". */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly headerSizeBytes: number;
  readonly securityCounter: number;
  /** Slot offset that the image is linked for (ROM_FIXED), null where it may run anywhere. */
  readonly linkedFor: number | null;
  /** Which step of the update it is: 0 what the device starts with, 1 what is offered. */
  readonly generation: 0 | 1;
}

/** What the firmware of a generation does once it is booted. */
export type Behaviour = "self-test-good" | "crash";

/** A named scenario. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What each generation's firmware does. */
  readonly behaviour: readonly [Behaviour, Behaviour];
  /** The offer stands until the offered image is confirmed, or only until it has run once. */
  readonly offeredUntil: "confirmed" | "ran";
  /** Generation that must run, confirmed, when the scenario rests. */
  readonly restsWith: 0 | 1;
  /** Oracles that say nothing here. */
  readonly notApplicable: readonly OracleName[];
}

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "update",
    title: "v1 confirmed; v2 offered, installed, tried, confirmed",
    behaviour: ["self-test-good", "self-test-good"],
    offeredUntil: "confirmed",
    restsWith: 1,
    notApplicable: [],
  },
  {
    name: "revert",
    title: "v1 confirmed; v2 offered, installed, crashes whenever it runs, v1 comes back",
    behaviour: ["self-test-good", "crash"],
    offeredUntil: "ran",
    restsWith: 0,
    notApplicable: ["update-completes"],
  },
];

/** Finds a scenario by name. */
export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}

/** A scenario with the images it plays with. */
export interface Scene {
  readonly scenario: Scenario;
  /** What slot A holds at the start. */
  readonly first: SceneImage;
  /** What is offered: one image, or one per slot. */
  readonly offered: readonly SceneImage[];
  /** The provisioned key table (images/SPEC.md). */
  readonly keyTable: Uint8Array;
}
