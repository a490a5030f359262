// The state key: which states it tells apart, and which it must not.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import type { Digest } from "../../../host/device/device-exports.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

describe("a state key", () => {
  const part = madePart({
    rule: "twice",
    programMin: 4,
    programMax: 4,
    ecc: { unitBytes: 16, erasedFaults: false },
  });
  const { offset } = part.layout.record;

  it("differs with every bit of content, weak bit, mark, torn unit, counter, retained word, cause, place and history", () => {
    const hal = new Hal(part, { ecc: true });
    const keys = new Set<string>();
    let states = 0;
    const state = (change: () => void, place = 0, history: Digest = [0, 0, 0, 0]) => {
      hal.device.exports.wipe();
      hal.device.exports.reset(abi.CAUSE_POWER);
      hal.begin();
      change();
      keys.add(hal.stateKey(place, history));
      states++;
    };
    state(() => {});
    for (let bit = 0; bit < 32; bit++) {
      const value = (1 << bit) >>> 0;
      for (const word of [0, 1, 511])
        state(() => hal.device.exports.provisionWord(offset + 4 * word, ~value));
      state(() => hal.counterAdvance(0, value));
      state(() => hal.counterAdvance(7, value));
      for (const id of [0, 7]) state(() => hal.cut(abi.COUNTER_WEAK, () => hal.counterAdvance(id, value)));
      for (const word of [0, 1]) state(() => weaken(hal, offset + 4 * word, value));
      state(() => hal.retainedWrite(0, value));
      state(() => hal.retainedWrite(15, value));
      state(() => {}, value);
      for (const at of [0, 1, 2, 3])
        state(() => {}, 0, [0, 1, 2, 3].map((one) => (one === at ? value : 0)) as unknown as Digest);
    }
    for (let unit = 0; unit < 8; unit++) {
      state(() => hal.program(offset + 4 * unit, 4));
      state(() => [0, 1].forEach(() => hal.program(offset + 4 * unit, 4)));
      for (const shape of [abi.TEAR_UNREADABLE, abi.TEAR_UNSTEADY])
        state(() => hal.cut(shape, () => hal.program(offset + 16 * unit, 4)));
    }
    for (const cause of [abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG, abi.CAUSE_PIN, abi.CAUSE_OPEN])
      state(() => hal.device.exports.reset(cause));
    expect(keys.size).toBe(states);
  });

  it("tells a value in one word from another value in another word, however the two are placed", () => {
    const hal = new Hal(part);
    const keys = new Set<string>();
    let states = 0;
    const state = (change: () => void) => {
      hal.device.exports.wipe();
      hal.begin();
      change();
      keys.add(hal.stateKey());
      states++;
    };
    for (let value = 4; value <= 0x100; value += 4) {
      for (const id of [0, 2, 6]) {
        state(() => hal.counterAdvance(id, value));
        state(() => hal.cut(abi.COUNTER_WEAK, () => hal.counterAdvance(id, value)));
      }
      for (const index of [0, 2, 14]) state(() => hal.retainedWrite(index, value));
    }
    expect(keys.size).toBe(states);
  });

  it("is that of the state, not of its past: wear, busy time, calls and order do not count", () => {
    const hal = new Hal(part);
    const blank = hal.stateKey();
    hal.programBytes(offset, Uint8Array.of(1, 2, 3, 4));
    hal.programBytes(offset + 8, Uint8Array.of(5, 6, 7, 8));
    const both = hal.stateKey();
    hal.erase(offset);
    hal.begin();
    expect(hal.stateKey()).toBe(blank);
    hal.programBytes(offset + 8, Uint8Array.of(5, 6, 7, 8));
    hal.programBytes(offset, Uint8Array.of(1, 2, 3, 4));
    hal.event(1, 2);
    expect(hal.stateKey()).toBe(both);
  });
});

/** Programs these bits of a word weakly. */
function weaken(hal: Hal, offset: number, bits: number): void {
  const data = new Uint8Array(Uint32Array.of(~bits).buffer);
  hal.cut(abi.TEAR_WEAK, () => hal.programBytes(offset, data));
}
