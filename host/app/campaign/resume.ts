// A campaign that was ended early, from its report: what is done already, what is to be done, and whether it is still the same
// campaign. Runs nothing.
import type { CampaignOptions, Share } from "../../campaign/options.js";
import { type CanaryResults, plantedCanaries } from "../../campaign/canaries.js";
import type { Suspended } from "../../campaign/explore/states/suspended.js";
import type { ShareResult } from "../../campaign/share-result.js";
import type { CampaignReport } from "../../campaign/report.js";
import { MisuseError } from "../../core/errors.js";
import { readReport } from "../../report/report-schema.js";
import { readText } from "../workspace/files.js";
import { type CampaignJob, jobIn } from "./job.js";
import { resultOf, suspendedOf } from "./packed-shares.js";
import { type Shard, areWhole } from "./shares.js";

/** A share that is not complete, with what it can be gone on with. */
export interface OpenShare extends Share {
  readonly from: Suspended | null;
}

/** What there is to go on from. */
export interface Earlier {
  readonly job: CampaignJob;
  readonly shard: Shard | null;
  readonly results: readonly ShareResult[];
  readonly open: readonly OpenShare[];
  readonly report: CampaignReport;
}

/**
 * Reads a campaign's report from a file.
 * @throws {MisuseError} where it is none, or damaged; FileError where it cannot be read
 */
export function loadReport(file: string): CampaignReport {
  const text = readText(file, "a campaign report");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`${file}: expected a campaign report in JSON, ${(error as Error).message}`);
  }
  return readReport(data, file);
}

/**
 * What a report that is a share or was ended early can be gone on from.
 * @throws {MisuseError} where it is a whole one, or damaged
 */
export function earlierIn(report: CampaignReport, where: string): Earlier {
  const { shares, shard } = report;
  if (shares === undefined)
    throw new MisuseError(
      `${where}: expected a report with shares (of --shard, or ended early), found a whole one`,
    );
  const job = jobIn(report, where);
  if (!areWhole(shares, shard))
    throw new MisuseError(
      `${where}: shares: expected each share of ${shard === null ? "the campaign" : "the shard"} once`,
    );
  return {
    job,
    shard,
    report,
    results: shares.filter(({ done }) => done).map((packed) => resultOf(packed, report.identity, where)),
    open: shares
      .filter(({ done }) => !done)
      .map((packed) => ({
        ...{ index: packed.index, count: packed.count },
        from: suspendedOf(packed, report.identity, where),
      })),
  };
}

/**
 * Refuses to go on where what is at hand is not what the report is of.
 * @throws {MisuseError} naming what differs, as far as it can be told
 */
export function checkAtHand(
  report: CampaignReport,
  job: CampaignJob,
  options: CampaignOptions,
  where: string,
): void {
  if (report.identity === options.identity) return;
  const { guest } = options;
  if (report.guest.sha256 !== guest.sha256) {
    const [expected, found] = [report.guest.sha256, guest.sha256].map((digest) => digest.slice(0, 12));
    throw new MisuseError(
      `${where}: expected guest ${report.guest.name} (${expected}), found ${guest.name} (${found})`,
    );
  }
  const demo =
    job.from === undefined ? "; images made on the spot are signed by the keys in .everboot/keys" : "";
  throw new MisuseError(`${where}: of another guest, device, ABI or image than at hand${demo}`);
}

/** The canaries of an earlier run, where it got to the end of them. */
export function canariesIn({ canaries }: CampaignReport, options: CampaignOptions): CanaryResults | null {
  return canaries.each.length === plantedCanaries(options).length ? canaries.each : null;
}
