// What every bench prints: rows, as a table or as JSON. Knows nothing of how they were measured.
import Table from "cli-table3";

const SCHEMA = "everboot.bench/1";

/** The builds of the crypto modules that every algorithm has. */
export const BUILDS = ["fast", "small"] as const;
/** Those of Ed25519: the small build with squares in full, too (FULL_SQUARE in assembly/crypto). */
export const ED25519_BUILDS = ["fast", "small-square", "small"] as const;
export type Build = (typeof ED25519_BUILDS)[number];

/** One of our builds against another implementation, measured in turns; below 1 ours is the faster one. */
export interface RatioRow {
  readonly what: string;
  readonly build: Build;
  readonly against: string;
  /** Our time by theirs: the median of the ratios of each round. */
  readonly timeRatio: number;
  /** Medians of one run. */
  readonly micros: number;
  readonly againstMicros: number;
}

/** A figure that stands for itself. */
export interface ValueRow {
  readonly what: string;
  readonly build?: string;
  readonly value: number;
  readonly unit: string;
}

/** What something takes: `value` is all of its wasm. */
export interface SizeRow extends ValueRow {
  readonly build: string;
  readonly unit: "bytes";
  readonly codeBytes: number;
  readonly constantBytes: number;
  readonly ramBytes: number;
}

/** A figure of `bench campaign`, and against another build the same figure of that one. */
export interface CampaignRow {
  readonly what: string;
  /** Which figure of it, such as "fresh": the first time in a process that began with it; "warm": later in that process. */
  readonly figure: string;
  /** The median of all processes. */
  readonly value: number;
  readonly unit: string;
  /** The other build's median; absent where there is none. */
  readonly before?: number;
  /** How many times as good as before: the median of the ratios of each pair of processes, and the least and the greatest of them. */
  readonly times?: { readonly median: number; readonly least: number; readonly most: number };
  /** What keeps the two from being compared. */
  readonly remark?: string;
}

export type BenchRow = RatioRow | SizeRow | ValueRow | CampaignRow;

/** The rows as JSON text. */
export function rowsAsJson(rows: readonly BenchRow[]): string {
  return `${JSON.stringify({ schema: SCHEMA, rows }, null, 2)}\n`;
}

/** The rows as a table for a terminal, with the columns that they have. */
export function rowsAsTable(rows: readonly BenchRow[]): string {
  const columns = COLUMNS.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const table = new Table({ head: columns.map(({ head }) => head), style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row) ?? ""));
  return `${table.toString()}\n`;
}

/** A column, and what a row has there; undefined where it has nothing. */
interface Column {
  readonly head: string;
  readonly cell: (row: BenchRow) => string | undefined;
}

const ratioColumn = (head: string, cell: (row: RatioRow) => string): Column => ({
  head,
  cell: (row) => ("against" in row ? cell(row) : undefined),
});

const sizeColumn = (head: string, cell: (row: SizeRow) => number): Column => ({
  head,
  cell: (row) => ("ramBytes" in row ? String(cell(row)) : undefined),
});

const campaignColumn = (head: string, cell: (row: CampaignRow) => string | undefined): Column => ({
  head,
  cell: (row) => ("figure" in row ? cell(row) : undefined),
});

const COLUMNS: readonly Column[] = [
  { head: "what", cell: ({ what }) => what },
  { head: "build", cell: (row) => ("build" in row ? row.build : undefined) },
  campaignColumn("measured", (row) => row.figure),
  {
    head: "figure",
    cell: (row) => ("against" in row ? figure(row.micros, "µs") : figure(row.value, row.unit)),
  },
  campaignColumn("before", ({ before, unit }) => (before === undefined ? undefined : figure(before, unit))),
  campaignColumn("times as good", ({ times }) => (times === undefined ? undefined : timesWords(times))),
  campaignColumn("remark", ({ remark }) => remark),
  ratioColumn("against", ({ against }) => against),
  ratioColumn("theirs", ({ againstMicros }) => figure(againstMicros, "µs")),
  ratioColumn("ours ÷ theirs", ({ timeRatio }) => timeRatio.toFixed(2)),
  sizeColumn("code", ({ codeBytes }) => codeBytes),
  sizeColumn("constants", ({ constantBytes }) => constantBytes),
  sizeColumn("RAM", ({ ramBytes }) => ramBytes),
];

/** A figure with its unit, as tables show it. */
export function figure(value: number, unit: string): string {
  const digits = value < 10 ? value.toFixed(2) : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
  return `${digits} ${unit}`;
}

/** A ratio with how far apart those of single pairs were: "3.05 × (2.98–3.11)". */
export function timesWords({ median, least, most }: NonNullable<CampaignRow["times"]>): string {
  return `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)})`;
}
