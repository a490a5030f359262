// Every trace of a violation, written as a file would be and read back, shows the violation again by the way that `everboot
// replay` takes: of the gallery's bugs, of the wrong guests that campaigns must catch, and of runs that are given up.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CampaignOptions } from "../../../../host/campaign/options.js";
import { runCampaign } from "../../../../host/campaign/campaign.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { CampaignReport } from "../../../../host/campaign/report.js";
import { readTrace } from "../../../../host/campaign/plan/trace.js";
import { partById } from "../../../../host/device/parts.js";
import { sweep } from "../../../../host/gallery/catch.js";
import { GALLERY } from "../../../../host/gallery/entries.js";
import { IMAGE_BYTES } from "../../../../host/gallery/sweep.js";
import { fixedKey } from "../../../../host/image/fixed-keys.js";
import { tellTrace } from "../../../../host/report/run/tell.js";
import { makeScene } from "../../../../host/scene/make.js";
import { guestFor, modules, sceneOn } from "../../../support/guests.js";
import { isNightly } from "../../../support/nightly.js";
import { deviceModule } from "../../../support/scenes.js";

/** Bugs whose sweeps end in seconds; the others take part nightly. */
const SECONDS_IDS = [1, 2, 3, 7, 9, 16, 17];
/** One of them that is replayed among the quick tests, with every wrong guest. */
const QUICK_ID = 1;
const clock = () => ({ cpu: 0, wall: 0 });
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Replays every violation of a report; answers how many there were. */
function replayAll(report: CampaignReport): number {
  expect(report.unreplayed).toBeUndefined();
  for (const { oracle, cause, trace } of report.violations) {
    const facts = readTrace(JSON.parse(JSON.stringify(trace)), cause, sha256);
    expect(tellTrace(facts, deviceModule).violations, `${oracle}, ${cause}`).toContain(oracle);
  }
  return report.violations.length;
}

describe("a violation of the gallery replays", () => {
  const keys = {
    own: fixedKey("ed25519", "replays"),
    foreign: fixedKey("ed25519", "replays, of somebody else"),
  };
  for (const { id, name, oracle } of GALLERY.filter((entry) => isNightly || SECONDS_IDS.includes(entry.id))) {
    it(`${id}: ${name}`, { tags: id === QUICK_ID ? [] : "slow" }, () => {
      let traces = 0;
      const tools = {
        deviceModule,
        clock,
        sceneOf: ({ scenario }, part) =>
          makeScene(scenario, { part, layout: part.layout }, keys, { imageSizeBytes: IMAGE_BYTES }),
        onReport: (report) => {
          traces += replayAll(report);
        },
      } satisfies Parameters<typeof sweep>[1];
      const { caught } = sweep(modules.galleryGuest(name, "bad"), tools, oracle);
      expect(caught.map((one) => one.oracle)).toContain(oracle);
      expect(traces).toBeGreaterThan(0);
    });
  }
});

describe("a violation by a wrong guest replays", () => {
  const CANARIES: readonly (readonly [guest: string, device: string, faults: readonly FaultName[]])[] = [
    ["single-flag", "tiny", ["power"]],
    ["single-flag", "nrf52840", ["power", "weak"]],
    ["single-flag", "tiny", ["power", "reset"]],
    ["late-attempts", "tiny", ["power"]],
    ["skittish", "tiny", ["reset"]],
    ["skittish", "stm32l476", ["power", "reset"]],
    ["peeking", "stm32l476", ["power", "weak", "ecc"]],
    ["believing", "tiny", ["flip"]],
    ["hasty", "tiny", ["write"]],
    ["hasty", "tiny", ["misdirected"]],
    ["rereading", "tiny", ["double-fetch"]],
    ["mcuboot-revert", "stm32l476", ["power"]],
  ];
  for (const [name, device, faults] of CANARIES) {
    const tags = faults.includes("flip") || faults.length > 1 ? ["slow"] : [];
    it(`${name} on ${device} under ${faults.join(", ")}`, { tags }, () => {
      const part = partById(device);
      const scenario = name === "mcuboot-revert" ? "revert" : "update";
      const options: CampaignOptions = {
        ...{ deviceModule, part, layout: part.layout, guest: guestFor(name, part), clock },
        ...{ scene: sceneOn(part, scenario, 300), attempts: name === "late-attempts" ? 1 : 3 },
        ...{ faults, assume: true, depth: 1, audit: 0, canaries: [] },
      };
      expect(replayAll(runCampaign(options))).toBeGreaterThan(0);
    });
  }
});
