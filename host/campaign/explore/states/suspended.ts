// A search that was ended between two calls, as data: all that another explorer needs to go on with it.
import type { Counted } from "../crew/crew.js";
import type { WrittenStates } from "./written-states.js";

/** A search to go on with. */
export interface Suspended {
  /** Faults on the way to the states whose turn it was. */
  readonly depth: number;
  /** What was counted so far. */
  readonly counted: Counted;
  readonly states: WrittenStates;
}
