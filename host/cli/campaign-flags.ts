// Options of `everboot campaign`, and the job that they and the configuration make together: the command line goes first.
import { TEAR_MODES, type Tears } from "../campaign/plan/faults.js";
import {
  DEFAULT_AUDIT,
  DEFAULT_DEPTH,
  DEFAULT_DEVICE,
  DEFAULT_FAULTS,
  DEFAULT_POWER_UPS,
  DEFAULT_SAMPLES,
  DEFAULT_SEED,
  DEFAULT_STATES_MAX,
} from "../campaign/plan/defaults.js";
import { type Command, InvalidArgumentError } from "commander";
import { FAULT_MODELS } from "../campaign/plan/fault-models.js";
import { FLIP_KINDS, FLIP_PLACES, type FlipKind, type FlipPlace } from "../campaign/plan/strike-choice.js";
import { didYouMean } from "../core/nearest.js";
import type { KeyType } from "../image/key-types.js";
import { addImageOptions } from "./image-flags.js";
import { DEFAULT_GUEST, GUEST_NAMES } from "../app/workspace/modules.js";
import { PROGRESS_KINDS, type ProgressKind } from "../app/terminal/progress.js";
import type { OutputFlags } from "./publish.js";
import type { Shard } from "../app/campaign/shares.js";
import { BAD_HELP, choice, collect, duration, integer, listOf, positive, share } from "./values.js";

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
      `strikes drawn for each state and kind that has more of them (default: ${DEFAULT_SAMPLES})`,
      positive(0xffffffff),
    )
    .option(
      "--power-ups <count>",
      `power-ups of the run without faults that strikes hit, spread evenly, at the most (default: ${DEFAULT_POWER_UPS})`,
      positive(0xffffffff),
    )
    .option("--seed <number>", `what samples are drawn with (default: ${DEFAULT_SEED})`, integer)
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
      `end as incomplete beyond so many states (default: ${DEFAULT_STATES_MAX})`,
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
      "worker threads; where absent as many as cores, to a fixpoint at most four, beyond depth 2 one",
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
