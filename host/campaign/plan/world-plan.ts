// What a scenario says of what surrounds its device: plain data, so that a trace can hold it. Decides nothing.
import type { ClientPlan } from "../../link/client.js";

/** What surrounds a device, as a scenario has it: where it says nothing the clock stands at CLOCK_START, no input is set, nobody talks to it. */
export interface WorldPlan {
  /** The second at which the clock stands when the scenario begins, and stays until somebody waits for another. */
  readonly clock?: number;
  /** Seconds that a clock may be set to, for a guest that asks for the clock's seconds themselves. */
  readonly clockValues?: readonly number[];
  /** Seconds of the clock from which, and up to which, the main function may be told to act; at any time when absent. */
  readonly window?: { readonly from: number; readonly to: number };
  /** Bits 1 << MAIN_ number that are set where nothing goes wrong. */
  readonly inputs?: number;
  /** Who is at the other end of the link; nobody when absent. */
  readonly client?: ClientPlan | undefined;
}

/** 1 June 2026, 12:00, a Monday. */
export const CLOCK_START = 1_780_315_200;

/** What inputs of the main function are called, by their MAIN_ numbers. */
export const INPUT_WORDS = ["therapy", "patient", "battery low", "consent"] as const;
