// Checks a whole configuration and makes of it what campaigns take. Never reads files: a caller loads the value.
import { ORACLES } from "../campaign/plan/oracles.js";
import type { OwnOracle } from "../campaign/play/own-oracle.js";
import type { Scenario } from "../campaign/plan/scenario.js";
import { SCENARIOS } from "../campaign/plan/scenarios.js";
import { PARTS } from "../device/parts.js";
import type { Layout, PartProfile } from "../device/profile.js";
import type { CampaignConfig, EverbootConfig, GuestConfig, LimitsConfig } from "./config.js";
import { layoutFrom, partFrom } from "./device.js";
import { issueError } from "./issues.js";
import type { HaltNames } from "../core/halts.js";
import { suggestion } from "../core/nearest.js";
import { type Path, misuseAt } from "./place.js";
import { scenarioFrom } from "./scenario.js";
import { OTHERWISE, configSchema } from "./schema.js";

/** A guest pair of one's own: paths of wasm modules. */
export interface OwnGuest {
  readonly name: string;
  readonly boot: string;
  /** When absent, the steps that `boot` exports, or the package's own agent. */
  readonly agent?: string;
  /** What runs beside it; nothing when absent. */
  readonly application?: string;
  /** Boots that an unconfirmed image gets, 1 to 255. */
  readonly attempts?: number;
  /** What it calls its reasons, where its modules do not say so or say it otherwise. */
  readonly halts?: HaltNames;
}

/** A fields' values without those that are undefined. */
type Given<Of> = { readonly [Field in keyof Of]?: Exclude<Of[Field], undefined> };

/** A checked configuration: only what is its own, in the order in which it was written. */
export interface ParsedConfig {
  /** The file that it came from, as errors name it. */
  readonly file: string;
  readonly devices: readonly PartProfile[];
  readonly layouts: readonly { readonly name: string; readonly layout: Layout }[];
  readonly scenarios: readonly Scenario[];
  readonly guests: readonly OwnGuest[];
  readonly oracles: readonly OwnOracle[];
  readonly limits: Given<LimitsConfig>;
  /** `imageSize` in bytes. */
  readonly campaign: Given<Omit<CampaignConfig, "imageSize">> & { readonly imageSize?: number };
}

/** Where a configuration comes from, and which guests the package has. */
export interface ConfigOrigin {
  /** For errors. */
  readonly file: string;
  /** Names that a guest of one's own may not have. */
  readonly guestNames: readonly string[];
}

/**
 * Checks a configuration: shapes, ranges, unknown keys, names that refer to something, names that are the package's own,
 * and every device with its layout.
 * @param value what the file exports
 * @param origin where from, and the package's guests
 * @returns what campaigns take, with what was left out filled in
 * @throws {MisuseError} for the first mistake, unknown keys before all others: file, path, what was expected and found.
 */
export function parseConfig(value: unknown, origin: ConfigOrigin): ParsedConfig {
  const { file } = origin;
  const result = configSchema.safeParse(value);
  if (!result.success) throw issueError(result.error.issues, value, file);
  const config = result.data;
  checkOwnNames(config, origin);
  const { devices = {}, layouts = {}, scenarios = [], guests = {}, oracles = [] } = config;
  const reasons = Object.values(guests).flatMap(({ halts: names = {} }) => Object.values(names));
  const parsed: ParsedConfig = {
    file,
    devices: Object.entries(devices).map(([id, device]) => partFrom(id, device, file)),
    layouts: Object.entries(layouts).map(([name, layout]) => ({ name, layout: layoutFrom(layout) })),
    scenarios: scenarios.map((scenario, index) =>
      scenarioFrom(scenario, file, ["scenarios", index], reasons),
    ),
    guests: Object.entries(guests).map(([name, guest]) => guestFrom(name, guest)),
    oracles,
    limits: given(config.limits ?? {}),
    campaign: given(config.campaign ?? {}) as ParsedConfig["campaign"],
  };
  checkCampaign(parsed, origin);
  checkCounters(parsed);
  return parsed;
}

