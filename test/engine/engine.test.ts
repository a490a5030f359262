// The list of the engine's mutants and the report of a run over it agree, every mutant still finds its text, the score is what is claimed,
// and a few mutants are judged anew.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { failsIn } from "./judge.js";
import { ENGINE_MUTANTS } from "./mutants.js";
import { type EngineReport, digestOf, formatReport, readReport, reportOf } from "./report.js";
import { Tree } from "./tree.js";

const ROOT = join(import.meta.dirname, "../..");
const CAMPAIGNS_PERCENT = 70;
/** Test files that take a moment: mutants that show there are judged anew. */
const QUICK = /^(test\/host\/campaign\/(?:plan\/faults|play\/history|verdict|play\/giving-up)\.test\.ts): /;
const JUDGED_ANEW = 3;
const report = readReport() as EngineReport;

describe("the list of mutants", () => {
  it("finds each text exactly once", () => {
    const texts = new Map<string, string>();
    const wrong: string[] = [];
    for (const { what, changes } of ENGINE_MUTANTS) {
      for (const { file, from } of changes) {
        const text = texts.get(file) ?? readFileSync(join(ROOT, file), "utf8");
        texts.set(file, text);
        const found = text.split(from).length - 1;
        if (found !== 1) wrong.push(`${what}: ${file}: found ${found} times: ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("has in it what the report tells of, in the same order", () => {
    const listed = ENGINE_MUTANTS.map((mutant) => `${mutant.what} ${digestOf(mutant)}`);
    const told = report.mutants.map(({ what, digest }) => `${what} ${digest}`);
    expect(told).toEqual(listed.filter((name) => told.includes(name)));
    expect(formatReport(reportOf(report.mutants, ENGINE_MUTANTS.length))).toBe(formatReport(report));
  });
});

describe("the score", () => {
  it("is of all mutants, every one noticed by a test", () => {
    expect(report.summary.judged).toBe(ENGINE_MUTANTS.length);
    const open = report.mutants.filter(({ test, equivalent }) => test === null && equivalent === undefined);
    expect(open.map(({ what }) => what)).toEqual([]);
  });

  it("is seven in ten by campaigns of foreign guests", () => {
    expect(report.summary.byCampaignsPercent).toBeGreaterThanOrEqual(CAMPAIGNS_PERCENT);
  });
});

describe("mutants judged anew", () => {
  const tree = new Tree();
  afterAll(() => tree.remove());
  const quick = report.mutants.flatMap(({ what, test }) => {
    const file = QUICK.exec(test ?? "")?.[1];
    return file === undefined ? [] : [{ what, file }];
  });
  const step = Math.max(1, Math.floor(quick.length / JUDGED_ANEW));
  const some = quick.filter((_, index) => index % step === 0).slice(0, JUDGED_ANEW);

  it("are as many as there should be", () => {
    expect(some.length).toBe(JUDGED_ANEW);
  });

  it.each(some)("$what shows in $file", async ({ what, file }) => {
    const mutant = ENGINE_MUTANTS.find((candidate) => candidate.what === what);
    expect(await failsIn(tree, mutant!, file)).not.toBeNull();
  });
});
