// Reports and matrices as Markdown, for summaries of CI services. Pure text; GitHub Flavored Markdown with <details>.
import type { CampaignReport, VerdictKind, Violation } from "../campaign/report.js";
import type { Survival } from "../campaign/explore/strikes/survival.js";
import type { Loss } from "./losses.js";
import { figureWords, oracleRows, otherwiseOf, shareWords, subjectWords, violationWords } from "./rows.js";
import { verdictShort, verdictWords } from "./verdict.js";

const NONE = "–"; // a cell for which nothing was run

/** One campaign of a matrix: only what its cell shows. */
export interface MatrixCell {
  readonly scenario: string;
  readonly device: string;
  /** Heading of its column: the fault models. */
  readonly column: string;
  readonly verdict: VerdictKind;
  /** verdictShort of the report. */
  readonly short: string;
  /** Persistent states at power-on. */
  readonly states: number;
  /** Faults judged. */
  readonly points: number;
  /** Wall clock. */
  readonly seconds: number;
}

/** A report's cell. @param column heading; the report's fault models when absent. */
export function matrixCell(report: CampaignReport, column = report.faults.join(", ")): MatrixCell {
  return {
    scenario: report.scenario,
    device: report.device,
    column,
    verdict: report.verdict,
    short: verdictShort(report),
    states: report.states.distinct,
    points: report.points.judged,
    seconds: report.effort.wallSeconds,
  };
}

/** The faults that are not survived, as one table. */
export function lossesMarkdown(losses: readonly Loss[]): string {
  const rows = losses.map(({ kind, field, lost, total, endings }) => [
    escaped(kind),
    escaped(field),
    `${lost} of ${total}`,
    escaped(endings.join(", ")),
  ]);
  return `${tableOf(["kind", "field", "not survived", "the device then"], rows).join("\n")}\n`;
}

/** The reports as Markdown: for each its verdict, its tables, and every violation with how to replay it. */
export function reportsMarkdown(reports: readonly CampaignReport[]): string {
  return reports.map(reportMarkdown).join("\n");
}

/** A matrix as one table: a row per scenario and device, a column per set of fault models, in order of first appearance. */
export function matrixMarkdown(cells: readonly MatrixCell[]): string {
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = new Map<string, MatrixCell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.scenario, cell.device]);
    rows.set(key, [...(rows.get(key) ?? []), cell]);
  }
  const table = tableOf(
    ["scenario", "device", ...columns].map(escaped),
    [...rows.values()].map((row) => [
      escaped(row[0]?.scenario ?? ""),
      escaped(row[0]?.device ?? ""),
      ...columns.map((column) => cellWords(row.filter((cell) => cell.column === column))),
    ]),
  );
  return `${[...table, "", matrixTotals(cells)].join("\n")}\n`;
}

function reportMarkdown(report: CampaignReport): string {
  const lines = [
    `### ${escaped(`${report.scenario} on ${report.device}`)}`,
    "",
    `**${escaped(verdictWords(report))}**`,
    "",
    escaped(subjectWords(report)),
    "",
    ...tableOf(
      ["oracle", "verdict", "states"],
      oracleRows(report).map(({ name, outcome, states }) => [
        escaped(name),
        outcome === "VIOLATED" ? `**${outcome}**` : outcome,
        outcome === "VIOLATED" ? String(states) : "",
      ]),
    ),
    "",
    ...(report.survival === null ? [] : [...survivalLines(report.survival), ""]),
    ...report.violations.flatMap(violationLines),
    ...(report.hints ?? []).map((hint) => `- note: ${escaped(hint)}`),
    ...figureWords(report).map((words) => `- ${escaped(words)}`),
    `- not modelled: ${escaped(report.notModelled.join("; "))}`,
  ];
  return `${lines.join("\n")}\n`;
}

function survivalLines(survival: Survival): string[] {
  const rows = survival.fields.map((field) => [
    ...[field.kind, field.field].map(escaped),
    shareWords(field),
    escaped(otherwiseOf(field).join(", ")),
  ]);
  return tableOf(
    ["kind", "field", "survived", "otherwise"],
    [...rows, ["all", "", shareWords(survival), ""]],
  );
}

function violationLines(violation: Violation): string[] {
  const shown = [violation.replay, violation.line].filter((part) => part !== null && part !== "");
  const text = shown.join("\n");
  // A fence is longer than any run of its own character within (CommonMark 0.31, 4.5).
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return [
    `<details><summary>${escaped(violationWords(violation))}: ${violation.states} ${violation.states === 1 ? "state" : "states"}</summary>`,
    "",
    ...(text === "" ? [] : [fence, text, fence, ""]),
    "</details>",
    "",
  ];
}

function cellWords(cells: readonly MatrixCell[]): string {
  if (cells.length === 0) return NONE;
  return cells
    .map(({ verdict, short, states, seconds }) => {
      const words = escaped(short);
      const loud = verdict === "violated" || verdict === "incomplete";
      return `${loud ? `**${words}**` : words}<br>${states} states, ${seconds.toFixed(1)} s`;
    })
    .join("<br>");
}

/** How many campaigns there were, what each kind of verdict was given, and how many faults were judged. */
export function matrixTotals(cells: readonly MatrixCell[]): string {
  const kinds = new Map<VerdictKind, number>();
  for (const { verdict } of cells) kinds.set(verdict, (kinds.get(verdict) ?? 0) + 1);
  const points = cells.reduce((sum, cell) => sum + cell.points, 0);
  const campaigns = `${cells.length} ${cells.length === 1 ? "campaign" : "campaigns"}`;
  const each = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return `${campaigns}${each === "" ? "" : ` (${each})`}; ${points} fault points judged.`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** Text that Markdown and HTML show as it is, in one line and in one cell of a table. */
function escaped(value: string): string {
  return value
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]|~]/g, "\\$&");
}
