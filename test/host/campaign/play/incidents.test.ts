// What befalls a device in a scenario's middle: what it changes, when, what the oracles make of it; and that an exploration comes to the
// same as a run that is played.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { oracleNames } from "../../../../host/campaign/plan/oracles.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import type { Incident, Scenario, Scene, Step } from "../../../../host/campaign/plan/scenario.js";
import { Identifier } from "../../../../host/campaign/play/identify.js";
import { partById } from "../../../../host/device/parts.js";
import { imageFields } from "../../../../host/image/fields.js";
import { prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor } from "../../../support/scenes.js";
import { campaign, equalScene, soundnessPair } from "../../../support/soundness.js";

const tiny = partById("tiny");
const PAYLOAD = 68;
const PAYLOAD_OF_TWO_SECTORS = 132;
/** v2, until a step has changed the slot that does not run; then what is at hand; then v2 again. */
const UNTIL_BEGUN = { offer: "v2", until: "begun" } as const;
const UNTIL_RAN = { offer: "v2", until: "ran" } as const;
const AGAIN = { offer: "v2", until: "confirmed" } as const;

function sceneWith(steps: readonly Step[], over: Partial<Scenario> = {}): Scene {
  const scene = sceneOn(tiny, "update", PAYLOAD);
  const images = scene.images.map((image) => ({ ...image, fields: imageFields(image.bytes) }));
  return { ...scene, images, scenario: { ...scene.scenario, steps, ...over } };
}

/** A run of our own guests in which this happens after v2 was begun with: the device then, and how the run ends. */
function played(incident: Incident, steps: readonly Step[] = [UNTIL_BEGUN, incident, AGAIN]) {
  const scene = sceneWith(steps);
  const { device, start } = prepared({ part: tiny, pair: ownPairFor(tiny), scene, models: ["power"] });
  const identifier = new Identifier(device, scene.images);
  const causes: number[] = [];
  const happened: number[] = [];
  let then = { flash: device.flash(0, 0), inSlots: [[], []] as (readonly { readonly name: string }[])[] };
  const settled = runPlain(device, scene, start, {
    onPowerUp: ({ cause }) => causes.push(cause),
    onIncident: (step) => {
      happened.push(step);
      const { offset, size } = tiny.layout.slotA;
      then = { flash: device.flash(offset, size), inSlots: [identifier.inSlot(0), identifier.inSlot(1)] };
    },
  });
  return { scene, device, causes, happened, then, settled, said: oracleNames(settled.violations) };
}

describe("damage", () => {
  const sound = sceneWith([]).images[0]!;
  const differing = (flash: Uint8Array) =>
    [...sound.bytes.keys()].filter((at) => flash[at] !== sound.bytes[at]);

  it("inverts one word of a field, and what ran there runs no more", () => {
    const { happened, then, said } = played({ damage: "slotA", field: "payload" });
    expect(happened).toEqual([1]);
    const bytes = differing(then.flash);
    expect(bytes.length).toBe(4);
    const { offset, size } = sound.fields!.find(({ name }) => name === "payload")!;
    expect(Math.min(...bytes)).toBeGreaterThanOrEqual(offset);
    expect(Math.max(...bytes)).toBeLessThan(offset + size);
    expect(then.inSlots[0]).toEqual([]);
    // Its firmware runs no more, and slot B is half written.
    expect(said).toEqual(["update-completes"]);
  });

  it("inverts as many words as it says, others with another seed", () => {
    const places = [1, 2].map((seed) => differing(played({ damage: "running", words: 5, seed }).then.flash));
    expect(places.map(({ length }) => length)).toEqual([20, 20]);
    expect(places[0]).not.toEqual(places[1]);
  });

  it("of the other slot is none of the one that runs: that is v2 by then, with nothing to fall back to", () => {
    const { said, then } = played({ damage: "other" }, [UNTIL_RAN, { damage: "other" }, AGAIN]);
    expect(differing(then.flash).length).toBe(4);
    expect(then.inSlots.map(({ length }) => length)).toEqual([0, 1]);
    expect(said).toEqual([]);
  });

  it("of the Record loses it, for which nobody is blamed", () => {
    expect(played({ damage: "record" }).said).toEqual([]);
  });

  it("by two steps is not undone by the second, and strikes the two slots that it names", () => {
    const twice = { damage: "running", field: "payload" } as const;
    const { then, said } = played(twice, [AGAIN, twice, twice, { damage: "other" }]);
    expect(then.inSlots).toEqual([[], []]);
    expect(said).toContain("update-completes");
    const lost = { damage: "record" } as const;
    expect(played(lost, [AGAIN, lost, lost]).causes.length).toBeGreaterThan(3);
  });

  it("of a slot that rests beside a confirmed image is no change that keeps the device from resting", () => {
    const rots = { damage: "slotA", field: "payload" } as const;
    expect(played(rots, [AGAIN, rots])).toMatchObject({ said: [], settled: { ending: "rested" } });
  });

  it("of the image that runs makes no bad firmware good", () => {
    const scene = sceneWith([UNTIL_RAN, { damage: "running", field: "payload" }]);
    const images = scene.scenario.images.map((plan) => ({ ...plan, selfTest: "bad" as const }));
    const bad = { ...scene, scenario: { ...scene.scenario, images, expect: { runs: "v1" } } };
    const { device, start } = prepared({ part: tiny, pair: ownPairFor(tiny), scene: bad, models: ["power"] });
    expect(runPlain(device, bad, start, {}).last.history.confirmed).not.toBe(1);
  });

  it.each<{ readonly incident: Incident; readonly says: RegExp }>([
    {
      incident: { damage: "slotA", field: "paylod" },
      says: /^scenario update, damage to .*"payload".*found "paylod"$/,
    },
    {
      incident: { damage: "slotB", field: "payload", words: 18 },
      says: /^scenario update, damage to .*: expected 1 to 17 words of payload, found 18$/,
    },
  ])("that cannot be done is refused before anything runs: $incident", ({ incident, says }) => {
    expect(() => played(incident)).toThrow(says);
  });
});

