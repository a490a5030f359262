// What a device is made of, as data.
import type { MeteredGuest } from "../core/metered.js";
import type { Layout, PartProfile } from "./profile.js";

/** A guest's binary under the name that reports show. */
export interface GuestBinary {
  readonly name: string;
  readonly binary: Uint8Array;
  /** The binary metered already. */
  readonly metered?: MeteredGuest;
}

/** Where an image stands in the receive window, in bytes. */
export interface OfferedImage {
  readonly offset: number;
  readonly size: number;
}

/** The compiled modules that a simulation is made of: the device, and the states that an exploration finds on it. */
export interface DeviceModules {
  readonly device: WebAssembly.Module;
  readonly states: WebAssembly.Module;
  /** The states of several explorers in threads; absent where there are no threads. */
  readonly statesShared?: WebAssembly.Module;
}

export interface DeviceOptions {
  readonly module: DeviceModules;
  readonly part: PartProfile;
  /** The part's own layout when absent. */
  readonly layout?: Layout;
  readonly boot: GuestBinary;
  readonly agent: GuestBinary;
  /** What runs beside the firmware, between its steps; nothing when absent. */
  readonly application?: GuestBinary;
  /** Boots that an unconfirmed image gets, 1 to 255. */
  readonly attempts: number;
  /** Blocks per guest call. */
  readonly fuel?: bigint;
  /** Told of each phase that a guest says it enters. */
  readonly onPhase?: (phase: number) => void;
}
