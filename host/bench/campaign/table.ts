// What `bench campaign --against` puts into a document: figures beside what was aimed at, and how versions compare. Pure text.
import { type CampaignRow, figure, timesWords } from "../rows.js";
import { CASES, TARGETS, type Target } from "./cases.js";
import type { HistoryEntry } from "./history.js";

/** Not in this table: where a case has it. */
const NOTHING = "–";

/** Whether a row says where time goes, beside those that say how much there is. */
export function saysWhere({ what }: Pick<CampaignRow, "what">): boolean {
  return CASES.some(({ id, kind }) => id === what && (kind === "calls" || kind === "profile"));
}

/** What a document shows. */
export interface Shown {
  readonly rows: readonly CampaignRow[];
  /** On what it was measured, and against what. */
  readonly head: Pick<HistoryEntry, "date" | "note" | "machine">;
  readonly history: readonly HistoryEntry[];
}

/** The tables as Markdown: the figures with their targets, where the time goes, and every version's ratios. */
export function speedMarkdown({ rows, head, history }: Shown): string {
  const speeds = rows.filter((row) => !saysWhere(row));
  const where = rows.filter(saysWhere);
  const titles = ["scene", "measured", "aimed at", "times as good as before", "now", "before"];
  return [
    `Measured on ${head.date}: ${head.machine}. ${head.note}`,
    table(titles, speeds.map(speedCells)),
    ...(where.length === 0 ? [] : [table(["scene", "measured", "now", "before"], where.map(whereCells))]),
    ...(history.length === 0 ? [] : [historyTable(history)]),
  ].join("\n\n");
}

function speedCells(row: CampaignRow): string[] {
  const target = TARGETS.find(({ id, figure: name }) => id === row.what && name === row.figure);
  const times = row.times === undefined ? (row.remark ?? NOTHING) : timesWords(row.times);
  return [row.what, row.figure, targetWords(target, row.unit), times, ...bothCells(row)];
}

function whereCells(row: CampaignRow): string[] {
  return [row.what, row.figure, ...bothCells(row)];
}

function bothCells({ value, before, unit }: CampaignRow): string[] {
  return [figure(value, unit), before === undefined ? NOTHING : figure(before, unit)];
}

function targetWords(target: Target | undefined, unit: string): string {
  if (target === undefined) return "";
  const { times, value, note } = target;
  const least = unit === "/s" || unit === "×" ? "≥" : "≤";
  return [
    ...(times === undefined ? [] : [`≥ ${times.toFixed(1)} ×`]),
    ...(value === undefined ? [] : [`${least} ${figure(value, unit)}`]),
    ...(note === undefined ? [] : [note]),
  ].join("; ");
}

/** One line for each version: the figures that any of them has a ratio of and that a target speaks of. */
function historyTable(history: readonly HistoryEntry[]): string {
  const columns = TARGETS.map(({ id, figure: name }) => ({ id, name }));
  const cells = history.map(({ date, note, rows }) => [
    date,
    note,
    ...columns.map(({ id, name }) => {
      const row = rows.find(({ what, figure: measured }) => what === id && measured === name);
      return row === undefined ? NOTHING : `${row.times.toFixed(2)} ×`;
    }),
  ]);
  const titles = ["day", "version", ...columns.map(({ id, name }) => `${id}, ${name}`)];
  return table(titles, cells);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
