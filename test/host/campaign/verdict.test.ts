// The verdict of reports written by hand, one for each way to come to one. Never runs a campaign.
import { describe, expect, it } from "vitest";
import { type VerdictFacts, verdictOf } from "../../../host/campaign/verdict.js";
import { REPORTS } from "../report/samples.js";

const CLEAN: VerdictFacts = {
  violations: [],
  incomplete: null,
  fixpoint: false,
  assumptions: [],
  survival: null,
  canaries: { planted: 1, caught: 1 },
};
const SURVIVAL = { total: 5, survived: 5 };
const FREE = { planted: 2, caught: 1 };

describe("the verdict", () => {
  it.each([
    ["clean", {}],
    ["clean", { assumptions: ["x"] }],
    ["proved", { fixpoint: true }],
    ["proved-under", { fixpoint: true, assumptions: ["x"] }],
    ["survives", { survival: SURVIVAL }],
    ["survives", { survival: SURVIVAL, fixpoint: true, assumptions: ["x"] }],
    ["incomplete", { incomplete: "why", survival: SURVIVAL, fixpoint: true }],
    ["incomplete", { canaries: FREE, survival: SURVIVAL }],
    ["incomplete", { canaries: FREE, fixpoint: true }],
    ["violated", { violations: [1], incomplete: "why", fixpoint: true }],
    ["violated", { violations: [1], survival: SURVIVAL }],
    ["violated", { violations: [1], canaries: FREE }],
  ] as const)("is %s for %o", (expected, changes) => {
    expect(verdictOf({ ...CLEAN, ...changes })).toBe(expected);
  });

  it("is that of every sample", () => {
    for (const report of REPORTS)
      expect(verdictOf({ ...report, fixpoint: report.depth.fixpoint })).toBe(report.verdict);
  });
});
