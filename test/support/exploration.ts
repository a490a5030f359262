// One exploration for a test: builds the device, prepares the scene, explores it; and says what was found.
import { begin } from "../../host/campaign/machine.js";
import { faultsOf } from "../../host/campaign/options.js";
import type { Exploration, ExploreOptions } from "../../host/campaign/explore/exploration.js";
import { Explorer } from "../../host/campaign/explore/explorer.js";
import type { FaultName } from "../../host/campaign/plan/fault-models.js";
import type { Faults, Tears } from "../../host/campaign/plan/faults.js";
import type { OracleName } from "../../host/campaign/plan/oracles.js";
import type { Position } from "../../host/campaign/play/position.js";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import type { Device } from "../../host/device/device.js";
import type { PartProfile } from "../../host/device/profile.js";
import { deviceOf } from "./scenes.js";

export interface Wanted extends Omit<ExploreOptions, "faults" | "depth"> {
  readonly part: PartProfile;
  readonly pair: GuestPair;
  readonly scene: Scene;
  readonly models: readonly FaultName[];
  /** Most cuts in one run; until no new state is found when absent. */
  readonly depth?: number;
  readonly attempts?: number;
  /** How programs are torn; by the nine shapes when absent. */
  readonly tears?: Tears;
  /** Make the assumption that the part names; true when absent. */
  readonly assume?: boolean;
  /** What stands in slot B at the start; nothing when absent. */
  readonly slotB?: Uint8Array;
}

/** A device at the start of a scene. */
export interface Prepared {
  readonly device: Device;
  readonly start: Position;
  readonly faults: Faults;
}

/** A device with a scene's start on it, at a checkpoint. */
export function prepared({
  part,
  pair,
  scene,
  models,
  attempts = 3,
  assume = true,
  tears = "shapes",
  slotB,
}: Wanted): Prepared {
  const faults = faultsOf({ part, layout: part.layout, assume, tears }, models);
  const device = deviceOf(part, pair, attempts);
  device.setEcc(faults.eccUnit, faults.erasedFaults);
  device.applicationIsHostile = models.includes("application");
  const { start } = begin(device, scene);
  if (slotB !== undefined) {
    device.provision(part.layout.slotB.offset, slotB);
    device.exports.markProvisioned();
    device.exports.checkpoint();
  }
  return { device, start, faults };
}

/** Explores. */
export function explored(wanted: Wanted): Prepared & { readonly result: Exploration } {
  const ready = prepared(wanted);
  const result = new Explorer(ready.device, wanted.scene, {
    ...wanted,
    faults: ready.faults,
    depth: wanted.depth ?? Infinity,
  }).run(ready.start);
  return { ...ready, result };
}

/** The oracles that were violated, in order of the cuts that it takes. */
export function oraclesOf(result: Exploration): OracleName[] {
  return [...new Set(result.findings.all.map(({ oracle }) => oracle))];
}

/** How many power-on states there are, twins included, and the sum of their keys. */
export function powerOnStates({ states }: Exploration): { readonly count: number; readonly digest: string } {
  const isPowerOn = (state: number) => states.isPowerOn(state);
  return { count: states.table.count(isPowerOn), digest: states.table.digest(isPowerOn) };
}
