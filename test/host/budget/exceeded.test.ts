// Limits and baselines of a budget, over figures made up by hand: which line is said to be exceeded, and what is said to have
// changed. Never measures a guest.
import { describe, expect, it } from "vitest";
import { compare, parseBaseline } from "../../../host/budget/baseline.js";
import { exceeded } from "../../../host/budget/exceeded.js";
import type { BudgetReport } from "../../../host/budget/report.js";
import { type Limits, parseBudgets } from "../../../host/config/limits.js";
import { budgetReport } from "../../support/budget.js";
import { differenceTable } from "../../../host/report/budget/table.js";

const report = budgetReport();

function overs(limits: Limits, of: BudgetReport = report): string[] {
  const budgets = [{ scenario: "update", device: "tiny", guest: "boot-small", limits }];
  return exceeded(of, parseBudgets(JSON.stringify({ budgets }, null, 1), "budget.json"), 0);
}

describe("limits", () => {
  it("are kept where every figure is at its limit", () => {
    expect(
      overs({
        ...{
          wasmBytes: 900,
          codeBytes: 700,
          constantBytes: 64,
          ramBytes: 512,
          stackBytes: 80,
          wasmInstructions: 300,
        },
        ...{
          cycles: 1000,
          bootMicros: 1100,
          bootMaxMicros: 2400,
          flashPrograms: 9,
          flashErases: 2,
          counterAdvances: 1,
        },
        ...{ sectorErases: 2, phases: { hash: { cycles: 1000, wasmInstructions: 300 } } },
        functions: { "crypto/hash": { bytes: 500, cycles: 900 } },
      }),
    ).toEqual([]);
  });

  it.each([
    [
      { wasmBytes: 899 },
      /^budget\.json:8: update on tiny with boot-small: wasmBytes: 900 is over the limit 899 by 1 \(largest: crypto\/hash 500, boot 200, boot\/old 20\)$/,
    ],
    [{ codeBytes: 699 }, /codeBytes: 700 is over the limit 699/],
    [{ constantBytes: 1 }, /constantBytes: 64 is over the limit 1 by 63$/],
    [{ ramBytes: 511 }, /ramBytes: 512/],
    [{ stackBytes: 79 }, /stackBytes: 80/],
    [
      { wasmInstructions: 299 },
      /wasmInstructions: 300 is over .*power-up 2: dearest: crypto\/hash 900, boot 100 \(uncalibrated\)/,
    ],
    [{ cycles: 999 }, /cycles: 1000 is over the limit 999 by 1/],
    [{ bootMicros: 1099 }, /bootMicros: 1100 is over .*100 of them flash/],
    [{ bootMaxMicros: 2399 }, /bootMaxMicros: 2400 is over .*400 of them flash/],
    [{ flashPrograms: 8 }, /flashPrograms: 9/],
    [{ flashErases: 1 }, /flashErases: 2/],
    [{ counterAdvances: 0 }, /counterAdvances: 1/],
    [{ sectorErases: 1 }, /sectorErases: 2/],
    [{ phases: { hash: { cycles: 999 } } }, /phases hash cycles: 1000 is over the limit 999 by 1/],
    [
      { functions: { "crypto/hash": { bytes: 499 } } },
      /functions crypto\/hash bytes: 500 .*\(export boot → boot → crypto\/hash\)/,
    ],
    [{ functions: { "crypto/hash": { cycles: 899 } } }, /functions crypto\/hash cycles: 900/],
  ] as const)("%j is exceeded", (limits, line) => {
    const lines = overs(limits);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it("a stack that is not known keeps no limit", () => {
    const unknown = { ...report, ram: { ...report.ram, stackBytes: null } };
    expect(overs({ stackBytes: 4096 }, unknown)[0]).toMatch(/stackBytes: unknown .* where 4096 is the limit/);
  });
});

const VIEW = { functionsShown: 5, width: 80 };

describe("a baseline", () => {
  it("that is the same shows no change", () => {
    expect(compare(report, budgetReport())).toEqual({ subjects: [], totals: [], functions: [] });
    expect(differenceTable(compare(report, report), VIEW)).toBe("nothing changed since the baseline\n");
  });

  it("shows what grew, what is new, gone, or another inside", () => {
    const after = budgetReport({ hashBytes: 520, hashCycles: 950, added: "boot/new", without: "boot/old" });
    const { totals, functions } = compare(report, after);
    expect(totals).toContainEqual({ what: "cycles", before: 1000, after: 1050 });
    expect(functions.map(({ name, changed }) => [name, changed])).toEqual([
      ["crypto/hash", true],
      ["boot/new", true],
      ["boot/old", true],
    ]);
    const text = differenceTable(compare(report, after), VIEW);
    expect(text).toMatch(/crypto\/hash +│ changed +│ *520 │ *\+20 │ *950 │ *\+50/);
    expect(text).toMatch(/boot\/new +│ new/);
    expect(text).toMatch(/boot\/old +│ gone/);
  });

  it.each([
    ["{", /before\.json: expected a budget .*, found no JSON/],
    ["null", /expected a budget of schema everboot\.budget\/1, found none/],
    ['{"schema": "everboot.campaign/5"}', /found "everboot\.campaign\/5"/],
  ])("that is none is refused: %s", (text, message) =>
    expect(() => parseBaseline(text, "before.json")).toThrow(message),
  );
});
