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

const MAY_WRITE = `export function mayWrite(): u32 {
  return 1;
}
`;
/** Erases the last sector of slot A, where nothing stands. */
const ERASES_FREE_SECTOR =
  "hal.erase(hal.info(hal.INFO_SLOT_OFFSET, 0) + hal.info(hal.INFO_SLOT_SIZE, 0) - 4096);";
/** What firmware on trial in slot B does first. */
const TOUCHES_FREE_SECTOR = `  if (running == 1 && record.confirmed == 0) ${ERASES_FREE_SECTOR}`;

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

/** The same with a v4, which is bad where v3 is good. */
const FOURTH_BAD: Scenario = {
  ...{ ...THIRD_BAD, name: "fourth-bad", title: "v1 confirmed, v2, v3 and v4 offered, which is bad" },
  images: [1, 2, 3, 4].map((version) => ({
    ...{ name: `v${version}`, version, securityCounter: version },
    selfTest: version === 4 ? "bad" : "good",
  })),
  steps: ["v2", "v3", "v4"].map((offer) => ({ offer, until: "ran" })),
  expect: { runs: "v3" },
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

const part = partById("nrf52840");
/** Where the template asks for a trial. */
const asked = "record.attempts = hal.info(hal.INFO_ATTEMPTS, 0)";
const TOO_OFTEN = { from: asked, to: `${asked} + 3` };
const NAMED = [`trial-reverts (${NO_FAULT})`];

describe("boots beyond the attempts are counted", () => {
  it("where only a free sector beside the confirmed image was touched; and that stays confirmed", async () => {
    const touches = {
      from: "  if (!state.isRecord() ||",
      to: `${TOUCHES_FREE_SECTOR}\n  if (!state.isRecord() ||`,
    };
    const wrong = await templatePair("touches, too often", [], [touches, TOO_OFTEN]);
    const scene = sceneOn(part, "revert", SECTOR_PAYLOAD);
    expect(said(campaign({ part, guest: wrong, scene, faults: POWER }))).toEqual(NAMED);
    const guest = await templatePair("touches", [], [touches]);
    const update = sceneOn(part, "update", SECTOR_PAYLOAD);
    expectClean(campaign({ part, guest, scene: update, faults: POWER, attempts: 1, depth: 2 }));
  });

  it("of a fourth image, written by a third that was not heard", async () => {
    const scene = sceneWith(part, FOURTH_BAD, SECTOR_PAYLOAD);
    const guest = await templatePair("third, too often", [], [TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first was never heard to be confirmed", async () => {
    const { scenario, ...images } = sceneOn(part, "revert", SECTOR_PAYLOAD);
    const scene = { ...images, scenario: { ...scenario, start: { slotA: "v1", settled: false } } };
    const guest = await templatePair("third, too often", [], [TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first touches its own slot before it asks for the trial", async () => {
    const mayWrite = { from: "export function abiVersion", to: `${MAY_WRITE}\nexport function abiVersion` };
    const scene = sceneOn(part, "revert", SECTOR_PAYLOAD);
    const touches = { from: asked, to: `if (running == 0) ${ERASES_FREE_SECTOR}\n  ${TOO_OFTEN.to}` };
    const guest = await templatePair("touches its own", [mayWrite], [mayWrite, touches]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
  });
});

describe("an image whose self-test is not good yet", () => {
  it("must not take the next offer over the one that it would fall back to", async () => {
    const scene = sceneWith(part, scenarioByName("double-update")!, SECTOR_PAYLOAD);
    const guest = await templatePair(
      "takes offers first",
      [],
      [
        {
          from: "record.confirmed == 0)) {",
          to: "record.confirmed == 0 && (hal.info(hal.INFO_OFFER_COUNT, 0) == 0 || isVersionOf(running, offerFor(running ^ 1))))) {",
        },
      ],
    );
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
  });
});

describe("a third image, written over the first by a second whose confirmation was not heard", () => {
  it("is a trial like any other: clean within its attempts, trial-reverts beyond", async () => {
    const wanted = { part, scene: sceneWith(part, THIRD_BAD, SECTOR_PAYLOAD), faults: POWER };
    expectClean(campaign({ ...wanted, guest: await templatePair("third") }));
    const guest = await templatePair("third, too often", [], [TOO_OFTEN]);
    expect(said(campaign({ ...wanted, guest }))).toEqual(NAMED);
  });

  it("leaves the second nothing to fall back to: that may run as often as it must", async () => {
    const scene = sceneWith(part, scenarioByName("double-update")!, SECTOR_PAYLOAD);
    expectClean(campaign({ part, guest: ownPairFor(part), scene, faults: POWER, depth: 2 }));
  });
});

describe("resets that strike one image's trial", () => {
  const scene = sceneWith(part, THIRD_GOOD, SECTOR_PAYLOAD);
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

/** The images of a scenario for a part, from v2 on as pairs. */
function sceneWith({ layout }: PartProfile, scenario: Scenario, payloadSize: number): Scene {
  const image = (generation: number, slot: "slotA" | "slotB") =>
    testImage({ generation, payloadSize, linkedFor: layout[slot].offset });
  const pairs = scenario.images.flatMap((_, generation) =>
    generation === 0 ? [] : [image(generation, "slotA"), image(generation, "slotB")],
  );
  return { scenario, images: [image(0, "slotA"), ...pairs], keyTable: encodeKeyTable([testKey.publicKey]) };
}
