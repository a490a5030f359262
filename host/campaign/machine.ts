// The one builder of a device at the start of its scenario: for campaigns, their canaries, replays, budgets, benches and programs.
// What is made here has its guests, its limit of fuel, its part's ECC and the content with which the scenario begins.
import * as abi from "../../assembly/abi.js";
import { DEFAULT_FUEL, type MeteredGuest, meterGuest } from "../core/metered.js";
import { Device } from "../device/device.js";
import { type DeviceModules, type DeviceOptions, type GuestBinary } from "../device/device-options.js";
import type { Layout, PartProfile } from "../device/profile.js";
import type { Faults } from "./plan/faults.js";
import type { Scene } from "./plan/scenario.js";
import type { GuestPair } from "./plan/trace.js";
import { prepare, withWorldOf } from "./play/plain.js";
import { type Position, powerOn } from "./play/position.js";

/** What a device is made of. */
export interface MachineOptions {
  readonly deviceModule: DeviceModules;
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly guest: GuestPair;
  /** Boots that an unconfirmed image gets, 1 to 255. */
  readonly attempts: number;
  /** Blocks that one guest call may execute before it is ended; DEFAULT_FUEL when absent. */
  readonly fuel?: bigint;
  /** Counts something of boot besides fuel: gives boot's module, rewritten for that. */
  readonly instrument?: (boot: { readonly name: string; readonly binary: Uint8Array }) => MeteredGuest;
  /** Told of each budget phase that boot enters. */
  readonly onPhase?: DeviceOptions["onPhase"];
}

/** A device that stands at the start of its scenario, with the checkpoint there. */
export interface Machine {
  readonly device: Device;
  readonly scene: Scene;
  /** The first call of the scenario. */
  readonly start: Position;
  /** How the device came to rest before the scenario began. */
  readonly settled: ReturnType<typeof prepare>;
}

/** What fault models make of a device: how it takes what cannot be read, and when its application runs. */
type Readings = Pick<Faults, "eccUnit" | "erasedFaults" | "models">;

/**
 * Builds a device and brings it to a scene's start.
 * @param faults without them no unit is unreadable
 * @throws {GuestError} for a guest that cannot be wired.
 */
export function machineAt(options: MachineOptions, scene: Scene, faults?: Readings): Machine {
  return begin(deviceOf(options, faults), scene);
}

/** Brings a device of its own to a scene's start, once more or for another scene. */
export function begin(device: Device, scene: Scene): Machine {
  const settled = prepare(device, scene);
  const history = withWorldOf(settled.last.history, device, scene);
  return { device, scene, start: powerOn(abi.CAUSE_POWER, history), settled };
}

/** A device with its guests, erased: no call was made of them, so that it is there at once whatever they do. */
export function deviceOf(options: MachineOptions, faults?: Readings): Device {
  const { deviceModule, part, layout, guest, attempts, fuel, instrument, onPhase } = options;
  const { boot, ...others } = guestsOf(guest, fuel);
  const device = new Device({
    ...{ module: deviceModule, part, layout, attempts, ...others },
    boot: instrument === undefined ? boot : { ...boot, metered: instrument(boot) },
    ...(fuel === undefined ? {} : { fuel }),
    ...(onPhase === undefined ? {} : { onPhase }),
  });
  device.setEcc(faults?.eccUnit ?? 0, faults?.erasedFaults ?? false);
  device.applicationIsHostile = faults?.models.includes("application") ?? false;
  return device;
}

type Guests = Pick<DeviceOptions, "boot" | "agent" | "application">;

/** Guest pairs that were metered before: every share of a campaign has a device of its own, of the same guests. */
const METERED = new WeakMap<GuestPair, Guests>();

/** A pair's binaries for a device; metered once. */
function guestsOf(guest: GuestPair, fuel = DEFAULT_FUEL): Guests {
  const known = METERED.get(guest);
  if (known !== undefined && known.boot.metered?.fuel === fuel) return known;
  const binary = (name: string, code: Uint8Array, entry: string): GuestBinary => ({
    name,
    binary: code,
    metered: meterGuest({ name, binary: code, entry, fuel }),
  });
  const { name, application } = guest;
  const binaries = {
    boot: binary(name, guest.boot, "boot"),
    agent: binary(`${name} (agent)`, guest.agent, "step"),
    ...(application === undefined
      ? {}
      : { application: binary(`${name} (application)`, application, "run") }),
  };
  METERED.set(guest, binaries);
  return binaries;
}
