// Where reports go: the terminal, files, and what a CI service reads. Files appear whole or not at all.
import { appendFileSync } from "node:fs";
import type { Command } from "commander";
import type { CampaignReport } from "../campaign/report.js";
import { campaignTable } from "../report/tables/campaign-table.js";
import { githubAnnotations } from "../report/github.js";
import { junitXml } from "../report/junit.js";
import { reportsMarkdown } from "../report/markdown.js";
import { attempt, writeBytes } from "../app/workspace/files.js";
import { checkOutputs } from "../app/workspace/outputs.js";
import { screenColumns } from "../app/terminal/columns.js";

/** Where the user wants a report. */
export interface OutputFlags {
  /** "-": standard output, instead of the table. */
  readonly json?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/** Adds the options. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json <file|->", "write the report as JSON (everboot schema)")
    .option("--junit <file>", "write the report as JUnit XML")
    .option("--markdown <file>", "write the report as Markdown");
}

/**
 * Checks, before there is a report, that it can be written wherever it is wanted.
 * @throws FileError or MisuseError naming the option whose file cannot be written
 */
export function checkReportOutputs({ json, junit, markdown }: OutputFlags): void {
  checkOutputs({ "--json": json, "--junit": junit, "--markdown": markdown });
}

/** The report as a file holds it. */
export function reportJson(report: CampaignReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/**
 * Prints a report and writes it wherever it is wanted; in GitHub Actions also as annotations and as the step's summary.
 * @throws FileError where a file cannot be written
 */
export function publish(report: CampaignReport, { json, junit, markdown }: OutputFlags): void {
  process.stdout.write(
    json === "-" ? reportJson(report) : campaignTable(report, screenColumns(process.stdout)),
  );
  if (json !== undefined && json !== "-") writeBytes(json, reportJson(report));
  if (junit !== undefined) writeBytes(junit, junitXml([report]));
  if (markdown !== undefined) writeBytes(markdown, reportsMarkdown([report]));
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  // The runner reads commands from both streams; JSON on standard output must stay JSON.
  const stream = json === "-" ? process.stderr : process.stdout;
  stream.write(`${githubAnnotations([report]).join("\n")}\n`);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary === undefined || summary === "") return;
  attempt(`${summary}: expected the step's summary`, () =>
    appendFileSync(summary, reportsMarkdown([report])),
  );
}
