// Wear: how often a run erases each sector, and what `wear-bound` says of that. Only of runs in which nothing goes wrong: what a fault
// costs is counted in power-ups (giving-up.ts), and nothing of this is part of a state.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../device/device.js";
import type { Operation } from "../../device/operations.js";
import { sectorsOf } from "../../device/layout.js";
import type { Region } from "../../device/profile.js";
import type { FaultPlan } from "../plan/fault-plan.js";
import { oracleBit } from "../plan/oracles.js";
import { type PlainOptions, runPlain } from "./plain.js";
import type { Position } from "./position.js";
import { type Scene, type Step, isOffer } from "../plan/scenario.js";
import type { Settled } from "./caller.js";

/** The sector of a place that a run erases most often. */
export interface SectorWear {
  readonly erases: number;
  /** Its number and offset in bytes; null where none is erased. */
  readonly sector: number | null;
  readonly offset: number | null;
  /** Erases that one sector may have there. */
  readonly bound: number;
}

/** What the run without faults erases: in the slots, and in the Record's region. */
export interface Wear {
  readonly slots: SectorWear;
  readonly record: SectorWear;
}

/** Changes of the state that one step may bring beside a trial's attempts: forgotten, put on trial, given up, confirmed. */
const CHANGES_SPARE = 4;
/** Copies of the state that each change may be written to, with an erase each. */
const COPIES = 2;

type Machine = Pick<Device, "attempts" | "layout" | "part" | "boot">;

/**
 * Erases that one sector may have in a run of a scene without faults: what the scenario says, or else
 *
 * - in a slot: one for each offer that is to be confirmed or begun with, and for each incident; two for every other offer, which is
 *   cleared away or, as its writing may have failed, written once more. Twice that where boot moves images.
 * - in the Record: for each step two copies of each change of the state, of which a trial's attempts and each sector of the image
 *   are one.
 */
export function wearBounds(
  { attempts, layout, part, boot }: Machine,
  { scenario, images }: Scene,
): { readonly slots: number; readonly record: number } {
  const { steps, wearMax = {} } = scenario;
  const installs = steps.reduce((sum, step) => sum + installsOf(step), 0);
  const longest = images.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  const sectors = Math.max(
    ...[layout.slotA, layout.slotB].map(
      (slot) => sectorsOf(part).filter(({ offset }) => isIn({ ...slot, size: longest }, offset)).length,
    ),
  );
  const changes = attempts + CHANGES_SPARE + sectors;
  return {
    slots: wearMax.slots ?? Math.max(1, installs) * (boot.writesSlots ? 2 : 1),
    record: wearMax.record ?? COPIES * changes * Math.max(1, steps.length),
  };
}

function installsOf(step: Step): number {
  if (!isOffer(step)) return 1;
  return step.until === "confirmed" || step.until === "begun" ? 1 : 2;
}

/** Counts the erases of one run. */
export class WearCount {
  readonly #device: Device;
  readonly #scene: Scene;
  /** By offset of the sector. */
  readonly #erases = new Map<number, number>();

  constructor(device: Device, scene: Scene) {
    this.#device = device;
    this.#scene = scene;
  }

  /** What a guest call has done. */
  add(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.kind !== "erase" || operation.status !== abi.STATUS_OK) continue;
      this.#erases.set(operation.offset, (this.#erases.get(operation.offset) ?? 0) + 1);
    }
  }

  get wear(): Wear {
    const { slotA, slotB, record } = this.#device.layout;
    const bounds = wearBounds(this.#device, this.#scene);
    return {
      slots: this.#most([slotA, slotB], bounds.slots),
      record: this.#most([record], bounds.record),
    };
  }

  #most(regions: readonly Region[], bound: number): SectorWear {
    let [erases, offset]: [number, number | null] = [0, null];
    for (const [at, count] of this.#erases)
      if (count > erases && regions.some((region) => isIn(region, at))) [erases, offset] = [count, at];
    const number = sectorsOf(this.#device.part).findIndex((sector) => sector.offset === offset);
    return { erases, sector: number === -1 ? null : number, offset, bound };
  }
}

/** The violated oracle as a mask, or none. */
function violationsOf({ slots, record }: Wear, { scenario }: Scene): number {
  if (scenario.notApplicable.includes("wear-bound")) return 0;
  return slots.erases > slots.bound || record.erases > record.bound ? oracleBit("wear-bound") : 0;
}

/** Plays a run as runPlain() does; where nothing goes wrong in it, its wear is judged too. */
export function runJudged(
  device: Device,
  scene: Scene,
  start: Position,
  options: PlainOptions,
): Settled & { readonly wear: Wear } {
  const count = new WearCount(device, scene);
  const settled = runPlain(device, scene, start, {
    ...options,
    onCall: (call) => {
      count.add(call.operations);
      options.onCall?.(call);
    },
  });
  const { wear } = count;
  const worn = isCalm(options.faults) ? violationsOf(wear, scene) : 0;
  return { ...settled, violations: settled.violations | worn, wear };
}

/** Nothing goes wrong. */
function isCalm({ cuts, reads, strikes = [], answers = [] }: FaultPlan = { cuts: [], reads: [] }): boolean {
  return [cuts, reads, strikes, answers].every(({ length }) => length === 0);
}

/** What is worn beyond its bound, in words. */
export function wornWords({ slots, record }: Wear): string {
  return [
    { ...slots, where: "a slot" },
    { ...record, where: "the Record" },
  ]
    .filter(({ erases, bound }) => erases > bound)
    .map(({ erases, sector, offset, bound, where }) => {
      const place = `sector ${sector} of ${where} (0x${(offset ?? 0).toString(16)})`;
      return `without any fault ${place} is erased ${erases} times, the bound is ${bound}`;
    })
    .join("; ");
}

function isIn({ offset, size }: Region, at: number): boolean {
  return at >= offset && at < offset + size;
}
