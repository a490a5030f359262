// A campaign's report for people: one table, then what it shows and what it does not.
import Table from "cli-table3";
import type { CampaignReport } from "../campaign/campaign.js";
import { ORACLES } from "../campaign/oracles.js";

/** The report as text, ready to print. */
export function campaignTable(report: CampaignReport): string {
  const table = new Table({
    head: ["oracle", "verdict", "cut points"],
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" }, // no line between rows
    style: { head: [], border: [] },
  });
  for (const { name } of ORACLES) {
    const violation = report.violations.find((candidate) => candidate.oracle === name);
    const applies = !report.notApplicable.includes(name);
    const verdict = violation !== undefined ? "VIOLATED" : applies ? "holds" : "not applicable";
    table.push([name, verdict, violation === undefined ? "" : String(violation.points)]);
  }
  const { points, boots, canaries, states } = report;
  const lines = [
    `${report.scenario} on ${report.device}, guest ${report.guest.name} (${report.guest.sha256.slice(0, 12)}), one power cut per run`,
    table.toString(),
    `cut points: ${points.judged} judged of ${points.planned} planned; boots: ${boots.covered} covered, ${boots.executed} executed; states: ${states.distinct}`,
    `canaries: ${canaries.caught} of ${canaries.planted} caught (${canaries.each.map(canaryWords).join("; ")})`,
    `time: ${report.seconds.wall.toFixed(2)} s`,
  ];
  if (report.incomplete !== null) lines.push(`INCOMPLETE: ${report.incomplete}`);
  for (const violation of report.violations) lines.push(`${violation.oracle}: ${violation.replay}`);
  lines.push(`not modelled: ${report.notModelled.join("; ")}`);
  return `${lines.join("\n")}\n`;
}

function canaryWords({ name, caughtBy }: CampaignReport["canaries"]["each"][number]): string {
  return `${name}: ${caughtBy.length === 0 ? "NOT CAUGHT" : caughtBy.join(", ")}`;
}
