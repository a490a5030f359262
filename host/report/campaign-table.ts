// A campaign's report for people: tables, then what it shows and what it does not. Prints nothing itself.
import type { CampaignReport, Survival, Violation } from "../campaign/report.js";
import { oracleSentence } from "./oracle-words.js";
import {
  causeWords,
  figureWords,
  memoryWords,
  notModelledWords,
  oracleRows,
  otherwiseWords,
  shareWords,
  subjectWords,
} from "./rows.js";
import { fitTable } from "./table.js";
import { verdictWords } from "./verdict.js";
import { wrap } from "./wrap.js";

const INDENT = 2;

/**
 * The report as text, ready to print.
 * @param width columns of the screen; only a command to copy may be longer than that
 */
export function campaignTable(report: CampaignReport, width: number): string {
  const said = (words: string) => wrap(words, width, INDENT);
  const { survival, torn } = report;
  const lines = [
    said(subjectWords(report)),
    ...oracleLines(report, width),
    said(verdictWords(report)),
    ...(survival === null ? [] : [survivalTable(survival, width)]),
    ...figureWords(report).map(said),
    ...violatedLines(report, width),
    ...(report.hints ?? []).map((hint) => said(`note: ${hint}`)),
    ...(torn === null
      ? []
      : [said(`torn programs: in the slots ${torn.slots}; elsewhere ${torn.elsewhere}`)]),
    said(memoryWords(report.memory)),
    said(notModelledWords(report)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The oracles as a table; where one is violated, a column says how often, and a line below it what is counted. */
function oracleLines(report: CampaignReport, width: number): string[] {
  const rows = oracleRows(report);
  const cells = rows.map(({ name, outcome, counted }) => [name, outcome, counted]);
  if (report.violations.length === 0)
    return [fitTable([{ head: "oracle" }, { head: "verdict" }], cells, width)];
  const columns = [{ head: "oracle" }, { head: "verdict" }, { head: "violated from" }];
  const words =
    "violated from: states that were found from which it takes no further fault to violate the oracle";
  return [fitTable(columns, cells, width), wrap(words, width, INDENT)];
}

/** Each oracle that is violated with what it demands, and below it the shortest run for each cause. */
function violatedLines(report: CampaignReport, width: number): string[] {
  return oracleRows(report)
    .filter(({ violations }) => violations.length > 0)
    .flatMap(({ name, violations }) => [
      wrap(`VIOLATED ${oracleSentence(name)}`, width, INDENT),
      ...violations.flatMap((violation) => runLines(violation, width)),
    ]);
}

/** A run that shows a violation: how it goes wrong, and the command that replays it, whole, so that it can be copied. */
function runLines(violation: Violation, width: number): string[] {
  const { replay, line } = violation;
  const commands = [replay, line ?? ""].filter((text) => text !== "");
  return [wrap(`  ${causeWords(violation)}`, width, INDENT), ...commands.map((text) => `    ${text}`)];
}

function survivalTable(survival: Survival, width: number): string {
  const columns = [
    { head: "kind" },
    { head: "field", least: 16 },
    { head: "survived", least: 16 },
    { head: "otherwise", least: 20 },
  ];
  const rows = survival.fields.map((field) => [
    ...[field.kind, field.field, shareWords(field), otherwiseWords(field)],
  ]);
  return fitTable(columns, [...rows, ["all", "", shareWords(survival), ""]], width);
}
