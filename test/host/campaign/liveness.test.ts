import { describe, expect, it } from "vitest";
import { IN_BOOT } from "../../../host/campaign/call.js";
import { Futures } from "../../../host/campaign/liveness.js";
import { oracleBit } from "../../../host/campaign/oracles.js";
import { type Position, powerOn } from "../../../host/campaign/settle.js";
import { REST, StateStore, UNCUT } from "../../../host/campaign/state-store.js";

const CONVERGES = oracleBit("converges");
const BRICK = oracleBit("no-brick");
const ALLOWED = 5;

/** A store by hand: for each state what follows, what is violated there, and whether it begins a power-up. */
function store(
  states: readonly {
    readonly next: readonly number[];
    readonly violated?: number;
    readonly inFirmware?: true;
  }[],
): StateStore {
  const made = new StateStore();
  states.forEach(({ inFirmware }, number) => {
    const position: Position = { ...powerOn(0, 0), bootedOffset: inFirmware === true ? 0x400 : IN_BOOT };
    const edge = { from: 0, operation: UNCUT, kind: 0, shape: 0, choices: [] };
    made.add(Uint32Array.of(number, 1, 2, 3), 0, position, { moment: 0, depth: 0, edge });
  });
  states.forEach(({ next, violated = 0 }, number) => made.setFollowers(number, next, violated));
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
      ALLOWED,
    );
    expect([0, 1, 2, 3].map((state) => futures.powerUps(state))).toEqual([2, 1, 1, 1]);
    expect([0, 1, 2, 3].map((state) => futures.violations(state))).toEqual([0, 0, 0, 0]);
    expect(futures.circles).toEqual([]);
  });

  it("take the longest way where weak reads make several", () => {
    const futures = new Futures(store([{ next: [REST, 1, 2] }, { next: [2] }, { next: [REST] }]), ALLOWED);
    expect(futures.powerUps(0)).toBe(3);
  });

  it("hold the violations of everything that may come, and of nothing that lies before", () => {
    const futures = new Futures(
      store([{ next: [1, 2] }, { next: [REST] }, { next: [3] }, { next: [REST], violated: BRICK }]),
      ALLOWED,
    );
    expect([0, 1, 2, 3].map((state) => futures.violations(state))).toEqual([BRICK, 0, BRICK, BRICK]);
  });

  it("violate converges on a circle, and from everywhere that leads into it, by any of its ways", () => {
    const futures = new Futures(
      store([{ next: [REST, 1] }, { next: [2] }, { next: [3] }, { next: [1] }, { next: [REST] }]),
      ALLOWED,
    );
    expect(futures.circles).toEqual([3]);
    expect([0, 1, 2, 3, 4].map((state) => futures.violations(state) & CONVERGES)).toEqual([
      CONVERGES,
      CONVERGES,
      CONVERGES,
      CONVERGES,
      0,
    ]);
  });

  it("violate converges on a state that follows itself: a loop of resets", () => {
    const futures = new Futures(store([{ next: [0] }]), ALLOWED);
    expect(futures.circles).toEqual([0]);
    expect(futures.violations(0)).toBe(CONVERGES);
  });

  it("violate converges on a path that is longer than allowed, from where it is too long", () => {
    const path = Array.from({ length: ALLOWED + 1 }, (_, at) => ({
      next: at === ALLOWED ? [REST] : [at + 1],
    }));
    const futures = new Futures(store(path), ALLOWED);
    expect(futures.powerUps(0)).toBe(ALLOWED + 1);
    expect(futures.violations(0)).toBe(CONVERGES);
    expect(futures.violations(1)).toBe(0);
    expect(futures.circles).toEqual([]);
  });

  it("are found for a path of a hundred thousand states, without recursion", () => {
    const size = 100_000;
    const path = Array.from({ length: size }, (_, at) => ({ next: at === size - 1 ? [REST] : [at + 1] }));
    const futures = new Futures(store(path), size);
    expect(futures.violations(0)).toBe(0);
    expect(futures.violations(size - 1)).toBe(0);
  });
});
