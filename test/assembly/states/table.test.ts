// The states module against a plain map: numbers by key over many growths of its table, twins among them, and records that keep what is
// written into them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateTable } from "../../../host/campaign/explore/states/state-table.js";
import { statesOf } from "../../../host/device/states-module.js";
import { deviceModule } from "../../support/scenes.js";

const newTable = () => new StateTable(statesOf(deviceModule));

describe("the table of states", () => {
  it("knows every key that it was given, and no other", () => {
    const word = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }));
    const key = fc.tuple(word, word, fc.constantFrom(0, 1), fc.constantFrom(0, 7));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean()), { minLength: 1, maxLength: 200 }), (given) => {
        const table = newTable();
        const known = new Map<string, number>();
        let states = 0;
        for (const [words, isTwin] of given) {
          const at = Uint32Array.from([9, ...words]);
          const before = known.get(words.join()) ?? -1;
          if (table.get(at, 1) !== before) throw new Error(`found ${table.get(at, 1)}, not ${before}`);
          if (isTwin && states > 0) {
            const state = states - 1;
            if (table.getOrTwin(at, 1, state) !== (before < 0 ? state : before)) throw new Error("no twin");
            if (before < 0) known.set(words.join(), state);
          } else if (before < 0) {
            if (table.add(at, 1) !== states) throw new Error("another number");
            known.set(words.join(), states++);
          }
        }
        const seen = new Map<string, number>();
        table.forEach((words, at, state) => seen.set(words.slice(at, at + 4).join(), state));
        expect([...seen].sort()).toEqual([...known].sort());
        expect([table.size, table.stateCount]).toEqual([known.size, states]);
      }),
      { numRuns: 60, seed: 20 },
    );
  });

  it("grows to a hundred thousand states, whose records stay as they were written", () => {
    const table = newTable();
    const key = new Uint32Array(4);
    const COUNT = 100_000;
    for (let state = 0; state < COUNT; state++) {
      // Four keys each would like to have the same slot.
      key.set([state, Math.imul(state & ~3, 0x9e3779b1), 5, state]);
      if (table.add(key, 0) !== state) throw new Error(`state ${state} has another number`);
      table.words[table.recordAt(state) + 17] = state ^ 0x5a5a;
      if (state % 3 === 0)
        table.getOrTwin(
          key.map((word) => word ^ 0x80000000),
          0,
          state,
        );
    }
    for (let state = 0; state < COUNT; state++) {
      key.set([state, Math.imul(state & ~3, 0x9e3779b1), 5, state]);
      if (table.get(key, 0) !== state) throw new Error(`state ${state} is not found`);
      const record = table.recordAt(state);
      if (table.words[record + 17] !== (state ^ 0x5a5a))
        throw new Error(`the record of ${state} has changed`);
      for (let word = 4; word < 17; word++)
        if (table.words[record + word] !== 0) throw new Error(`the record of ${state} was not empty`);
    }
    expect(table.size).toBe(COUNT + Math.ceil(COUNT / 3));
    expect(table.count((state) => state < 10)).toBe(10 + 4);
  });

  it("digests the same keys to the same sum in any order", () => {
    const keys = [Uint32Array.of(1, 2, 3, 4), Uint32Array.of(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)];
    const digests = [keys, [...keys].reverse()].map((order) => {
      const table = newTable();
      for (const key of order) table.add(key, 0);
      return table.digest(() => true);
    });
    expect(digests).toEqual(["00000004000000020000000200000000", "00000004000000020000000200000000"]);
  });
});
