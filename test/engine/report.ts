// The report of a run over all mutants of the engine: what noticed each, and the score. It holds no times.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "./judge.js";
import type { EngineMutant } from "./mutant.js";

export const REPORT_FILE = join(import.meta.dirname, "report.json");
const SCHEMA = "everboot.mutation-explorer/1";

/** A mutant in the report. */
export interface Row extends Verdict {
  readonly what: string;
  readonly equivalent?: string;
}

/** The whole report. */
export interface EngineReport {
  readonly schema: typeof SCHEMA;
  readonly summary: {
    readonly mutants: number;
    readonly equivalent: number;
    /** Of those that are not equivalent: how many the suite and the campaigns notice, and in per cent. */
    readonly byTests: number;
    readonly byTestsPercent: number;
    readonly byCampaigns: number;
    readonly byCampaignsPercent: number;
  };
  readonly mutants: readonly Row[];
}

/** What is committed. */
export function readReport(): EngineReport {
  return JSON.parse(readFileSync(REPORT_FILE, "utf8")) as EngineReport;
}

export function rowOf({ what, equivalent }: EngineMutant, { test, campaign }: Verdict): Row {
  return { what, ...(equivalent === undefined ? {} : { equivalent }), test, campaign };
}

export function reportOf(mutants: readonly Row[]): EngineReport {
  const judged = mutants.filter(({ equivalent }) => equivalent === undefined);
  const byTests = judged.filter(({ test }) => test !== null).length;
  const byCampaigns = judged.filter(({ campaign }) => campaign !== null).length;
  const percent = (part: number) => Math.floor((1000 * part) / Math.max(1, judged.length)) / 10;
  return {
    schema: SCHEMA,
    summary: {
      mutants: mutants.length,
      equivalent: mutants.length - judged.length,
      byTests,
      byTestsPercent: percent(byTests),
      byCampaigns,
      byCampaignsPercent: percent(byCampaigns),
    },
    mutants,
  };
}

/** As it stands in the file: a line for each mutant. */
export function formatReport({ schema, summary, mutants }: EngineReport): string {
  const rows = mutants.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  return `{\n  "schema": ${JSON.stringify(schema)},\n  "summary": ${JSON.stringify(summary)},\n  "mutants": [\n${rows}\n  ]\n}\n`;
}
