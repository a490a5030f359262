// Scenarios of a configuration: what is filled in.
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../../host/campaign/plan/scenarios.js";
import { exampleScenario } from "./example.js";
import { parse, scenarioWith } from "./parsing.js";

describe("a scenario", () => {
  it("left to its defaults is an update", () => {
    expect(parse(scenarioWith({})).scenarios).toEqual([
      {
        name: "plain-update",
        title: "plain-update",
        images: [
          { name: "v1", version: 1, securityCounter: 1 },
          { name: "v2", version: 2, securityCounter: 2 },
        ],
        start: { slotA: "v1", settled: true },
        steps: [{ offer: "v2", until: "confirmed" }],
        expect: { runs: "v2" },
        otherwise: "update-completes",
        notApplicable: [],
      },
    ]);
  });

  it("that ends with what was there, or halts, ends as expected", () => {
    const [back, halted] = parse({
      scenarios: [
        { ...exampleScenario, expect: { runs: "v1" } },
        { ...exampleScenario, name: "halted", steps: undefined, expect: { halts: "DIGEST" } },
      ],
    }).scenarios;
    expect(back).toMatchObject({ otherwise: "ends-as-expected", notApplicable: ["update-completes"] });
    expect(halted).toMatchObject({
      steps: [],
      otherwise: "ends-as-expected",
      notApplicable: ["update-completes", "floor-follows"],
    });
  });

  it("of the package's, written in a configuration, stays the same", () => {
    const scenarios = SCENARIOS.map((scenario) => ({ ...scenario, name: `own-${scenario.name}` }));
    expect(parse({ scenarios }).scenarios).toEqual(scenarios);
  });

  it("of the package's has the default oracles that do not apply", () => {
    for (const { notApplicable, name, ...scenario } of SCENARIOS) {
      expect(parse({ scenarios: [{ ...scenario, name: "own" }] }).scenarios[0]?.notApplicable, name).toEqual(
        notApplicable,
      );
    }
  });
});
