// A figure that is not known exactly: whole numbers, the least, the likely and the greatest.

/** `low` ≤ `likely` ≤ `high`, whole numbers of one unit. */
export interface Span {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** The sum of spans, end by end: as if all erred to the same side. */
export function sumOf(spans: Iterable<Span>): Span {
  let [low, likely, high] = [0, 0, 0];
  for (const span of spans) {
    low += span.low;
    likely += span.likely;
    high += span.high;
  }
  return { low, likely, high };
}

/** A span as far as whole numbers go. */
export function rounded({ low, likely, high }: Span): Span {
  return { low: Math.round(low), likely: Math.round(likely), high: Math.round(high) };
}

/** A value that may be off by so much either way, as a share of it. */
export function around(value: number, share: number): Span {
  return { low: value * (1 - share), likely: value, high: value * (1 + share) };
}

/** Cycles as whole µs at a clock. */
export function microsOf({ low, likely, high }: Span, clockHz: number): Span {
  const micros = (cycles: number) => (cycles * 1e6) / clockHz;
  return rounded({ low: micros(low), likely: micros(likely), high: micros(high) });
}
