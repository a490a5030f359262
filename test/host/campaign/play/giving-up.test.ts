// When a run is given up: what is counted since the last fault, and where a circle is seen.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import {
  Patience,
  type Since,
  isPassed,
  limitsOf,
  sinceCall,
  sinceFault,
} from "../../../../host/campaign/play/giving-up.js";
import { NO_HISTORY, afterStep } from "../../../../host/campaign/play/history.js";
import { type Position, powerOn } from "../../../../host/campaign/play/position.js";
import { partById } from "../../../../host/device/parts.js";
import { deviceOf, ownPairFor, smallScene } from "../../../support/scenes.js";

const tiny = partById("tiny");
const boot = powerOn(abi.CAUSE_POWER, NO_HISTORY);
const firmware: Position = { ...boot, bootedOffset: 0x400 };
const FRESH: Since = { calls: 0, powerUps: 1, steps: 0 };

describe("what has passed since the last fault", () => {
  it("begins anew with it: a power-up where one begins", () => {
    expect(sinceFault(boot)).toEqual(FRESH);
    expect(sinceFault(firmware)).toEqual({ calls: 0, powerUps: 0, steps: 0 });
  });

  it("counts every call, the power-ups that begin, and steps in a row that change no flash", () => {
    const calls: readonly (readonly [at: Position, next: Position, writes: boolean])[] = [
      [boot, firmware, false],
      [firmware, firmware, false],
      [firmware, firmware, false],
      [firmware, firmware, true],
      [firmware, firmware, false],
      [firmware, boot, false],
      [boot, boot, true],
    ];
    let since = FRESH;
    const counts = calls.map(([at, next, writes]) => {
      since = sinceCall(since, at, next, writes);
      return [since.calls, since.powerUps, since.steps];
    });
    expect(counts).toEqual([
      [1, 1, 0],
      [2, 1, 1],
      [3, 1, 2],
      [4, 1, 0],
      [5, 1, 1],
      [6, 2, 0],
      [7, 3, 0],
    ]);
  });

  it("may be as much as the bound, by each count on its own", () => {
    const limits = { calls: 5, powerUps: 5, steps: 5 };
    expect(isPassed(limits, limits)).toBe(false);
    for (const one of ["calls", "powerUps", "steps"] as const)
      expect(isPassed({ ...limits, [one]: 6 }, limits), one).toBe(true);
  });
});

describe("the bounds", () => {
  const { scenario } = smallScene("update", "tiny", 700);

  it("are those of attempts, offers and sectors", () => {
    const device = deviceOf(tiny, ownPairFor(tiny), 3);
    const sectors = tiny.sectors.reduce((sum, { count }) => sum + count.value, 0);
    expect(limitsOf(device, scenario)).toEqual({ calls: 2 ** 20, powerUps: 15, steps: 4 * sectors });
    // Beside an application every other call is its own, and one more before the step that is too many.
    const beside = { attempts: 3, part: tiny, application: device.agent };
    expect(limitsOf(beside, scenario).steps).toBe(8 * sectors + 1);
    const [step] = scenario.steps;
    const twice = { ...scenario, steps: [step!, step!] };
    expect(limitsOf(device, twice).powerUps).toBe(30);
    expect(limitsOf(device, { ...scenario, steps: [] }).powerUps).toBe(15);
    expect(limitsOf({ ...device, attempts: 10, part: tiny, application: null }, scenario).powerUps).toBe(29);
  });
});

describe("a run is watched", () => {
  const device = deviceOf(tiny, ownPairFor(tiny));
  const limits = { calls: 100, powerUps: 3, steps: 2 };
  const calm = { wentWrong: false, writes: false };

  it("for states to which it comes back, with no fault since", () => {
    const patience = new Patience(device, limits, boot);
    const other = powerOn(abi.CAUSE_POWER, afterStep(NO_HISTORY, false));
    expect([boot, other, boot].map((position) => patience.isBackAt(position))).toEqual([false, false, true]);
    patience.isOver(boot, other, { wentWrong: true, writes: false });
    expect([boot, other, other].map((position) => patience.isBackAt(position))).toEqual([false, false, true]);
  });

  it("for too many power-ups, from the last fault on", () => {
    const patience = new Patience(device, limits, boot);
    const over = (wentWrong: boolean) => patience.isOver(boot, boot, { ...calm, wentWrong });
    expect([over(false), over(false), over(false)]).toEqual([false, false, true]);
    expect([over(true), over(false), over(false), over(false)]).toEqual([false, false, false, true]);
  });

  it("for too many steps in a row without a change of flash", () => {
    const patience = new Patience(device, limits, boot);
    const over = (writes: boolean) => patience.isOver(firmware, firmware, { wentWrong: false, writes });
    expect([false, false, true, false, false, false].map(over)).toEqual([
      ...[false, false, false, false, false],
      true,
    ]);
  });
});
