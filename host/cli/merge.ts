// `everboot merge`: the reports of a campaign's shards as the report of the whole. Explores nothing.
import type { Command } from "commander";
import { reportOf } from "../campaign/report-of.js";
import type { CampaignReport } from "../campaign/report.js";
import { MisuseError } from "../core/errors.js";
import { tellOutcome } from "./outcome.js";
import { optionsOf } from "../app/campaign/job.js";
import { type OutputFlags, addOutputOptions, checkReportOutputs, publish } from "./publish.js";
import { type Earlier, canariesIn, checkAtHand, earlierIn, loadReport } from "../app/campaign/resume.js";
import { type Shard, fitTogether, shardWords } from "../app/campaign/shares.js";
import type { CampaignEnd } from "../app/campaign/run-campaign.js";
import { traceNames, writeTraces } from "../app/campaign/traces.js";

/** A shard's report. */
interface ShardFile extends Earlier {
  readonly file: string;
  readonly shard: Shard;
}

/** Adds the command. */
export function registerMerge(program: Command): void {
  const command = program
    .command("merge")
    .description(
      "put the reports of all shards of a campaign together; everything but effort is as if it were one",
    )
    .argument("<report...>", "reports of everboot campaign --shard i/n --json FILE");
  addOutputOptions(command)
    .addHelpText(
      "after",
      "\nExample:\n  everboot merge shard1.json shard2.json shard3.json --json report.json",
    )
    .action(async (files: readonly string[], flags: OutputFlags) => {
      checkReportOutputs(flags);
      const end = await merged(files);
      tellOutcome(end);
      publish(end.report, flags);
    });
}

async function merged(files: readonly string[]): Promise<Pick<CampaignEnd, "report" | "defects">> {
  const named = files.map(loadShard);
  // What differs by name is told before data that then cannot fit.
  for (const shard of named) checkSameCampaign(named[0] as NamedShard, shard);
  const shards = named.map((shard): ShardFile => ({ ...earlierIn(shard.report, shard.file), ...shard }));
  const [first] = shards as [ShardFile];
  checkComplete(shards);
  const options = await optionsOf(first.job);
  checkAtHand(first.report, first.job, options, first.file);
  for (const shard of shards) if (canariesIn(shard.report, options) === null) throw unfinished(shard);
  const efforts = shards.map(({ report }) => report.effort);
  const sum = (pick: (effort: CampaignReport["effort"]) => number) =>
    efforts.reduce((total, effort) => total + pick(effort), 0);
  const report = reportOf(
    options,
    shards.flatMap(({ results }) => results),
    first.report.canaries.each,
    {
      nameTrace: traceNames(first.job, options),
      effort: {
        cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
        wallSeconds: Math.max(...efforts.map(({ wallSeconds }) => wallSeconds)),
        workers: sum(({ workers }) => workers),
      },
    },
  );
  return { report, defects: writeTraces(report) };
}

/** A shard's report as it was read. */
type NamedShard = Pick<ShardFile, "file" | "report" | "shard">;

function loadShard(file: string): NamedShard {
  const report = loadReport(file);
  if (report.shard === null)
    throw new MisuseError(`${file}: expected a shard's report (of --shard), found that of a whole campaign`);
  return { report, shard: report.shard, file };
}

/** What a report shows of its campaign, by name: what differs is more use to know than that something does. */
const VISIBLE: Readonly<Record<string, (report: CampaignReport) => string>> = {
  guest: ({ guest }) => `${guest.name} (${guest.sha256.slice(0, 12)})`,
  device: ({ device }) => device,
  scenario: ({ scenario }) => scenario,
  faults: ({ faults }) => faults.join(","),
  assumptions: ({ assumptions }) => assumptions.join(",") || "none",
  depth: ({ depth }) => String(depth.requested),
  seed: ({ seed }) => String(seed),
};

function checkSameCampaign(first: NamedShard, { file, report, shard }: NamedShard): void {
  if (report.identity !== first.report.identity) {
    for (const [name, show] of Object.entries(VISIBLE)) {
      const [expected, found] = [show(first.report), show(report)];
      if (expected !== found)
        throw new MisuseError(
          `${file}: another campaign: expected ${name} ${expected} as in ${first.file}, found ${found}`,
        );
    }
    throw new MisuseError(
      `${file}: another campaign: layout, images, keys, options, device module or ABI differ from ${first.file}`,
    );
  }
  if (shard.count !== first.shard.count)
    throw new MisuseError(
      `${file}: expected a shard of ${first.shard.count} as in ${first.file}, found ${shardWords(shard)}`,
    );
}

function unfinished({ file, shard }: ShardFile): MisuseError {
  return new MisuseError(
    `${file}: shard ${shardWords(shard)} is unfinished: everboot campaign --resume ${file} --json ${file} goes on with it`,
  );
}

function isFinished({ shares }: CampaignReport): boolean {
  return shares?.every(({ done }) => done) ?? true;
}

/** Every shard once, and each at its end. */
function checkComplete(shards: readonly ShardFile[]): void {
  const { count } = (shards[0] as ShardFile).shard;
  const files = new Map<number, string>();
  for (const { file, shard } of shards) {
    const other = files.get(shard.index);
    if (other !== undefined)
      throw new MisuseError(`${file}: overlaps ${other}: both are shard ${shardWords(shard)}`);
    files.set(shard.index, file);
  }
  for (const shard of shards) if (!isFinished(shard.report)) throw unfinished(shard);
  const counts = shards.map(({ report }) => report.shares?.[0]?.count ?? 0);
  if (!fitTogether(counts, count))
    throw new MisuseError(`expected shards cut into equally many shares, found ${counts.join(", ")}`);
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => !files.has(index));
  if (missing.length > 0)
    throw new MisuseError(
      `expected every shard, missing ${missing.map((index) => `${index}/${count}`).join(", ")}`,
    );
}
