// A campaign's report for people: tables, then what it shows and what it does not. Prints nothing itself.
import Table from "cli-table3";
import type { CampaignReport } from "../campaign/report.js";
import type { Survival } from "../campaign/explore/survival.js";
import {
  figureWords,
  memoryWords,
  oracleRows,
  otherwiseWords,
  shareWords,
  subjectWords,
  violationWords,
} from "./rows.js";
import { verdictWords } from "./verdict.js";

const NO_LINES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" }; // none between rows

/** The report as text, ready to print. */
export function campaignTable(report: CampaignReport): string {
  const lines = [
    subjectWords(report),
    oracleTable(report),
    verdictWords(report),
    ...(report.survival === null ? [] : [survivalTable(report.survival)]),
    ...figureWords(report),
  ];
  for (const violation of report.violations) {
    lines.push([violationWords(violation), violation.replay].filter((words) => words !== "").join(": "));
    if (violation.line !== null) lines.push(`  ${violation.line}`);
  }
  for (const hint of report.hints ?? []) lines.push(`note: ${hint}`);
  if (report.torn !== null)
    lines.push(`torn programs: in the slots ${report.torn.slots}; elsewhere ${report.torn.elsewhere}`);
  lines.push(memoryWords(report.memory));
  lines.push(`not modelled: ${report.notModelled.join("; ")}`);
  return `${lines.join("\n")}\n`;
}

function oracleTable(report: CampaignReport): string {
  const table = tableOf(["oracle", "verdict", "states"]);
  for (const { name, outcome, states } of oracleRows(report))
    table.push([name, outcome, outcome === "VIOLATED" ? String(states) : ""]);
  return table.toString();
}

function survivalTable(survival: Survival): string {
  const table = tableOf(["kind", "field", "survived", "otherwise"]);
  for (const field of survival.fields)
    table.push([field.kind, field.field, shareWords(field), otherwiseWords(field)]);
  table.push(["all", "", shareWords(survival), ""]);
  return table.toString();
}

function tableOf(head: string[]): Table.Table {
  return new Table({ head, chars: NO_LINES, style: { head: [], border: [] } });
}
