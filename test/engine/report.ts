// The report of a run over the mutants of the engine: what noticed each, and the score. It holds no times. It may be of some of them, as
// far as a run has come: what was noticed is not asked again by the next one.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "./judge.js";
import type { EngineMutant } from "./mutant.js";

export const REPORT_FILE = join(import.meta.dirname, "report.json");
const SCHEMA = "everboot.mutation-explorer/1";

/** A mutant in the report. */
export interface Row extends Verdict {
  readonly what: string;
  /** Of its changes: another text is another mutant. */
  readonly digest: string;
  readonly equivalent?: string;
}

/** The whole report. */
export interface EngineReport {
  readonly schema: typeof SCHEMA;
  readonly summary: {
    /** In the list, and of these judged. */
    readonly listed: number;
    readonly judged: number;
    readonly equivalent: number;
    /** Of those judged that are not equivalent: how many the suite and the campaigns notice, and in per cent. */
    readonly byTests: number;
    readonly byTestsPercent: number;
    readonly byCampaigns: number;
    readonly byCampaignsPercent: number;
  };
  readonly mutants: readonly Row[];
}

export function digestOf({ changes }: EngineMutant): string {
  return createHash("sha256").update(JSON.stringify(changes)).digest("hex").slice(0, 8);
}

/** What is committed; undefined where nothing is. */
export function readReport(): EngineReport | undefined {
  return existsSync(REPORT_FILE)
    ? (JSON.parse(readFileSync(REPORT_FILE, "utf8")) as EngineReport)
    : undefined;
}

export function rowOf(mutant: EngineMutant, { test, campaign }: Verdict): Row {
  const { what, equivalent } = mutant;
  const reason = equivalent === undefined ? {} : { equivalent };
  return { what, digest: digestOf(mutant), ...reason, test, campaign };
}

/** @param listed mutants in the list */
export function reportOf(mutants: readonly Row[], listed: number): EngineReport {
  const judged = mutants.filter(({ equivalent }) => equivalent === undefined);
  const byTests = judged.filter(({ test }) => test !== null).length;
  const byCampaigns = judged.filter(({ campaign }) => campaign !== null).length;
  const percent = (part: number) => Math.floor((1000 * part) / Math.max(1, judged.length)) / 10;
  return {
    schema: SCHEMA,
    summary: {
      listed,
      judged: mutants.length,
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
