// Counters that are full, for the package's own guests: an update that the floor could not follow is refused before it is tried, with
// any number of cuts and whatever weak reads see; one that it can just follow is not.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { runPlain } from "../../../host/campaign/play/plain.js";
import type { Scenario, Scene, Step } from "../../../host/campaign/plan/scenario.js";
import { StrikeLists } from "../../../host/campaign/explore/strikes/strike-lists.js";
import { Calls } from "../../../host/campaign/explore/calls.js";
import { Identifier } from "../../../host/campaign/play/identify.js";
import { Player } from "../../../host/campaign/play/player.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { explored, oraclesOf, prepared } from "../../support/exploration.js";
import { sceneOn, tinyWith } from "../../support/guests.js";
import { ownPairFor } from "../../support/scenes.js";

const PAYLOAD = 68;
const parts = [
  tinyWith({ programBytes: 64 }),
  tinyWith({ rule: "once", record: "sealed", programBytes: 64 }),
];

/** The same part with counters that hold no more. */
function holding(most: number, part: PartProfile = parts[0]!): PartProfile {
  return { ...part, counterMax: { value: most, source: "made for a test", mark: "seen" } };
}

/** v1 runs; v2 is offered, whose security counter is 2. */
function offered(part: PartProfile, until: "confirmed" | "refused", more: readonly Step[] = []): Scene {
  const scene = sceneOn(part, "update", PAYLOAD);
  const scenario: Scenario = {
    ...scene.scenario,
    steps: [{ offer: "v2", until }, ...more],
    expect: { runs: until === "refused" ? "v1" : "v2" },
    otherwise: "ends-as-expected",
  };
  return { ...scene, scenario };
}

describe.each(parts.map((part) => [part.record, part] as const))(
  "a %s Record, counters that hold 1",
  (_, base) => {
    const part = holding(1, base);
    const pair = ownPairFor(part);

    it("v2 is installed, refused by name, and v1 stays with its floor", () => {
      const scene = offered(part, "refused");
      const { device, start } = prepared({ part, pair, scene, models: ["power"] });
      const reasons: number[] = [];
      const settled = runPlain(device, scene, start, {
        onCall: ({ operations }) => {
          for (const one of operations)
            if (one.kind === "event" && one.code === abi.EVENT_OFFER_REFUSED) reasons.push(one.value);
        },
      });
      expect(settled).toMatchObject({ violations: 0, ending: "rested" });
      expect(reasons).toEqual([abi.REASON_COUNTER_FULL]);
      expect(device.counter(abi.COUNTER_FLOOR)).toBe(1);
    });

    it.each([["power"], ["power", "weak"]] as const)(
      "so it is after any number of faults: %s",
      (...models) => {
        const { result } = explored({ part, pair, scene: offered(part, "refused"), models });
        expect(oraclesOf(result)).toEqual([]);
        expect(result.fixpoint).toBe(true);
      },
    );

    it("a counter that holds 2 is enough, and full then", () => {
      const just = holding(2, base);
      const scene = offered(just, "confirmed");
      const { device, start, result } = explored({ part: just, pair, scene, models: ["power"] });
      expect(oraclesOf(result)).toEqual([]);
      expect(result.fixpoint).toBe(true);
      device.exports.rollback();
      expect(runPlain(device, scene, start, {}).violations).toBe(0);
      expect(device.counter(abi.COUNTER_FLOOR)).toBe(2);
    });
  },
);

describe("a counter that a scenario advances", () => {
  const advanced = (to: number) => offered(holding(5), "confirmed", [{ counter: 3, to }]);
  it("may be full, and is refused by name beyond that", () => {
    const run = (scene: Scene) => {
      const part = holding(5);
      const { device, start } = prepared({ part, pair: ownPairFor(part), scene, models: ["power"] });
      runPlain(device, scene, start, {});
      return device.counter(3);
    };
    expect(run(advanced(5))).toBe(5);
    expect(() => run(advanced(6))).toThrow(
      "scenario update, counter 3: expected at most 5, what a counter of tiny can hold, found 6",
    );
  });
});

describe("flips of the floor counter", () => {
  it.each([
    [undefined, 32],
    [0xffffffff, 32],
    [1, 1],
    [5, 3],
    [16, 5],
  ])("of counters that hold %s are of %i bits", (most, bits) => {
    const part = most === undefined ? parts[0]! : holding(most);
    const scene = offered(part, "confirmed");
    const { device, start } = prepared({ part, pair: ownPairFor(part), scene, models: ["flip"] });
    const identifier = new Identifier(device, scene.images);
    const player = new Player(device, scene, identifier);
    const calls = new Calls(device, player, 16);
    const choice = {
      models: ["flip"],
      flips: ["rest"],
      places: ["counters"],
      samples: 1,
      deeperSamples: 1,
    } as const;
    const tasks = new StrikeLists(device, scene, identifier, calls, { ...choice, powerUps: 1, seed: 1 });
    player.setOffer(start.history);
    const { lists } = tasks.atRest(start, true, calls.plainWay(start));
    expect(lists.find(({ kind }) => kind === "counter")?.size).toBe(bits);
  });
});
