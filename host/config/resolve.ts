// Looks things up by name: a configuration's own first, then the package's. As no name is both, the order decides nothing.
import type { Scenario } from "../campaign/plan/scenario.js";
import { SCENARIOS } from "../campaign/plan/scenarios.js";
import { MisuseError } from "../core/errors.js";
import { PARTS } from "../device/parts.js";
import type { Layout, PartProfile } from "../device/profile.js";
import { checkLayoutAt } from "./device.js";
import { didYouMean } from "../core/nearest.js";
import type { OwnGuest, ParsedConfig } from "./parse.js";

/** Every device that there is: the configuration's, then the package's. */
export function partsOf(config: ParsedConfig | undefined): readonly PartProfile[] {
  return [...(config?.devices ?? []), ...PARTS];
}

/** Every scenario that there is: the configuration's, then the package's. */
export function scenariosOf(config: ParsedConfig | undefined): readonly Scenario[] {
  return [...(config?.scenarios ?? []), ...SCENARIOS];
}

/**
 * A device by its id.
 * @throws {MisuseError} naming the known ids.
 */
export function partOf(config: ParsedConfig | undefined, id: string): PartProfile {
  const parts = partsOf(config);
  const part = parts.find((candidate) => candidate.id === id);
  if (part === undefined)
    throw unknown(
      "device",
      id,
      parts.map((known) => known.id),
    );
  return part;
}

/**
 * A scenario by its name.
 * @throws {MisuseError} naming the known ones.
 */
export function scenarioOf(config: ParsedConfig | undefined, name: string): Scenario {
  const scenarios = scenariosOf(config);
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined)
    throw unknown(
      "scenario",
      name,
      scenarios.map((known) => known.name),
    );
  return scenario;
}

/** Whether the configuration has a layout of this name; if not, it may be a file's. */
export function hasLayout(config: ParsedConfig | undefined, name: string): boolean {
  return config?.layouts.some((candidate) => candidate.name === name) ?? false;
}

/**
 * A layout for a part.
 * @param config where named layouts come from
 * @param part what it has to fit
 * @param name one of the configuration's; the part's own layout when undefined
 * @throws {MisuseError} naming the known ones, or what does not fit the part.
 */
export function layoutOf(
  config: ParsedConfig | undefined,
  part: PartProfile,
  name: string | undefined,
): Layout {
  if (name === undefined) return part.layout;
  const layouts = config?.layouts ?? [];
  const found = layouts.find((candidate) => candidate.name === name);
  if (config === undefined || found === undefined)
    throw unknown(
      "layout",
      name,
      layouts.map((known) => known.name),
    );
  checkLayoutAt(part, found.layout, config.file, ["layouts", name]);
  return found.layout;
}

/** The guest pair of the configuration that has this name; undefined where it has none: the package's, or a file. */
export function guestOf(config: ParsedConfig | undefined, name: string): OwnGuest | undefined {
  return config?.guests.find((candidate) => candidate.name === name);
}

function unknown(what: string, name: string, known: readonly string[]): MisuseError {
  const list = known.length === 0 ? "expected none" : `expected one of ${known.join(", ")}`;
  return new MisuseError(`unknown ${what} "${name}", ${list}${didYouMean(name, known)}`);
}
