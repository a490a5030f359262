// `everboot campaign`: lets a scenario's faults happen, each in turn, and reports what the oracles say. Explores nothing
// itself: worker threads do.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { CampaignJob } from "../app/campaign/job.js";
import { earlierIn, loadReport } from "../app/campaign/resume.js";
import { type HowToRun, runCampaignJob } from "../app/campaign/run-campaign.js";
import { type Shard, shardWords } from "../app/campaign/shares.js";
import { complain } from "../app/terminal/exit.js";
import { type ProgressKind, progressLines } from "../app/terminal/progress.js";
import { loadConfig } from "../app/workspace/config.js";
import { attempt, writeBytes } from "../app/workspace/files.js";
import { WORK_FOLDER } from "../app/workspace/scene.js";
import { DEFAULT_SCENARIO } from "../campaign/plan/defaults.js";
import type { CampaignReport } from "../campaign/report.js";
import { MisuseError } from "../core/errors.js";
import { doneWords } from "../report/verdict.js";
import { type CampaignFlags, addJobOptions, addRunOptions } from "./campaign-flags.js";
import { campaignJob, checkSameJob } from "./campaign-job.js";
import { interruptible, tellOutcome, tellStandIn } from "./outcome.js";
import { type OutputFlags, addOutputOptions, checkReportOutputs, publish, reportJson } from "./publish.js";

/** Where a campaign that is ended early leaves its report when it is told no other place. */
const PARTIAL_FILE = "partial.json";
/** Where earlier ones are put. */
const earlierFile = (number: number) => `partial.${number}.json`;

/** Adds the command. */
export function registerCampaign(program: Command): void {
  const command = program
    .command("campaign")
    .description("let every fault of a scenario happen, each in turn, and judge every outcome")
    .argument("[scenario]", `such as update or revert (default: "${DEFAULT_SCENARIO}")`);
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
    .action(campaign);
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
  const job = campaignJob(scenario, flags, config);
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

/** A campaign as it is asked for: what of it is this command's, and what the service's. */
type Asked = Pick<HowToRun, "workers" | "shard" | "timeLimit" | "earlier" | "resume"> & {
  readonly progress?: ProgressKind;
};

async function run(job: CampaignJob, { progress, ...how }: Asked, outputs: OutputFlags): Promise<void> {
  await interruptible(async (signal) => {
    const end = await runCampaignJob(job, { ...how, signal, progress: progressLines(progress) });
    tellOutcome(end);
    publish(end.report, outputs);
    tellStandIn(end.report.guest.name, end.report.guest.agent);
    if (end.ended !== null) keepPartial(end.report, end.ended, how.resume, outputs);
  });
}

/** What a campaign that was ended early has come to is kept, and how it is gone on with is told. */
function keepPartial(
  report: CampaignReport,
  ended: string,
  resumed: string | undefined,
  { json }: OutputFlags,
): void {
  const file = json ?? join(WORK_FOLDER, PARTIAL_FILE);
  if (json === undefined) {
    attempt(`${WORK_FOLDER}: expected a folder`, () => mkdirSync(WORK_FOLDER, { recursive: true }));
    keepEarlier(file, resumed);
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
function resumeWords({ shares = [], shard }: CampaignReport, file: string): string {
  const isPiped = file === "-";
  const command = `npx everboot campaign --resume ${isPiped ? "FILE" : file}`;
  const there = `the report so far is in ${isPiped ? "the file that standard output went to" : file}`;
  if (shares.some(({ done, data }) => done || data !== "")) return `${there}: ${command} goes on with it`;
  const why = shares.length === 1 && shard === null ? "the campaign is one piece" : "no share of it is done";
  return `${there}: ${why}, so ${command} begins anew, with more time (--time-limit)`;
}

function checkSameShard(said: Shard | undefined, shard: Shard | null, where: string): void {
  if (said === undefined) return;
  const expected = shard === null ? "the whole campaign" : shardWords(shard);
  if (shardWords(said) !== expected)
    throw new MisuseError(`--shard: expected ${expected} as in ${where}, found ${shardWords(said)}`);
}
