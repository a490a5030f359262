// One campaign in a worker thread. Canaries are let loose once for each device and set of models in this thread: they do not
// depend on the scenario.
import { type CanaryResults, runCanaries } from "../../campaign/canaries.js";
import { WHOLE } from "../../campaign/options.js";
import { reportOf } from "../../campaign/report-of.js";
import { runShare } from "../../campaign/campaign.js";
import type { CampaignReport } from "../../campaign/report.js";
import { type CampaignJob, optionsOf } from "./job.js";
import { type ErrorData, asData } from "./thread-errors.js";

const known = new Map<string, CanaryResults>();

/** The report of a campaign; what goes wrong comes back as data. */
export default async function runCell(job: CampaignJob): Promise<CampaignReport | ErrorData> {
  return await asData(() => reportOn(job));
}

async function reportOn(job: CampaignJob): Promise<CampaignReport> {
  const options = await optionsOf(job);
  const key = `${job.device} ${job.faults}`;
  const canaries = known.get(key) ?? runCanaries(options);
  known.set(key, canaries);
  return reportOf(options, [runShare(options, WHOLE)], canaries);
}
