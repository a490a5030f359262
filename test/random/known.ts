// What the explorer is known to do otherwise than one would want, and what is therefore not held against it. Whoever mends one
// of these says false here, and the random guests see to it that it stays so.

export const KNOWN = {
  /** A circle that weak reads keep going is found; the run that is to show it sees weakly once around, and then comes to rest. */
  weakCircles: true,
  /** The run that is to show a violation may take more power-ups than a run is given. */
  longRuns: true,
  /** Of a state from which a circle can be reached, not everything that is violated on some way from it is said. */
  circleFutures: true,
} as const satisfies Readonly<Record<string, boolean>>;
