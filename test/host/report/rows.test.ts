// Rows of oracles and shares in percent, over sample reports: nothing is said to hold that was not judged to its end. Never runs a
// campaign.
import { describe, expect, it } from "vitest";
import { ORACLES } from "../../../host/campaign/plan/oracles.js";
import type { Violation } from "../../../host/campaign/report.js";
import { figureWords, oracleRows, shareWords } from "../../../host/report/rows.js";
import { SAMPLES, reportOf, violationOf } from "./samples.js";

/** Name and outcome of every oracle of a report that is not as `usual`. */
function unusual(report: Parameters<typeof oracleRows>[0], usual: string) {
  return oracleRows(report)
    .filter(({ outcome }) => outcome !== usual)
    .map(({ name, outcome, states, violations }) => [name, outcome, states, violations.length]);
}

describe("the rows of oracles", () => {
  it("are the package's own, in their order", () => {
    expect(oracleRows(SAMPLES.proved).map(({ name }) => name)).toEqual(ORACLES.map(({ name }) => name));
  });

  it("say what is violated, from how many states whatever the cause, and what does not apply", () => {
    expect(unusual(SAMPLES.violated, "holds")).toEqual([
      ["no-brick", "VIOLATED", 9, 2],
      ["trial-reverts", "not applicable", 0, 0],
      ["update-completes", "VIOLATED", 4, 1],
    ]);
  });

  it("do not say that an oracle holds where the campaign is incomplete", () => {
    for (const report of [SAMPLES.incomplete, SAMPLES["canary free"]])
      expect(unusual(report, "not violated so far")).toEqual([["trial-reverts", "not applicable", 0, 0]]);
  });

  it("take in an oracle that is not the package's own", () => {
    const own = { ...violationOf(), oracle: "led-blinks" } as unknown as Violation;
    const rows = oracleRows(reportOf({ verdict: "violated", violations: [own] }));
    expect(rows).toHaveLength(ORACLES.length + 1);
    expect(rows.at(-1)).toMatchObject({ name: "led-blinks", outcome: "VIOLATED", states: 9 });
  });
});

describe("the figures", () => {
  it("say what was seen of the link, where the model is on", () => {
    const line = "link: 41 states of the client, 205 judged calls in which a packet or a reply was lost";
    expect(figureWords(SAMPLES.linked)).toContain(line);
    expect(figureWords(SAMPLES.proved).join()).not.toContain("link");
  });
});

describe("a share", () => {
  it.each([
    [0, 0, "0 of 0"],
    [0, 7, "0 of 7 (0.0 %)"],
    [7, 7, "7 of 7 (100.0 %)"],
    [99_999, 100_000, "99999 of 100000 (99.9 %)"],
  ])("of %i in %i is %s: all of them and no less is 100 %%", (survived, total, words) => {
    expect(shareWords({ survived, total })).toBe(words);
  });
});

describe("oracles under strikes", () => {
  it("are judged where they speak of safety; of the others nothing is said but that", () => {
    const outcomes = (report: Parameters<typeof oracleRows>[0]) =>
      Object.fromEntries(oracleRows(report).map(({ name, outcome }) => [name, outcome]));
    const struck = outcomes({ ...SAMPLES.survives, faults: ["power", "flip"] });
    expect(struck).toMatchObject({ authentic: "holds", "flash-rules": "holds", "no-brick": "not judged" });
    const failing = outcomes({ ...SAMPLES.survives, faults: ["write"] });
    expect(failing).toMatchObject({ authentic: "holds", "flash-rules": "not judged" });
    expect(new Set(Object.values(outcomes({ ...SAMPLES.proved, notApplicable: [] })))).toEqual(
      new Set(["holds"]),
    );
  });
});
