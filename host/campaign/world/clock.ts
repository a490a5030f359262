// A clock that nobody vouches for, by what was asked of it: not a value, but all that its answers leave open. So it is exact whatever values a guest
// asks for, and there are no more states of it than orders of these. Pure.

/** Seconds are below it. */
export const CLOCK_END = 2 ** 32;
const DAY = 86_400;
const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** A window, as a guest asks for it (clockInWindow). */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** Bit 0: Monday … 6: Sunday; 0: `from` and `to` are seconds of the clock. */
  readonly days: number;
}

/** What is known of a clock: where it stands at the least, and below which second; windows with days in which it is or is not; what was waited for. */
export interface Clock {
  readonly low: number;
  readonly high: number;
  readonly windows: readonly (Window & { readonly isIn: boolean })[];
  /** The least second that was asked for and not reached; the last window that was asked for and in which it does not stand. */
  readonly awaited: number | Window | null;
}

/** A clock that stands at that second. */
export function clockAt(second: number): Clock {
  return { low: second, high: second + 1, windows: [], awaited: null };
}

/** A clock that somebody has set, to any second. */
export const CLOCK_SET: Clock = { low: 0, high: CLOCK_END, windows: [], awaited: null };

/** The clock once it has said whether it has reached a second: none where it cannot say so. */
export function reachedOr(clock: Clock, second: number, isReached: boolean): readonly Clock[] {
  const { low, high, awaited } = clock;
  const next = isReached
    ? { ...clock, low: Math.max(low, second) }
    : {
        ...clock,
        high: Math.min(high, second),
        awaited: typeof awaited === "number" ? Math.min(awaited, second) : second,
      };
  return isPossible(next) ? [settled(next)] : [];
}

/** The clock once it has said whether it stands in a window: none where it cannot say so; before the window or past it are two. */
export function windowOr(clock: Clock, window: Window, isIn: boolean): readonly Clock[] {
  const { low, high, windows } = clock;
  const awaited = isIn || typeof clock.awaited === "number" ? clock.awaited : window;
  const { from, to, days } = window;
  const asked = (change: Partial<Clock>) => ({ ...clock, awaited, ...change });
  const found =
    days !== 0
      ? [asked({ windows: [...windows, { ...window, isIn }] })]
      : isIn
        ? [asked({ low: Math.max(low, from), high: Math.min(high, to) })]
        : from >= to
          ? [asked({})]
          : [asked({ high: Math.min(high, from) }), asked({ low: Math.max(low, to) })];
  return found.filter(isPossible).map(settled);
}

/** Time passes until what was waited for has come; null where nothing was, or it never comes. */
export function waited(clock: Clock): Clock | null {
  const { awaited } = clock;
  if (awaited === null) return null;
  if (typeof awaited === "number") return clockAt(awaited);
  if (awaited.days === 0)
    return clock.high <= awaited.from && awaited.from < awaited.to ? clockAt(awaited.from) : null;
  if (segments(awaited).length === 0) return null;
  // The window opens: in which week nobody knows better than before.
  const opening = { ...awaited, to: (awaited.from + 1) % DAY, isIn: true };
  const next = { low: clock.low, high: CLOCK_END, windows: [opening], awaited: null };
  return isPossible(next) ? next : null;
}

/** Without what its answers say no more: windows that follow of the rest. */
function settled(clock: Clock): Clock {
  let windows = clock.windows;
  for (const one of clock.windows) {
    const others = windows.filter((other) => other !== one);
    if (!isPossible({ ...clock, windows: [...others, { ...one, isIn: !one.isIn }] })) windows = others;
  }
  const order = (a: Clock["windows"][number]) => [a.days, a.from, a.to, a.isIn ? 1 : 0].join();
  return { ...clock, windows: [...windows].sort((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

/** Whether some second is as the clock's answers say. Whether it is changes only where a window begins or ends. */
function isPossible({ low, high, windows }: Clock): boolean {
  if (low >= high) return false;
  const points = [low];
  for (const window of windows)
    for (const edges of segments(window))
      for (const edge of edges) points.push(low + ((((edge - low) % WEEK) + WEEK) % WEEK));
  return points.some(
    (second) => second >= low && second < high && windows.every((one) => stands(one, second) === one.isIn),
  );
}

/** Whether a second lies in a window with days. */
function stands(window: Window, second: number): boolean {
  const at = second % WEEK;
  return segments(window).some(([from, to]) => at >= from && at < to);
}

/** The parts of a window with days, as seconds of the week that began on 1 January 1970. */
function segments({ from, to, days }: Window): (readonly [number, number])[] {
  if (from >= DAY || to > DAY || from === to) return [];
  const parts: (readonly [number, number])[] = [];
  for (let weekday = 0; weekday < 7; weekday++) {
    if (((days >>> weekday) & 1) === 0) continue;
    const start = ((weekday - FIRST_WEEKDAY + 7) % 7) * DAY;
    const end = start + (from < to ? to : to + DAY);
    if (end <= WEEK) parts.push([start + from, end]);
    else parts.push([start + from, WEEK], [0, end - WEEK]);
  }
  return parts;
}
