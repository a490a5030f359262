// One-way counters: what they hold, refuse and are full of, and what an advance that is cut leaves.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { PARTS, partById } from "../../../../host/device/parts.js";
import { Hal } from "../../../support/hal.js";

const tiny = partById("tiny");

describe("one-way counters", () => {
  it("a counter rises, keeps an equal value without an operation, and there are eight", () => {
    const hal = new Hal(tiny);
    for (let id = 0; id < abi.COUNTER_COUNT; id++) {
      expect(hal.counterAdvance(id, 0xfffffff0 + id)).toBe(abi.STATUS_OK);
      expect(hal.counterAdvance(id, 0xfffffff0 + id)).toBe(abi.STATUS_OK);
      expect(hal.counterRead(id)).toEqual({ status: 0, word: 0xfffffff0 + id });
    }
    expect(hal.counterRead(abi.COUNTER_COUNT).status).toBe(abi.STATUS_NO_SUCH_COUNTER);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(abi.COUNTER_COUNT);
  });

  it("a counter that is full says so, breaks no rule, and is left as it is", () => {
    const most = { value: 0x80000005, source: "made for a test", mark: "seen" } as const;
    const hal = new Hal({ ...tiny, counterMax: most });
    expect(hal.info(abi.INFO_COUNTER_MAX)).toBe(most.value);
    expect(hal.counterAdvance(1, most.value + 1)).toBe(abi.STATUS_FULL);
    expect(hal.counterAdvance(1, 7)).toBe(abi.STATUS_OK);
    expect(hal.counterAdvance(1, 0xffffffff)).toBe(abi.STATUS_FULL);
    expect(hal.counterRead(1)).toEqual({ status: 0, word: 7 });
    for (const value of [most.value, most.value]) expect(hal.counterAdvance(1, value)).toBe(abi.STATUS_OK);
    expect(hal.counterAdvance(1, most.value + 1)).toBe(abi.STATUS_FULL);
    expect(hal.counterAdvance(1, most.value - 1)).toBe(abi.STATUS_COUNTER_BACKWARDS);
    expect(hal.counterRead(1).word).toBe(most.value);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(2);
    expect(hal.device.callWord(abi.CALL_RULE_BREAKS)).toBe(1);
    const statuses = hal.device.operations().flatMap((one) => (one.kind === "counter" ? [one.status] : []));
    expect(statuses).toEqual([13, 0, 13, 0, 13, abi.STATUS_COUNTER_BACKWARDS]);
  });

  it("no advance of a full counter is cut: there is nothing to tear, weak or not", () => {
    const most = { value: 9, source: "made for a test", mark: "seen" } as const;
    for (const shape of [abi.COUNTER_OLD, abi.COUNTER_NEW, abi.COUNTER_WEAK]) {
      const hal = new Hal({ ...tiny, counterMax: most });
      hal.counterAdvance(0, 4);
      hal.device.setCut(1, shape);
      expect(hal.counterAdvance(0, 10)).toBe(abi.STATUS_FULL);
      expect(() => hal.counterAdvance(0, 9)).toThrow();
      hal.device.setCut(abi.NOWHERE, 0);
      hal.begin();
      expect(hal.device.highestCounter(0)).toBe(shape === abi.COUNTER_OLD ? 4 : 9);
      expect(hal.counterAdvance(0, 10)).toBe(abi.STATUS_FULL);
      expect(hal.device.highestCounter(0)).toBe(shape === abi.COUNTER_OLD ? 4 : 9);
      expect(hal.counterAdvance(0, 9)).toBe(abi.STATUS_OK);
      expect([hal.counterRead(0).word, hal.device.highestCounter(0)]).toEqual([9, 9]);
    }
  });
});

describe("a torn counter advance", () => {
  it("leaves the old value or the new one", () => {
    const hal = new Hal(PARTS[0]!);
    hal.counterAdvance(1, 5);
    hal.cut(abi.COUNTER_OLD, () => hal.counterAdvance(1, 9));
    expect(hal.counterRead(1).word).toBe(5);
    hal.cut(abi.COUNTER_NEW, () => hal.counterAdvance(1, 9));
    expect(hal.counterRead(1).word).toBe(9);
  });

  it("that is weak leaves both, at each read anew, until it is advanced again to no less than the higher", () => {
    const hal = new Hal(PARTS[0]!);
    hal.counterAdvance(1, 5);
    hal.cut(abi.COUNTER_WEAK, () => hal.counterAdvance(1, 9));
    hal.begin();
    hal.device.setChoices([1, 0, 1]);
    expect([1, 2, 3, 4].map(() => hal.counterRead(1).word)).toEqual([9, 5, 9, 5]);
    hal.device.setChoices([]);
    expect(hal.device.isCertain).toBe(false);
    expect(hal.counterAdvance(1, 8)).toBe(abi.STATUS_COUNTER_BACKWARDS);
    hal.cut(abi.COUNTER_OLD, () => hal.counterAdvance(1, 9));
    expect(hal.device.isCertain).toBe(false);
    hal.begin();
    // An equal value is no operation where the counter is sure, and one where it is weak.
    expect(hal.counterAdvance(1, 9)).toBe(abi.STATUS_OK);
    expect(hal.counterAdvance(1, 9)).toBe(abi.STATUS_OK);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(1);
    expect([hal.counterRead(1).word, hal.device.callWord(abi.CALL_CHOICE_COUNT)]).toEqual([9, 0]);
    expect(hal.device.isCertain).toBe(true);
  });
});
