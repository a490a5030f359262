import { describe, expect, it } from "vitest";
import { type Canary, type CampaignOptions, runCampaign } from "../../../host/campaign/campaign.js";
import type { FaultName } from "../../../host/campaign/faults.js";
import { readTrace } from "../../../host/campaign/trace.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import {
  canariesFor,
  deviceModule,
  lateAttempts,
  ownPairFor,
  sampleScene,
  singleFlag,
  smallScene,
} from "../../support/scenes.js";
import { createHash } from "node:crypto";

const PAYLOAD_SIZE = 3000;
const SMALL_PAYLOAD_SIZE = 500;

function options(device: string, scenario: string): CampaignOptions {
  const part = partById(device);
  return {
    deviceModule,
    part,
    layout: part.layout,
    guest: ownPairFor(part),
    scene: smallScene(scenario, device, PAYLOAD_SIZE),
    attempts: 3,
    faults: ["power"],
    assume: true,
    depth: 1,
    audit: 0.01,
    canaries: canariesFor(part),
    clock: () => ({ cpu: 0, wall: 0 }),
  };
}

describe("a campaign over our own core", () => {
  for (const { id } of PARTS) {
    for (const scenario of ["update", "revert"]) {
      it(`finds nothing in ${scenario} on ${id}, judges every planned point and catches every canary`, () => {
        const report = runCampaign(options(id, scenario));
        expect(report.violations).toEqual([]);
        expect(report.points.judged).toBe(report.points.planned);
        expect(report.points.planned).toBeGreaterThan(100);
        expect(report.canaries).toMatchObject({ planted: 2, caught: 2 });
        expect(report.incomplete).toBeNull();
      });
    }
  }

  for (const device of ["stm32l476", "stm32h743", "nrf52840"]) {
    it(`finds nothing where units of the image look erased, whole or in half, at the start of sectors: ${device}`, () => {
      const scene = smallScene("update", device, PAYLOAD_SIZE, (payload) => {
        for (let at = 0; at < payload.length; at += 256) payload.fill(0xff, at, at + 48);
      });
      const report = runCampaign({ ...options(device, "update"), scene });
      expect(report.violations).toEqual([]);
      expect(report.points.judged).toBe(report.points.planned);
    });
  }

  it("finds nothing with a single attempt either, as the canary late-attempts is run", () => {
    for (const scenario of ["update", "revert"]) {
      expect(runCampaign({ ...options("tiny", scenario), attempts: 1, canaries: [] }).violations).toEqual([]);
    }
  });

  it("finds nothing when imgtool's app2 is installed over its app", () => {
    const report = runCampaign({
      ...options("nrf52840", "update"),
      scene: sampleScene("update"),
      canaries: [],
    });
    expect(report.violations).toEqual([]);
    expect(report.points.judged).toBe(report.points.planned);
    expect(report.points.planned).toBeGreaterThan(100_000);
  });

  for (const { id } of PARTS) {
    it(`is proved for any number of power cuts on ${id}, twice with the same states`, () => {
      const scene = smallScene("update", id, SMALL_PAYLOAD_SIZE);
      const prove = () =>
        runCampaign({ ...options(id, "update"), scene, depth: "fixpoint", audit: 0.1, canaries: [] });
      const report = prove();
      expect(report).toMatchObject({ violations: [], incomplete: null, assumptions: [] });
      expect(report.depth).toMatchObject({ requested: "fixpoint", fixpoint: true });
      expect(report.depth.reached).toBeGreaterThan(1);
      expect(report.points.judged).toBe(report.points.planned);
      expect(report.boots.audited).toBeGreaterThan(0);
      expect(report.boots.covered).toBeGreaterThan(report.boots.executed);
      expect(prove().states).toEqual(report.states);
    });
  }

  for (const id of ["tiny", "nrf52840", "stm32l476"]) {
    it(`finds nothing with two cuts, weak bits and ECC on ${id}, and says what it assumes`, () => {
      const scene = smallScene("update", id, SMALL_PAYLOAD_SIZE);
      const report = runCampaign({
        ...options(id, "update"),
        scene,
        faults: ["power", "weak", "ecc"],
        depth: 2,
        canaries: [],
      });
      expect(report.violations).toEqual([]);
      expect(report.depth).toEqual({ requested: 2, reached: 2, fixpoint: false });
      expect(report.assumptions).toEqual(partById(id).record === "sealed" ? ["decided-seal"] : []);
    });
  }
});

