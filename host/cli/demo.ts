// `everboot demo` (npm start): makes keys and images, cuts update and revert to a fixpoint, says where the report is.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { DEFAULT_ATTEMPTS, DEFAULT_AUDIT } from "../campaign/plan/defaults.js";
import type { CampaignReport } from "../campaign/report.js";
import { campaignTable } from "../report/tables/campaign-table.js";
import { wrap } from "../report/wrap.js";
import { screenColumns } from "../app/terminal/columns.js";
import { runCampaignJob } from "../app/campaign/run-campaign.js";
import { progressLines } from "../app/terminal/progress.js";
import { interruptible, tellOutcome } from "./outcome.js";
import { complain } from "../app/terminal/exit.js";
import { attempt, checkPlace, writeBytes } from "../app/workspace/files.js";
import { DEFAULT_GUEST } from "../app/workspace/modules.js";
import { WORK_FOLDER } from "../app/workspace/scene.js";

const DEVICE = "nrf52840";
const IMAGE_SIZE_BYTES = 16 * 1024;

/** Adds the command. */
export function registerDemo(program: Command): void {
  program
    .command("demo")
    .description(
      `make keys and two demo images, then cut the power in update and revert on ${DEVICE} until no new state comes`,
    )
    .action(async () => {
      attempt(`${WORK_FOLDER}: expected a folder`, () => mkdirSync(WORK_FOLDER, { recursive: true }));
      const file = join(WORK_FOLDER, "report.json");
      checkPlace(file);
      const reports = await interruptible(provedBoth);
      writeBytes(file, `${JSON.stringify(reports, null, 2)}\n`);
      const width = screenColumns(process.stdout);
      const tables = reports.map((report) => campaignTable(report, width));
      process.stdout.write(`${tables.join("\n")}\n${wrap(verdict(reports), width, 2)}\nreport: ${file}\n`);
    });
}

/** The reports of both scenarios; of the first alone where that is ended early. */
async function provedBoth(signal: AbortSignal): Promise<CampaignReport[]> {
  const reports: CampaignReport[] = [];
  for (const scenario of ["update", "revert"]) {
    const end = await runCampaignJob(
      {
        ...{ scenario, device: DEVICE, guest: DEFAULT_GUEST, attempts: DEFAULT_ATTEMPTS },
        ...{ faults: "power", depth: "fixpoint", audit: DEFAULT_AUDIT, imageSize: IMAGE_SIZE_BYTES },
      },
      { signal, progress: progressLines() },
    );
    tellOutcome(end);
    reports.push(end.report);
    if (end.ended === null) continue;
    complain(end.ended);
    break;
  }
  return reports;
}

function verdict(reports: readonly CampaignReport[]): string {
  const violations = reports.reduce((sum, report) => sum + report.violations.length, 0);
  if (violations > 0) return `VERDICT: ${violations} violations`;
  const states = reports.reduce((sum, report) => sum + report.states.distinct, 0);
  if (reports.some(({ verdict: said }) => said !== "proved")) return "VERDICT: incomplete";
  return `VERDICT: proved for any number of power cuts, torn in nine shapes, over ${states} persistent states: the device always comes to rest as it should; no oracle was violated`;
}
