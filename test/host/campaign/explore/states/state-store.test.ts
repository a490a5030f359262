// What the records of states hold: read back as it was given, however large a number is, and however many follow.
import { describe, expect, it } from "vitest";
import { IN_BOOT } from "../../../../../host/campaign/play/call.js";
import { NO_HISTORY, after } from "../../../../../host/campaign/play/history.js";
import { powerOn } from "../../../../../host/campaign/play/position.js";
import { BEFORE, REST, UNCUT, followerOf } from "../../../../../host/campaign/explore/states/edge.js";
import { StateStore } from "../../../../../host/campaign/explore/states/state-store.js";
import { statesOf } from "../../../../../host/device/states-module.js";
import { deviceModule } from "../../../../support/scenes.js";

const EDGE = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
const SINCE = { calls: 1 << 20, powerUps: 70_000, steps: 8_192 };

function storeOf(count: number): StateStore {
  const store = new StateStore(statesOf(deviceModule));
  for (let number = 0; number < count; number++) {
    const history = after(NO_HISTORY, `boots ${number}`, () => ({ bootsA: number }));
    const place = { moment: number, depth: 2, edge: EDGE, since: SINCE };
    store.add(Uint32Array.of(1, Math.imul(number, 0x9e3779b1), 2, 3), 0, powerOn(3, history), place);
  }
  return store;
}

describe("a store of states", () => {
  it("keeps as many memories of the oracles as there are states", () => {
    const store = storeOf(70_000);
    for (const state of [0, 65_535, 65_536, 69_999]) {
      const { history, cause, bootedOffset } = store.positionOf(state);
      expect([history.bootsA, cause, bootedOffset]).toEqual([state, 3, IN_BOOT]);
    }
    expect(store.sinceOf(69_999)).toEqual(SINCE);
  });

  it("keeps followers and endings by any number", () => {
    const store = storeOf(3);
    const many = Array.from({ length: 66_000 }, (_, index) => followerOf(index, index % 2 === 0));
    store.setFollowers(0, many, 5);
    store.setEnding(0, 70_000);
    store.setFollowers(1, [REST], 0);
    expect(store.followersOf(0)).toEqual(many);
    expect([store.followersOf(1), store.followersOf(2)]).toEqual([REST, []]);
    expect([store.endingOf(0), store.violationsAt(0)]).toEqual([70_000, 5]);
    store.setEnding(0, 1);
    expect([store.followersOf(0), store.endingOf(0)]).toEqual([many, 1]);
  });

  it("keeps edges: calls that were cut before they began, at any operation, or not at all", () => {
    const store = storeOf(4);
    const edges = [
      { ...EDGE, from: 1, operation: BEFORE, kind: 0x80, shape: 0, item: 70_000 },
      { ...EDGE, from: 2, operation: 65_536, kind: 1, shape: 15, choices: [1, 0], item: 3 },
      { ...EDGE, from: 3, landings: [{ offset: 4, set: 5 }], left: { first: 8, words: [] } },
    ];
    edges.forEach((edge, state) => expect(store.bringForward(state, 1, edge, SINCE)).toBe(true));
    edges.forEach((edge, state) => expect(store.edgeInto(state)).toMatchObject(edge));
    expect(store.bringForward(2, 1, EDGE, SINCE)).toBe(false);
    expect(store.edgeInto(2)).toMatchObject(edges[2] as object);
    expect(store.bringForward(2, 0, EDGE, SINCE)).toBe(true);
    expect(store.edgeInto(2)).toMatchObject({ ...EDGE, landings: [] });
    expect(store.edgeInto(2).left).toBeUndefined();
  });
});
