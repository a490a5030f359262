// Every canary, a guest with one known bug: caught by its oracle under its own fault model and within its depth, and by nothing where
// that fault model is absent or the power holds. Never runs our own core, which campaign.test.ts proves.
import { describe, expect, it } from "vitest";
import { countPlan } from "../../../host/campaign/explore/calm-run.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import type { OracleName } from "../../../host/campaign/plan/oracles.js";
import type { Tears } from "../../../host/campaign/plan/faults.js";
import { FLIP_PLACES } from "../../../host/campaign/plan/strike-choice.js";
import type { Canary } from "../../../host/campaign/options.js";
import type { Scene } from "../../../host/campaign/plan/scenario.js";
import { worldScene } from "../../../host/campaign/plan/world-scene.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { partById } from "../../../host/device/parts.js";
import { type Wanted, explored, oraclesOf, prepared } from "../../support/exploration.js";
import { modules, sceneOn } from "../../support/guests.js";

const PAYLOAD = 3000;
/** Every strike but the sampled ones. */
const STRIKES = {
  flips: ["rest"],
  places: FLIP_PLACES,
  samples: 1,
  deeperSamples: 1,
  powerUps: 8,
  seed: 1,
} as const;

/** Those that are about what surrounds the device. */
const PLAIN = new Set([
  ...["by-sequence", "challenge-constant", "clock-asked-twice", "checks-then-resets"],
  "checked-earlier",
]);

/** A canary is caught on one part among the quick tests: tiny, or where it needs a code, stm32l476. */
const tagsOf = (device: string) => (["tiny", "stm32l476"].includes(device) ? [] : ["slow"]);

/** Where a canary is let loose. */
function sceneOf(part: PartProfile, { world }: Pick<Canary, "world">): Scene {
  const usual = sceneOn(part, "update", PAYLOAD);
  return world === undefined ? usual : worldScene(usual, world);
}

/** What a canary is explored with: everything but the fault models, and where these are not its own, how programs are torn. */
function wantedOf(
  device: string,
  name: string,
  models: readonly FaultName[],
  { depth, tears }: { readonly depth?: number; readonly tears?: Tears } = {},
): Wanted {
  const part = partById(device);
  const canary = modules.canaries(part).find(({ guest }) => guest.name === name)!;
  return {
    part,
    pair: canary.guest,
    scene: sceneOf(part, canary),
    models,
    strikes: { ...STRIKES, models },
    attempts: canary.attempts,
    depth: depth ?? canary.depth,
    tears: tears ?? canary.tears ?? "shapes",
  };
}

/** The oracles that catch a canary within its depth. */
function caughtBy(device: string, name: string, models: readonly FaultName[]): OracleName[] {
  return oraclesOf(explored({ ...wantedOf(device, name, models), stopAtFirst: true }).result);
}

