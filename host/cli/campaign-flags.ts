// Options of `everboot campaign`, and the job that they and the configuration make together: the command line goes first.
import { TEAR_MODES, type Tears } from "../campaign/plan/faults.js";
import { STATES_MAX } from "../campaign/campaign.js";
import { type Command, InvalidArgumentError } from "commander";
import { FAULT_MODELS, type FaultName, STRIKE_MODELS, parseFaults } from "../campaign/plan/fault-models.js";
import { FLIP_KINDS, FLIP_PLACES, type FlipKind, type FlipPlace } from "../campaign/explore/strike-lists.js";
import type { ParsedConfig } from "../config/parse.js";
import { alternatives } from "../config/shapes.js";
import { guestOf } from "../config/resolve.js";
import { MisuseError } from "../core/errors.js";
import { didYouMean } from "../core/nearest.js";
import type { KeyType } from "../image/key-types.js";
import { DEFAULT_ATTEMPTS, addImageOptions } from "./image-flags.js";
import type { CampaignJob } from "../app/campaign/job.js";
import { DEFAULT_GUEST, GUEST_NAMES } from "../app/workspace/modules.js";
import { PROGRESS_KINDS, type ProgressKind } from "../app/terminal/progress.js";
import type { OutputFlags } from "../app/campaign/publish.js";
import type { Shard } from "../app/campaign/shares.js";
import { BAD_HELP, choice, collect, duration, integer, listOf, positive, share } from "./values.js";

const DEFAULT_SCENARIO = "update";
const DEFAULT_DEVICE = "nrf52840";
const DEFAULT_FAULTS = "power";
const DEFAULT_DEPTH = 1;
const DEFAULT_AUDIT = 0.01;
const WORKERS_MOST = 256;
const SHARDS_MOST = 4096;

/** What is played with, as the command line says it; absent where it says nothing. */
export interface SubjectFlags {
  readonly config?: string;
  readonly device?: string;
  readonly layout?: string;
  readonly guest?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly key?: readonly string[];
  readonly require?: readonly KeyType[];
  readonly attempts?: number;
  readonly imageSize?: number;
}

/** What the command line says; absent where it says nothing. */
export interface CampaignFlags extends OutputFlags, SubjectFlags {
  readonly bad?: readonly string[];
  readonly floor?: "raised" | "equal";
  readonly faults?: string;
  readonly flips?: readonly FlipKind[];
  readonly where?: readonly FlipPlace[];
  readonly samples?: number;
  readonly powerUps?: number;
  readonly seed?: number;
  readonly tears?: Tears;
  readonly assume?: "none";
  readonly depth?: number | "fixpoint";
  readonly audit?: number;
  readonly maxStates?: number;
  readonly evenSo?: true;
  readonly timeLimit?: number;
  readonly workers?: number;
  readonly shard?: Shard;
  readonly resume?: string;
  readonly progress: ProgressKind;
}

/** What --config is for, in every command that has it. */
export const CONFIG_HELP = "configuration; everboot.config.* in this folder when there is one";
/** What --verbose is for, in every command that tells a run. */
export const VERBOSE_HELP =
  "tell every operation by itself, retained words too, instead of runs of erases and of programs";
/** What --layout is for, in every command that has it. */
export const LAYOUT_HELP = "one's own partition map: a name of the configuration's, or a JSON file";

/** Adds the options that say what a campaign is made of and how far it goes. */
export function addJobOptions(command: Command): Command {
  const models = FAULT_MODELS.map(({ name }) => name).join(", ");
  const common = command
    .option("--config <file>", CONFIG_HELP)
    .option("--device <id>", `part profile (see everboot devices) (default: "${DEFAULT_DEVICE}")`)
    .option("--layout <name|file>", LAYOUT_HELP)
    .option(
      "--guest <name|file>",
      `${GUEST_NAMES.join(", ")}, one of the configuration's, or a wasm file (default: "${DEFAULT_GUEST}")`,
    );
  return addImageOptions(common)
    .option("--bad <image>", BAD_HELP, collect(String))
    .addOption(
      choice(
        "--floor <how>",
        "security counters of the images made on the spot: raised from image to image, or all equal",
        ["raised", "equal"],
      ),
    )
    .option("--faults <list>", `fault models: ${models} (see everboot faults) (default: "${DEFAULT_FAULTS}")`)
    .option(
      "--flips <kinds>",
      `parts of the flip model: ${FLIP_KINDS.join(", ")} (single bits at rest, pairs at rest, one read, RAM, the incoming image); all when absent`,
      listOf(FLIP_KINDS),
    )
    .option(
      "--where <places>",
      `where flips at rest strike: ${FLIP_PLACES.join(", ")}; everywhere when absent`,
      listOf(FLIP_PLACES),
    )
    .option(
      "--samples <count>",
      "strikes drawn for each state and kind that has more of them (default: 256)",
      positive(0xffffffff),
    )
    .option(
      "--power-ups <count>",
      "power-ups of the run without faults that strikes hit, spread evenly, at the most (default: 8)",
      positive(0xffffffff),
    )
    .option("--seed <number>", "what samples are drawn with (default: 1)", integer)
    .option(
      "--depth <count|fixpoint>",
      `faults in one run; fixpoint: until no new state is found (default: ${DEFAULT_DEPTH})`,
      depth,
    )
    .addOption(
      choice(
        "--tears <how>",
        "shapes: nine shapes; dense: besides, every small subset of a torn word's bits outside the slots, and a sample in them",
        TEAR_MODES,
      ),
    )
    .addOption(
      choice("--assume <what>", "none: do without the assumption that the part's profile makes", ["none"]),
    )
    .option(
      "--audit <share>",
      `share of the memo's answers that are executed and compared, and of whole runs that are played (default: ${DEFAULT_AUDIT})`,
      share,
    )
    .option(
      "--max-states <count>",
      `end as incomplete beyond so many states (default: ${STATES_MAX})`,
      integer,
    )
    .option("--even-so", "let faults happen even where the run without any violates an oracle");
}

/** Adds the options that say how a campaign is run; what it comes to does not depend on them. */
export function addRunOptions(command: Command): Command {
  return command
    .option(
      "--time-limit <time>",
      "end as incomplete after so long: 90s, 10m, 1h, or a number of seconds (see --resume)",
      duration,
    )
    .option(
      "--workers <count>",
      "worker threads; as many as cores where absent, one beyond depth 2",
      positive(WORKERS_MOST),
    )
    .option("--shard <i/n>", "do the i-th of n shares only, from 1; everboot merge puts them together", shard)
    .option("--resume <file>", "go on with a campaign that was ended early, from its report")
    .addOption(
      choice(
        "--progress <how>",
        "on a terminal, as lines after each share, or not at all",
        PROGRESS_KINDS,
      ).default("auto"),
    );
}

/** The campaign that the flags and the configuration describe. */
export function jobOf(
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

function depth(text: string): number | "fixpoint" {
  if (text === "fixpoint") return text;
  const value = /^-|[^0-9a-fx]/i.test(text) ? 0 : integer(text);
  if (value > 0) return value;
  throw new InvalidArgumentError(
    `Expected a number of faults from 1 on, or fixpoint${didYouMean(text, ["fixpoint"]) || "."}`,
  );
}

function shard(text: string): Shard {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const found = { index: Number(index), count: Number(count) };
  if (found.index <= found.count && found.count <= SHARDS_MOST) return found;
  throw new InvalidArgumentError(`Expected a share like 1/3 or 3/3, at most of ${SHARDS_MOST}.`);
}
