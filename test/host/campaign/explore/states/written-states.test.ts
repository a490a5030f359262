// States written and read back: numbers from the first state on, what they depended on renumbered with them; and what is damaged is refused.
import { describe, expect, it } from "vitest";
import { MisuseError } from "../../../../../host/core/errors.js";
import { statesOf } from "../../../../../host/device/states-module.js";
import { type Edge, REST, UNCUT, followerOf } from "../../../../../host/campaign/explore/states/edge.js";
import { StateStore } from "../../../../../host/campaign/explore/states/state-store.js";
import {
  type WrittenStates,
  countOf,
  readStates,
  writeStates,
} from "../../../../../host/campaign/explore/states/written-states.js";
import { NO_HISTORY } from "../../../../../host/campaign/play/history.js";
import { powerOn } from "../../../../../host/campaign/play/position.js";
import { deviceModule } from "../../../../support/scenes.js";

const EDGE: Edge = { from: 2, operation: UNCUT, kind: 0, shape: 0, choices: [] };
const EDGES: readonly Edge[] = [
  { ...EDGE, operation: 7, kind: 1, shape: 3, item: 5 },
  { ...EDGE, from: 0, operation: 0, kind: 2, choices: [1, 0, 2] },
  EDGE,
  {
    ...EDGE,
    from: 1,
    landings: [{ offset: 8, set: 9 }],
    left: { first: 16, words: [{ offset: 20, set: 0xffffffff }] },
  },
];

const empty = () => new StateStore(statesOf(deviceModule));

/** Four states that were found in such an order that the first is number 2. */
function drawn(): StateStore {
  const states = empty();
  EDGES.forEach((edge, number) => {
    const place = { moment: number, depth: number, edge, since: { calls: 4, powerUps: 5, steps: number } };
    states.add(Uint32Array.of(number, 1, 2, 3), 0, powerOn(3, NO_HISTORY), place);
  });
  states.setAfterFault(3);
  states.countJudged(1, 12);
  states.setFollowers(0, [followerOf(3, true)], 6);
  states.setFollowers(1, [followerOf(2, false), REST, followerOf(0, true)], 0);
  states.setFollowers(2, [REST], 1);
  return states;
}

/** 2 becomes 0, and the others follow as they were: 0, 1, 3 become 1, 2, 3. */
const NOW = [1, 2, 0, 3] as const;

/** The same words but for one. */
function changed(words: Uint32Array, at: number, value: number): Uint32Array {
  const other = words.slice();
  other[at] = value;
  return other;
}

describe("written states", () => {
  it("are read back under their new numbers", () => {
    const before = drawn();
    const written = writeStates(before, 2);
    const after = empty();
    readStates(after, written);
    expect([countOf(written), after.size]).toEqual([4, 4]);
    expect(after.table.digest(() => true)).toBe(before.table.digest(() => true));
    NOW.forEach((now, state) => {
      const edge = before.edgeInto(state);
      expect(after.edgeInto(now)).toEqual({ ...edge, from: NOW[edge.from] });
      expect(after.table.get(Uint32Array.of(state, 1, 2, 3), 0)).toBe(now);
      expect(after.sinceOf(now)).toEqual(before.sinceOf(state));
      expect(after.judgedFrom(now)).toBe(before.judgedFrom(state));
      expect(after.violationsAt(now)).toBe(before.violationsAt(state));
      expect(after.depthOf(now)).toBe(before.depthOf(state));
      expect(after.isAfterFault(now)).toBe(before.isAfterFault(state));
      expect(after.isPowerOn(now)).toBe(true);
    });
    expect(after.followersOf(1)).toBe(followerOf(3, true));
    expect(after.followersOf(2)).toEqual([followerOf(0, false), REST, followerOf(1, true)]);
    expect(after.followersOf(0)).toBe(REST);
    expect(after.followersOf(3)).toEqual([]);
    expect([after.isOpen(3, 3), after.isOpen(1, 0), after.isOpen(3, 2)]).toEqual([true, false, false]);
    // Written once more they are the same.
    expect(writeStates(after, 0)).toEqual(written);
  });

  it.each<[string, (written: WrittenStates) => WrittenStates]>([
    ["no states", () => ({ records: new Uint32Array(0), lists: new Uint32Array(0) })],
    ["half a state", ({ records, lists }) => ({ records: records.subarray(1), lists })],
    ["a word too large for what it is", ({ records, lists }) => ({ records: records.fill(9), lists })],
    ["no lists", ({ records }) => ({ records, lists: new Uint32Array(0) })],
    ["lists cut short", ({ records, lists }) => ({ records, lists: lists.subarray(0, lists.length - 1) })],
    ["a follower that is none", ({ records, lists }) => ({ records, lists: changed(lists, 1, 100) })],
    [
      "two states with one key",
      ({ records, lists }) => ({ records: changed(records, 0, records[1]!), lists }),
    ],
  ])("are refused with %s", (_, spoil) => {
    const written = spoil(writeStates(drawn(), 2));
    expect(() => readStates(empty(), written)).toThrow(MisuseError);
  });
});
