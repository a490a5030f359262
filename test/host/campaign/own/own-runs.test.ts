// Oracles of one's own: which runs they are shown, and what becomes of what they say.
import { describe, expect, it } from "vitest";
import { begin } from "../../../../host/campaign/machine.js";
import { faultsOf } from "../../../../host/campaign/options.js";
import type { RunSubject } from "../../../../host/campaign/play/plain.js";
import { faultLists, sampleOf } from "../../../../host/campaign/own/own-faults.js";
import type { OwnOracle, Run } from "../../../../host/campaign/play/own-oracle.js";
import { judgeOwn, runOwnOracles } from "../../../../host/campaign/own/own-runs.js";
import { formatCut } from "../../../../host/campaign/plan/trace-line.js";
import { FLIP_KINDS, FLIP_PLACES, type StrikeChoice } from "../../../../host/campaign/plan/strike-choice.js";
import { Device } from "../../../../host/device/device.js";
// Built: it knows where the built modules are.
import { optionsOf } from "../../../../dist/host/app/campaign/job.js";

const MODELS = ["power", "flip", "write", "misdirected", "double-fetch"] as const;
const CHOICE: StrikeChoice = {
  models: MODELS,
  flips: FLIP_KINDS,
  places: FLIP_PLACES,
  samples: 20,
  deeperSamples: 20,
  powerUps: 8,
  seed: 1,
};

const options = await optionsOf({
  ...{ scenario: "update", device: "tiny", guest: "boot-full", attempts: 3, imageSize: 400 },
  ...{ faults: MODELS.join(","), depth: 1, audit: 0 },
});
const device = new Device({
  ...{ module: options.deviceModule, part: options.part, attempts: 3 },
  boot: { name: "boot", binary: options.guest.boot },
  agent: { name: "agent", binary: options.guest.agent },
});
const { start } = begin(device, options.scene);
const faults = faultsOf(options, MODELS);
const subject: RunSubject = { device, scene: options.scene, start, faults };

function oracle(judge: (run: Run) => string | null): OwnOracle {
  return { name: "mine", demands: "something", judge };
}

/** Every run that oracles are shown. */
function runsShown(runs: number, choice = CHOICE): Run[] {
  const shown: Run[] = [];
  const watching = oracle((run) => {
    shown.push(run);
    return null;
  });
  const { results } = runOwnOracles(subject, { oracles: [watching], runs, strikes: choice });
  expect(results).toEqual({ runs: shown.length, findings: [] });
  return shown;
}

describe("the runs that are shown", () => {
  const shown = runsShown(200);
  const kinds = (runs: readonly Run[]) =>
    runs.flatMap(({ faults: { cuts, strikes = [] } }) => [
      ...cuts.map(() => "cut"),
      ...strikes.slice(0, 1).map(({ strike }) => (strike.kind === "write" ? strike.effect : strike.kind)),
    ]);

  it("begin with the one in which nothing goes wrong, told call by call", () => {
    const [calm] = shown;
    expect(calm).toMatchObject({ scenario: "update", device: "tiny", rested: true });
    expect(calm?.faults).toEqual({ cuts: [], reads: [], strikes: [] });
    const boots = calm?.calls.filter(({ guest }) => guest === "boot") ?? [];
    expect(boots.map(({ powerUp }) => powerUp)).toEqual(boots.map((_, index) => index + 1));
    expect(boots[0]).toMatchObject({ image: "v1 for slot A", end: { kind: "jumped" } });
    expect(boots.at(-1)).toMatchObject({ image: "v2 for slot B" });
    expect(calm?.calls.flatMap(({ operations }) => operations).some(({ kind }) => kind === "erase")).toBe(
      true,
    );
  });

  it("have a fault each, of every kind that the models have", () => {
    expect(shown).toHaveLength(200);
    expect(new Set(kinds(shown))).toEqual(
      new Set([
        ...["cut", "dropped", "failed", "worn", "stray", "flip", "counter", "offer", "read", "ram"],
        "refetch",
      ]),
    );
    for (const { faults: plan } of shown.slice(1)) {
      const pairs = plan.strikes?.filter(({ strike }) => strike.kind === "flip").length === 2 ? 1 : 0;
      expect(plan.cuts.length + (plan.strikes?.length ?? 0) - pairs).toBe(1);
    }
  });

  it("are the same for the same seed, and others for another", () => {
    const plans = (runs: readonly Run[]) => JSON.stringify(runs.map(({ faults: plan }) => plan));
    expect(plans(runsShown(200))).toBe(plans(shown));
    const cuts = (seed: number) => plans(runsShown(20, { ...CHOICE, models: ["power"], seed }));
    expect(cuts(2)).not.toBe(cuts(1));
  });

  it("really have their fault: a cut ends a call, a read strike is within the call's reads", () => {
    for (const { faults: plan, calls } of shown) {
      for (const cut of plan.cuts)
        expect(calls[cut.call]?.end).toEqual({
          kind: cut.reset === true ? "was-reset" : "power-lost",
          operation: "operation" in cut ? cut.operation : null,
        });
      for (const { call, strike } of plan.strikes ?? [])
        if (strike.kind === "write" && strike.effect === "failed")
          expect(calls[call]?.operations.some((one) => "status" in one && one.status !== 0)).toBe(true);
    }
  });

  it("are every cut where there are no more than runs, and as many as were asked for otherwise", () => {
    const lists = faultLists(subject, { ...CHOICE, models: ["power"] });
    expect(sampleOf(lists, 1e6, 1)).toHaveLength(lists[0]?.size ?? 0);
    expect(runsShown(1)).toHaveLength(1);
    expect(runsShown(0)).toHaveLength(0);
  });
});

describe("what an oracle says", () => {
  it("is kept for the first run that it says it of, with how many there are", () => {
    const cut = oracle(({ faults: { cuts } }) =>
      cuts[0] === undefined ? null : `cut ${formatCut(cuts[0])}`,
    );
    const { results } = runOwnOracles(subject, {
      ...{ oracles: [cut], runs: 30 },
      strikes: { ...CHOICE, models: ["power"] },
    });
    const [finding] = results.findings;
    expect(finding).toMatchObject({ oracle: "mine", runs: 29 });
    expect(finding?.says).toBe(`cut ${formatCut(finding!.plan.cuts[0]!)}`);
  });

  it("ends early where that is asked for", () => {
    let asked = 0;
    const { results, incomplete } = runOwnOracles(subject, {
      ...{ oracles: [oracle(() => null)], runs: 30, strikes: CHOICE },
      stop: () => (++asked > 5 ? "enough" : null),
    });
    expect([results.runs, incomplete]).toEqual([5, "enough"]);
  });

  it("must be a sentence or null", () => {
    const run = {} as Run;
    expect(() =>
      judgeOwn(
        oracle(() => 3 as never),
        run,
      ),
    ).toThrow("oracle mine: expected a sentence or null, found number");
    const throws = oracle(() => {
      throw new TypeError("no");
    });
    expect(() => judgeOwn(throws, run)).toThrow("found an exception: TypeError: no");
  });
});
