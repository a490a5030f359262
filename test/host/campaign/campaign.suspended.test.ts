// A campaign to a fixpoint that is ended again and again, wherever it is, and goes on each time from what it had come to by then, through bytes:
// it comes to the same as one that is left in peace. Where it has found something it begins anew, and comes to the same too.
import { describe, expect, it } from "vitest";
import { runShare } from "../../../host/campaign/campaign.js";
import type { Suspended } from "../../../host/campaign/explore/states/suspended.js";
import { countOf } from "../../../host/campaign/explore/states/written-states.js";
import { type CampaignOptions, WHOLE } from "../../../host/campaign/options.js";
import { packSuspended, unpackSuspended } from "../../../host/campaign/packed/suspended-bytes.js";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { reportOf } from "../../../host/campaign/report-of.js";
import type { ShareResult } from "../../../host/campaign/share-result.js";
import { partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { guestFor, sceneOn, tinyWith } from "../../support/guests.js";
import { deviceModule } from "../../support/scenes.js";

const STOPPED = "stopped";
/** Where written states have the state before: behind key, place and standing. */
const FROM_COLUMN = 6;

/** Of large units: few operations of an image, and few torn states of a Record. */
const wide = tinyWith({ programBytes: 64 });

function optionsOf(guest: string, faults: readonly FaultName[], part: PartProfile): CampaignOptions {
  return {
    ...{ deviceModule, part, layout: part.layout, guest: guestFor(guest, part), attempts: 1, faults },
    ...{ scene: sceneOn(part, "update", 64), assume: true, audit: 0.1, depth: "fixpoint" },
    ...{ canaries: [], clock: () => ({ cpu: 0, wall: 0 }) },
  };
}

/** One piece of a campaign: to its end, or until it was asked so often whether it is to stop. */
function piece(options: CampaignOptions, from: Suspended | null, looks: number): ShareResult {
  let asked = 0;
  const stop = () => (asked++ < looks ? null : STOPPED);
  return runShare({ ...options, stop }, WHOLE, from === null ? {} : { from });
}

function throughBytes(suspended: Suspended): Suspended {
  return unpackSuspended(packSuspended(suspended), "test");
}

/** What a report says of a result, but for what it cost. */
function shown(options: CampaignOptions, result: ShareResult) {
  const { effort, ...report } = reportOf(options, [result], []);
  return { ...report, bootsCovered: effort.bootsCovered };
}

/** A campaign in pieces; `looks` has how long each lasts. Answers how it ended, and how many pieces were gone on with. */
function inPieces(options: CampaignOptions, looks: readonly number[]): { end: ShareResult; resumed: number } {
  let from: Suspended | null = null;
  let resumed = 0;
  for (const most of looks) {
    const result = piece(options, from, most);
    if (result.incomplete !== STOPPED) return { end: result, resumed };
    from = result.suspended === null ? null : throughBytes(result.suspended);
    if (from !== null) resumed++;
  }
  return { end: piece(options, from, Infinity), resumed };
}

const CASES: readonly (readonly [
  faults: readonly FaultName[],
  part: PartProfile,
  looks: readonly number[][],
])[] = [
  [["power"], partById("tiny"), [[7], [19, 1, 1, 1], [5, 6, 7, 8, 9, 10, 11, 12], [40, 40, 40]]],
  [["power", "reset"], wide, [[9, 1, 30]]],
  [["power", "weak"], wide, [[9, 1, 30]]],
];

describe("a campaign that is ended early again and again", () => {
  for (const [faults, part, pieces] of CASES) {
    it(`goes on to the same end: ${faults.join()}`, { tags: part === wide ? ["slow"] : [] }, () => {
      const options = optionsOf("boot-full", faults, part);
      const whole = shown(options, runShare(options, WHOLE));
      expect(whole.verdict).toMatch(/proved/);
      for (const looks of pieces) {
        const { end, resumed } = inPieces(options, looks);
        expect(shown(options, end)).toEqual(whole);
        expect(resumed).toBe(looks.length);
      }
    });
  }

  it("keeps a search that is complete where what follows it is ended early", () => {
    const options = optionsOf("boot-full", ["power"], partById("tiny"));
    const whole = shown(options, runShare(options, WHOLE));
    let tells = 0;
    runShare({ ...options, onProgress: () => tells++ }, WHOLE);
    // From the last time on that it tells how far it has come: when the search is over.
    const stop = () => (tells <= 0 ? STOPPED : null);
    const done = runShare({ ...options, stop, onProgress: () => tells-- }, WHOLE);
    expect(done.fixpoint).toBe(true);
    expect(done.suspended).not.toBeNull();
    const end = piece(options, throughBytes(done.suspended as Suspended), Infinity);
    expect(shown(options, end)).toEqual(whole);
  });

  it(
    "begins anew where it has found something, and where it had found nothing by then",
    { tags: ["slow"] },
    () => {
      const options = optionsOf("single-flag", ["power"], partById("tiny"));
      const whole = shown(options, runShare(options, WHOLE));
      expect(whole.violations.length).toBeGreaterThan(0);
      const states = Array.from({ length: 12 }, (_, looks) => piece(options, null, looks * 8));
      const found = states.filter(({ findings }) => findings.length > 0);
      expect(found.length).toBeGreaterThan(0);
      for (const { suspended } of found) expect(suspended).toBeNull();
      for (const looks of [[8], [24, 8], [48]])
        expect(shown(options, inPieces(options, looks).end)).toEqual(whole);
    },
  );

  it("is refused where what it goes on with is not what was written", () => {
    const options = optionsOf("boot-full", ["power"], partById("tiny"));
    const suspended = piece(options, null, 30).suspended as Suspended;
    const onWith = (from: Suspended) => () => piece(options, from, Infinity);
    for (const depth of [suspended.depth + 1, 99])
      expect(onWith({ ...suspended, depth })).toThrow(/damaged: a state that was left out/);
    const records = suspended.states.records.slice();
    const size = countOf(suspended.states);
    // Each state comes of itself.
    for (let state = 1; state < size; state++) records[FROM_COLUMN * size + state] = state;
    const circle = { ...suspended, states: { ...suspended.states, records } };
    expect(onWith(circle)).toThrow(/damaged: no way leads to state/);
  });

  it("begins anew under strikes, dense tears and to a depth", { tags: ["slow"] }, () => {
    const options = optionsOf("boot-full", ["power"], partById("tiny"));
    expect(piece(options, null, 30).suspended).not.toBeNull();
    expect(piece({ ...options, depth: 3 }, null, 30).suspended).toBeNull();
    expect(piece({ ...options, tears: "dense" }, null, 30).suspended).toBeNull();
    expect(piece({ ...options, faults: ["power", "write"] }, null, 30).suspended).toBeNull();
  });
});
