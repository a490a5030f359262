// The futures of states over graphs written by hand: power-ups to rest, circles, paths that are too long, and what is violated
// further on. Never runs a guest.
import { describe, expect, it } from "vitest";
import { statesOf } from "../../../../host/device/states-module.js";
import { deviceModule } from "../../../support/scenes.js";
import { IN_BOOT } from "../../../../host/campaign/play/call.js";
import type { Since } from "../../../../host/campaign/play/giving-up.js";
import { NO_HISTORY } from "../../../../host/campaign/play/history.js";
import { Futures } from "../../../../host/campaign/explore/liveness.js";
import { oracleBit } from "../../../../host/campaign/plan/oracles.js";
import { type Position, powerOn } from "../../../../host/campaign/play/position.js";
import { REST, UNCUT, followerOf } from "../../../../host/campaign/explore/states/edge.js";
import { StateStore } from "../../../../host/campaign/explore/states/state-store.js";

const CONVERGES = oracleBit("converges");
const BRICK = oracleBit("no-brick");
const ALLOWED = 5;
const NOTHING: Since = { calls: 0, powerUps: 0, steps: 0 };
const LIMITS: Since = { calls: 1000, powerUps: ALLOWED, steps: ALLOWED };

/** A state by hand: what follows, by calls that change flash or not; what is violated there; whether it begins a power-up. */
interface Drawn {
  readonly next: readonly number[];
  readonly writes?: true;
  readonly violated?: number;
  readonly inFirmware?: true;
}

function store(states: readonly Drawn[]): StateStore {
  const made = new StateStore(statesOf(deviceModule));
  states.forEach(({ inFirmware }, number) => {
    const position: Position = {
      ...powerOn(0, NO_HISTORY),
      bootedOffset: inFirmware === true ? 0x400 : IN_BOOT,
    };
    const edge = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
    made.add(Uint32Array.of(1, Math.imul(number, 0x9e3779b1), 2, 3), 0, position, {
      moment: 0,
      depth: 0,
      edge,
      since: NOTHING,
    });
  });
  states.forEach(({ next, writes, violated = 0 }, number) => {
    const followers = next.map((state) => (state === REST ? REST : followerOf(state, writes === true)));
    made.setFollowers(number, followers, violated);
  });
  return made;
}

