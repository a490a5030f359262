// Which resets count as those of a trial, and what they excuse: small guests and our own core, each with what a campaign must say.
// @module-tag slow: whole campaigns of small guests; those of trials.test.ts are quick
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { Scene } from "../../../../host/campaign/plan/scenario.js";
import { partById } from "../../../../host/device/parts.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";
import { campaign, expectClean, said, templatePair } from "../../../support/soundness.js";
import {
  asked,
  CONFIRMS_FIRST,
  DECLARES_RETAINED,
  ENDS_AT_PIN,
  ENDS_TRIAL_AT_PIN,
  erasesFreeSector,
  GIVES_UP,
  INSTALLS_APART,
  KEEPS_AT_PIN,
  LOOKS_FIRST,
  MAY,
  OFFERED,
  TAKES_NONE,
} from "../../../support/trial-changes.js";
import { sceneWith, THIRD_BAD, THIRD_GOOD, unsettled, withLate } from "../../../support/trial-scenes.js";

const POWER: readonly FaultName[] = ["power"];
const RESET: readonly FaultName[] = ["reset"];
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

const part = partById("nrf52840");

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
    const guest = await templatePair("gives up for good", [GIVES_UP], [TAKES_NONE]);
    expect(said(campaign({ ...wanted, guest }))).toContain("update-completes (before firmware, reset)");
  });

  it.each([
    { who: "a guest", may: [] },
    { who: "one that may write its own slot", may: [MAY] },
  ])(
    "excuse $who as soon as they are as many as the image has attempts to spare itself, and no sooner",
    async ({ who, may }) => {
      const scenes = [1, 2].map((generation) => {
        const images = withLate(THIRD_GOOD, generation, 2);
        const steps = THIRD_GOOD.steps.map((step) => ({ ...step, until: "confirmed" as const }));
        return sceneWith(part, { ...THIRD_GOOD, images, steps }, SECTOR_PAYLOAD);
      });
      const [second, third] = scenes as [Scene, Scene];
      const agent = [...may, TAKES_NONE];
      const name = `gives up for good, ${who}`;
      const guest = await templatePair(name, [...may, GIVES_UP], agent);
      expectClean(campaign({ ...wanted, guest, scene: second, attempts: 3 }));
      const wrong = await templatePair(`${name}, at a pin`, [...may, ENDS_TRIAL_AT_PIN, GIVES_UP], agent);
      const found = said(campaign({ ...wanted, guest: wrong, scene: third, attempts: 3 }));
      expect(found).toContain("update-completes (boot, program, reset)");
    },
  );

  const NOTES = `if (record.confirmed == 2) {
    record.confirmed = 3;
    return state.write() ? hal.STEP_MORE : hal.STEP_REFUSED;
  }
  const offer = record.confirmed == 3 ? hal.NOWHERE : offerFor(running ^ 1);`;
  const CLEANS = `const there = hal.info(hal.INFO_SLOT_OFFSET, 1);
  if (record.confirmed == 2 && <u32>hal.tryRead32(there) != hal.info(hal.INFO_ERASED_WORD, 0)) {
    flash.erase(there, 4096);
    return hal.STEP_MORE;
  }
  ${TAKES_NONE.to}`;
  it.each([
    { what: "notes that", to: NOTES },
    { what: "erases it", to: CLEANS },
  ])("excuse that it is given up, where the first $what", async ({ what, to }) => {
    const guest = await templatePair(`gives up, ${what}`, [GIVES_UP], [{ from: OFFERED, to }]);
    const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
    expectClean(campaign({ ...wanted, guest, scene }));
  });

  it("excuse that too where the first was never heard, or has touched its own slot", async () => {
    const scene = sceneOn(part, "update", SECTOR_PAYLOAD);
    const to = `if (record.confirmed == 2) return hal.STEP_CONFIRMED;\n  ${OFFERED}`;
    const says = { from: OFFERED, to };
    const own = { from: asked, to: `if (running == 0) ${erasesFreeSector(0)}\n  ${asked}` };
    const guest = await templatePair("gives up and says so", [GIVES_UP], [says]);
    expectClean(campaign({ ...wanted, guest, scene: unsettled(scene) }));
    const touches = await templatePair("touches, gives up and says so", [GIVES_UP, MAY], [MAY, own, says]);
    expectClean(campaign({ ...wanted, guest: touches, scene }));
  });

  it("excuse it on a device fresh from the factory, under our own core", async () => {
    const lpc55s69 = partById("lpc55s69");
    const fresh = unsettled(sceneOn(lpc55s69, "update", SECTOR_PAYLOAD));
    const own = { ...wanted, part: lpc55s69, guest: ownPairFor(lpc55s69), scene: fresh };
    for (const faults of [POWER, RESET]) expectClean(campaign({ ...own, faults, depth: 3 }));
  });

  it("excuse it still when the next offer stands, where it was the one that must run", async () => {
    const scene = sceneWith(part, THIRD_BAD, SECTOR_PAYLOAD);
    for (const guest of [await templatePair("third"), ownPairFor(part)])
      expectClean(campaign({ ...wanted, guest, scene }));
  });

  it.each([
    {
      where: "a counter",
      declares: [],
      used: "<u32>hal.counterRead(1) - record.attempts",
      count: "hal.counterAdvance(1, <u32>hal.counterRead(1) + 1);",
      from: "record.attempts = <u32>hal.counterRead(1)",
    },
    {
      where: "a retained word",
      declares: [DECLARES_RETAINED],
      used: "retainedRead(0)",
      count: "retainedWrite(0, retainedRead(0) + 1);",
      from: "retainedWrite(0, 0)",
    },
  ])("count where boot keeps its attempts in $where", async ({ where, declares, used, count, from }) => {
    const counts = [
      { from: LOOKS_FIRST.from, to: `    if (${used} >= hal.info(hal.INFO_ATTEMPTS, 0)) {` },
      {
        from: "      record.confirmed = 1;\n    } else {",
        to: `      ${GIVES_UP.to};\n      state.write();\n    } else {`,
      },
      { from: "record.attempts--;", to: count },
      { from: "    }\n    state.write();\n  }", to: "    }\n  }" },
    ];
    const agent = [...declares, TAKES_NONE, { from: asked, to: from }];
    const guest = await templatePair(`counts in ${where}`, [...declares, ...counts], agent);
    for (const name of where === "a counter" ? ["update", "revert"] : ["update"])
      expectClean(campaign({ ...wanted, guest, scene: sceneOn(part, name, SECTOR_PAYLOAD) }));
  });

  it.each([
    { what: "traps", does: "if (record.confirmed == 2) unreachable();" },
    { what: "hangs", does: "if (record.confirmed == 2) while (hal.info(hal.INFO_OFFER_COUNT, 0) != 0) {}" },
    { what: "is idle for ever", does: "if (record.confirmed == 2) return hal.STEP_IDLE;" },
  ])(
    "do not excuse that the image that is fallen back to $what",
    { tags: "slow" },
    async ({ what, does }) => {
      const to = `${does}\n  ${OFFERED}`;
      const guest = await templatePair(`gives up and ${what}`, [GIVES_UP], [{ from: OFFERED, to }]);
      for (const [name, oracle] of [
        ["update", "update-completes"],
        ["revert", "trial-reverts"],
      ] as const) {
        const found = said(campaign({ ...wanted, guest, scene: sceneOn(part, name, SECTOR_PAYLOAD) }));
        expect(found.join()).toContain(oracle);
      }
    },
  );

  it("do not excuse that a bad image stays", async () => {
    const revert = sceneOn(part, "revert", SECTOR_PAYLOAD);
    for (const [name, change] of Object.entries({ CONFIRMS_FIRST, KEEPS_AT_PIN })) {
      const found = said(campaign({ ...wanted, guest: await templatePair(name, [change]), scene: revert }));
      expect(found).toEqual(["trial-reverts (boot, program, reset)"]);
    }
    const guest = await templatePair("CONFIRMS_FIRST", [CONFIRMS_FIRST]);
    const third = sceneWith(part, THIRD_BAD, SECTOR_PAYLOAD);
    expect(said(campaign({ ...wanted, guest, scene: third }))).toContain(
      "trial-reverts (boot, program, reset)",
    );
  });

  it("do not excuse what they strike before the trial begins", async () => {
    const to = `if (record.confirmed == 2) return hal.STEP_CONFIRMED;\n  ${OFFERED}`;
    const agent = [{ from: OFFERED, to }, ...INSTALLS_APART];
    const guest = await templatePair("ends at a pin", [ENDS_AT_PIN, GIVES_UP], agent);
    const update = sceneOn(part, "update", SECTOR_PAYLOAD);
    for (const scene of [update, unsettled(update)])
      expect(said(campaign({ ...wanted, guest, scene }))).toEqual([
        "update-completes (firmware, program, reset)",
      ]);
    const right = await templatePair("installs apart", [], INSTALLS_APART);
    for (const faults of [POWER, RESET])
      expectClean(campaign({ ...wanted, guest: right, scene: update, faults, attempts: 3 }));
  });

  it("excuse that one that was not heard keeps itself, and gives the next one up", async () => {
    const up = { from: GIVES_UP.from, to: "record.confirmed = record.active == 1 ? 2 : 1" };
    for (const answer of ["STEP_REFUSED", "STEP_CONFIRMED"]) {
      const to = `if (record.confirmed == 2) return hal.${answer};\n  ${OFFERED}`;
      const guest = await templatePair(`second gives up, ${answer}`, [up], [{ from: OFFERED, to }]);
      for (const start of [scene, unsettled(scene)])
        expectClean(campaign({ ...wanted, guest, scene: start }));
    }
  });
});

describe("a boot that halts after a reset by the watchdog, once something is confirmed", () => {
  const halts = {
    from: "  if (state.isRecord() && record.confirmed == 0) {",
    to: `  if (state.isRecord() && record.confirmed != 0 && hal.info(${abi.INFO_RESET_CAUSE}, 0) == ${abi.CAUSE_WATCHDOG})
    return hal.halt(1);
  if (state.isRecord() && record.confirmed == 0) {`,
  };

  it.each(["update", "revert", "first-boot", "confirm-late"])(
    "shows under reset in %s, where under power nothing is wrong",
    async (scenario) => {
      const wanted = { part, scene: sceneOn(part, scenario, SECTOR_PAYLOAD) };
      const guest = await templatePair("halts after a watchdog", [halts]);
      expectClean(campaign({ ...wanted, guest, faults: ["power"] }));
      const found = said(campaign({ ...wanted, guest, faults: ["power", "reset"] }));
      expect(found.length).toBeGreaterThan(0);
      for (const line of found) expect(line).toMatch(/^no-brick \(.*reset\)$/);
    },
  );
});