describe("a canary is caught under its own fault model, within its depth", () => {
  const cases: readonly (readonly [
    device: string,
    name: string,
    models: readonly FaultName[],
    OracleName,
  ])[] = [
    ["tiny", "single-flag", ["power"], "no-brick"],
    ["nrf52840", "single-flag", ["power"], "no-brick"],
    ["stm32h743", "single-flag", ["power"], "no-brick"],
    ["tiny", "short-checksum", ["power"], "no-brick"],
    ["nrf52840", "short-checksum", ["power"], "no-brick"],
    ["stm32h743", "short-checksum", ["power"], "no-brick"],
    ["tiny", "late-attempts", ["power"], "trial-reverts"],
    ["nrf52840", "late-attempts", ["power"], "trial-reverts"],
    ["tiny", "skittish", ["reset"], "no-brick"],
    ["nrf52840", "skittish", ["reset"], "no-brick"],
    ["tiny", "trusting", ["power", "weak"], "authentic"],
    ["nrf52840", "trusting", ["power", "weak"], "authentic"],
    ["stm32l476", "peeking", ["power", "ecc"], "no-brick"],
    ["stm32l476", "peeking", ["power", "weak", "ecc"], "no-brick"],
    ["stm32h743", "peeking", ["power", "ecc"], "no-brick"],
    ["stm32h743", "peeking", ["power", "weak", "ecc"], "no-brick"],
    ["lpc55s69", "peeking", ["power", "ecc"], "no-brick"],
    ["lpc55s69", "peeking", ["power", "weak", "ecc"], "no-brick"],
    ["tiny", "believing", ["flip"], "authentic"],
    ["nrf52840", "believing", ["flip"], "authentic"],
    ["tiny", "hasty", ["write"], "authentic"],
    ["nrf52840", "hasty", ["misdirected"], "authentic"],
    ["tiny", "rereading", ["double-fetch"], "no-wrong-image"],
    ["nrf52840", "rereading", ["double-fetch"], "no-wrong-image"],
    ["tiny", "by-sequence", ["link"], "acts-once"],
    ["nrf52840", "by-sequence", ["link"], "acts-once"],
    ["tiny", "challenge-constant", ["link"], "acts-once"],
    ["tiny", "clock-asked-twice", ["clock"], "acts-in-time"],
    ["nrf52840", "clock-asked-twice", ["clock"], "acts-in-time"],
    ["tiny", "checks-then-resets", ["inputs"], "undisturbed"],
    ["tiny", "checked-earlier", ["application"], "answers-are-true"],
    ["nrf52840", "checked-earlier", ["application"], "answers-are-true"],
  ];
  for (const [device, name, models, oracle] of cases) {
    it(`${name} under ${models.join(",")} by ${oracle}: ${device}`, { tags: tagsOf(device) }, () => {
      expect(caughtBy(device, name, models)).toContain(oracle);
    });
  }

  it("all of them are told of here", () => {
    const names = ["tiny", "lpc55s69"].flatMap((device) =>
      modules.canaries(partById(device)).map(({ guest }) => guest.name),
    );
    expect(new Set(cases.map(([, name]) => name))).toEqual(new Set(names));
  });
});

describe("a canary is not caught", () => {
  const cases: readonly (readonly [
    device: string,
    name: string,
    models: readonly FaultName[],
    depth: number,
  ])[] = [
    ["tiny", "short-checksum", ["power"], 1],
    ["nrf52840", "short-checksum", ["power"], 1],
    ["stm32f407", "short-checksum", ["power"], 1],
    ["tiny", "skittish", ["power", "weak"], 1],
    ["nrf52840", "skittish", ["power", "weak"], 1],
    ["tiny", "trusting", ["power"], 2],
    ["nrf52840", "trusting", ["power"], 2],
    ["stm32l476", "peeking", ["power", "weak"], 1],
    ["stm32h743", "peeking", ["power", "weak"], 1],
    ["lpc55s69", "peeking", ["power", "weak"], 1],
    ["tiny", "clock-asked-twice", ["power"], 2],
    ["tiny", "checks-then-resets", ["power"], 2],
    ["tiny", "checked-earlier", ["power"], 2],
  ];
  for (const [device, name, models, depth] of cases) {
    it(
      `without its own fault model, in nine shapes: ${name} under ${models.join(",")} in ${depth} cuts, ${device}`,
      { tags: tagsOf(device) },
      () => {
        const { result } = explored(wantedOf(device, name, models, { depth, tears: "shapes" }));
        expect(result.incomplete).toBeNull();
        expect(result.findings.all).toEqual([]);
      },
    );
  }

  for (const { guest } of modules.canaries(partById("tiny"))) {
    it(`while the power holds and nothing resets it: ${guest.name}`, () => {
      const device = guest.name === "peeking" ? "stm32l476" : "tiny";
      const { result } = explored(
        wantedOf(device, guest.name, ["power", "reset", "weak", "ecc"], { depth: 0 }),
      );
      expect(result.findings.all).toEqual([]);
      const wanted = wantedOf(device, guest.name, ["power"]);
      const ready = prepared(wanted);
      expect(countPlan(ready.device, wanted.scene, ready.start, ready.faults).cuts).toBeGreaterThan(
        // Small ones: a few words written once.
        PLAIN.has(guest.name) ? 3 : 100,
      );
    });
  }
});
