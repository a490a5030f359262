// `everboot matrix`: every scenario on every device under every set of fault models, as one table. Runs campaigns in worker
// threads, one each; decides only which campaigns there are and in which order.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { Tinypool } from "tinypool";
import type { CampaignReport } from "../campaign/report.js";
import { DEFAULT_ATTEMPTS, DEFAULT_AUDIT, DEFAULT_SEED } from "../campaign/plan/defaults.js";
import { isOffer } from "../campaign/plan/scenario.js";
import { SCENARIOS } from "../campaign/plan/scenarios.js";
import { PARTS } from "../device/parts.js";
import { type Loss, lossesOf } from "../report/losses.js";
import { type MatrixCell, lossesMarkdown, matrixCell, matrixMarkdown } from "../report/markdown.js";
import { matrixTable } from "../report/tables/matrix-table.js";
import { screenColumns } from "../app/terminal/columns.js";
import { EXIT_INCOMPLETE, EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import { attempt, writeBytes } from "../app/workspace/files.js";
import type { CampaignJob } from "../app/campaign/job.js";
import { checkMarks, marksOf, writeBetween } from "../app/workspace/marked.js";
import { DEFAULT_GUEST } from "../app/workspace/modules.js";
import { checkOutputs } from "../app/workspace/outputs.js";
import { WORK_FOLDER } from "../app/workspace/scene.js";
import { type ErrorData, orThrow } from "../app/campaign/thread-errors.js";
import { positive } from "./values.js";

/** A column: what can go wrong, how far, and in which scenarios that is asked. */
interface Column {
  readonly name: string;
  readonly job: Partial<CampaignJob> & Pick<CampaignJob, "faults">;
  readonly depth: (scenario: string) => number | "fixpoint";
  readonly scenarios?: readonly string[];
  /** Not among the few cells that show that it works: it takes too long. */
  readonly slow?: true;
  /** Larger first: what takes long must not begin last. */
  readonly weight: number;
}

/** Scenarios whose every number of cuts is covered; the states of the others multiply by their length. */
const CLOSED = ["update", "revert"];
const SMALL = ["first-boot", "tampered", "overlong", "wrong-slot", "both-bad", "confirm-late", "downgrade"];
/** Those that end with an older image in the other slot, which an equal floor would let boot. */
const FALLBACKS = ["update", "double-update", "confirm-late"];
/** The least that an image takes: hundreds of them are installed. */
const LONG_LIFE_IMAGE_BYTES = 224;
/** Without those in whose middle something befalls the device: those are put to cuts alone. */
const UNDISTURBED = SCENARIOS.filter(({ steps }) => steps.every(isOffer)).map(({ name }) => name);
const SAMPLES = 128;
const POWER_UPS = 4;
const IMAGE_BYTES = 512;
/** Images of the columns that flip every bit of them, or have the most states. */
const FLIPPED_IMAGE_BYTES = 320;
/** A cut and then a flip of each bit: more states than a campaign may have by default. */
const FLIPPED_STATES_MAX = 10_000_000;

const COLUMNS: readonly Column[] = [
  {
    name: "power",
    job: { faults: "power" },
    depth: (scenario) => (CLOSED.includes(scenario) || SMALL.includes(scenario) ? "fixpoint" : 2),
    weight: 3,
  },
  {
    name: "power, reset",
    job: { faults: "power,reset", imageSize: FLIPPED_IMAGE_BYTES },
    depth: (scenario) => (CLOSED.includes(scenario) ? "fixpoint" : 1),
    weight: 6,
  },
  {
    name: "power, weak, ecc",
    job: { faults: "power,weak,ecc" },
    depth: (scenario) => (CLOSED.includes(scenario) ? "fixpoint" : 2),
    weight: 5,
  },
  {
    name: "power, dense tears",
    job: { faults: "power", tears: "dense" },
    depth: () => 1,
    ...{ scenarios: CLOSED, slow: true, weight: 2 },
  },
  {
    name: "power, weak, ecc, dense tears",
    job: { faults: "power,weak,ecc", tears: "dense" },
    depth: () => 1,
    ...{ scenarios: CLOSED, slow: true, weight: 2 },
  },
  {
    name: "flip, floor raised",
    job: { faults: "flip", floor: "raised", imageSize: FLIPPED_IMAGE_BYTES },
    depth: () => 1,
    scenarios: UNDISTURBED,
    weight: 4,
  },
  {
    name: "flip, floor equal",
    job: { faults: "flip", floor: "equal", imageSize: FLIPPED_IMAGE_BYTES },
    depth: () => 1,
    scenarios: FALLBACKS,
    weight: 4,
  },
  {
    ...{ name: "write", job: { faults: "write" }, depth: () => 2 },
    ...{ scenarios: UNDISTURBED, weight: 2 },
  },
  {
    ...{ name: "double-fetch", job: { faults: "double-fetch" }, depth: () => 2 },
    ...{ scenarios: UNDISTURBED, weight: 1 },
  },
  {
    name: "cut × flip",
    job: {
      faults: "power,flip",
      flips: ["rest"],
      imageSize: FLIPPED_IMAGE_BYTES,
      maxStates: FLIPPED_STATES_MAX,
    },
    depth: () => 2,
    // Eight images of some three kilobytes have more states than that.
    scenarios: UNDISTURBED.filter((name) => name !== "overlong"),
    weight: 4,
  },
];

const QUICK_SCENARIOS = ["update", "both-bad"];
const QUICK_DEVICES = ["tiny", "stm32h743"];
const QUICK: Partial<CampaignJob> = { depth: 1, samples: 8, powerUps: 2, imageSize: 224 };

const MARKS = marksOf("matrix");

interface MatrixFlags {
  readonly quick: boolean;
  readonly workers: number;
  readonly json?: string;
  readonly markdown?: string;
  readonly update?: string;
}

/** Adds the command. */
export function registerMatrix(program: Command): void {
  program
    .command("matrix")
    .description(
      "run every scenario on every device under every set of fault models, and say what each shows",
    )
    .option("--quick", "a few small cells only, to see that it works", false)
    .option("--workers <count>", "campaigns at a time", positive(64), availableParallelism())
    .option("--json <file>", "write every report as JSON")
    .option(
      "--markdown <file|->",
      "write the tables as Markdown; -: to standard output, instead of the table",
    )
    .addOption(new Option("--update <file>", "put the tables between the marks in a Markdown file"))
    .addHelpText(
      "after",
      `\nMarks: ${MARKS.start} and ${MARKS.end},\neach on a line of its own.\nExample:\n  everboot matrix --quick --markdown matrix.md`,
    )
    .action(matrix);
}

async function matrix(flags: MatrixFlags): Promise<void> {
  const { markdown, update } = flags;
  if (update !== undefined) checkMarks(update, MARKS);
  if (flags.json === undefined)
    attempt(`${WORK_FOLDER}: expected a folder`, () => mkdirSync(WORK_FOLDER, { recursive: true }));
  const json = flags.json ?? join(WORK_FOLDER, "matrix.json");
  checkOutputs({ "--json": json, "--markdown": markdown, "--update": update });
  const cells = plannedCells(flags.quick);
  const reports = await runAll(cells, flags.workers);
  const shown = cells.map(({ column }, index) => matrixCell(reports[index] as CampaignReport, column.name));
  const losses = lossesOf(reports);
  const text = markdownOf(shown, losses);
  process.stdout.write(markdown === "-" ? text : matrixTable(shown, losses, screenColumns(process.stdout)));
  writeBytes(json, `${JSON.stringify(reports, null, 1)}\n`);
  if (markdown !== undefined && markdown !== "-") writeBytes(markdown, text);
  if (update !== undefined) writeBetween(update, MARKS, text);
  if (reports.some(({ verdict }) => verdict === "violated")) setExit(EXIT_REFUSED);
  if (reports.some(({ verdict }) => verdict === "incomplete")) setExit(EXIT_INCOMPLETE);
}

interface PlannedCell {
  readonly column: Column;
  readonly job: CampaignJob;
}

/** The cells in the order of the table. */
function plannedCells(quick: boolean): PlannedCell[] {
  const scenarios = SCENARIOS.filter(({ name }) => !quick || QUICK_SCENARIOS.includes(name));
  const parts = PARTS.filter(({ id }) => !quick || QUICK_DEVICES.includes(id));
  return scenarios.flatMap(({ name }) =>
    parts.flatMap(({ id }) =>
      COLUMNS.filter(
        ({ scenarios: only, slow }) => (only?.includes(name) ?? true) && !(quick && slow === true),
      ).map((column) => ({
        column,
        job: { ...jobOfCell(name, id, column), ...(quick ? QUICK : {}) },
      })),
    ),
  );
}

function jobOfCell(scenario: string, device: string, column: Column): CampaignJob {
  return {
    ...{ scenario, device, guest: DEFAULT_GUEST, attempts: DEFAULT_ATTEMPTS },
    ...{ audit: DEFAULT_AUDIT, samples: SAMPLES, powerUps: POWER_UPS, seed: DEFAULT_SEED },
    imageSize: IMAGE_BYTES,
    depth: column.depth(scenario),
    ...column.job,
    ...(scenario === "long-life" ? { imageSize: LONG_LIFE_IMAGE_BYTES } : {}),
  };
}

/** Runs every cell, the heavy ones first; answers the reports in the order of the cells. */
async function runAll(cells: readonly PlannedCell[], workers: number): Promise<CampaignReport[]> {
  const pool = new Tinypool({
    filename: new URL("../app/campaign/matrix-worker.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: workers,
    isolateWorkers: false,
  });
  const reports: CampaignReport[] = new Array<CampaignReport>(cells.length);
  const order = cells
    .map((cell, index) => ({ cell, index }))
    .sort((a, b) => weightOf(b.cell) - weightOf(a.cell));
  let done = 0;
  try {
    await Promise.all(
      order.map(async ({ cell, index }) => {
        reports[index] = orThrow((await pool.run(cell.job)) as CampaignReport | ErrorData);
        done++;
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done} of ${cells.length} campaigns done`);
      }),
    );
  } finally {
    await pool.destroy();
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  }
  return reports;
}

function weightOf({ column, job }: PlannedCell): number {
  return column.weight * 10 + (job.depth === "fixpoint" ? 9 : job.scenario === "long-life" ? 8 : 0);
}

function markdownOf(cells: readonly MatrixCell[], losses: readonly Loss[]): string {
  const table = `${matrixMarkdown(cells)}\n`;
  if (losses.length === 0) return table;
  return `${table}Single faults that are not survived, every one of them safe:\n\n${lossesMarkdown(losses)}`;
}
