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
    `${report.scenario} on ${report.device}, guest ${report.guest.name} (${report.guest.sha256.slice(0, 12)}), faults: ${report.faults.join(", ")}`,
    table.toString(),
    verdictWords(report),
    `cut points: ${points.judged} judged of ${points.planned} planned; states: ${states.distinct} at power-on, ${states.all} in all (${states.cutsPerState.toFixed(1)} cut points for each), digest ${states.digest}`,
    `boots: ${boots.covered} covered, ${boots.executed} executed, ${boots.audited} calls audited`,
    `canaries: ${canaries.caught} of ${canaries.planted} caught (${canaries.each.map(canaryWords).join("; ")})`,
    `time: ${report.seconds.wall.toFixed(2)} s`,
  ];
  for (const violation of report.violations) {
    lines.push(`${violation.oracle} (last cut: ${violation.cause}): ${violation.replay}`);
    if (violation.line !== null) lines.push(`  ${violation.line}`);
  }
  lines.push(`not modelled: ${report.notModelled.join("; ")}`);
  return `${lines.join("\n")}\n`;
}

/** What the campaign shows, in one line, and no more than that. */
function verdictWords({ depth, incomplete, violations, assumptions, faults }: CampaignReport): string {
  const reached = depth.requested === "fixpoint" ? depth.reached : depth.requested;
  if (incomplete !== null) return `INCOMPLETE: ${incomplete}; ${depth.reached} cuts in a row were reached`;
  const under = assumptions.length === 0 ? "" : `, assuming ${assumptions.join(", ")}`;
  if (violations.length > 0) return `VIOLATED${under}`;
  if (depth.fixpoint)
    return `PROVED for any number of power cuts, under these shapes of a cut (${faults.join(", ")})${under}; the last new state took ${depth.reached} cuts in a row`;
  return `clean for up to ${reached} power ${reached === 1 ? "cut" : "cuts"} in a run${under}`;
}

function canaryWords({ name, caughtBy }: CampaignReport["canaries"]["each"][number]): string {
  return `${name}: ${caughtBy.length === 0 ? "NOT CAUGHT" : caughtBy.join(", ")}`;
}
