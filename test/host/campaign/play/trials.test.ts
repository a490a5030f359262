// Which boots count as those of a trial, and of whose: small guests and our own core, each with what a campaign must say.
// @module-tag slow: whole campaigns of small guests; what the memory itself does is in history.test.ts.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import { scenarioByName } from "../../../../host/campaign/plan/scenarios.js";
import { partById } from "../../../../host/device/parts.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";
import { campaign, equalScene, expectClean, said, templatePair } from "../../../support/soundness.js";
import {
  asked,
  asksOnce,
  bootsOnce,
  erasesFreeSector,
  erasesOther,
  LOOKS_FIRST,
  MAY,
  ONE_SHOTS,
  onTrial,
  WRITES_ANEW,
} from "../../../support/trial-changes.js";
import {
  FOURTH_BAD,
  LATE,
  sceneWith,
  THIRD_BAD,
  THIRD_GOOD,
  unsettled,
  withLate,
  worn,
} from "../../../support/trial-scenes.js";

const POWER: readonly FaultName[] = ["power"];
const RESET: readonly FaultName[] = ["reset"];
const NO_FAULT = "no fault";
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

const part = partById("nrf52840");
const TOO_OFTEN = { from: asked, to: `${asked} + 3` };
const NAMED = [`trial-reverts (${NO_FAULT})`];
/** A firmware that is confirmed puts its Record in order before it says so. */
const PUTS_IN_ORDER = {
  from: "  if (hal.info(hal.INFO_OFFER_COUNT, 0) == 0) return hal.STEP_CONFIRMED;",
  to: `  if (record.attempts != 9) {
    record.attempts = 9;
    state.write();
  }
  if (hal.info(hal.INFO_OFFER_COUNT, 0) == 0) return hal.STEP_CONFIRMED;`,
};

describe("boots beyond the attempts are counted", () => {
  it("where only a free sector beside the confirmed image was touched; and that stays confirmed", async () => {
    const touches = onTrial(1, erasesFreeSector(0));
    const wrong = await templatePair("touches, too often", [], [touches, TOO_OFTEN]);
    const scene = worn(sceneOn(part, "revert", SECTOR_PAYLOAD));
    expect(said(campaign({ part, guest: wrong, scene, faults: POWER }))).toEqual(NAMED);
    const guest = await templatePair("touches", [], [touches]);
    const update = sceneOn(part, "update", SECTOR_PAYLOAD);
    expectClean(campaign({ part, guest, scene: update, faults: POWER, attempts: 1, depth: 2 }));
  });

  it("where the third touches a free sector beside the second, which was not heard", async () => {
    const scene = worn(sceneWith(part, THIRD_BAD, SECTOR_PAYLOAD));
    const guest = await templatePair("touches B", [], [onTrial(0, erasesFreeSector(1)), TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
  });

  it("of a fourth image, written by a third that was not heard", async () => {
    const scene = worn(sceneWith(part, FOURTH_BAD, SECTOR_PAYLOAD));
    const guest = await templatePair("third, too often", [], [TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first was never heard to be confirmed", async () => {
    const scene = unsettled(worn(sceneOn(part, "revert", SECTOR_PAYLOAD)));
    const touches = onTrial(1, erasesFreeSector(0));
    for (const guest of [
      await templatePair("third, too often", [], [TOO_OFTEN]),
      await templatePair("touches, too often", [], [touches, TOO_OFTEN]),
    ])
      expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first touches its own slot before it asks for the trial", async () => {
    const scene = worn(sceneOn(part, "revert", SECTOR_PAYLOAD));
    const own = { from: asked, to: `if (running == 0) ${erasesFreeSector(0)}\n  ${TOO_OFTEN.to}` };
    const both = [MAY, own, onTrial(1, erasesFreeSector(0))];
    for (const guest of [
      await templatePair("touches its own", [MAY], [MAY, own]),
      await templatePair("touches its own, and then", [MAY], both),
    ])
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

  const late = sceneWith(part, LATE, SECTOR_PAYLOAD);
  const third = { ...THIRD_GOOD, images: withLate(THIRD_GOOD, 2) };
  const touched = { from: asked, to: `if (running == 0) ${erasesFreeSector(0)}\n  ${asked}` };
  it.each([
    { what: "the confirmed one", scene: late, slot: 1 },
    { what: "one that touches its own slot", scene: late, slot: 1, agent: [MAY, touched], boot: [MAY] },
    { what: "one that was never heard", scene: unsettled(late), slot: 1 },
    { what: "a second, not heard either", scene: sceneWith(part, third, SECTOR_PAYLOAD), slot: 0 },
  ])(
    "must not erase what it would fall back to: $what",
    async ({ what, scene, slot, agent = [], boot = [] }) => {
      const guest = await templatePair(
        `erases ${what}`,
        [LOOKS_FIRST, ...boot],
        [erasesOther(slot), ...agent],
      );
      expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    },
  );

  it("must not write it anew either, as the power may go", async () => {
    const guest = await templatePair("writes anew", [LOOKS_FIRST], [WRITES_ANEW]);
    for (const faults of [POWER, RESET]) {
      const found = said(campaign({ part, guest, scene: late, faults }));
      expect(found.length).toBeGreaterThan(0);
      for (const line of found) expect(line).toMatch(/^trial-reverts \(firmware, (erase|program)/);
    }
  });
});

describe("a firmware that is confirmed, though nobody has heard it yet", () => {
  // With one security counter for both, so that the confirmed image leaves one to fall back to.
  const scene = equalScene(part);
  const often = { part, scene, faults: POWER, attempts: 1, depth: 2 };

  it("may write its Record again before it says so, where boot has counted no trial", async () => {
    expectClean(campaign({ ...often, guest: await templatePair("in order", [], [PUTS_IN_ORDER]) }));
  });

  it("may not where boot has: then it is tried once more than it may be", async () => {
    const guest = await templatePair("in order, too often", [], [PUTS_IN_ORDER, TOO_OFTEN]);
    const found = said(campaign({ ...often, guest }));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).toMatch(/^trial-reverts /);
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

describe("a trial that is asked for", () => {
  it.each(Object.entries(ONE_SHOTS))("by %s is a new one each time", async (name, oneShot) => {
    const guest = await templatePair(`once by ${name}`, bootsOnce(oneShot), asksOnce(oneShot));
    const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
    for (const faults of [POWER, RESET]) expectClean(campaign({ part, guest, scene, faults, attempts: 1 }));
  });
});
