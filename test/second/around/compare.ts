// Between the project and the plain exploration: one case for both, and what both came to in the same words. Of a state that is the device
// alone: what surrounds it is abstract there and has values here.
import { vi } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Calls } from "../../../host/campaign/explore/calls.js";
import { Explorer } from "../../../host/campaign/explore/explorer.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import type { GuestPair } from "../../../host/campaign/plan/trace.js";
import type { WorldPlan } from "../../../host/campaign/plan/world-plan.js";
import type { Position } from "../../../host/campaign/play/position.js";
import type { Device } from "../../../host/device/device.js";
import { prepared } from "../../support/exploration.js";
import { worldScene } from "../../support/world.js";
import { worldOf } from "../bridge.js";
import { small } from "../cases.js";
import type { Loss } from "../life.js";
import { CAUSE, NOWHERE } from "../numbers.js";
import type { Application, Standing } from "./call.js";
import { explore } from "./explore.js";
import type { Model } from "./surroundings.js";

/** What is explored twice. */
export interface Case {
  readonly models: readonly FaultName[];
  readonly world: WorldPlan;
  /** The guest asks for how long the device is up, and nothing of the clock. */
  readonly asksUptime?: boolean;
  /** Deeds of the adversary in one guest's call; two where absent, one of the link. */
  readonly deedsMax?: number;
}

/** What one exploration says. */
export interface Said {
  /** The states of the device, without what surrounds it, sorted. */
  readonly devices: readonly string[];
  readonly violated: readonly string[];
  /** All states, which are not compared. */
  readonly states: number;
}

const PART = small();
const LOSSES: readonly string[] = ["power", "reset"];
/** Words of each kind of RAM that are looked at. */
const WORDS = 4;
const SCRATCH_WORDS = 8;

/** What the project's explorer says. */
export function saidByEngine({ models, world }: Case, pair: GuestPair): Said {
  const scene = worldScene(PART, world);
  const { device, start, faults } = prepared({ part: PART, pair, scene, models, attempts: 1, assume: false });
  const devices = new Set<string>();
  const plain = Calls.prototype.ways;
  const spy = vi.spyOn(Calls.prototype, "ways").mockImplementation(function (this: Calls, position) {
    devices.add(lookAt(device, position, isDrawn(world)));
    return plain.call(this, position);
  });
  const result = new Explorer(device, scene, { faults, depth: Infinity }).run(start);
  spy.mockRestore();
  if (result.incomplete !== null || !result.fixpoint) throw new Error(result.incomplete ?? "no fixpoint");
  const violated = [...new Set(result.findings.all.map(({ oracle }) => oracle))].sort();
  return { devices: [...devices].sort(), violated, states: result.states.size };
}

/** What stands in the scratch may be a nonce. */
function isDrawn({ client }: WorldPlan): boolean {
  return client?.requests.includes("challenged") === true;
}

function lookAt(device: Device, { bootedOffset, cause, confirmed }: Position, hasNonces: boolean): string {
  const { offset, size } = PART.layout.record;
  const words = (at: number, count = WORDS) => [...device.words.subarray(at, at + count)];
  const rest = device.table(abi.TABLE_VOLATILE);
  const scratch = rest + abi.RETAINED_ALL - abi.RETAINED_COUNT;
  return deviceText({
    ...{ booted: bootedOffset, cause, confirmed, record: device.flash(offset, size) },
    retained: words(device.table(abi.TABLE_RETAINED)),
    ...{ scratch: words(scratch, SCRATCH_WORDS), hasNonces },
    keys: words(scratch + abi.SCRATCH_SIZE / 4),
  });
}

/** What the plain exploration says. */
export function saidPlainly(
  { models, world: plan, asksUptime = false, deedsMax }: Case,
  pair: GuestPair,
): Said {
  const scene = worldScene(PART, plan);
  const world = worldOf({ part: PART, pair, scene, attempts: 1 });
  const found = explore(world, {
    plan: {
      clock: plan.clock ?? 0,
      wishes: plan.client ?? null,
      window: plan.window === undefined ? null : [plan.window.from, plan.window.to],
    },
    losses: models.filter((model) => LOSSES.includes(model)) as Loss[],
    application: applicationOf(pair, models.includes("application")),
    models: models
      .filter((model) => !LOSSES.includes(model) && model !== "application")
      .map((model) => (model === "clock" && asksUptime ? "uptime" : model)) as Model[],
    deedsMax: deedsMax ?? (models.includes("link") ? 1 : 2),
  });
  const devices = new Set(found.states.map((standing) => textOf(standing, isDrawn(plan))));
  return { devices: [...devices].sort(), violated: found.violated, states: found.states.length };
}

function applicationOf({ application }: GuestPair, isHostile: boolean): Application | null {
  if (application === undefined) return null;
  return { binary: application, isHostile };
}

function textOf({ content, where, ram }: Standing, hasNonces: boolean): string {
  const { offset, size } = PART.layout.record;
  return deviceText({
    ...{ booted: where.booted, cause: where.cause, confirmed: where.confirmed },
    record: content.flash.subarray(offset, offset + size),
    retained: [...content.retained.subarray(0, WORDS)],
    ...{ ...ram, hasNonces },
  });
}

interface Parts {
  readonly booted: number;
  readonly cause: number;
  readonly confirmed: boolean;
  readonly record: Uint8Array;
  readonly retained: readonly number[];
  readonly scratch: readonly number[];
  readonly hasNonces: boolean;
  readonly keys: readonly number[];
}

/** What a reset takes away is not there any more where boot is next. Of a nonce it is only said that it is one: names differ. */
function deviceText(parts: Parts): string {
  const { booted, cause, confirmed, record, retained, scratch, hasNonces, keys } = parts;
  const isInBoot = booted === NOWHERE;
  const bytes = Buffer.from(record)
    .toString("hex")
    .replace(/(ff)+$/, "");
  const kept = isInBoot && cause === CAUSE.power ? "" : retained.join();
  const volatile = isInBoot
    ? ""
    : [...scratch.map((word) => (hasNonces && word !== 0 ? 1 : word)), "/", ...keys].join();
  const place = isInBoot ? "boot" : booted;
  return [place, cause, confirmed, bytes, kept, volatile].join(" ");
}
