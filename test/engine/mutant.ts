// What a mutant of the engine is.
import type { Mutation } from "../support/compile.js";

/** A mistake in the engine. */
export interface EngineMutant {
  /** In words, and its name in the report. */
  readonly what: string;
  readonly changes: readonly Mutation[];
  /** Number of a random guest that shows it: where test/random begins to look; absent where it does not look. */
  readonly guest?: number;
  /** test/random looks only at night: one more of a kind that is there already. */
  readonly nightly?: true;
  /** Nothing can be seen of it, for this reason. */
  readonly equivalent?: string;
}

/** A mutant of one change. */
export function mutant(
  what: string,
  file: string,
  from: string,
  to: string,
  more: Omit<EngineMutant, "what" | "changes"> = {},
): EngineMutant {
  return { what, changes: [{ file, from, to }], ...more };
}
