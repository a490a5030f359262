// What became of a guest in the gallery's sweep, for people. Prints nothing itself.
import type { CampaignReport, VerdictKind } from "../../campaign/report.js";
import { faultWords, memoryWords } from "../rows.js";
import { type Column, fitTable } from "./table.js";
import { wrap, wrapCommand } from "../wrap.js";

const COLUMNS: readonly Column[] = [
  { head: "", align: "right" },
  { head: "scenario", least: 12 },
  { head: "device" },
  { head: "faults", least: 12 },
  { head: "depth", align: "right" },
  { head: "verdict", least: 28 },
  { head: "judged", align: "right", drop: 3 },
  { head: "boots", align: "right", drop: 2 },
  { head: "seconds", align: "right", drop: 1 },
];

/** An oracle that one campaign of a sweep saw violated. */
export interface SweptViolation {
  readonly oracle: string;
  /** Faults of the run that shows it, one that is repeated counted once. */
  readonly faults: number;
  /** The command that replays it. */
  readonly replay: string;
}

/** What one campaign of a sweep came to. */
export interface SweepRow {
  /** Its number in the sweep, from 1. */
  readonly number: number;
  readonly scenario: string;
  readonly device: string;
  /** Fault models. */
  readonly faults: readonly string[];
  /** Most faults in one run. */
  readonly depth: number;
  readonly verdict: VerdictKind;
  /** Those with the fewest faults first. */
  readonly violations: readonly SweptViolation[];
  readonly incomplete: string | null;
  /** Faults judged. */
  readonly judged: number;
  readonly bootsExecuted: number;
  /** The package's agent, where the guest has none of its own. */
  readonly agent?: string;
  /** What the guests declare of their memory. */
  readonly memory: CampaignReport["memory"];
  /** Wall clock. */
  readonly seconds: number;
}

/**
 * The rows as a table, the commands that replay what was found, and in one line what the sweep came to.
 * @param width columns of the screen; only a path may be longer than that
 */
export function sweepTable(guest: string, rows: readonly SweepRow[], width: number): string {
  const replays = rows.flatMap(({ number, violations }) =>
    violations.flatMap(({ oracle, replay }) => [`${number} ${oracle}:`, wrapCommand(replay, width, 4)]),
  );
  const memory = rows[0] === undefined ? [] : [wrap(memoryWords(rows[0].memory), width, 2)];
  const outcome = wrap(outcomeWords(guest, rows), width, 2);
  return `${[fitTable(COLUMNS, rows.map(cellsOf), width), ...replays, ...memory, outcome].join("\n")}\n`;
}

function cellsOf(row: SweepRow): string[] {
  return [
    String(row.number),
    row.scenario,
    row.device,
    row.faults.join(", "),
    String(row.depth),
    verdictWords(row),
    String(row.judged),
    String(row.bootsExecuted),
    row.seconds.toFixed(1),
  ];
}

function verdictWords({ verdict, violations, incomplete }: SweepRow): string {
  if (violations.length > 0)
    return `VIOLATED: ${violations.map(({ oracle, faults }) => `${oracle} (${faultWords(faults)})`).join(", ")}`;
  return incomplete === null ? verdict : `INCOMPLETE: ${incomplete}`;
}

function outcomeWords(guest: string, rows: readonly SweepRow[]): string {
  const oracles = new Set(rows.flatMap(({ violations }) => violations.map(({ oracle }) => oracle)));
  const violated = rows.filter(({ violations }) => violations.length > 0).length;
  const incomplete = rows.filter(isIncomplete).length;
  const besides = incomplete === 0 ? "" : `; ${incomplete} of ${rows.length} incomplete`;
  const found =
    violated === 0
      ? `nothing violated in ${rows.length} campaigns`
      : `violated in ${violated} of ${rows.length} campaigns: ${[...oracles].join(", ")}`;
  return `guest ${guest}: ${found}${besides}`;
}

/** Whether a campaign of the sweep found nothing and did not come to its end. */
export function isIncomplete({ violations, incomplete }: SweepRow): boolean {
  return violations.length === 0 && incomplete !== null;
}
