// Tells a new device module what it is: its part's figures, its sectors, its regions. Afterwards all of its flash is erased.
import * as abi from "../../assembly/abi.js";
import type { DeviceExports } from "./device-exports.js";
import { flashSizeOf } from "./layout.js";
import type { Layout, PartProfile, ProgramRule } from "./profile.js";

const RULES: Readonly<Record<ProgramRule, number>> = {
  and: abi.RULE_AND,
  once: abi.RULE_ONCE,
  "once-or-zero": abi.RULE_ONCE_OR_ZERO,
  twice: abi.RULE_TWICE,
};

/** What a device is. */
interface Configured {
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly exports: DeviceExports;
  /** Boots that an unconfirmed image gets. */
  readonly attempts: number;
}

/** Configures the module of a device. */
export function configure(device: Configured): void {
  const { part, layout, exports, attempts } = device;
  const erased = part.erasedByte === 0xff ? 0 : 0xffffffff;
  exports.setPart(
    flashSizeOf(part),
    erased,
    part.programMin.value,
    part.programMax.value,
    RULES[part.rule],
    part.programTypicalMicros.value,
    part.programMaxMicros.value,
  );
  if (part.counterMax !== undefined) exports.setCounterMax(part.counterMax.value);
  for (const run of part.sectors) {
    for (let i = 0; i < run.count.value; i++) {
      exports.addSector(run.sizeBytes.value, run.eraseTypicalMicros.value, run.eraseMaxMicros.value);
    }
  }
  exports.setRegion(abi.REGION_SLOT_A, layout.slotA.offset, layout.slotA.size);
  exports.setRegion(abi.REGION_SLOT_B, layout.slotB.offset, layout.slotB.size);
  exports.setRegion(abi.REGION_RECORD, layout.record.offset, layout.record.size);
  exports.setRegion(abi.REGION_KEYS, layout.keys.offset, layout.keys.size);
  exports.setAttempts(attempts);
}
