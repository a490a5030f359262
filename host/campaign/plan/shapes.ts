// The shapes of a cut: how far the operation that it strikes is done, by name and by number. What each does to flash stands in the device
// module; which there are under which models says faults.ts.
import * as abi from "../../../assembly/abi.js";

/** What a cut leaves of a program, in the order of the TEAR_ numbers. */
export const TEARS = [
  "none",
  "all",
  "prefix",
  "suffix",
  "even-bits",
  "odd-bits",
  "one-missing",
  "one-only",
  "scattered",
  "flicker",
  "unreadable",
  "unsteady",
  "open",
  "bits",
  "sampled-most",
  "sampled-half",
] as const;

/** What a cut leaves of an erase, in the order of the ERASE_ numbers. */
export const ERASES = ["untouched", "half", "done", "weak", "half-unreadable", "weak-unsteady"] as const;

/** What a cut leaves of a counter advance, in the order of the COUNTER_ numbers. */
export const COUNTERS = ["old", "new", "either"] as const;

/** A cut's shape by name. */
export type ShapeName = (typeof TEARS)[number] | (typeof ERASES)[number] | (typeof COUNTERS)[number];

/** A shape's name; `kind` is an OP_ number. */
export function shapeName(kind: number, shape: number): ShapeName {
  const names = kind === abi.OP_PROGRAM ? TEARS : kind === abi.OP_ERASE ? ERASES : COUNTERS;
  return names[shape] as ShapeName;
}

/** The number of a shape among those of its kind; -1 for a name that is none. */
export function shapeNumber(shape: ShapeName): number {
  for (const names of [TEARS, ERASES, COUNTERS] as const) {
    const index = (names as readonly string[]).indexOf(shape);
    if (index !== -1) return index;
  }
  return -1;
}

/** The shape of an operation (OP_…) that was not cut. */
export function wholeShape(kind: number): number {
  if (kind === abi.OP_PROGRAM) return abi.TEAR_ALL;
  return kind === abi.OP_ERASE ? abi.ERASE_DONE : abi.COUNTER_NEW;
}
