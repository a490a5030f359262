// The guests of a device, each wired to it. Calls none of them but for what wiring checks.
import { Guest } from "../core/guest.js";
import type { DeviceOptions } from "./device-options.js";

/** What boots, what the booted firmware does about updates, and what runs beside that. */
export interface WiredGuests {
  readonly boot: Guest;
  readonly agent: Guest;
  readonly application: Guest | null;
}

/**
 * Wires a device's guests.
 * @param exports the device module's own
 * @throws {GuestError} naming the guest and what does not fit.
 */
export function wiredGuests(options: DeviceOptions, exports: WebAssembly.Exports): WiredGuests {
  const { boot, agent, application, onPhase, fuel, part } = options;
  const hal = onPhase === undefined ? exports : { ...exports, phase: onPhase };
  const shared = { hal, ramBytes: part.ramBytes?.value, ...(fuel === undefined ? {} : { fuel }) };
  return {
    boot: new Guest({ ...boot, ...shared, entry: "boot" }),
    agent: new Guest({ ...agent, ...shared, entry: "step" }),
    application: application === undefined ? null : new Guest({ ...application, ...shared, entry: "run" }),
  };
}
