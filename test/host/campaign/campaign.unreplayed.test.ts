// Defects of ours, and that a report says so: what an exploration finds and no plain run shows again is no violation of the guest's, and
// what was planned and not judged is no clean campaign.
import { expect, it, vi } from "vitest";
import { WHOLE } from "../../../host/campaign/options.js";
import { runCampaign, runShare } from "../../../host/campaign/campaign.js";
import { Cuts } from "../../../host/campaign/explore/cuts.js";
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

it("a share that has judged fewer faults than it planned says so", () => {
  const part = partById("tiny");
  const options = campaignOptions({
    ...{ part, guest: guestFor("boot-full", part), scene: sceneOn(part, "update", 4), faults: ["power"] },
  });
  expect(runShare(options, WHOLE).incomplete).toBeNull();
  const planned = Reflect.get(Cuts.prototype, "planned");
  const spy = vi.spyOn(Cuts.prototype, "planned").mockImplementation(function (this: Cuts, outcomes) {
    return planned.call(this, outcomes) + 1;
  });
  expect(runShare(options, WHOLE).incomplete).toMatch(/^planned \d+ faults, judged \d+$/);
  spy.mockRestore();
});
