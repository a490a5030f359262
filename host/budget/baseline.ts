// What changed between two budgets: totals, and functions by name.
import { MisuseError } from "../core/errors.js";
import { figuresOf } from "./exceeded.js";
import { BUDGET_SCHEMA, type BootCost, type BudgetReport } from "./report.js";

/** A figure before and after; null where it is unknown or there is none. */
export interface Change {
  readonly what: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** A function that is new, gone, or another. */
export interface FunctionChange {
  readonly name: string;
  /** Bytes of its body. */
  readonly bytes: Change;
  /** Likely cycles in the slowest boot. */
  readonly cycles: Change;
  /** Its body does something else than before. */
  readonly changed: boolean;
}

/** All that changed. */
export interface Difference {
  /** What is not the same in what the two budgets are of, in words. */
  readonly subjects: readonly string[];
  /** Only figures that differ. */
  readonly totals: readonly Change[];
  /** The greatest change of cycles first, then of bytes. */
  readonly functions: readonly FunctionChange[];
}

/**
 * Reads an earlier report.
 * @throws {MisuseError} for text that is none
 */
export function parseBaseline(text: string, file: string): BudgetReport {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new MisuseError(`${file}: expected a budget (everboot budget --json ${file}), found no JSON`);
  }
  const schema = (report as { readonly schema?: unknown } | null)?.schema;
  if (schema !== BUDGET_SCHEMA)
    throw new MisuseError(
      `${file}: expected a budget of schema ${BUDGET_SCHEMA}, found ${JSON.stringify(schema) ?? "none"}`,
    );
  return report as BudgetReport;
}

/** Compares two budgets. */
export function compare(before: BudgetReport, after: BudgetReport): Difference {
  const [then, now] = [slowestOf(before), slowestOf(after)];
  const [old, fresh] = [figuresOf(before, then), figuresOf(after, now)];
  const totals = (Object.keys(fresh) as (keyof typeof fresh)[])
    .map((what): Change => ({ what, before: old[what].found, after: fresh[what].found }))
    .filter((change) => change.before !== change.after);
  const names = new Set([...sizesOf(before).keys(), ...sizesOf(after).keys()]);
  const functions = [...names]
    .map((name) => functionChange(name, before, after))
    .filter(
      ({ bytes, cycles, changed }) =>
        changed || bytes.before !== bytes.after || cycles.before !== cycles.after,
    );
  functions.sort(
    (a, b) => by(b.cycles) - by(a.cycles) || by(b.bytes) - by(a.bytes) || (a.name < b.name ? -1 : 1),
  );
  return { subjects: subjectChanges(before, after), totals, functions };
}

function functionChange(name: string, before: BudgetReport, after: BudgetReport): FunctionChange {
  const [then, now] = [sizesOf(before).get(name), sizesOf(after).get(name)];
  return {
    name,
    bytes: { what: "bytes", before: then?.bodyBytes ?? null, after: now?.bodyBytes ?? null },
    cycles: {
      what: "cycles",
      before: then === undefined ? null : cyclesOf(slowestOf(before), name),
      after: now === undefined ? null : cyclesOf(slowestOf(after), name),
    },
    changed: then?.hash !== now?.hash,
  };
}

function by({ before, after }: Change): number {
  return Math.abs((after ?? 0) - (before ?? 0));
}

function slowestOf({ boots, slowest }: BudgetReport): BootCost {
  return boots[slowest] as BootCost;
}

function sizesOf({ size }: BudgetReport) {
  return new Map(size.functions.map((each) => [each.name, each]));
}

function cyclesOf({ phases }: BootCost, name: string): number {
  return phases
    .flatMap(({ functions }) => functions)
    .filter((each) => each.name === name)
    .reduce((sum, { cycles }) => sum + cycles.likely, 0);
}

function subjectChanges(before: BudgetReport, after: BudgetReport): string[] {
  const pairs = [
    ["scenario", before.subject.scenario, after.subject.scenario],
    ["device", before.subject.device, after.subject.device],
    ["guest", before.subject.guest, after.subject.guest],
    ["core", before.terms.core, after.terms.core],
    ["clock", before.terms.clockHz, after.terms.clockHz],
    ["cache", before.terms.cache, after.terms.cache],
    ["images", imagesOf(before), imagesOf(after)],
  ] as const;
  return pairs
    .filter(([, then, now]) => then !== now)
    .map(([what, then, now]) => `${what}: ${then} before, ${now} now`);
}

function imagesOf({ subject }: BudgetReport): string {
  return subject.images.map(({ name, sizeBytes }) => `${name} (${sizeBytes} bytes)`).join(", ");
}
