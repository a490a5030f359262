// Devices to be struck, and the check that what a strike changes is part of the state and is taken back.
import { expect } from "vitest";
import * as abi from "../../../assembly/abi.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

export const PARTS = [
  madePart({ rule: "and", programMin: 4, programMax: 16 }),
  madePart({ rule: "twice", programMin: 4, programMax: 8, erasedByte: 0 }),
  madePart({ rule: "once", programMin: 8, programMax: 16, ecc: { unitBytes: 8, erasedFaults: false } }),
];
export const [part] = PARTS as [PartProfile];
export const { record } = part.layout;
export const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
export const OTHER = DATA.map((byte) => byte << 4);
export const WORD = 0x04030201;

export const bitMask = (bit: number) => (1 << bit) >>> 0;

/** Does an operation of the host's own: it is kept, then replayed. */
export function strike(hal: Hal, kind: number, offset: number, value: number): void {
  hal.device.exports.replay(hal.device.keepOperation(kind, offset, value), 0);
}

/** All that lasts: content, counters and what stands beside them, and the key of it. */
export function lasting({ device }: Hal, key: string) {
  const words = (table: number, count: number) => [
    ...device.words.subarray(device.table(table), device.table(table) + count),
  ];
  return {
    key,
    flash: device.flash(record.offset, record.size),
    counters: words(abi.TABLE_COUNTERS, abi.COUNTER_COUNT),
    shadows: words(abi.TABLE_SHADOWS, abi.SHADOW_COUNT),
  };
}

/** Checks that a change makes another state, and that the undo log takes it back. */
export function isTakenBack(hal: Hal, change: () => void): void {
  const { exports } = hal.device;
  exports.checkpoint();
  const mark = exports.undoMark();
  const before = lasting(hal, hal.stateKey());
  change();
  expect(hal.stateKey()).not.toBe(before.key);
  exports.undoTo(mark);
  expect(lasting(hal, hal.stateKey())).toEqual(before);
}

/** A device that has data at the start of its Record, and a call begun. */
export function withData(on: PartProfile = part): Hal {
  const hal = new Hal(on, { ecc: true });
  hal.programBytes(on.layout.record.offset, DATA);
  hal.begin();
  return hal;
}
