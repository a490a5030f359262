// Reports as JUnit XML, for the test views of CI services. Pure text; writes no file and carries no time of day.
// Elements as those services read them: https://github.com/testmoapp/junitxml
import type { CampaignReport, Violation } from "../campaign/report.js";
import { type OracleRow, oracleRows } from "./rows.js";
import { verdictWords } from "./verdict.js";
import { whyIncomplete } from "../campaign/verdict.js";

/** Characters that XML 1.0 cannot carry, escaped or not (section 2.2, Char): controls, lone surrogates, U+FFFE and U+FFFF. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly seconds: number;
}

/**
 * The reports as one JUnit document.
 * @param reports one testsuite each, in this order
 * @returns a testcase per oracle: a failure where it is violated, skipped where it does not apply; and where a report is
 * incomplete, an error in a testcase "complete".
 */
export function junitXml(reports: readonly CampaignReport[]): string {
  const counts = reports.map(countsOf);
  const { seconds, ...all } = counts.reduce(added, {
    tests: 0,
    failures: 0,
    errors: 0,
    skipped: 0,
    seconds: 0,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open("testsuites", { name: "everboot", ...all, time: timeOf(seconds) }),
    ...reports.map((report, index) => suite(report, counts[index] as Counts)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(report: CampaignReport, { seconds, ...counts }: Counts): string {
  const { scenario, device, guest, faults, assumptions, identity, seed, verdict, shard, badImages } = report;
  const classname = `everboot.${scenario}.${device}`;
  const rows = oracleRows(report);
  // Every oracle watches every run: none has a time of its own, and viewers add up the testcases' times.
  const time = timeOf(seconds / counts.tests);
  const why = whyIncomplete(report);
  const properties = {
    verdict,
    guest: guest.name,
    "guest-sha256": guest.sha256,
    faults: faults.join(","),
    assumptions: assumptions.length === 0 ? "none" : assumptions.join(","),
    identity,
    seed,
    ...(badImages === undefined ? {} : { "bad-images": badImages.map(({ file }) => file).join(", ") }),
    ...(shard === null ? {} : { shard: `${shard.index}/${shard.count}` }),
  };
  return [
    `  ${open("testsuite", { name: `${scenario} on ${device}`, ...counts, time: timeOf(seconds) })}`,
    "    <properties>",
    ...Object.entries(properties).map(([name, value]) => `      ${empty("property", { name, value })}`),
    "    </properties>",
    ...rows.map((row) => oracleCase(row, { name: row.name, classname, time })),
    ...(why === null ? [] : [completeCase(report, why, { name: "complete", classname, time })]),
    `    <system-out>${text(verdictWords(report))}</system-out>`,
    "  </testsuite>",
  ].join("\n");
}

const SKIPPED: ReadonlySet<OracleRow["outcome"]> = new Set(["not applicable", "not judged"]);

function oracleCase({ outcome, states, violations }: OracleRow, attributes: Attributes): string {
  if (outcome === "VIOLATED") {
    const causes = violations.map(({ cause }) => cause).join("; ");
    const said = violations.find(({ says }) => says !== undefined)?.says;
    const message =
      said === undefined
        ? `violated from ${states} ${states === 1 ? "state" : "states"} on; last fault: ${causes}`
        : `violated in ${states} of the runs shown: ${said}`;
    // One failure however many causes there are: viewers count failed testcases.
    return testcase(
      attributes,
      `${open("failure", { message, type: attributes["name"] ?? "" })}${text(violations.map(violationText).join("\n\n"))}</failure>`,
    );
  }
  if (outcome === "not applicable") {
    return testcase(attributes, empty("skipped", { message: "not applicable in this scenario" }));
  }
  if (outcome === "not judged") {
    const message = "not judged under these fault models: what is survived is counted instead";
    return testcase(attributes, empty("skipped", { message }));
  }
  return `    ${empty("testcase", attributes)}`;
}

function completeCase(report: CampaignReport, why: string, attributes: Attributes): string {
  const { planned, judged } = report.points;
  return testcase(
    attributes,
    `${open("error", { message: why, type: "incomplete" })}${text(`${judged} fault points judged of ${planned} planned`)}</error>`,
  );
}

function testcase(attributes: Attributes, content: string): string {
  return `    ${open("testcase", attributes)}\n      ${content}\n    </testcase>`;
}

function violationText({ cause, says, replay, line }: Violation): string {
  return [says ?? `last fault: ${cause}`, replay, line]
    .filter((part) => part !== null && part !== "")
    .join("\n");
}

function countsOf(report: CampaignReport): Counts {
  const rows = oracleRows(report);
  const errors = whyIncomplete(report) === null ? 0 : 1;
  return {
    tests: rows.length + errors,
    failures: rows.filter(({ outcome }) => outcome === "VIOLATED").length,
    errors,
    skipped: rows.filter(({ outcome }) => SKIPPED.has(outcome)).length,
    seconds: report.effort.wallSeconds,
  };
}

function added(sum: Counts, counts: Counts): Counts {
  return {
    tests: sum.tests + counts.tests,
    failures: sum.failures + counts.failures,
    errors: sum.errors + counts.errors,
    skipped: sum.skipped + counts.skipped,
    seconds: sum.seconds + counts.seconds,
  };
}

/** Seconds to the millisecond, as viewers expect; always with a point. */
function timeOf(seconds: number): string {
  return seconds.toFixed(3);
}

type Attributes = Readonly<Record<string, string | number>>;

function open(element: string, attributes: Attributes): string {
  return `<${[element, ...written(attributes)].join(" ")}>`;
}

function empty(element: string, attributes: Attributes): string {
  return `<${[element, ...written(attributes)].join(" ")}/>`;
}

function written(attributes: Attributes): string[] {
  return Object.entries(attributes).map(([name, value]) => `${name}="${attribute(String(value))}"`);
}

/** An attribute's value: blanks other than the space are references, as a reader makes spaces of them (XML 1.0, 3.3.3). */
function attribute(value: string): string {
  return value.replace(NOT_XML, "").replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] as string);
}

/** An element's text: a carriage return is a reference, as a reader makes a line feed of it (XML 1.0, 2.11). */
function text(value: string): string {
  return value.replace(NOT_XML, "").replace(/[&<>\r]/g, (character) => ENTITIES[character] as string);
}
