// Bounds that the documents name, met by an exploration to the fixpoint: as much as one allows is proved, one more is not. What is
// slow here is so after a cut alone: the run without a fault is as quick as any. Two are met elsewhere: guest calls in a row in
// liveness.test.ts, ways to read of one call in memo.test.ts.
import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../../../../host/campaign/options.js";
import { DEFAULT_STATES_MAX } from "../../../../host/campaign/plan/defaults.js";
import { limitsOf } from "../../../../host/campaign/play/giving-up.js";
import type { CampaignReport } from "../../../../host/campaign/report.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { partById } from "../../../../host/device/parts.js";
import { explored, prepared } from "../../../support/exploration.js";
import { campaign, equalScene, soundnessPair } from "../../../support/soundness.js";

const ATTEMPTS = 3;
/** Makes an image of one sector of 256 bytes. */
const PAYLOAD_BYTES = 68;
/** Of a run that was cut: erases, installs; runs the update; rests. */
const OTHER_POWER_UPS = 3;
const ROUNDS = 10_000;
const ENOUGH_FUEL = 65_536n;
const TOO_LITTLE_FUEL = 8192n;
const MANY = 600_000;
const FEW_STATES = 100;
/** More power-ups than a run is followed for. */
const FAR = 200;
const part = partById("tiny");
const scene = equalScene(part, PAYLOAD_BYTES);
const limits = limitsOf({ attempts: ATTEMPTS, part, application: null }, scene.scenario);

/** What the guest that is slow after a cut takes then. */
type Slowness = Partial<Record<"STEPS" | "POWER_UPS" | "ROUNDS" | "READS" | "EVENTS", number>>;

function guestWith(slowness: Slowness) {
  const changes = Object.entries(slowness).map(([name, amount]) => ({
    from: `const ${name}: u32 = 0;`,
    to: `const ${name}: u32 = ${amount};`,
  }));
  return soundnessPair("slow-after-cut", changes);
}

async function campaignOf(slowness: Slowness, more: Partial<CampaignOptions> = {}): Promise<CampaignReport> {
  const guest = await guestWith(slowness);
  return campaign({
    part,
    guest,
    scene,
    faults: ["power"],
    attempts: ATTEMPTS,
    depth: Infinity,
    audit: 0,
    ...more,
  });
}

/** What is said of runs that do not come to rest, each sentence once. */
function saysOf({ violations }: CampaignReport): (string | undefined)[] {
  const said = violations.flatMap(({ oracle, says }) => (oracle === "converges" ? [says] : []));
  return [...new Set(said)];
}

function expectProved({ verdict, violations, incomplete, depth }: CampaignReport): void {
  expect([verdict, violations.length, incomplete]).toEqual(["proved", 0, null]);
  expect(depth.fixpoint).toBe(true);
}

function expectViolated({ verdict, violations }: CampaignReport, oracle: string): void {
  expect(verdict).toBe("violated");
  expect(violations.map((violation) => violation.oracle)).toContain(oracle);
  for (const { cause } of violations) expect(cause).not.toBe("no fault");
}

describe("at a fixpoint", () => {
  it("as many steps in a row may change no flash as the bound says, and no more", async () => {
    expectProved(await campaignOf({ STEPS: limits.steps }));
    const beyond = await campaignOf({ STEPS: limits.steps + 1 });
    expectViolated(beyond, "converges");
    expect(saysOf(beyond)).toEqual([
      `${limits.steps + 1} steps in a row change neither flash nor a counter, the bound is ${limits.steps}`,
    ]);
  });

  it("a run may take as many power-ups after its last fault as the bound says, and no more", async () => {
    const most = limits.powerUps - OTHER_POWER_UPS;
    expect(await powerUpsAfterCut(most)).toBe(limits.powerUps);
    const proved = await campaignOf({ POWER_UPS: most });
    expectProved(proved);
    expect(proved.powerUpsToRest).toEqual({ most: limits.powerUps, bound: limits.powerUps });
    expect((await campaignOf({})).powerUpsToRest.most).toBe(OTHER_POWER_UPS);
    const beyond = await campaignOf({ POWER_UPS: most + 1 });
    expectViolated(beyond, "converges");
    expect(saysOf(beyond)).toEqual([
      `after the last fault it takes ${limits.powerUps + 1} power-ups to rest, the bound is ${limits.powerUps}`,
    ]);
    expect(beyond.powerUpsToRest.most).toBeLessThanOrEqual(limits.powerUps);
    const far = await campaignOf({ POWER_UPS: FAR });
    expect(saysOf(far)).toEqual([
      `after the last fault it is not at rest after ${8 * limits.powerUps + 1} power-ups, the bound is ${limits.powerUps}`,
    ]);
  });

  it("a call that runs out of fuel hangs, and is held against the guest", async () => {
    expectProved(await campaignOf({ ROUNDS }, { fuel: ENOUGH_FUEL }));
    expectViolated(await campaignOf({ ROUNDS }, { fuel: TOO_LITTLE_FUEL }), "update-completes");
  });

  it("a call may ask as often as it likes, but not tell more than the simulation can remember", async () => {
    expectProved(await campaignOf({ READS: MANY }));
    const { verdict, violations, incomplete } = await campaignOf({ EVENTS: MANY });
    expect([verdict, violations]).toEqual(["incomplete", []]);
    expect(incomplete).toMatch(/log .*is full/);
  });

  it("more states than may be end it as incomplete, by name: by default five million", async () => {
    expect(DEFAULT_STATES_MAX).toBe(5_000_000);
    const { verdict, incomplete } = await campaignOf({}, { statesMax: FEW_STATES });
    expect([verdict, incomplete]).toEqual(["incomplete", `more than ${FEW_STATES} states`]);
  });

  it("as many states as there may be are no more", async () => {
    const wanted = { part, pair: await guestWith({}), scene, models: ["power"], attempts: ATTEMPTS } as const;
    const { size } = explored(wanted).result.states;
    expect(explored({ ...wanted, statesMax: size }).result.incomplete).toBeNull();
    expect(explored({ ...wanted, statesMax: size - 1 }).result.incomplete).toBe(
      `more than ${size - 1} states`,
    );
  });
});

/** Power-ups of the run whose first installation is cut right after its note, before it erases; from the cut on. */
async function powerUpsAfterCut(powerUps: number): Promise<number> {
  const pair = await guestWith({ POWER_UPS: powerUps });
  const { device, start } = prepared({ part, pair, scene, models: ["power"], attempts: ATTEMPTS });
  const first = { call: 1, operation: 1, shape: "none" } as const;
  const settled = runPlain(device, scene, start, { faults: { cuts: [first], reads: [] } });
  expect(settled.ending).toBe("rested");
  return settled.powerUps - 1;
}
