// Which boots and resets count as those of a trial, and of whose: small guests and our own core, each with what a campaign must say.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../host/campaign/fault-models.js";
import type { Scenario, Scene } from "../../../host/campaign/scenario.js";
import { scenarioByName } from "../../../host/campaign/scenarios.js";
import { partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { sceneOn } from "../../support/guests.js";
import { ownPairFor, testImage, testKey } from "../../support/scenes.js";
import { campaign, expectClean, said, templatePair } from "../../support/soundness.js";

const POWER: readonly FaultName[] = ["power"];
const RESET: readonly FaultName[] = ["reset"];
const NO_FAULT = "no fault";
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

/** What firmware on trial in slot B does first: erases the last sector of slot A, where nothing stands. */
const TOUCHES_FREE_SECTOR = `  if (running == 1 && record.confirmed == 0)
    hal.erase(hal.info(hal.INFO_SLOT_OFFSET, 0) + hal.info(hal.INFO_SLOT_SIZE, 0) - 4096);`;

/** v1 is confirmed; v2 is offered until it has run, then v3, which is bad. */
const THIRD_BAD: Scenario = {
  ...{ name: "third-bad", title: "v1 confirmed, v2 and then v3 offered, which is bad" },
  images: [
    { name: "v1", version: 1, securityCounter: 1 },
    { name: "v2", version: 2, securityCounter: 2 },
    { name: "v3", version: 3, securityCounter: 3, selfTest: "bad" },
  ],
  start: { slotA: "v1", settled: true },
  steps: [
    { offer: "v2", until: "ran" },
    { offer: "v3", until: "ran" },
  ],
  ...{ expect: { runs: "v2" }, otherwise: "trial-reverts", notApplicable: ["update-completes"] },
};

/** The same, but v3 is good and must run. */
const THIRD_GOOD: Scenario = {
  ...{ ...THIRD_BAD, name: "third-good", title: "v1 confirmed, v2 and then v3 offered" },
  images: THIRD_BAD.images.map(({ selfTest: _, ...plan }) => plan),
  steps: [
    { offer: "v2", until: "ran" },
    { offer: "v3", until: "confirmed" },
  ],
  ...{ expect: { runs: "v3" }, otherwise: "update-completes", notApplicable: [] },
};

describe("a third image, written over the first by a second whose confirmation was not heard", () => {
  const part = partById("nrf52840");
  const asked = "record.attempts = hal.info(hal.INFO_ATTEMPTS, 0)";

  it("is a trial like any other: clean within its attempts, trial-reverts beyond", async () => {
    const wanted = { part, scene: threeOn(part, THIRD_BAD, SECTOR_PAYLOAD), faults: POWER };
    expectClean(campaign({ ...wanted, guest: await templatePair("third") }));
    const guest = await templatePair("third, too often", [], [{ from: asked, to: `${asked} + 3` }]);
    expect(said(campaign({ ...wanted, guest }))).toEqual([`trial-reverts (${NO_FAULT})`]);
  });

  it("is none where only a free sector of the first was touched: the first still stands to fall back to", async () => {
    const scene = sceneOn(part, "revert", SECTOR_PAYLOAD);
    const guest = await templatePair(
      "touches a free sector",
      [],
      [
        { from: "  if (!state.isRecord() ||", to: `${TOUCHES_FREE_SECTOR}\n  if (!state.isRecord() ||` },
        { from: asked, to: `${asked} + 1` },
      ],
    );
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual([`trial-reverts (${NO_FAULT})`]);
  });

  it("leaves the second nothing to fall back to: that may run as often as it must", async () => {
    const scene = threeOn(part, scenarioByName("double-update")!, SECTOR_PAYLOAD);
    expectClean(campaign({ part, guest: ownPairFor(part), scene, faults: POWER, depth: 2 }));
  });
});

describe("resets that strike one image's trial", () => {
  const part = partById("nrf52840");
  const scene = threeOn(part, THIRD_GOOD, SECTOR_PAYLOAD);
  const wanted = { part, scene, faults: RESET, attempts: 1 };

  it("excuse that it is refused before it ever ran", async () => {
    const lpc55s69 = partById("lpc55s69");
    const guest = ownPairFor(lpc55s69);
    const reverts = { ...wanted, part: lpc55s69, guest, scene: sceneOn(lpc55s69, "revert", SECTOR_PAYLOAD) };
    expectClean(campaign({ ...reverts, depth: 3 }));
  });

  it("excuse that it is given up, where the next one is taken", async () => {
    const report = campaign({ ...wanted, guest: await templatePair("third") });
    // Once confirmed and not heard, it goes on with the next offer: an image that runs too often is another oracle's affair.
    expect(said(report).filter((line) => !line.startsWith("trial-reverts"))).toEqual([]);
  });

  it("do not excuse that another one is refused", async () => {
    const guest = await templatePair(
      "gives up for good",
      [{ from: "record.confirmed = 1", to: "record.confirmed = record.active == 0 ? 2 : 1" }],
      [
        {
          from: "const offer = offerFor(running ^ 1);",
          to: "const offer = record.confirmed == 2 ? hal.NOWHERE : offerFor(running ^ 1);",
        },
      ],
    );
    expect(said(campaign({ ...wanted, guest }))).toContain("update-completes (before firmware, reset)");
  });
});

/** Three images of a part, v2 and v3 as pairs. */
function threeOn({ layout }: PartProfile, scenario: Scenario, payloadSize: number): Scene {
  const image = (generation: 0 | 1 | 2, slot: "slotA" | "slotB") =>
    testImage({ generation, payloadSize, linkedFor: layout[slot].offset });
  return {
    scenario,
    images: [image(0, "slotA"), image(1, "slotA"), image(1, "slotB"), image(2, "slotA"), image(2, "slotB")],
    keyTable: encodeKeyTable([testKey.publicKey]),
  };
}
