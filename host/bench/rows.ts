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

export type BenchRow = RatioRow | SizeRow | ValueRow;

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

const COLUMNS: readonly Column[] = [
  { head: "what", cell: ({ what }) => what },
  { head: "build", cell: ({ build }) => build },
  {
    head: "figure",
    cell: (row) => ("against" in row ? figure(row.micros, "µs") : figure(row.value, row.unit)),
  },
  ratioColumn("against", ({ against }) => against),
  ratioColumn("theirs", ({ againstMicros }) => figure(againstMicros, "µs")),
  ratioColumn("ours ÷ theirs", ({ timeRatio }) => timeRatio.toFixed(2)),
  sizeColumn("code", ({ codeBytes }) => codeBytes),
  sizeColumn("constants", ({ constantBytes }) => constantBytes),
  sizeColumn("RAM", ({ ramBytes }) => ramBytes),
];

function figure(value: number, unit: string): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} ${unit}`;
}
