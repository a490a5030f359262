// Scenarios of a configuration: what is filled in.
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../../host/campaign/plan/scenarios.js";
import { exampleScenario, exampleWorld } from "./example.js";
import { complaint, parse, scenarioWith } from "./parsing.js";

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

describe("what surrounds its device", () => {
  const worldOf = (world: unknown) => parse(scenarioWith({ world })).scenarios[0]?.world;

  it("is left out where nothing is said, and field by field", () => {
    expect(parse(scenarioWith({})).scenarios[0]).not.toHaveProperty("world");
    expect(worldOf({})).toEqual({});
    expect(worldOf({ clock: undefined, inputs: undefined, client: undefined })).toEqual({});
  });

  it("is as it is written, inputs as bits", () => {
    expect(worldOf(exampleWorld)).toEqual({
      clock: 0,
      clockValues: [0, 5],
      window: { from: 2, to: 4 },
      inputs: 0b1010,
      client: { requests: ["do", "challenged", "key"], window: 2, sequences: 2, tries: 0, line: 40 },
    });
    const bits = ["therapy", "patient", "battery-low", "consent"].map(
      (name) => worldOf({ inputs: [name] })?.inputs,
    );
    expect(bits).toEqual([1, 2, 4, 8]);
  });

  it("has a client that sends one request after the other, as often as is usual", () => {
    expect(worldOf({ client: { requests: ["do"] } })).toEqual({
      client: { requests: ["do"], window: 1, sequences: 256, tries: 2 },
    });
  });

  it("takes what is greatest and least", () => {
    const most16 = { requests: Array.from({ length: 16 }, () => "do"), sequences: 1, tries: 16 };
    for (const rest of [{ window: 1 }, { window: 5 }, { window: 1, line: 12 }, { window: 5, line: 127 }])
      expect(worldOf({ client: { ...most16, ...rest } })?.client).toEqual({ ...most16, ...rest });
    const most = 2 ** 32 - 1;
    const seconds = Array.from({ length: 16 }, (_, index) => most - index);
    expect(worldOf({ clock: most, clockValues: seconds, window: { from: most - 1, to: most } })).toEqual({
      clock: most,
      clockValues: seconds,
      window: { from: most - 1, to: most },
    });
  });

  const U32 = "expected an integer 0..4294967295";
  it.each([
    [{ clock: -1 }, `clock: ${U32}, found -1`],
    [{ clock: 2 ** 32 }, `clock: ${U32}, found 4294967296`],
    [{ clock: "noon" }, `clock: ${U32}, found "noon"`],
    [{ clockValues: [] }, "clockValues: expected a list of seconds, 1 to 16, found a list of 0"],
    [
      { clockValues: new Array(17).fill(1) },
      "clockValues: expected a list of seconds, 1 to 16, found a list of 17",
    ],
    [{ clockValues: [1, 2, 1] }, "clockValues: expected each once, found 1, 2, 1"],
    [{ window: { from: 4, to: 4 } }, "window.to: expected an integer 5..4294967295, above `from`, found 4"],
    [{ window: { to: 4 } }, "window.from: expected an integer 0..4294967294, found nothing"],
    [{ window: { from: 0, to: 2 ** 32 } }, `window.to: ${U32}, found 4294967296`],
    [
      { inputs: ["battery"] },
      'inputs[0]: expected "therapy", "patient", "battery-low" or "consent", found "battery"',
    ],
    [{ inputs: ["consent", "consent"] }, "inputs: expected each once, found consent, consent"],
    [{ client: {} }, "client.requests: expected a list of requests, 1 to 16, found nothing"],
    [
      { client: { requests: [] } },
      "client.requests: expected a list of requests, 1 to 16, found a list of 0",
    ],
    [
      { client: { requests: ["challenge"] } },
      'client.requests[0]: expected "do", "challenged" or "key", found "challenge"',
    ],
    [{ client: { requests: ["do"], window: 6 } }, "client.window: expected an integer 1..5, found 6"],
    [
      { client: { requests: ["do"], sequences: 257 } },
      "client.sequences: expected an integer 1..256, found 257",
    ],
    [{ client: { requests: ["do"], line: 11 } }, "client.line: expected an integer 12..127, found 11"],
    [{ client: { requests: ["do"], line: 128 } }, "client.line: expected an integer 12..127, found 128"],
    [{ client: { requests: ["do"], tries: 17 } }, "client.tries: expected an integer 0..16, found 17"],
    [{ clocks: 1 }, 'clocks: unknown key "clocks", did you mean "clock"?'],
  ])("is refused as %j", (world, line) => {
    expect(complaint(scenarioWith({ world }))).toBe(`scenarios[0].world.${line}`);
  });
});