/** No name may be one of the package's own or come twice: what a name means must not depend on which is looked up first. */
function checkOwnNames(config: EverbootConfig, { file, guestNames }: ConfigOrigin): void {
  const { devices = {}, scenarios = [], guests = {}, oracles = [] } = config;
  const refuse = (what: string, name: string, path: Path): never => {
    throw misuseAt(file, path, `expected another name, found "${name}", ${what} of the package`);
  };
  for (const id of Object.keys(devices)) {
    if (PARTS.some((part) => part.id === id)) refuse("a device", id, ["devices", id]);
  }
  for (const name of Object.keys(guests)) {
    if (guestNames.includes(name)) refuse("a guest", name, ["guests", name]);
  }
  const lists = [
    { what: "a scenario", field: "scenarios", items: scenarios, known: SCENARIOS.map(({ name }) => name) },
    {
      what: "an oracle",
      field: "oracles",
      items: oracles,
      known: [...ORACLES.map(({ name }) => name), ...OTHERWISE],
    },
  ] as const;
  for (const { what, field, items, known } of lists) {
    const names = items.map(({ name }) => name);
    names.forEach((name, index) => {
      const path = [field, index, "name"];
      if ((known as readonly string[]).includes(name)) refuse(what, name, path);
      if (names.indexOf(name) !== index)
        throw misuseAt(file, path, `expected names that differ, found "${name}" twice`);
    });
  }
}

/** No counter of the device that campaigns run on when no other is named advances to what it cannot hold. */
function checkCounters({ file, scenarios, devices, campaign }: ParsedConfig): void {
  const part = [...devices, ...PARTS].find(({ id }) => id === campaign.device);
  const most = part?.counterMax?.value;
  if (most === undefined) return;
  scenarios.forEach(({ steps }, number) => {
    steps.forEach((step, index) => {
      if (!("counter" in step) || step.to <= most) return;
      const message = `expected at most ${most}, what a counter of ${part?.id} can hold, found ${step.to}`;
      throw misuseAt(file, ["scenarios", number, "steps", index, "to"], message);
    });
  });
}

/** What the defaults name has to be there. */
function checkCampaign(
  { file, campaign, devices, guests }: ParsedConfig,
  { guestNames }: ConfigOrigin,
): void {
  const { device, guest, faults } = campaign;
  const ids = [...devices, ...PARTS].map(({ id }) => id);
  if (device !== undefined && !ids.includes(device)) {
    const message = `expected a device, found "${device}", ${suggestion(device, ids)}`;
    throw misuseAt(file, ["campaign", "device"], message);
  }
  const names = [...guests.map(({ name }) => name), ...guestNames];
  if (guest !== undefined && !isWasmPath(guest) && !names.includes(guest)) {
    const message = `expected a guest or a path that ends in .wasm, found "${guest}", ${suggestion(guest, names)}`;
    throw misuseAt(file, ["campaign", "guest"], message);
  }
  if (faults === undefined) return;
  const path = ["campaign", "faults"];
  if (!faults.includes("power"))
    throw misuseAt(file, path, `expected "power" among them, found ${faults.join(", ")}`);
  if (new Set(faults).size !== faults.length)
    throw misuseAt(file, path, `expected each once, found ${faults.join(", ")}`);
}

/** Whether the name of a guest is meant as a file's. */
export function isWasmPath(guest: string): boolean {
  return guest.endsWith(".wasm");
}

function guestFrom(name: string, { boot, agent, application, attempts, halts }: GuestConfig): OwnGuest {
  return {
    name,
    boot,
    ...(agent === undefined ? {} : { agent }),
    ...(application === undefined ? {} : { application }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(halts === undefined
      ? {}
      : { halts: new Map(Object.entries(halts).map(([number, reason]) => [Number(number), reason])) }),
  };
}

function given<Of extends object>(values: Of): Given<Of> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Of>;
}
