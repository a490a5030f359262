// The job of `everboot campaign`: what its options and the configuration make together, where the command line goes first; and whether it is the
// job of a campaign that is to be gone on with. Runs nothing.
import {
  DEFAULT_ATTEMPTS,
  DEFAULT_AUDIT,
  DEFAULT_DEPTH,
  DEFAULT_DEVICE,
  DEFAULT_FAULTS,
  DEFAULT_SCENARIO,
} from "../campaign/plan/defaults.js";
import { type FaultName, STRIKE_MODELS, parseFaults } from "../campaign/plan/fault-models.js";
import type { ParsedConfig } from "../config/parse.js";
import { alternatives } from "../config/shapes.js";
import { guestOf } from "../config/resolve.js";
import { MisuseError } from "../core/errors.js";
import type { CampaignJob } from "../app/campaign/job.js";
import { DEFAULT_GUEST } from "../app/workspace/modules.js";

import type { CampaignFlags } from "./campaign-flags.js";

/** The campaign that the flags and the configuration describe. */
export function campaignJob(
  scenario: string | undefined,
  flags: CampaignFlags,
  config: ParsedConfig | undefined,
): CampaignJob {
  const campaign = config?.campaign ?? {};
  const guest = flags.guest ?? campaign.guest ?? DEFAULT_GUEST;
  const seed = flags.seed ?? campaign.seed;
  const imageSize = flags.imageSize ?? (flags.from === undefined ? campaign.imageSize : undefined);
  const maxStates = flags.maxStates ?? config?.limits.maxStates;
  const faults = flags.faults ?? campaign.faults?.join(",") ?? DEFAULT_FAULTS;
  checkMeant(flags, faults);
  return given({
    config: config?.file,
    scenario: scenario ?? DEFAULT_SCENARIO,
    device: flags.device ?? campaign.device ?? DEFAULT_DEVICE,
    layout: flags.layout,
    guest,
    from: flags.from,
    to: flags.to,
    key: flags.key,
    require: flags.require,
    bad: flags.bad,
    attempts: flags.attempts ?? guestOf(config, guest)?.attempts ?? DEFAULT_ATTEMPTS,
    imageSize,
    floor: flags.floor,
    faults,
    flips: flags.flips,
    places: flags.where,
    samples: flags.samples,
    powerUps: flags.powerUps,
    seed,
    tears: flags.tears,
    assume: flags.assume,
    depth: flags.depth ?? campaign.depth ?? DEFAULT_DEPTH,
    audit: flags.audit ?? DEFAULT_AUDIT,
    maxStates,
    evenSo: flags.evenSo,
  }) as CampaignJob;
}

/**
 * Refuses options that say something of fault models which are not among the chosen ones: they would be ignored.
 * @throws {MisuseError} naming the option and the models that it is for
 */
function checkMeant({ flips, where, samples, powerUps, tears }: CampaignFlags, text: string): void {
  const faults = parseFaults(text);
  const flip = { option: flips === undefined ? "--where" : "--flips", models: ["flip"] as const };
  const struck = { option: samples === undefined ? "--power-ups" : "--samples", models: STRIKE_MODELS };
  const meant: { readonly option: string; readonly models: readonly FaultName[] }[] = [
    ...(flips === undefined && where === undefined ? [] : [flip]),
    ...(samples === undefined && powerUps === undefined ? [] : [struck]),
  ];
  if (tears === "dense") meant.push({ option: "--tears dense", models: ["power", "reset"] });
  if (where !== undefined && flips?.every((kind) => kind !== "rest" && kind !== "pair") === true)
    throw new MisuseError(`--where: expected --flips with rest or pair, found ${flips.join(",")}`);
  for (const { option, models } of meant)
    if (!models.some((name) => faults.includes(name)))
      throw new MisuseError(
        `${option}: expected --faults with ${alternatives(models)}, found ${faults.join(",")}`,
      );
}

/**
 * Refuses flags that say otherwise than the job that is to be gone on with.
 * @throws {MisuseError} naming the first such flag
 */
export function checkSameJob(
  scenario: string | undefined,
  flags: CampaignFlags,
  job: CampaignJob,
  where: string,
): void {
  const said: Readonly<Record<string, unknown>> = { ...flags, scenario, places: flags.where };
  for (const [field, found] of Object.entries(said)) {
    if (found === undefined || !JOB_FIELDS.includes(field)) continue;
    const expected = (job as Readonly<Record<string, unknown>>)[field];
    if (JSON.stringify(expected) === JSON.stringify(found)) continue;
    const name = field === "scenario" ? "scenario" : `--${field === "places" ? "where" : kebab(field)}`;
    throw new MisuseError(`${name}: expected ${words(expected)} as in ${where}, found ${words(found)}`);
  }
}

const JOB_FIELDS: readonly string[] = [
  ...["config", "scenario", "device", "layout", "guest", "from", "to", "key", "require", "bad", "attempts"],
  ...[
    "imageSize",
    "floor",
    "faults",
    "flips",
    "places",
    "samples",
    "powerUps",
    "seed",
    "tears",
    "assume",
    "depth",
    "audit",
  ],
  "maxStates",
  "evenSo",
];

function words(value: unknown): string {
  return value === undefined ? "nothing" : String(value);
}

function kebab(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
