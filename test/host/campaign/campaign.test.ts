import { describe, expect, it } from "vitest";
import { type CampaignOptions, runCampaign } from "../../../host/campaign/campaign.js";
import { readTrace } from "../../../host/campaign/trace.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import {
  deviceModule,
  lateAttempts,
  ownPair,
  sampleScene,
  singleFlag,
  smallScene,
} from "../../support/scenes.js";
import { createHash } from "node:crypto";

const PAYLOAD_SIZE = 3000;

function options(device: string, scenario: string): CampaignOptions {
  const part = partById(device);
  return {
    deviceModule,
    part,
    layout: part.layout,
    guest: ownPair,
    scene: smallScene(scenario, device, PAYLOAD_SIZE),
    attempts: 3,
    canaries: [
      { guest: singleFlag, attempts: 3 },
      { guest: lateAttempts, attempts: 1 },
    ],
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
    expect(report.points).toEqual({ planned: 118_688, judged: 118_688 });
  });
});

describe("a campaign", () => {
  it("counts programs by nine shapes, erases by three and counter advances by two", () => {
    const report = runCampaign({ ...options("tiny", "update"), canaries: [] });
    // The image's words and sectors, three Records of five programs and one erase each, one counter advance.
    const size = smallScene("update", "tiny", PAYLOAD_SIZE).first.bytes.length;
    const sectors = Math.ceil(size / 256);
    expect(report.points.planned).toBe(9 * (Math.ceil(size / 4) + 3 * 5) + 3 * (sectors + 3) + 2);
  });

  it("names the violated oracles of a wrong guest, each with a trace that reads back", () => {
    const report = runCampaign({ ...options("tiny", "update"), guest: singleFlag });
    expect(report.violations.map(({ oracle }) => oracle)).toContain("no-brick");
    const [{ trace }] = report.violations as [(typeof report.violations)[number]];
    const facts = readTrace(JSON.parse(JSON.stringify(trace)), "trace", (bytes) =>
      createHash("sha256").update(bytes).digest("hex"),
    );
    expect(facts.cuts).toEqual(trace.faults.cuts);
    expect(facts.scene.first.bytes).toEqual(smallScene("update", "tiny", PAYLOAD_SIZE).first.bytes);
  });

  it("is incomplete when it is stopped", () => {
    const report = runCampaign({ ...options("tiny", "update"), canaries: [], stop: () => true });
    expect(report.incomplete).toBe("stopped early");
    expect(report.points.judged).toBeLessThan(report.points.planned);
  });

  it("does not count a canary as caught that fails without any cut", () => {
    const broken = { ...singleFlag, boot: lateAttempts.boot };
    const report = runCampaign({ ...options("tiny", "update"), canaries: [{ guest: broken, attempts: 3 }] });
    expect(report.canaries.caught).toBe(0);
  });
});
