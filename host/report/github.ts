// Reports as annotations of a GitHub Actions run. Pure text: whoever prints the lines to standard output makes them commands.
// Syntax and escaping: actions/toolkit, packages/core/src/command.ts; docs.github.com "Workflow commands for GitHub Actions".
import type { CampaignReport } from "../campaign/report.js";
import { subjectWords, violationWords } from "./rows.js";
import { verdictWords } from "./verdict.js";
import { whyIncomplete } from "../campaign/verdict.js";

type Level = "error" | "warning" | "notice";

/** GitHub shows ten annotations of each level for a step: those that matter come first. */
const LEVELS: readonly Level[] = ["error", "warning", "notice"];

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
}

/**
 * Workflow commands for the reports, one a line: an error per violation, a warning where one is incomplete, else a notice.
 * @param reports in the order in which each level lists them
 */
export function githubAnnotations(reports: readonly CampaignReport[]): string[] {
  const annotations = reports.flatMap(annotationsOf);
  return LEVELS.flatMap((level) => annotations.filter((annotation) => annotation.level === level)).map(
    ({ level, title, message }) => `::${level} title=${property(title)}::${data(message)}`,
  );
}

function annotationsOf(report: CampaignReport): Annotation[] {
  const subject = `${report.scenario} on ${report.device}`;
  const annotations = report.violations.map((violation): Annotation => {
    const lines = [subjectWords(report), violationWords(violation), violation.replay, violation.line];
    return {
      level: "error",
      title: `${subject}: ${violation.oracle} violated`,
      message: lines.filter((line) => line !== null && line !== "").join("\n"),
    };
  });
  const why = whyIncomplete(report);
  if (why !== null) annotations.push({ level: "warning", title: `${subject}: incomplete`, message: why });
  if (annotations.length > 0) return annotations;
  return [{ level: "notice", title: subject, message: verdictWords(report) }];
}

/** A command's message. */
function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

/** A command's property: as the message, and the characters that end a property. */
function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
