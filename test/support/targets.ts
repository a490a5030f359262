// Boots in V8 what a target is to boot too, and puts what both did into the same words.
import { createHash } from "node:crypto";
import * as abi from "../../assembly/abi.js";
import {
  type TargetOperation,
  operationWords,
  targetOperationWords,
} from "../../host/budget/target/operations.js";
import type { DeviceState } from "../../host/budget/target/run.js";
import { executeCall, IN_BOOT } from "../../host/campaign/play/call.js";
import { Dialogue } from "../../host/campaign/world/dialogue.js";
import { Rules } from "../../host/campaign/world/rules.js";
import { Device } from "../../host/device/device.js";
import { flashSizeOf } from "../../host/device/layout.js";
import type { PartProfile } from "../../host/device/profile.js";
import { deviceModule, ownPair } from "./scenes.js";

/** A Tuesday, 23:00. */
export const CLOCK = 1_780_441_200;

export interface BootHere {
  readonly part: PartProfile;
  readonly boot: Uint8Array;
  readonly keyTable?: Uint8Array;
  /** What lies in slot A. */
  readonly image?: Uint8Array;
  /** Bits 1 << MAIN_ number; none when absent. */
  readonly inputs?: number;
}

/** Boots a device in V8; answers what it did, and the state that it began with. */
export function bootHere({ part, boot, keyTable, image, inputs = 0 }: BootHere) {
  const device = new Device({
    ...{ module: deviceModule, part, attempts: 3 },
    boot: { name: "boot", binary: boot },
    agent: { name: "agent", binary: ownPair.agent },
  });
  if (keyTable !== undefined) device.provision(part.layout.keys.offset, keyTable);
  if (image !== undefined) device.provision(part.layout.slotA.offset, image);
  device.exports.checkpoint();
  device.exports.reset(abi.CAUSE_POWER);
  const size = flashSizeOf(part);
  const state: DeviceState = {
    ...{ part, layout: part.layout, attempts: 3, flash: device.flash(0, size), resetCause: abi.CAUSE_POWER },
    counters: Array.from({ length: abi.COUNTER_COUNT }, () => 0),
    retained: Array.from({ length: abi.RETAINED_ALL }, () => 0),
    ...{ clock: CLOCK, inputs },
  };
  const rules = new Rules({ clock: CLOCK, inputs });
  const { end } = executeCall(device, IN_BOOT, 0, { dialogue: new Dialogue(rules, rules.start()) });
  const value = end.kind === "halted" ? end.reason : "offset" in end ? end.offset : 0;
  return {
    here: {
      end: `${end.kind} ${value}`,
      operations: device.operations().map(operationWords),
      flash: digestOf(device.flash(0, size)),
    },
    state,
  };
}

/** Stands for a part's content where it is compared: a megabyte takes vitest seconds to compare byte by byte. */
export function digestOf(flash: Uint8Array): string {
  return createHash("sha256").update(flash).digest("hex");
}

/** A target's operations in the words of those in V8. */
export function targetOperations(operations: readonly TargetOperation[]): string[] {
  return operations.map(targetOperationWords);
}