describe("the futures of states", () => {
  it("count power-ups to rest, not the calls between", () => {
    const futures = new Futures(
      store([
        { next: [1] },
        { next: [2], inFirmware: true },
        { next: [3], inFirmware: true },
        { next: [REST] },
      ]),
      LIMITS,
    );
    expect([0, 1, 2, 3].map((state) => futures.powerUps(state))).toEqual([2, 1, 1, 1]);
    expect([0, 1, 2, 3].map((state) => futures.violations(state))).toEqual([0, 0, 0, 0]);
    expect(futures.circles).toEqual([]);
  });

  it("count power-ups from where faults lead alone, of what comes to rest", () => {
    const states = store([{ next: [1] }, { next: [2] }, { next: [REST] }, { next: [4] }, { next: [3] }]);
    const most = () => new Futures(states, LIMITS).powerUpsAfterFaults();
    expect(most()).toBe(0);
    states.setAfterFault(2);
    expect(most()).toBe(1);
    states.setAfterFault(1);
    expect(most()).toBe(2);
    states.setAfterFault(3);
    expect(most()).toBe(2);
  });

  it("take the longest way where weak reads make several", () => {
    const futures = new Futures(store([{ next: [REST, 1, 2] }, { next: [2] }, { next: [REST] }]), LIMITS);
    expect(futures.powerUps(0)).toBe(3);
  });

  it("hold the violations of everything that may come, and of nothing that lies before", () => {
    const futures = new Futures(
      store([{ next: [1, 2] }, { next: [REST] }, { next: [3] }, { next: [REST], violated: BRICK }]),
      LIMITS,
    );
    expect([0, 1, 2, 3].map((state) => futures.violations(state))).toEqual([BRICK, 0, BRICK, BRICK]);
  });

  it("violate converges on a circle, and from everywhere that leads into it, by any of its ways", () => {
    const futures = new Futures(
      store([{ next: [REST, 1] }, { next: [2] }, { next: [3] }, { next: [1] }, { next: [REST] }]),
      LIMITS,
    );
    expect(futures.circles).toEqual([1]);
    expect([0, 1, 2, 3, 4].map((state) => futures.violations(state) & CONVERGES)).toEqual([
      CONVERGES,
      CONVERGES,
      CONVERGES,
      CONVERGES,
      0,
    ]);
  });

  it("share on a circle what is violated anywhere on it, wherever one comes into it", () => {
    const states = [
      { next: [1] },
      { next: [2], violated: BRICK },
      { next: [3] },
      { next: [1] },
      // Comes into it behind the state that violates.
      { next: [3] },
    ];
    const futures = new Futures(store(states), LIMITS);
    expect(states.map((_, state) => futures.violations(state) & BRICK)).toEqual(states.map(() => BRICK));
  });

  it("violate converges on a state that follows itself: a loop of resets", () => {
    const futures = new Futures(store([{ next: [0] }]), LIMITS);
    expect(futures.circles).toEqual([0]);
    expect(futures.violations(0)).toBe(CONVERGES);
  });

  it("violate converges on a path that is longer than allowed, from where it is too long", () => {
    const path = Array.from({ length: ALLOWED + 1 }, (_, at) => ({
      next: at === ALLOWED ? [REST] : [at + 1],
    }));
    const futures = new Futures(store(path), LIMITS);
    expect(futures.powerUps(0)).toBe(ALLOWED + 1);
    expect(futures.violations(0)).toBe(CONVERGES);
    expect(futures.violations(1)).toBe(0);
    expect([futures.isTooLong(0), futures.isTooLong(1)]).toEqual([true, false]);
    expect(futures.circles).toEqual([]);
  });

  /** Firmware's steps, one more than allowed in a row and a power-up behind them. */
  const steps = (drawn: (at: number) => Partial<Drawn>): StateStore => {
    const path = Array.from({ length: ALLOWED + 2 }, (_, at) => ({
      ...{ next: [at + 1], inFirmware: true as const },
      ...drawn(at),
    }));
    return store([...path, { next: [REST] }]);
  };

  it("violate converges on more steps in a row that change no flash than allowed, from the first of them", () => {
    const futures = new Futures(
      steps(() => ({})),
      LIMITS,
    );
    expect([0, 1].map((state) => futures.violations(state))).toEqual([CONVERGES, 0]);
    expect(futures.powerUps(0)).toBe(1);
    expect(futures.worstWay(0)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each<[string, Partial<Drawn>]>([
    ["changes flash", { writes: true }],
    ["begins a power-up", { inFirmware: undefined as never }],
  ])("do not where a step between %s", (_, drawn) => {
    const futures = new Futures(
      steps((at) => (at === 3 ? drawn : {})),
      LIMITS,
    );
    expect(futures.violations(0)).toBe(0);
  });

  it("violate converges on more calls than allowed, whatever they change", () => {
    const limits = { calls: 3, powerUps: 100, steps: 100 };
    const futures = new Futures(
      steps(() => ({ writes: true })),
      limits,
    );
    expect([3, 4].map((state) => futures.violations(state))).toEqual([CONVERGES, 0]);
  });

  it("say the worst way: round a circle, the shortest, or along the power-ups that are too many", () => {
    const circle = new Futures(
      store([{ next: [REST, 1] }, { next: [2, 3] }, { next: [3] }, { next: [1] }]),
      LIMITS,
    );
    expect(circle.circles).toEqual([1]);
    expect(circle.worstWay(1)).toEqual([1, 3, 1]);
    const path = Array.from({ length: ALLOWED + 1 }, (_, at) => ({
      next: at === ALLOWED ? [REST] : at === 0 ? [ALLOWED, 1] : [at + 1],
    }));
    expect(new Futures(store(path), LIMITS).worstWay(0)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("are found for a path of a hundred thousand states, without recursion", () => {
    const size = 100_000;
    const path = Array.from({ length: size }, (_, at) => ({ next: at === size - 1 ? [REST] : [at + 1] }));
    const futures = new Futures(store(path), { calls: size, powerUps: size, steps: size });
    expect(futures.violations(0)).toBe(0);
    expect(futures.violations(size - 1)).toBe(0);
  });
});
