// Which boots and resets count as those of a trial, and of whose: small guests and our own core, each with what a campaign must say.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../host/campaign/fault-models.js";
import type { Scene } from "../../../host/campaign/scenario.js";
import { scenarioByName } from "../../../host/campaign/scenarios.js";
import { partById } from "../../../host/device/parts.js";
import { sceneOn } from "../../support/guests.js";
import { ownPairFor } from "../../support/scenes.js";
import { campaign, expectClean, said, templatePair } from "../../support/soundness.js";
import {
  asked,
  erasesFreeSector,
  erasesOther,
  GIVES_UP,
  LOOKS_FIRST,
  MAY,
  OFFERED,
  onTrial,
  TAKES_NONE,
  WRITES_ANEW,
} from "../../support/trial-changes.js";
import {
  FOURTH_BAD,
  LATE,
  sceneWith,
  THIRD_BAD,
  THIRD_GOOD,
  unsettled,
  withLate,
} from "../../support/trial-scenes.js";

const POWER: readonly FaultName[] = ["power"];
const RESET: readonly FaultName[] = ["reset"];
const NO_FAULT = "no fault";
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;

const part = partById("nrf52840");
const TOO_OFTEN = { from: asked, to: `${asked} + 3` };
const NAMED = [`trial-reverts (${NO_FAULT})`];

describe("boots beyond the attempts are counted", () => {
  it("where only a free sector beside the confirmed image was touched; and that stays confirmed", async () => {
    const touches = onTrial(1, erasesFreeSector(0));
    const wrong = await templatePair("touches, too often", [], [touches, TOO_OFTEN]);
    const scene = sceneOn(part, "revert", SECTOR_PAYLOAD);
    expect(said(campaign({ part, guest: wrong, scene, faults: POWER }))).toEqual(NAMED);
    const guest = await templatePair("touches", [], [touches]);
    const update = sceneOn(part, "update", SECTOR_PAYLOAD);
    expectClean(campaign({ part, guest, scene: update, faults: POWER, attempts: 1, depth: 2 }));
  });

  it("where the third touches a free sector beside the second, which was not heard", async () => {
    const scene = sceneWith(part, THIRD_BAD, SECTOR_PAYLOAD);
    const guest = await templatePair("touches B", [], [onTrial(0, erasesFreeSector(1)), TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
  });

  it("of a fourth image, written by a third that was not heard", async () => {
    const scene = sceneWith(part, FOURTH_BAD, SECTOR_PAYLOAD);
    const guest = await templatePair("third, too often", [], [TOO_OFTEN]);
    expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first was never heard to be confirmed", async () => {
    const scene = unsettled(sceneOn(part, "revert", SECTOR_PAYLOAD));
    const touches = onTrial(1, erasesFreeSector(0));
    for (const guest of [
      await templatePair("third, too often", [], [TOO_OFTEN]),
      await templatePair("touches, too often", [], [touches, TOO_OFTEN]),
    ])
      expect(said(campaign({ part, guest, scene, faults: POWER }))).toEqual(NAMED);
    expectClean(campaign({ part, guest: await templatePair("third"), scene, faults: POWER }));
  });

  it("where the first touches its own slot before it asks for the trial", async () => {
    const scene = sceneOn(part, "revert", SECTOR_PAYLOAD);
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
    const guest = await templatePair("gives up for good", [GIVES_UP], [TAKES_NONE]);
    expect(said(campaign({ ...wanted, guest }))).toContain("update-completes (before firmware, reset)");
  });

  it("excuse as soon as they are as many as it has attempts to spare itself, and no sooner", async () => {
    const guest = await templatePair("gives up for good", [GIVES_UP], [TAKES_NONE]);
    const scenes = [1, 2].map((generation) => {
      const images = withLate(THIRD_GOOD, generation, 2);
      const steps = THIRD_GOOD.steps.map((step) => ({ ...step, until: "confirmed" as const }));
      return sceneWith(part, { ...THIRD_GOOD, images, steps }, SECTOR_PAYLOAD);
    });
    const [second, third] = scenes as [Scene, Scene];
    expectClean(campaign({ ...wanted, guest, scene: second, attempts: 3 }));
    const hasty = {
      from: LOOKS_FIRST.from,
      to: `    if (record.attempts == 0 || (record.attempts < hal.info(hal.INFO_ATTEMPTS, 0) && hal.info(10, 0) == 4)) {`,
    };
    const wrong = await templatePair("gives up at a pin reset", [hasty, GIVES_UP], [TAKES_NONE]);
    const found = said(campaign({ ...wanted, guest: wrong, scene: third, attempts: 3 }));
    expect(found).toContain("update-completes (boot, program, reset)");
  });

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

  const DECLARES = {
    from: "export function abiVersion",
    to: `@external("hal", "retainedRead") declare function retainedRead(index: u32): u32;
@external("hal", "retainedWrite") declare function retainedWrite(index: u32, word: u32): void;
export function abiVersion`,
  };
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
      declares: [DECLARES],
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
});
