// What an oracle demands, as a sentence for people. Judges nothing.
import { ORACLES } from "../campaign/plan/oracles.js";

/**
 * "no-brick: while an image that verifies and is allowed stands in a slot, one is booted"; the name alone where nobody says what it
 * demands.
 * @param own oracles of a configuration, by name and demand
 */
export function oracleSentence(
  name: string,
  own: readonly { readonly name: string; readonly demands: string }[] = [],
): string {
  const known: readonly { readonly name: string; readonly demands: string }[] = [...ORACLES, ...own];
  const oracle = known.find((each) => each.name === name);
  return oracle === undefined ? name : `${name}: ${oracle.demands}`;
}
