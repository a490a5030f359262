// What an exploration finds and no plain run shows again is no violation of the guest's: it is a defect of ours, and the report says so.
import { expect, it, vi } from "vitest";
import { runCampaign } from "../../../host/campaign/campaign.js";
import { partById } from "../../../host/device/parts.js";
import { guestFor, sceneOn } from "../../support/guests.js";
import { campaignOptions } from "../../support/soundness.js";

/** As though no run of any finding's faults violated anything. */
vi.mock("../../../host/campaign/shrink.js", () => ({ shrink: () => null }));

it("a finding that does not replay is told as a defect, and nothing is shown", () => {
  const part = partById("tiny");
  const guest = guestFor("single-flag", part);
  const scene = sceneOn(part, "update", 4);
  const report = runCampaign(campaignOptions({ part, guest, scene, faults: ["power"] }));
  expect([report.verdict, report.violations]).toEqual(["incomplete", []]);
  expect(report.unreplayed?.map(({ oracle }) => oracle)).toContain("no-brick");
  expect(report.incomplete).toMatch(/does not replay|not show/);
});
