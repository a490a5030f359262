// A configuration parsed, and its complaint as the user reads it. Test helper only.
import { expect } from "vitest";
import { parseConfig } from "../../../host/config/parse.js";
import { MisuseError } from "../../../host/core/errors.js";
import { exampleDevice, exampleScenario } from "./example.js";

const ORIGIN = { file: "everboot.config.ts", guestNames: ["boot-full", "single-flag"] };

export function parse(value: unknown) {
  return parseConfig(value, ORIGIN);
}

/** The error's line without the file. */
export function complaint(value: unknown): string {
  try {
    parse(value);
  } catch (error) {
    expect(error).toBeInstanceOf(MisuseError);
    const { message } = error as MisuseError;
    expect(message).not.toMatch(/[\n\r]/);
    expect(message.startsWith("everboot.config.ts: ")).toBe(true);
    return message.slice("everboot.config.ts: ".length);
  }
  return "accepted";
}

export const scenarioWith = (changes: object) => ({ scenarios: [{ ...exampleScenario, ...changes }] });
export const deviceWith = (changes: object) => ({ devices: { mine: { ...exampleDevice, ...changes } } });
export const extendedWith = (changes: object) => ({ devices: { mine: { extends: "nrf52840", ...changes } } });
export const imageWith = (changes: object) =>
  scenarioWith({ images: [{ name: "v1", version: 1, ...changes }], steps: [], expect: { runs: "v1" } });
