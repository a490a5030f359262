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

  it("finds nothing when imgtool's app2 is installed over its app", () => {
    const report = runCampaign({
      ...options("nrf52840", "update"),
      scene: sampleScene("update"),
      canaries: [],
    });
    expect(report.violations).toEqual([]);
    expect(report.points).toEqual({ planned: 118_649, judged: 118_649 });
  });
});

describe("a campaign", () => {
  it("counts programs by nine shapes, erases by three and counter advances by two", () => {
    const report = runCampaign({ ...options("tiny", "update"), canaries: [] });
    // 788 words of image, three Records of five programs and one erase each, one counter advance.
    const words = Math.ceil(smallScene("update", "tiny", PAYLOAD_SIZE).first.bytes.length / 4);
    expect(report.points.planned).toBe(9 * (words + 3 * 5) + 3 * 3 + 2);
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
