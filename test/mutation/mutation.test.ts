// The mutation report is about the sources as they are, and says what a run says: a few of its mutants are judged anew.
import { describe, expect, it } from "vitest";
import { judge } from "./judge.js";
import { mutantsOf } from "./operators.js";
import { readEquivalents, readReport, rowOf } from "./report.js";
import { allMutants } from "./sources.js";

const report = readReport();
const mutants = allMutants();
const byId = new Map(mutants.map((mutant) => [mutant.id, mutant]));

const STALE = "test/mutation/report.json is not about these sources: run npm run mutation";
const LEAST_PERCENT = 95;
const JUDGED_ANEW = 6;

describe("the mutation report", () => {
  it("has every mutant of the sources as they are, and no other", () => {
    const reported = new Set([...report.mutants.map(({ id }) => id), ...report.invalid]);
    expect(
      mutants.filter(({ id }) => !reported.has(id)).map(({ id }) => id),
      STALE,
    ).toEqual([]);
    expect(
      [...reported].filter((id) => !byId.has(id)),
      STALE,
    ).toEqual([]);
    expect(report.mutants.length).toBeGreaterThanOrEqual(300);
  });

  it("has at least 95 % of those killed that are not equivalent, each of which has a reason", () => {
    const { killed, survived } = report.summary;
    expect((100 * killed) / (killed + survived)).toBeGreaterThanOrEqual(LEAST_PERCENT);
    const equivalents = readEquivalents();
    const rows = new Map(report.mutants.map((row) => [row.id, row]));
    for (const [id, reason] of Object.entries(equivalents)) {
      expect(reason.length, id).toBeGreaterThan(10);
      expect(rows.get(id), id).toMatchObject({ result: "equivalent", by: reason });
    }
  });

  it("says of a few mutants what judging them again says", async () => {
    // Those that fall early: who survives for long takes seconds.
    const quick = report.mutants.filter(
      ({ result, by = "" }) => result === "killed" && /^(signatures|policy|header)/.test(by),
    );
    const step = Math.floor(quick.length / JUDGED_ANEW);
    for (let at = 0; at < quick.length; at += step) {
      const row = quick[at]!;
      const mutant = byId.get(row.id)!;
      expect(rowOf(mutant, await judge(mutant), {}), row.id).toEqual({ ...row, line: mutant.line });
    }
  });
});

describe("the operators", () => {
  const changes = (source: string) =>
    mutantsOf("assembly/made.ts", source).map(({ operator, to }) => `${operator}: ${to}`);

  it("drop, invert and move each check, and skip and swap flash operations", () => {
    const found = changes(`
      export function made(offset: u32): bool {
        if (offset < 4 || erase(offset) != STATUS_OK) return false;
        event(1, 2);
        erase(offset);
        program(offset, 4);
        return true;
      }`);
    for (const wanted of [
      "condition never: false",
      "invert condition: !(offset < 4 || erase(offset) != STATUS_OK)",
      "drop check: false || erase(offset) != STATUS_OK",
      "drop check: offset < 4 || false",
      "boundary: offset <= 4 || erase(offset) != STATUS_OK",
      "off-by-one: offset < (4 + 1) || erase(offset) != STATUS_OK",
      "equality: offset < 4 || erase(offset) == STATUS_OK",
      "connective: offset < 4 && erase(offset) != STATUS_OK",
      "skip call: ;",
      "swap operations: program(offset, 4); erase(offset);",
      "answer: return true;",
      "answer: return false;",
    ])
      expect(found).toContain(wanted);
    expect(found.join("\n")).not.toMatch(/event/);
  });

  it("leave alone what only reports, and what is in no mutated build", () => {
    expect(
      changes(`export function made(): void { phase(3); if (a == 0) event(1, a); else event(2, a); }`),
    ).toEqual([]);
    expect(changes(`export function made(): void { if (isDefined(WITH_RSA)) { erase(1); } }`)).toEqual([]);
    expect(changes(`export function made(): void { if (isDefined(WITH_ED25519)) { erase(1); } }`)).toEqual([
      "skip call: ;",
    ]);
  });
});
