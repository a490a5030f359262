// All answers to each question, with where the world stands then: the calm one first, and each of the others by its model.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { CLOCK_SET, clockAt } from "../../../../host/campaign/world/clock.js";
import type { Option } from "../../../../host/campaign/world/option.js";
import { Rules, nonceWord } from "../../../../host/campaign/world/rules.js";
import { oracleBit } from "../../../../host/campaign/plan/oracles.js";
import { CLOCK_START } from "../../../../host/campaign/plan/world-plan.js";
import { type World, worldOf } from "../../../../host/campaign/world/world.js";

const PLAN = { clock: 0, window: { from: 2, to: 4 } };
const rules = new Rules(PLAN);
const START = rules.start();
const TREATED = worldOf({ ...START, inputs: 1 });

function ask(world: World, kind: number, first = 0, second = 0, of = rules): readonly Option[] {
  return of.options(world, { kind, first, second, third: 0 });
}

/** Answer and faults of each option. */
function said(options: readonly Option[]): readonly (readonly number[])[] {
  return options.map(({ answer, faults }) => [answer, faults]);
}

describe("a clock", () => {
  it("says what it must where nobody has set it, and anything where somebody may", () => {
    const found = ask(START, abi.ASK_CLOCK_REACHED, 2);
    expect(said(found)).toEqual([
      [0, 0],
      [1, 1],
      [0, 1],
    ]);
    expect(found.map(({ model }) => model)).toEqual([null, "clock", "clock"]);
    const [, reached] = found;
    // Once set, it is asked again without a fault; it narrows.
    expect(said(ask(reached!.world, abi.ASK_CLOCK_REACHED, 1)).filter(([, faults]) => faults === 0)).toEqual([
      [1, 0],
    ]);
    expect(said(ask(reached!.world, abi.ASK_CLOCK_REACHED, 3)).filter(([, faults]) => faults === 0)).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  it("has a window before which and past which are two answers", () => {
    const set = worldOf({ ...START, clock: CLOCK_SET });
    const calm = ask(set, abi.ASK_CLOCK_WINDOW, 2, 4).filter(({ faults }) => faults === 0);
    expect(calm.map(({ answer, world: { clock } }) => [answer, clock.low, clock.high])).toEqual([
      [1, 2, 4],
      [0, 0, 2],
      [0, 4, CLOCK_SET.high],
    ]);
  });

  it("is not taken for in time where it need not be", () => {
    const late = oracleBit("acts-in-time");
    const at = (low: number, high: number) => worldOf({ ...START, clock: { ...CLOCK_SET, low, high } });
    for (const [low, high, violations] of [
      [2, 4, 0],
      [3, 4, 0],
      [1, 4, late],
      [2, 5, late],
      [0, 1, late],
    ] as const)
      expect(ask(at(low, high), abi.ASK_ACTED, 1)[0]!.violations).toBe(violations);
  });

  it("makes an exploration incomplete by its seconds where none are named", () => {
    const lacking = new Rules(PLAN);
    expect(said(ask(START, abi.ASK_CLOCK_SECONDS, 0, 0, lacking))).toEqual([[0, 0]]);
    expect(lacking.lackingSeconds(true)).toContain("clockValues");
    expect(lacking.lackingSeconds(false)).toBeNull();
    const named = new Rules({ ...PLAN, clockValues: [0, 7] });
    const found = ask(START, abi.ASK_CLOCK_SECONDS, 0, 0, named);
    expect(said(found)).toEqual([
      [0, 0],
      [7, 1],
    ]);
    expect(found[1]!.world.clock).toEqual(clockAt(7));
    expect(named.lackingSeconds(true)).toBeNull();
  });

  it("stands on a Monday where a scenario says nothing", () => {
    expect(new Rules().start().clock).toEqual(clockAt(CLOCK_START));
    expect(new Date(CLOCK_START * 1000).toUTCString()).toBe("Mon, 01 Jun 2026 12:00:00 GMT");
  });
});

describe("how long the device is up", () => {
  it("is no time at first, and any time where time passes", () => {
    expect(said(ask(START, abi.ASK_UPTIME, 3))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(said(ask(START, abi.ASK_UPTIME, 0))).toContainEqual([1, 0]);
  });

  it("comes to the least that was waited for, and no further", () => {
    const [six] = ask(START, abi.ASK_UPTIME, 6);
    const [three] = ask(six!.world, abi.ASK_UPTIME, 3);
    const later = rules.onward(three!.world)!;
    expect(later.uptime).toEqual({ low: 3, high: 4, awaited: 0 });
    expect(said(ask(later, abi.ASK_UPTIME, 3))[0]).toEqual([1, 0]);
    expect(said(ask(later, abi.ASK_UPTIME, 6))[0]).toEqual([0, 0]);
  });

  it("is forgotten with a reset", () => {
    expect(rules.afterReset(worldOf({ ...START, uptime: { low: 3, high: 4, awaited: 0 } })).uptime).toEqual(
      START.uptime,
    );
  });
});

describe("the main function", () => {
  it("may change its mind just before it is asked", () => {
    expect(said(ask(START, abi.ASK_INPUT, abi.MAIN_CONSENT))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(said(ask(TREATED, abi.ASK_INPUT, abi.MAIN_THERAPY))).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("is disturbed by a reset in a treatment, but by none that it allows", () => {
    const disturbed = oracleBit("undisturbed");
    const resets = (world: World) => ask(world, abi.ASK_RESET).map(({ violations }) => violations);
    expect(resets(START)).toEqual([0, disturbed]);
    expect(resets(TREATED)).toEqual([disturbed, 0]);
    expect(ask(TREATED, abi.ASK_RESET_IF_SAFE).map(({ answer }) => answer)).toEqual([
      abi.STATUS_UNSAFE,
      abi.STATUS_OK,
    ]);
    expect(ask(TREATED, abi.ASK_RESET_IF_SAFE).every(({ violations }) => violations === 0)).toBe(true);
  });

  it("begins no treatment under a lease, before that has ended by itself", () => {
    const [taken] = ask(START, abi.ASK_LEASE_TAKE);
    expect(taken!.world.lease).toBe(true);
    expect(said(ask(taken!.world, abi.ASK_LEASE_HELD))).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const turned = ask(taken!.world, abi.ASK_INPUT, abi.MAIN_THERAPY)[1]!;
    expect([turned.faults, turned.world.lease, turned.world.inputs]).toEqual([2, false, 1]);
    expect(ask(taken!.world, abi.ASK_RESET)[1]!.violations).toBe(oracleBit("undisturbed"));
    expect(said(ask(START, abi.ASK_LEASE_HELD))).toEqual([[0, 0]]);
    expect(said(ask(TREATED, abi.ASK_LEASE_TAKE))[0]).toEqual([abi.STATUS_UNSAFE, 0]);
    expect(rules.afterReset(taken!.world).lease).toBe(false);
  });

  it("acts once on what a request asks for", () => {
    const free = new Rules({ clock: 0 });
    const [once] = ask(free.start(), abi.ASK_ACTED, 2, 0, free);
    expect([once!.violations, once!.world.acted]).toEqual([0, [2]]);
    expect(ask(once!.world, abi.ASK_ACTED, 1, 0, free)[0]!.world.acted).toEqual([1, 2]);
    expect(ask(once!.world, abi.ASK_ACTED, 2, 0, free)[0]!.violations).toBe(oracleBit("acts-once"));
  });
});

describe("nonces", () => {
  it("are drawn in turn, the one before as the older one; none is 0 but that which was never drawn", () => {
    const [first] = ask(START, abi.ASK_NONCE_NEW);
    const [second] = ask(first!.world, abi.ASK_NONCE_NEW);
    const read = (world: World, which: number) => ask(world, abi.ASK_NONCE_READ, which, 1)[0]!.answer;
    expect(read(START, abi.NONCE_CURRENT)).toBe(0);
    expect(read(first!.world, abi.NONCE_OLDER)).toBe(0);
    expect(read(second!.world, abi.NONCE_OLDER)).toBe(read(first!.world, abi.NONCE_CURRENT));
    expect(read(second!.world, abi.NONCE_CURRENT)).not.toBe(read(first!.world, abi.NONCE_CURRENT));
    const words = [1, 2, 3].flatMap((name) => [0, 1, 2, 3].map((index) => nonceWord(name, index)));
    expect(new Set([0, ...words]).size).toBe(13);
  });

  it("are still there after a reset", () => {
    const [first] = ask(START, abi.ASK_NONCE_NEW);
    expect(rules.afterReset(first!.world).nonces).toEqual([1, 0]);
  });
});

describe("what happens by itself", () => {
  it("is one thing after the other: inputs, then time, then the clock", () => {
    const [asked] = ask(worldOf({ ...START, inputs: 2 }), abi.ASK_CLOCK_REACHED, 3);
    const [both] = ask(asked!.world, abi.ASK_UPTIME, 5);
    const calm = rules.onward(both!.world)!;
    expect(calm.inputs).toBe(0);
    const up = rules.onward(calm)!;
    expect([up.uptime.low, up.clock.low]).toEqual([5, 0]);
    const come = rules.onward(up)!;
    expect(come.clock).toEqual(clockAt(3));
    expect(rules.onward(come)).toBeNull();
  });

  it("is nothing at rest, and the world is as it was when the power-up began", () => {
    expect(rules.onward(START)).toBeNull();
    expect(rules.isAsBegun(START)).toBe(true);
    expect(rules.isAsBegun(TREATED)).toBe(false);
    expect(rules.isAsBegun(rules.afterReset(TREATED))).toBe(true);
  });

  it("brings back a client that was away, but none that is gone", () => {
    const client = { requests: ["do"], window: 1, sequences: 2, tries: 0 } as const;
    const talking = new Rules({ client });
    const begin = talking.start();
    const without = (presence: "away" | "gone") =>
      worldOf({ ...begin, client: { ...begin.client!, presence } });
    expect(talking.afterReset(without("away")).client!.presence).toBe("here");
    expect(talking.afterReset(without("gone")).client!.presence).toBe("gone");
  });
});
