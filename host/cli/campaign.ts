// `everboot campaign`: lets a scenario's faults happen, each in turn, and reports what the oracles say. Explores nothing
// itself: worker threads do.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type CampaignOptions, type CanaryResults, type Share, reportOf } from "../campaign/campaign.js";
import type { PartResult } from "../campaign/share-result.js";
import type { CampaignReport } from "../campaign/report.js";
import { MisuseError } from "../core/errors.js";
import { standInWords } from "../report/rows.js";
import { doneWords } from "../report/verdict.js";
import { type CampaignFlags, addJobOptions, addRunOptions, checkSameJob, jobOf } from "./campaign-flags.js";
import { loadConfig } from "../app/workspace/config.js";
import { EXIT_DEFECT, EXIT_INCOMPLETE, EXIT_REFUSED, complain, setExit } from "../app/terminal/exit.js";
import { attempt, writeBytes } from "../app/workspace/files.js";
import { type CampaignJob, optionsOf } from "../app/campaign/job.js";
import { donePart, openPart } from "../app/campaign/packed-shares.js";
import { type Done, doWork } from "../app/campaign/pool.js";
import { type ProgressKind, progressLine } from "../app/terminal/progress.js";
import {
  type OutputFlags,
  addOutputOptions,
  checkReportOutputs,
  publish,
  reportJson,
} from "../app/campaign/publish.js";
import { type Earlier, canariesIn, checkAtHand, earlierIn, loadReport } from "../app/campaign/resume.js";
import { ImageRefusedError, WORK_FOLDER } from "../app/workspace/scene.js";
import { type Shard, shardWords, sharesOf, workersFor } from "../app/campaign/shares.js";
import { writeTraces } from "../app/campaign/traces.js";

/** Where a campaign that is ended early leaves its report when it is told no other place. */
const PARTIAL_FILE = "partial.json";
/** Where earlier ones are put. */
const earlierFile = (number: number) => `partial.${number}.json`;

/** How a campaign is run. */
export interface HowToRun {
  readonly workers?: number;
  readonly shard?: Shard;
  readonly timeLimit?: number;
  readonly progress?: ProgressKind;
  readonly earlier?: Earlier;
  /** File of `earlier`, for errors. */
  readonly resume?: string;
}

/** Adds the command. */
export function registerCampaign(program: Command): void {
  const command = program
    .command("campaign")
    .description("let every fault of a scenario happen, each in turn, and judge every outcome")
    .argument("[scenario]", 'such as update or revert (default: "update")');
  addOutputOptions(addRunOptions(addJobOptions(command)))
    .addHelpText(
      "after",
      `
Ctrl-C ends a campaign with a report of what it has come to (--json, or
${join(WORK_FOLDER, PARTIAL_FILE)}); --resume does the shares that it lacks. A
second Ctrl-C ends at once.

Examples:
  everboot campaign update --device stm32h743
  everboot campaign update --faults power,weak --depth fixpoint --image-size 16KiB
  everboot campaign update --faults flip --flips rest --where record,counters
  everboot campaign update --guest single-flag --json r.json --junit r.xml
  everboot campaign update --shard 1/3 --json shard1.json
  everboot campaign --resume ${join(WORK_FOLDER, PARTIAL_FILE)}
  everboot campaign update --bad broken.bin --bad foreign.bin
  everboot campaign revert --from app.bin --to next.bin --key pub.pem --json -`,
    )
    .action(async (scenario: string | undefined, flags: CampaignFlags) => {
      await guarded(() => campaign(scenario, flags));
    });
}

async function campaign(scenario: string | undefined, flags: CampaignFlags): Promise<void> {
  checkReportOutputs(flags);
  const { resume } = flags;
  if (resume !== undefined) {
    const earlier = earlierIn(loadReport(resume), resume);
    checkSameJob(scenario, flags, earlier.job, resume);
    checkSameShard(flags.shard, earlier.shard, resume);
    await run(earlier.job, { ...flags, earlier }, flags);
    return;
  }
  const config = await loadConfig(flags.config, process.cwd());
  const { workers = config?.limits.workers, timeLimit = config?.limits.timeLimitSeconds } = flags;
  const job = jobOf(scenario, flags, config);
  await run(
    job,
    {
      ...flags,
      ...(workers === undefined ? {} : { workers }),
      ...(timeLimit === undefined ? {} : { timeLimit }),
    },
    flags,
  );
}

/** From here on Ctrl-C waits for the report to be written, whenever it comes; a second one ends at once. */
function holdInterrupts(): () => void {
  let interrupts = 0;
  const hold = () => {
    if (++interrupts > 1) process.exit(EXIT_INCOMPLETE);
  };
  process.on("SIGINT", hold);
  return () => process.off("SIGINT", hold);
}

async function run(job: CampaignJob, how: HowToRun, outputs: OutputFlags): Promise<void> {
  const release = holdInterrupts();
  try {
    await runHeld(job, how, outputs);
  } finally {
    release();
  }
}

async function runHeld(job: CampaignJob, how: HowToRun, outputs: OutputFlags): Promise<void> {
  const { report, ended } = await campaignOf(job, how);
  publish(report, outputs);
  tellStandIn(report.guest.name, report.guest.agent);
  if (ended === null) return;
  const file = outputs.json ?? join(WORK_FOLDER, PARTIAL_FILE);
  if (outputs.json === undefined) {
    attempt(`${WORK_FOLDER}: expected a folder`, () => mkdirSync(WORK_FOLDER, { recursive: true }));
    keepEarlier(file, how.resume);
    writeBytes(file, reportJson(report));
  }
  complain(`${ended}${doneWords(report)}; ${resumeWords(report, file)}`);
}