describe("a campaign", () => {
  it("counts programs by nine shapes, erases by three and counter advances by two", () => {
    const report = runCampaign({ ...options("tiny", "update"), canaries: [] });
    // The image's words; the first two sectors wiped; three Records of five programs and one erase each; the erase and the
    // mark that settle the Record before the session; one counter advance.
    const size = smallScene("update", "tiny", PAYLOAD_SIZE).first.bytes.length;
    expect(report.points.planned).toBe(9 * (Math.ceil(size / 4) + 3 * 5 + 1) + 3 * (2 + 3 + 1) + 2);
  });

  it("names the violated oracles of a wrong guest, each with a trace that reads back", () => {
    const report = runCampaign({ ...options("tiny", "update"), guest: singleFlag, canaries: [] });
    expect(report.violations.map(({ oracle }) => oracle)).toContain("no-brick");
    const [{ trace }] = report.violations as [(typeof report.violations)[number]];
    const facts = readTrace(JSON.parse(JSON.stringify(trace)), "trace", (bytes) =>
      createHash("sha256").update(bytes).digest("hex"),
    );
    expect(facts.faults).toEqual(trace.faults);
    expect(facts.models).toEqual(["power"]);
    expect(facts.scene.first.bytes).toEqual(smallScene("update", "tiny", PAYLOAD_SIZE).first.bytes);
  });

  it("keeps one representative per oracle and cause, of a single cut, and counts the cut points that show the like", () => {
    const { violations } = runCampaign({ ...options("tiny", "update"), guest: singleFlag, canaries: [] });
    const causes = violations.map(({ oracle, cause }) => `${oracle}, ${cause}`);
    expect(new Set(causes).size).toBe(causes.length);
    for (const { trace, points } of violations) {
      expect(trace.faults.cuts.length).toBe(1);
      expect(points).toBeGreaterThan(0);
    }
  });

  it("is incomplete when it is stopped, and beyond so many states, and says why", () => {
    const whole = runCampaign({ ...options("tiny", "update"), canaries: [] });
    const stopped = runCampaign({ ...options("tiny", "update"), canaries: [], stop: () => "enough" });
    const capped = runCampaign({ ...options("tiny", "update"), canaries: [], statesMax: 100 });
    expect(whole.incomplete).toBeNull();
    expect(stopped.incomplete).toBe("enough");
    expect(capped.incomplete).toBe("more than 100 states");
    for (const report of [stopped, capped]) {
      expect(report.depth.fixpoint).toBe(false);
      expect(report.states.all).toBeLessThan(whole.states.all);
    }
  });

  it("runs only the canaries of its fault models", () => {
    const run = (faults: readonly FaultName[]) =>
      runCampaign({
        ...options("stm32l476", "update"),
        scene: smallScene("update", "stm32l476", SMALL_PAYLOAD_SIZE),
        faults,
      }).canaries.each.map(({ name }) => name);
    expect(run(["power"])).toEqual(["single-flag", "late-attempts"]);
    expect(run(["power", "ecc"])).toEqual(["single-flag", "late-attempts", "peeking"]);
  });

  it("does not count a canary as caught that fails without any cut", () => {
    const broken = { ...singleFlag, boot: lateAttempts.boot };
    const canary: Canary = { guest: broken, attempts: 3, fault: "power", depth: 1 };
    const report = runCampaign({ ...options("tiny", "update"), canaries: [canary] });
    expect(report.canaries).toMatchObject({ planted: 1, caught: 0 });
    expect(report.incomplete).toBe("canaries not caught: single-flag");
  });
});