describe("an image that is put into a slot", () => {
  it("stands there, whatever stood there before", () => {
    const { then, said } = played({ put: { slotB: "v2" } });
    expect(then.inSlots[1]!.map(({ name }) => name)).toEqual([sceneWith([]).images[2]!.name]);
    expect(said).toEqual([]);
  });
});

describe("a self-test that fails later", () => {
  it("has the watchdog reset the confirmed firmware so many times, and then no more", () => {
    const fails = { selfTest: "fails", boots: 4 } as const;
    const { causes, said } = played(fails, [AGAIN, fails]);
    expect(causes.filter((cause) => cause === abi.CAUSE_WATCHDOG).length).toBe(4);
    expect(said).toEqual([]);
  });

  it("is none of an image on trial", () => {
    const { causes, said } = played({ selfTest: "fails", boots: 200 });
    expect(causes.filter((cause) => cause === abi.CAUSE_WATCHDOG).length).toBeLessThan(5);
    expect(said).toEqual([]);
  });
});

describe("a counter", () => {
  it("advances past all rules, and no further where it stands higher", () => {
    expect(played({ counter: 3, to: 7 }).device.counter(3)).toBe(7);
    const twice: readonly Step[] = [UNTIL_BEGUN, { counter: 3, to: 7 }, { counter: 3, to: 5 }, AGAIN];
    expect(played(AGAIN as never, twice).device.counter(3)).toBe(7);
  });

  it("that is the floor takes the running image's right to run", () => {
    expect(played({ counter: abi.COUNTER_FLOOR, to: 9 }).said).toContain("update-completes");
  });
});

describe("a campaign", () => {
  const guest = ownPairFor(tiny);

  it.each<{ readonly first: Step; readonly incident: Incident }>([
    { first: UNTIL_RAN, incident: { damage: "other" } },
    { first: UNTIL_BEGUN, incident: { damage: "record" } },
    { first: UNTIL_BEGUN, incident: { put: { slotB: "v2" } } },
    { first: UNTIL_BEGUN, incident: { selfTest: "fails", boots: 3 } },
  ])(
    "with $incident is proved to a fixpoint, and every whole run agrees",
    { tags: "slow" },
    ({ first, incident }) => {
      const scene = sceneWith([first, incident, AGAIN]);
      const report = campaign({ part: tiny, guest, scene, faults: ["power"], depth: Infinity, audit: 0.2 });
      expect(report.verdict).toBe("proved");
    },
  );

  it.each([1, 2])(
    "takes no two torn states for one that are told apart by what befalls them: depth %i",
    async (depth) => {
      const guest = await soundnessPair("keeps-torn-word");
      const scene = equalScene(tiny, PAYLOAD_OF_TWO_SECTORS);
      const steps = [UNTIL_BEGUN, { counter: 5, to: 9 }, AGAIN];
      const report = campaign({
        ...{ part: tiny, guest, faults: ["power"], depth },
        scene: { ...scene, scenario: { ...scene.scenario, steps } },
      });
      expect(report.violations.map(({ oracle }) => oracle)).toContain("authentic");
    },
  );

  it("finds an open word destroyed with the rest of the Record", async () => {
    const guest = await soundnessPair("g1");
    const scene = equalScene(tiny, PAYLOAD);
    const steps = [UNTIL_BEGUN, { damage: "record" } as const, AGAIN];
    const report = campaign({
      ...{ part: tiny, guest, faults: ["power"], tears: "dense", audit: 1 },
      scene: { ...scene, scenario: { ...scene.scenario, steps } },
    });
    expect(report.unreplayed ?? []).toEqual([]);
  });

  it("shows what it finds by a run in which that happens again", () => {
    const scene = sceneWith([UNTIL_BEGUN, { damage: "running" }, AGAIN]);
    const report = campaign({ part: tiny, guest, scene, faults: ["power"], evenSo: true });
    expect(report.unreplayed ?? []).toEqual([]);
    expect(report.violations.map(({ oracle }) => oracle)).toContain("update-completes");
  });
});
