// The clock by what was asked of it, against every clock that there may be: all seconds from 0 to 12, or, for windows with days, all at which any of
// them begins or ends in two weeks, and those beside. An answer is possible exactly where some clock gives it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CLOCK_END,
  CLOCK_SET,
  type Clock,
  type Window,
  clockAt,
  reachedOr,
  waited,
  windowOr,
} from "../../../../host/campaign/world/clock.js";

const SECONDS = Array.from({ length: 13 }, (_, second) => second);
const DAY = 86_400;
const RUNS = 400;

type Asked =
  | { readonly reached: number }
  | { readonly window: Window }
  /** Somebody sets it. */
  | "set";

/** What a clock at that second says. */
function says(asked: Exclude<Asked, "set">, second: number): boolean {
  if ("reached" in asked) return second >= asked.reached;
  const { from, to, days } = asked.window;
  if (days === 0) return second >= from && second < to;
  // By the calendar, hour for hour of the day on which the window began.
  const isOn = (day: number) => ((days >>> new Date(day * DAY * 1000 - DAY * 1000).getUTCDay()) & 1) === 1;
  const [day, time] = [Math.floor(second / DAY), second % DAY];
  if (from < to) return isOn(day) && time >= from && time < to;
  if (from === to) return false;
  return (isOn(day) && time >= from) || (isOn(day - 1) && time < to);
}

function answers(clock: Clock, asked: Exclude<Asked, "set">, isSo: boolean): readonly Clock[] {
  return "reached" in asked ? reachedOr(clock, asked.reached, isSo) : windowOr(clock, asked.window, isSo);
}

/**
 * Asks a clock one thing after the other, each answered as `picks` says where both answers are possible; `all` are the seconds at which it
 * may stand.
 */
function holdsFor(all: readonly number[], questions: readonly Asked[], picks: readonly boolean[]): void {
  let clock = clockAt(all[0]!);
  let left: readonly number[] = [all[0]!];
  questions.forEach((asked, index) => {
    if (asked === "set") {
      [clock, left] = [CLOCK_SET, all];
      return;
    }
    const found = [true, false].map((isSo) => answers(clock, asked, isSo));
    const real = [true, false].map((isSo) => left.filter((second) => says(asked, second) === isSo));
    expect(found.map((clocks) => clocks.length > 0)).toEqual(real.map((seconds) => seconds.length > 0));
    const isSo = real[1]!.length === 0 || (real[0]!.length > 0 && picks[index % picks.length]!);
    const clocks = found[isSo ? 0 : 1]!;
    // Before the window or past it are two clocks, which stand for all seconds together and for none twice.
    const parts = clocks.map(({ low, high }) => real[isSo ? 0 : 1]!.filter((at) => at >= low && at < high));
    expect(parts.flat().sort((a, b) => a - b)).toEqual(real[isSo ? 0 : 1]);
    const which = picks[(index + 1) % picks.length]! ? 0 : clocks.length - 1;
    [clock, left] = [clocks[which]!, parts[which]!];
    expect(left.length).toBeGreaterThan(0);
  });
}

const second = fc.integer({ min: 0, max: 12 });
const reached = fc.record({ reached: second });
const absolute = fc.record({ window: fc.record({ from: second, to: second, days: fc.constant(0) }) });
const set = fc.constant("set" as const);
const picks = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 });
/** The last of the seconds stands for all that come later: none asks for one. */
const LATER = [...SECONDS, 13];

