// A campaign's report for people: tables, then what it shows and what it does not. Prints nothing itself.
import type { CampaignReport, Violation } from "../../campaign/report.js";
import type { Survival } from "../../campaign/explore/strikes/survival.js";
import { oracleSentence } from "../oracle-words.js";
import {
  causeWords,
  endingsWords,
  figureWords,
  memoryWords,
  notModelledWords,
  oracleRows,
  otherwiseOf,
  shareWords,
  subjectWords,
} from "../rows.js";
import { fitTable } from "./table.js";
import { verdictWords } from "../verdict.js";
import { wrap, wrapCommand } from "../wrap.js";

const INDENT = 2;

/**
 * The report as text, ready to print.
 * @param width columns of the screen; only a path may be longer than that
 */
export function campaignTable(report: CampaignReport, width: number): string {
  const said = (words: string) => wrap(words, width, INDENT);
  const { survival, torn } = report;
  const blocks = [
    [said(subjectWords(report))],
    oracleLines(report, width),
    [said(verdictWords(report)), ...violatedLines(report, width)],
    survival === null ? [] : [survivalTable(survival, width)],
    (report.hints ?? []).map((hint) => said(`note: ${hint}`)),
    [
      ...figureWords(report).map(said),
      ...(torn === null
        ? []
        : [said(`torn programs: in the slots ${torn.slots}; elsewhere ${torn.elsewhere}`)]),
      said(memoryWords(report.memory)),
      said(notModelledWords(report)),
    ],
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${shown.join("\n\n")}\n`;
}

/** The oracles as a table; where one is violated, a column says how often, and a line below it what is counted. */
function oracleLines(report: CampaignReport, width: number): string[] {
  const rows = oracleRows(report);
  const cells = rows.map(({ name, outcome, counted }) => [name, outcome, counted]);
  if (report.violations.length === 0)
    return [fitTable([{ head: "oracle" }, { head: "verdict" }], cells, width)];
  const columns = [{ head: "oracle" }, { head: "verdict" }, { head: "violated from" }];
  const words =
    "violated from: of the states that were explored, those from which the oracle is violated without a further fault";
  return [fitTable(columns, cells, width), wrap(words, width, INDENT)];
}

/** Each oracle that is violated with what it demands, and below it the shortest run for each cause. */
function violatedLines(report: CampaignReport, width: number): string[] {
  return oracleRows(report)
    .filter(({ violations }) => violations.length > 0)
    .flatMap(({ name, violations }) => [
      wrap(oracleSentence(name), width, INDENT),
      ...violations.flatMap((violation) => runLines(violation, width)),
    ]);
}

/** A run that shows a violation: how it goes wrong, the command that replays it, and the run as one line (replay takes that too). */
function runLines(violation: Violation, width: number): string[] {
  const { replay, line } = violation;
  return [
    wrap(`  ${causeWords(violation)}`, width, INDENT),
    ...(replay === "" ? [] : [wrapCommand(replay, width, 4)]),
    ...(line === null ? [] : [wrap(`    ${line}`, width, INDENT)]),
  ];
}

function survivalTable(survival: Survival, width: number): string {
  const columns = [
    { head: "kind" },
    { head: "field", least: 16 },
    { head: "survived", least: Number.POSITIVE_INFINITY },
    { head: "otherwise", least: 20 },
  ];
  const rows = survival.fields.map((field) => [
    ...[field.kind, field.field, shareWords(field), endingsWords(otherwiseOf(field))],
  ]);
  return fitTable(columns, [...rows, ["all", "", shareWords(survival), ""]], width);
}