/** The partial report of an earlier campaign is put aside, unless it is the one that was gone on with. */
function keepEarlier(file: string, resumed: string | undefined): void {
  if (!existsSync(file) || (resumed !== undefined && resolve(resumed) === resolve(file))) return;
  let number = 1;
  while (existsSync(join(WORK_FOLDER, earlierFile(number)))) number++;
  const aside = join(WORK_FOLDER, earlierFile(number));
  attempt(`${aside}: expected a place to write`, () => renameSync(file, aside));
  complain(`${file}: the report of an earlier campaign, which is now in ${aside}`);
}

/** Where the report of a campaign that was ended early is, and how far --resume takes it up. */
function resumeWords({ parts = [], shard }: CampaignReport, file: string): string {
  const isPiped = file === "-";
  const command = `npx everboot campaign --resume ${isPiped ? "FILE" : file}`;
  const there = `the report so far is in ${isPiped ? "the file that standard output went to" : file}`;
  if (parts.some(({ done }) => done)) return `${there}: ${command} goes on with it`;
  const why = parts.length === 1 && shard === null ? "the campaign is one piece" : "no share of it is done";
  return `${there}: ${why}, so ${command} begins anew, with more time (--time-limit)`;
}

/** A campaign's report, and why it was ended early, where it was. */
export interface CampaignEnd {
  readonly report: CampaignReport;
  readonly ended: string | null;
}

/** Runs a campaign, writes its traces, and sets the exit code. */
export async function campaignOf(job: CampaignJob, how: HowToRun = {}): Promise<CampaignEnd> {
  const options = await optionsOf(job);
  const { earlier, timeLimit } = how;
  const shard = how.shard ?? earlier?.shard ?? null;
  if (earlier !== undefined) checkAtHand(earlier.report, job, options, how.resume ?? "report");
  const wanted = how.workers ?? workersFor(job, availableParallelism());
  const shares: readonly Share[] = earlier?.open ?? sharesOf(job, wanted, shard);
  const known = earlier === undefined ? null : canariesIn(earlier.report, options);
  const workers = Math.max(1, Math.min(wanted, shares.length));
  const clock = () => performance.now();
  const title = `${job.scenario} on ${job.device}${shard === null ? "" : `, shard ${shardWords(shard)}`}`;
  const started = options.clock();
  const done = await doWork({
    job,
    shares,
    canaries: known === null,
    workers,
    timeLimit,
    line: progressLine({ title, shares: shares.length, clock }, how.progress ?? "auto"),
  });
  const spent = options.clock();
  const before = earlier?.report.effort;
  const report = outcomeOf({
    job,
    options,
    shard,
    done,
    kept: earlier?.parts ?? [],
    canaries: known ?? done.canaries,
    effort: {
      cpuSeconds: (spent.cpu - started.cpu) / 1000 + (before?.cpuSeconds ?? 0),
      wallSeconds: (spent.wall - started.wall) / 1000 + (before?.wallSeconds ?? 0),
      workers,
    },
  });
  writeTraces(report, job, options);
  setExitFor(report);
  return { report, ended: done.ended };
}

/** All that a report is made of. */
interface Outcome {
  readonly job: CampaignJob;
  readonly options: CampaignOptions;
  readonly shard: Shard | null;
  readonly done: Done;
  /** Shares that were complete before. */
  readonly kept: readonly PartResult[];
  readonly canaries: CanaryResults | null;
  readonly effort: Pick<CampaignReport["effort"], "cpuSeconds" | "wallSeconds" | "workers">;
}

function outcomeOf({ job, options, shard, done, kept, canaries, effort }: Outcome): CampaignReport {
  const complete = [...kept, ...done.parts];
  const begun = done.open.flatMap(({ part }) => (part === undefined ? [] : [part]));
  const report = reportOf(options, [...complete, ...begun], canaries ?? [], {
    shard,
    ended: done.ended,
    effort,
  });
  if (shard === null && done.ended === null) return report;
  const parts = [...complete.map(donePart), ...done.open.map(({ share }) => openPart(share))].sort(
    (a, b) => a.index - b.index,
  );
  return { ...report, parts, job };
}

/** Says on standard error that a guest ran with an agent that is not its own. */
export function tellStandIn(guest: string, agent: string | undefined): void {
  const words = standInWords(guest, agent);
  if (words !== null) complain(words);
}

/** Sets the exit code that a report stands for. */
export function setExitFor(report: CampaignReport): void {
  if (report.violations.length > 0) setExit(EXIT_REFUSED);
  if (report.unreplayed !== undefined) setExit(EXIT_DEFECT);
  const fooled = report.canaries.caught < report.canaries.planted;
  if (fooled) complain("a canary was not caught: this campaign shows nothing");
  if (fooled || report.incomplete !== null) setExit(EXIT_INCOMPLETE);
}

/** Runs `work`; an image that is refused ends the command with exit code 1 and one line. */
export async function guarded<Result>(work: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ImageRefusedError)) throw error;
    complain(error.message);
    setExit(EXIT_REFUSED);
    return undefined;
  }
}

function checkSameShard(said: Shard | undefined, shard: Shard | null, where: string): void {
  if (said === undefined) return;
  const expected = shard === null ? "the whole campaign" : shardWords(shard);
  if (shardWords(said) !== expected)
    throw new MisuseError(`--shard: expected ${expected} as in ${where}, found ${shardWords(said)}`);
}
