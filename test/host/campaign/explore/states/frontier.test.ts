// Which states have their turn, and when: each once, those of one depth before those of the next, whoever has added them.
import { describe, expect, it } from "vitest";
import { Crew, type Seat, newBoard } from "../../../../../host/campaign/explore/crew/crew.js";
import { NO_HISTORY } from "../../../../../host/campaign/play/history.js";
import { powerOn } from "../../../../../host/campaign/play/position.js";
import { UNCUT } from "../../../../../host/campaign/explore/states/edge.js";
import { Frontier } from "../../../../../host/campaign/explore/states/frontier.js";
import { StateStore } from "../../../../../host/campaign/explore/states/state-store.js";
import { NOBODY, sharedStatesMemory, statesOf } from "../../../../../host/device/states-module.js";
import { deviceModule } from "../../../../support/scenes.js";

const EDGE = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
const SINCE = { calls: 0, powerUps: 0, steps: 0 };

/** Adds a state that nobody has added; answers its number. */
let keys = 0;
function addTo(store: StateStore, depth: number): number {
  return store.add(Uint32Array.of(++keys, keys, keys, keys), 0, powerOn(0, NO_HISTORY), {
    ...{ depth, moment: 0, edge: EDGE, since: SINCE },
  });
}

/** An explorer's states, its frontier, and the crew of which it is one. */
function explorersOf(size: number) {
  const memory = sharedStatesMemory(deviceModule);
  const board = newBoard(size);
  return Array.from({ length: size }, (_, explorer) => {
    const seat: Seat = { memory, board, size, explorer };
    const crew = new Crew(seat);
    const store = new StateStore(statesOf(deviceModule, seat), seat);
    return { crew, store, frontier: new Frontier(store, crew) };
  });
}

describe("the frontier", () => {
  it.each(["first-found", "last-found"] as const)("has each state once, by depth: %s", (order) => {
    const store = new StateStore(statesOf(deviceModule));
    const frontier = new Frontier(store);
    const first = addTo(store, 0);
    frontier.add(first, 0);
    const turns: number[][] = [];
    do {
      const turn: number[] = [];
      for (const state of frontier.states(order)) {
        turn.push(state);
        if (turn.length > 70 || frontier.depth > 2) continue;
        // One that follows, which is next; and more than a take of those of the next depth.
        const near = addTo(store, frontier.depth);
        frontier.add(near, frontier.depth);
        for (let number = 0; number < 2; number++)
          frontier.add(addTo(store, frontier.depth + 1), frontier.depth + 1);
      }
      expect(turn.every((state) => store.depthOf(state) === frontier.depth)).toBe(true);
      turns.push(turn);
    } while (frontier.deepen());
    expect(turns).toHaveLength(4);
    expect(turns.flat().sort((one, other) => one - other)).toEqual(
      Array.from({ length: store.size }, (_, state) => state),
    );
    const [, second = []] = turns;
    const far = second.filter((state) => state < Math.max(...(turns[0] as number[])));
    const sorted = [...far].sort((one, other) => (order === "first-found" ? one - other : other - one));
    expect(far).toEqual(sorted);
  });

  it("leaves out what was found with fewer faults since", () => {
    const store = new StateStore(statesOf(deviceModule));
    const frontier = new Frontier(store);
    const first = addTo(store, 0);
    frontier.add(first, 0);
    const seen: number[] = [];
    for (const state of frontier.states()) {
      seen.push(state);
      if (state !== first) continue;
      const other = addTo(store, 1);
      frontier.add(other, 1);
      store.bringForward(other, 0, EDGE, SINCE);
      frontier.add(other, 0);
    }
    expect(seen).toEqual([0, 1]);
    expect(frontier.deepen()).toBe(false);
    expect([...frontier.states()]).toEqual([]);
  });

  it("is shared out among those who explore together, each state to one of them", () => {
    const explorers = explorersOf(3);
    const COUNTS = [5000, 700, 0];
    const wanted = explorers.flatMap(({ store, frontier }, explorer) =>
      Array.from({ length: COUNTS[explorer] as number }, () => {
        const state = addTo(store, 1);
        frontier.add(state, 1);
        return state;
      }),
    );
    for (const { frontier } of explorers) expect([...frontier.states()]).toEqual([]);
    for (const { frontier } of explorers) expect(frontier.deepen()).toBe(true);
    explorers[0]?.crew.takeNone();
    // In turn, as threads would take from them: one more each time.
    const taking = explorers.map(({ frontier }) => frontier.states());
    const taken: number[][] = taking.map(() => []);
    for (let open = 3; open > 0;) {
      open = 0;
      taking.forEach((states, explorer) => {
        const { value, done } = states.next();
        if (done === true) return;
        open++;
        taken[explorer]?.push(value);
      });
    }
    const byNumber = (one: number, other: number) => one - other;
    expect(taken.flat().sort(byNumber)).toEqual(wanted.sort(byNumber));
    for (const own of taken) expect(own.length).toBeGreaterThan(1000);
    for (const { frontier } of explorers) expect(frontier.deepen()).toBe(false);
  });

  it("begins with those of a depth that were there, without what is brought forward to it since", () => {
    const explorers = explorersOf(2);
    const [one, other] = explorers as [(typeof explorers)[0], (typeof explorers)[0]];
    const shared = { memory: one.crew.seat.memory, explorer: NOBODY };
    const before = new StateStore(statesOf(deviceModule, shared), shared);
    const states = Array.from({ length: 100 }, (_, number) => addTo(before, number % 2 === 0 ? 1 : 2));
    for (const { frontier } of explorers) frontier.beginAt(1);
    const taking = one.frontier.states();
    const first = taking.next().value as number;
    // A way to the last one with fewer faults: who finds it makes its call.
    const found = states.at(-1) as number;
    expect(one.store.bringForward(found, 1, EDGE, SINCE)).toBe(true);
    one.frontier.add(found, 1);
    expect([first, ...taking, ...other.frontier.states()].sort((a, b) => a - b)).toEqual([
      ...states.filter((_, number) => number % 2 === 0),
      found,
    ]);
    for (const state of states) if (before.depthOf(state) === 1) one.store.setFollowers(state, [state], 0);
    for (const { frontier } of explorers) expect(frontier.deepen()).toBe(true);
    one.crew.takeNone();
    expect([...one.frontier.states(), ...other.frontier.states()]).toEqual(
      states.filter((state) => before.depthOf(state) === 2),
    );
  });
});
