// Builds a campaign's devices: each share has one of its own, of the same guests.
import { DEFAULT_FUEL, meterGuest } from "../core/guest.js";
import { Device, type DeviceOptions, type GuestBinary } from "../device/device.js";
import type { Layout, PartProfile } from "../device/profile.js";
import type { Faults } from "./plan/faults.js";
import type { GuestPair } from "./plan/trace.js";

/** What a device is made of, whoever its guests are. */
export interface MachineOptions {
  readonly deviceModule: WebAssembly.Module;
  readonly part: PartProfile;
  readonly layout: Layout;
  /** Blocks per guest call. */
  readonly fuel?: bigint;
}

/** A campaign's device with a guest pair in it. */
export function build(options: MachineOptions, guest: GuestPair, attempts: number, faults: Faults): Device {
  const fuel = options.fuel === undefined ? {} : { fuel: options.fuel };
  const device = new Device({
    module: options.deviceModule,
    part: options.part,
    layout: options.layout,
    ...guestsOf(guest, fuel),
    attempts,
    ...fuel,
  });
  device.setEcc(faults.eccUnit, faults.erasedFaults);
  return device;
}

/** Guest pairs that were metered before: every share of a campaign has a device of its own, of the same guests. */
const METERED = new WeakMap<GuestPair, Pick<DeviceOptions, "boot" | "agent">>();

/** A pair's binaries for a device; metered once. */
function guestsOf(guest: GuestPair, fuel: { readonly fuel?: bigint }): Pick<DeviceOptions, "boot" | "agent"> {
  const known = METERED.get(guest);
  if (known !== undefined && known.boot.metered?.fuel === (fuel.fuel ?? DEFAULT_FUEL)) return known;
  const binary = (name: string, code: Uint8Array, entry: string): GuestBinary => ({
    name,
    binary: code,
    metered: meterGuest({ name, binary: code, entry, ...fuel }),
  });
  const binaries = {
    boot: binary(guest.name, guest.boot, "boot"),
    agent: binary(`${guest.name} (agent)`, guest.agent, "step"),
  };
  METERED.set(guest, binaries);
  return binaries;
}
