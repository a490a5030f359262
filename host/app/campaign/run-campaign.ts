// A campaign by its job: shares on worker threads, their report, and the traces of what was found. Returns what came of it; prints nothing
// and sets no exit code.
import { availableParallelism } from "node:os";
import type { CanaryResults } from "../../campaign/canaries.js";
import type { CampaignOptions } from "../../campaign/options.js";
import { type RunFacts, reportOf } from "../../campaign/report-of.js";
import type { CampaignReport } from "../../campaign/report.js";
import type { ShareResult } from "../../campaign/share-result.js";
import { type CampaignJob, optionsOf } from "./job.js";
import { doneShare, openShare } from "./packed-shares.js";
import { type Done, type ProgressLine, doWork } from "./pool.js";
import { type Earlier, type OpenShare, canariesIn, checkAtHand } from "./resume.js";
import { type Shard, crewFor, shardWords, sharesOf, workersFor } from "./shares.js";
import { type DefectTrace, traceNames, writeTraces } from "./traces.js";

/** How a campaign is run. */
export interface HowToRun {
  /** Threads; when absent as many as workersFor() says. */
  readonly workers?: number;
  /** Which share of the whole is done here. */
  readonly shard?: Shard;
  /** Seconds after which it is ended. */
  readonly timeLimit?: number;
  /** Makes the line that is told how far it has come; nobody is told when absent. */
  readonly progress?: (title: string, shares: number) => ProgressLine;
  /** Ends it early when it is aborted. */
  readonly signal?: AbortSignal;
  readonly earlier?: Earlier;
  /** File of `earlier`, for errors. */
  readonly resume?: string;
}

/** A campaign's report, and what else is to be told of it. */
export interface CampaignEnd {
  readonly report: CampaignReport;
  /** Why it was ended early; null where it was not. */
  readonly ended: string | null;
  /** Runs that were taken for violations and are none when they are played again: defects of ours. */
  readonly defects: readonly DefectTrace[];
}

/**
 * Runs a campaign and writes the traces of its violations.
 * @throws {MisuseError} for what the job names and is not there, or does not fit `earlier`; ImageRefusedError for an image
 */
export async function runCampaignJob(job: CampaignJob, how: HowToRun = {}): Promise<CampaignEnd> {
  const options = await optionsOf(job);
  const { earlier, timeLimit, signal } = how;
  const shard = how.shard ?? earlier?.shard ?? null;
  if (earlier !== undefined) checkAtHand(earlier.report, job, options, how.resume ?? "report");
  const wanted = how.workers ?? workersFor(job, availableParallelism());
  const shares: readonly OpenShare[] =
    earlier?.open ?? sharesOf(job, wanted, shard).map((share) => ({ ...share, from: null }));
  const known = earlier === undefined ? null : canariesIn(earlier.report, options);
  const crew = crewFor(job, wanted);
  const workers = Math.max(1, Math.min(wanted, shares.length * crew));
  const title = `${job.scenario} on ${job.device}${shard === null ? "" : `, shard ${shardWords(shard)}`}`;
  const line = how.progress?.(title, shares.length);
  const started = options.clock();
  const done = await doWork({
    job,
    shares,
    crew,
    canaries: known === null,
    workers,
    timeLimit,
    line,
    signal,
  });
  const spent = options.clock();
  const before = earlier?.report.effort;
  const report = reported({
    ...{ job, options, shard, done },
    kept: earlier?.results ?? [],
    canaries: known ?? done.canaries,
    effort: {
      cpuSeconds: (spent.cpu - started.cpu) / 1000 + (before?.cpuSeconds ?? 0),
      wallSeconds: (spent.wall - started.wall) / 1000 + (before?.wallSeconds ?? 0),
      workers,
    },
  });
  return { report, ended: done.ended, defects: writeTraces(report) };
}

/** All that a report is made of. */
interface Worked {
  readonly job: CampaignJob;
  readonly options: CampaignOptions;
  readonly shard: Shard | null;
  readonly done: Done;
  /** Shares that were complete before. */
  readonly kept: readonly ShareResult[];
  readonly canaries: CanaryResults | null;
  readonly effort: NonNullable<RunFacts["effort"]>;
}

function reported({ job, options, shard, done, kept, canaries, effort }: Worked): CampaignReport {
  const { ended } = done;
  const { identity = "" } = options;
  const complete = [...kept, ...done.results];
  const begun = done.open.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const isWhole = shard === null && ended === null;
  const shares = () =>
    [
      ...complete.map((result) => doneShare(result, identity)),
      ...done.open.map(({ share, result }) => openShare(share, result?.suspended ?? share.from, identity)),
    ].sort((a, b) => a.index - b.index);
  return reportOf(options, [...complete, ...begun], canaries ?? [], {
    ...{ shard, ended, effort, nameTrace: traceNames(job, options) },
    ...(isWhole ? {} : { resumable: { shares: shares(), job } }),
  });
}
