// The report of a mutation run: what became of each mutant, and the score. Holds no time, so that two runs write the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "./judge.js";
import type { Mutant } from "./operators.js";
import { ROOT } from "./sources.js";

export const REPORT_FILE = join(ROOT, "test/mutation/report.json");
const EQUIVALENT_FILE = join(ROOT, "test/mutation/equivalent.json");
export const SCHEMA = "everboot.mutation/1";

/** A mutant in the report. */
export interface Row {
  readonly id: string;
  readonly line: number;
  readonly result: "killed" | "equivalent" | "survived";
  /** What killed it, or why it is equivalent. */
  readonly by?: string;
}

/** The whole report. */
export interface MutationReport {
  readonly schema: typeof SCHEMA;
  readonly summary: {
    readonly mutants: number;
    readonly killed: number;
    readonly equivalent: number;
    readonly sameBinary: number;
    readonly survived: number;
    /** Per cent of those that are not equivalent. */
    readonly killedPercent: number;
  };
  /** Changes that do not compile: they count as no mutants. */
  readonly invalid: readonly string[];
  readonly mutants: readonly Row[];
}

/** Mutants that a person found equivalent, by id, each with the reason. */
export type Equivalents = Readonly<Record<string, string>>;

export function readEquivalents(): Equivalents {
  return JSON.parse(readFileSync(EQUIVALENT_FILE, "utf8")) as Equivalents;
}

export function readReport(): MutationReport {
  return JSON.parse(readFileSync(REPORT_FILE, "utf8")) as MutationReport;
}

/** A mutant's row; null for one that does not compile. */
export function rowOf({ id, line }: Mutant, verdict: Verdict, equivalents: Equivalents): Row | null {
  if (verdict.result === "invalid") return null;
  if (verdict.result === "killed") return { id, line, result: "killed", by: verdict.by };
  const because = verdict.result === "equivalent" ? verdict.because : equivalents[id];
  return because === undefined
    ? { id, line, result: "survived" }
    : { id, line, result: "equivalent", by: because };
}

/** The report of these rows. */
export function reportOf(
  rows: readonly Row[],
  invalid: readonly string[],
  sameBinary: string,
): MutationReport {
  const count = (result: Row["result"]) => rows.filter((row) => row.result === result).length;
  const [killed, equivalent, survived] = [count("killed"), count("equivalent"), count("survived")];
  const same = rows.filter(({ result, by }) => result === "equivalent" && by === sameBinary).length;
  const killedPercent = Math.floor((1000 * killed) / Math.max(1, killed + survived)) / 10;
  return {
    schema: SCHEMA,
    summary: { mutants: rows.length, killed, equivalent, sameBinary: same, survived, killedPercent },
    invalid,
    mutants: rows,
  };
}

/** As it stands in the file: a line for each mutant. */
export function formatReport({ schema, summary, invalid, mutants }: MutationReport): string {
  const refused = invalid.map((id) => `    ${JSON.stringify(id)}`).join(",\n");
  const rows = mutants.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const head = `  "schema": ${JSON.stringify(schema)},\n  "summary": ${JSON.stringify(summary)},`;
  return `{\n${head}\n  "invalid": [\n${refused}\n  ],\n  "mutants": [\n${rows}\n  ]\n}\n`;
}