describe("a clock that is asked for seconds and windows", () => {
  it("answers whatever some clock answers, and nothing else", () => {
    const questions = fc.array(fc.oneof(reached, absolute, { arbitrary: set, weight: 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(questions, picks, (all, which) => holdsFor(LATER, all, which)),
      { numRuns: RUNS },
    );
  });

  it("does so where it is asked for windows with days, whose edges are all tried in two weeks", () => {
    const times = [0, 1, 3600, 43_200, DAY - 1];
    const time = fc.constantFrom(...times);
    const window = fc.record({
      window: fc.record({
        from: time,
        to: fc.constantFrom(...times, DAY),
        days: fc.integer({ min: 1, max: 127 }),
      }),
    });
    const days = Array.from({ length: 15 }, (_, day) => day);
    const edges = [...times, DAY].flatMap((at) => [at - 1, at, at + 1]);
    const all = [...new Set(days.flatMap((day) => edges.map((edge) => day * DAY + edge)))]
      .filter((at) => at >= 0 && at < 14 * DAY)
      .sort((a, b) => a - b);
    const late = fc.record({ reached: fc.constantFrom(DAY, 2 * DAY + 3600, 5 * DAY) });
    const questions = fc.array(fc.oneof({ arbitrary: window, weight: 3 }, late, set), { maxLength: 6 });
    fc.assert(
      fc.property(questions, picks, (asked, which) => holdsWithDays(all, asked, which)),
      { numRuns: RUNS },
    );
  });

  it("has no answer that no clock can give", () => {
    expect(reachedOr(clockAt(3), 4, true)).toEqual([]);
    expect(reachedOr(clockAt(4), 4, false)).toEqual([]);
    expect(windowOr(clockAt(4), { from: 2, to: 4, days: 0 }, true)).toEqual([]);
    expect(windowOr(clockAt(3), { from: 2, to: 4, days: 0 }, false)).toEqual([]);
    expect(windowOr(CLOCK_SET, { from: 4, to: 2, days: 0 }, true)).toEqual([]);
  });

  it("forgets what follows from the rest, so that it stays finite", () => {
    const window = { from: 3600, to: 7200, days: 1 };
    const [once] = windowOr(CLOCK_SET, window, true);
    expect(windowOr(once!, window, true)).toEqual([once]);
    const [wider] = windowOr(once!, { from: 0, to: 7200, days: 127 }, true);
    expect(wider!.windows).toEqual(once!.windows);
  });
});

/** As holdsFor(); a clock with windows is one that bounds alone do not tell, so that its seconds are kept beside it. */
function holdsWithDays(all: readonly number[], questions: readonly Asked[], picks: readonly boolean[]): void {
  let clock = CLOCK_SET;
  let left = all;
  questions.forEach((asked, index) => {
    if (asked === "set") {
      [clock, left] = [CLOCK_SET, all];
      return;
    }
    const found = [true, false].map((isSo) => answers(clock, asked, isSo));
    const real = [true, false].map((isSo) => left.filter((at) => says(asked, at) === isSo));
    // A clock that has reached a second may be in any week: the two that are tried have each of its edges behind that.
    expect(found.map((clocks) => clocks.length > 0)).toEqual(real.map((seconds) => seconds.length > 0));
    const isSo = real[1]!.length === 0 || (real[0]!.length > 0 && picks[index % picks.length]!);
    [clock, left] = [found[isSo ? 0 : 1]![0]!, real[isSo ? 0 : 1]!];
  });
}

describe("waiting", () => {
  it("comes to the least second that was asked for and not reached", () => {
    fc.assert(
      fc.property(second, fc.array(second, { maxLength: 6 }), (start, asked) => {
        let clock = clockAt(start);
        for (const one of asked) [clock] = reachedOr(clock, one, start >= one) as [Clock];
        const least = Math.min(...asked.filter((one) => one > start));
        expect(waited(clock)).toEqual(least === Infinity ? null : clockAt(least));
      }),
    );
  });

  it("comes to the beginning of a window that has not begun, and to no other", () => {
    fc.assert(
      fc.property(second, second, second, (start, from, to) => {
        const window = { from, to, days: 0 };
        const isIn = start >= from && start < to;
        const [clock] = windowOr(clockAt(start), window, isIn) as [Clock];
        const next = SECONDS.find((at) => at >= start && at >= from && at < to);
        expect(waited(clock)).toEqual(isIn || next === undefined ? null : clockAt(next));
      }),
    );
  });

  it("comes to a window with days when it opens, in a week that nobody knows", () => {
    const window = { from: 3600, to: 7200, days: 0b100 };
    const [clock] = windowOr(clockAt(0), window, false) as [Clock];
    const then = waited(clock)!;
    expect(windowOr(then, window, false)).toEqual([]);
    expect(windowOr(then, { ...window, from: 3601 }, true)).toEqual([]);
    expect(then.high).toBe(CLOCK_END);
    expect(waited(then)).toBeNull();
  });

  it("leaves open the moment at which such a window next opens, but later ones too", () => {
    const days = fc.integer({ min: 1, max: 127 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 13 * DAY }), days, (start, on) => {
        const asked = { window: { from: 3600, to: 7200, days: on } };
        if (says(asked, start)) return;
        const [clock] = windowOr(clockAt(start), asked.window, false) as [Clock];
        let next = Math.ceil((start - 3600) / DAY) * DAY + 3600;
        while (next < start || !says(asked, next)) next += DAY;
        const then = waited(clock)!;
        const [from] = reachedOr(then, next, true);
        expect(reachedOr(from!, next + 1, false)).toHaveLength(1);
        expect(reachedOr(then, start, false)).toEqual([]);
      }),
    );
    // From Thursday on the first to come is Friday; Saturday is left open, too.
    const fridays = { from: 3600, to: 7200, days: 0b11_0000 };
    const [clock] = windowOr(clockAt(0), fridays, false) as [Clock];
    expect(windowOr(waited(clock)!, { ...fridays, days: 0b10_0000 }, true)).toHaveLength(1);
  });

  it("is for nothing where the window has no moment, or where the clock was set", () => {
    const [clock] = windowOr(clockAt(0), { from: DAY, to: DAY, days: 127 }, false) as [Clock];
    expect(waited(clock)).toBeNull();
    expect(waited(CLOCK_SET)).toBeNull();
  });
});
