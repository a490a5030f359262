// The power fault model as data: where a cut can strike and what it leaves behind. The physics stands in the device
// module (assembly/device/flash.ts); here are the names and the counts.
import * as abi from "../../assembly/abi.js";

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
] as const;

/** What a cut leaves of an erase, in the order of the ERASE_ numbers. */
export const ERASE_PHASES = ["untouched", "half", "done"] as const;

/** What a cut leaves of a counter advance, in the order of the COUNTER_ numbers. */
export const COUNTER_OUTCOMES = ["old", "new"] as const;

/** A cut's shape by name. */
export type ShapeName =
  (typeof TEARS)[number] | (typeof ERASE_PHASES)[number] | (typeof COUNTER_OUTCOMES)[number];

/** One power cut: at persistent operation `operation` of guest call `call`, both counted from 0. */
export interface Cut {
  readonly call: number;
  readonly operation: number;
  readonly shape: ShapeName;
}

/** The shapes of an operation kind (OP_…). */
export function shapesOf(kind: number): readonly ShapeName[] {
  if (kind === abi.OP_PROGRAM) return TEARS;
  return kind === abi.OP_ERASE ? ERASE_PHASES : COUNTER_OUTCOMES;
}

/** The number of a shape among those of its kind. */
export function shapeNumber(shape: ShapeName): number {
  for (const names of [TEARS, ERASE_PHASES, COUNTER_OUTCOMES] as const) {
    const index = (names as readonly string[]).indexOf(shape);
    if (index !== -1) return index;
  }
  return -1;
}

/** What no campaign of this model shows, for every report. */
export const NOT_MODELLED = [
  "a second power cut while the device recovers from the first",
  "weak bits: a torn unit reads the same every time",
  "ECC errors: a torn unit reads as data and never faults",
  "bit flips, failed and misdirected writes, instruction glitches",
  "an application that writes the Record or the slots against the Hal's rules",
  "silicon: timing, wear-out and analogue effects",
] as const;
