// What a campaign shows, in one word and in one line, and no more than that. Explores and prints nothing.
import type { CampaignReport } from "../campaign/report.js";
import { whyIncomplete } from "../campaign/verdict.js";

/** What the report shows, in one line. */
export function verdictWords(report: CampaignReport): string {
  const { shard } = report;
  const share = shard === null ? "" : `in shard ${shard.index}/${shard.count} alone: `;
  const assumed = report.assumptions.length === 0 ? "" : `, assuming ${report.assumptions.join(", ")}`;
  return `${share}${kindWords(report, assumed)}`;
}

/** The verdict for a cell of a matrix: a few words. */
export function verdictShort(report: CampaignReport): string {
  const { shard } = report;
  return `${kindShort(report)}${shard === null ? "" : ` (shard ${shard.index}/${shard.count})`}`;
}

/** What share of the whole a report is that was ended early: "; 3 of 16 shares (18 %) are complete". */
export function doneWords({ shares = [] }: CampaignReport): string {
  const done = shares.filter((share) => share.done).length;
  if (done === shares.length) return "";
  if (shares.length === 1) return "; its one share is not complete";
  return `; ${done} of ${shares.length} shares (${Math.floor((done / shares.length) * 100)} %) are complete`;
}

/** What a torn program leaves, where that is less than every small subset of its bits. */
function tornWords({ torn }: CampaignReport): string {
  return torn === null || torn.elsewhere !== "nine shapes" ? "" : " in nine shapes";
}

function kindWords(report: CampaignReport, assumed: string): string {
  const models = `under ${report.faults.join(", ")}`;
  switch (report.verdict) {
    case "proved":
    case "proved-under":
      return `proved for any number of faults ${models}${tornWords(report)}${assumed}; the last new state took ${faultCount(report.depth.reached)} in a row`;
    case "clean":
      return `clean for up to ${faultCount(depthOf(report))} in a run ${models}${assumed}`;
    case "survives":
      return `${survivalWords(report)} ${models}${assumed}; ${report.depth.fixpoint ? "any number of faults" : `up to ${faultCount(depthOf(report))}`} in a run`;
    case "violated":
      return `VIOLATED ${models}${assumed}: ${violatedOracles(report).join(", ")}${besides(report)}`;
    case "incomplete":
      return `INCOMPLETE: ${whyIncomplete(report) ?? "not said why"}${doneWords(report)}; ${faultCount(report.depth.reached)} in a row reached, nothing violated by then`;
  }
}

function kindShort(report: CampaignReport): string {
  switch (report.verdict) {
    case "proved-under":
      return `proved under ${report.assumptions.join(", ")}`;
    case "clean":
      return `clean to depth ${depthOf(report)}`;
    case "survives":
      return `survives ${report.survival?.survived ?? 0} of ${report.survival?.total ?? 0}`;
    default:
      return report.verdict;
  }
}

function survivalWords({ survival, seed }: CampaignReport): string {
  const { total, survived, sampled } = survival ?? { total: 0, survived: 0, sampled: 0 };
  const how = sampled === 0 ? "" : ` (${sampled} of them sampled, seed ${seed})`;
  return `survives ${survived} of ${total} faults${how}, safe in all of them,`;
}

function violatedOracles({ violations }: CampaignReport): string[] {
  return [...new Set(violations.map(({ oracle }): string => oracle))];
}

function besides(report: CampaignReport): string {
  const why = whyIncomplete(report);
  return why === null ? "" : `; incomplete besides: ${why}`;
}

function depthOf({ depth }: CampaignReport): number {
  return depth.requested === "fixpoint" ? depth.reached : depth.requested;
}

function faultCount(count: number): string {
  return `${count} ${count === 1 ? "fault" : "faults"}`;
}
