// What a configuration's scenario says of what surrounds its device: the types, and the plan that campaigns take. Checks no shapes or ranges
// (schema.ts) but what two fields say together.
import * as abi from "../../assembly/abi.js";
import type { WorldPlan } from "../campaign/plan/world-plan.js";
import { type Path, misuseAt } from "./place.js";

/** Inputs of the main function, by the names that a configuration has for them. */
export const INPUT_NAMES = ["therapy", "patient", "battery-low", "consent"] as const;
export type InputName = (typeof INPUT_NAMES)[number];

const INPUT_BITS: Readonly<Record<InputName, number>> = {
  therapy: 1 << abi.MAIN_THERAPY,
  patient: 1 << abi.MAIN_PATIENT,
  "battery-low": 1 << abi.MAIN_BATTERY_LOW,
  consent: 1 << abi.MAIN_CONSENT,
};

/** What a client asks for: something to be done; the same after a challenge was answered; that a session key is taken. */
export const REQUESTS = ["do", "challenged", "key"] as const;

/** Seconds of the clock from which, and up to which, the main function may be told to act. */
export interface ClockWindowConfig {
  /** 0 to 2^32 − 2. */
  readonly from: number;
  /** Above `from`, up to 2^32 − 1; this second itself is outside. */
  readonly to: number;
}

/** Who is at the other end of the link. */
export interface ClientConfig {
  /** One after the other, 1 to CLIENT_REQUESTS_MAX (16). */
  readonly requests: readonly (typeof REQUESTS)[number][];
  /** Requests that are under way at once, 1 to CLIENT_WINDOW_MAX (5); 1 when absent. */
  readonly window?: number | undefined;
  /** Sequence numbers before they begin anew, 1 to 256; 256 when absent. */
  readonly sequences?: number | undefined;
  /** How often it sends once more what nobody answers, 0 to CLIENT_TRIES_MAX (16); 2 when absent. */
  readonly tries?: number | undefined;
  /** The link is a serial line, and a line has at most so many bytes, CLIENT_LINE_MIN (12) to CLIENT_LINE_MAX (127); packets come whole when absent. */
  readonly line?: number | undefined;
}

/** What surrounds a device when a scenario begins. */
export interface WorldConfig {
  /** The second at which the clock stands, 0 to 2^32 − 1; 1 June 2026, 12:00 when absent. */
  readonly clock?: number | undefined;
  /** Seconds that somebody may set the clock to, for a guest that reads it (clockSeconds), at most CLOCK_VALUES_MAX (16). */
  readonly clockValues?: readonly number[] | undefined;
  /** When the main function may be told to act (acts-in-time); at any time when absent. */
  readonly window?: ClockWindowConfig | undefined;
  /** Inputs that are set where nothing goes wrong, each once; none when absent. */
  readonly inputs?: readonly InputName[] | undefined;
  /** Nobody when absent. */
  readonly client?: ClientConfig | undefined;
}

export const CLOCK_VALUES_MAX = 16;
export const CLIENT_REQUESTS_MAX = 16;
export const CLIENT_WINDOW_MAX = 5;
export const CLIENT_TRIES_MAX = 16;
export const CLIENT_LINE_MIN = 12;
export const CLIENT_LINE_MAX = 127;

/**
 * The plan that a checked one of a configuration stands for.
 * @param path where it stands in the configuration's file
 * @throws {MisuseError} for a window that ends before it begins, or values or inputs that come twice.
 */
export function worldFrom(world: WorldConfig, file: string, path: Path): WorldPlan {
  const { clock, clockValues, window, inputs, client } = world;
  if (window !== undefined && window.to <= window.from) {
    const expected = `expected an integer ${window.from + 1}..4294967295, above \`from\``;
    throw misuseAt(file, [...path, "window", "to"], `${expected}, found ${window.to}`);
  }
  checkOnce(clockValues, file, [...path, "clockValues"]);
  checkOnce(inputs, file, [...path, "inputs"]);
  return {
    ...(clock === undefined ? {} : { clock }),
    ...(clockValues === undefined ? {} : { clockValues }),
    ...(window === undefined ? {} : { window }),
    ...(inputs === undefined ? {} : { inputs: inputs.reduce((bits, name) => bits | INPUT_BITS[name], 0) }),
    ...(client === undefined ? {} : { client: clientFrom(client) }),
  };
}

function clientFrom(client: ClientConfig): NonNullable<WorldPlan["client"]> {
  const { requests, window, sequences, tries, line } = client;
  return {
    ...{ requests, window: window ?? 1, sequences: sequences ?? 256, tries: tries ?? 2 },
    ...(line === undefined ? {} : { line }),
  };
}

function checkOnce(values: readonly (number | string)[] = [], file: string, path: Path): void {
  if (new Set(values).size === values.length) return;
  throw misuseAt(file, path, `expected each once, found ${values.join(", ")}`);
}
