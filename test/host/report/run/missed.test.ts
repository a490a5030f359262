// Which faults of a plan a told run has missed: none that happens is, and none that does not is passed over where that shows.
import { describe, expect, it } from "vitest";
import { Faults } from "../../../../host/campaign/plan/faults.js";
import type { FaultPlan } from "../../../../host/campaign/plan/fault-plan.js";
import type { Strike } from "../../../../host/campaign/plan/strikes.js";
import { partById } from "../../../../host/device/parts.js";
import { tell } from "../../../../host/report/run/tell.js";
import { sceneOn } from "../../../support/guests.js";
import { deviceModule, ownPairFor } from "../../../support/scenes.js";
import { prepared } from "../../../support/exploration.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";

const PAYLOAD_BYTES = 100;
const part = partById("tiny");
const pair = ownPairFor(part);
const scene = sceneOn(part, "update", PAYLOAD_BYTES);
const options = { deviceModule, part, layout: part.layout, attempts: 3, guest: pair };

function missed(plan: Partial<FaultPlan>): readonly string[] {
  return tell(options, scene, { cuts: [], reads: [], ...plan }, new Faults(part, ["write", "flip"])).missed;
}

const { device, start } = prepared({ part, pair, scene, models: ["power"] });
const calls: { readonly writes: number }[] = [];
runPlain(device, scene, start, {
  onCall: ({ result }) => calls.push({ writes: result.writes }),
});
const writing = calls.flatMap(({ writes }, call) => (writes > 0 ? [{ call, writes }] : []));

describe("a write that goes wrong", () => {
  it.each(["dropped", "failed", "worn"] as const)(
    "is met at the last operation of a call, and not behind it: %s",
    (effect) => {
      expect(writing.length).toBeGreaterThan(5);
      for (const { call, writes } of writing) {
        const strike = (operation: number): Strike => ({ kind: "write", operation, effect, bit: 0 });
        expect(missed({ strikes: [{ call, strike: strike(writes - 1) }] })).toEqual([]);
        expect(missed({ strikes: [{ call, strike: strike(writes) }] })).toEqual([
          `a strike in call ${call}: the call does not come to it`,
        ]);
      }
    },
  );
});

describe("a read that sees a flipped bit", () => {
  it("is met at the first, and not behind the last", () => {
    const strike = (read: number): Strike => ({ kind: "read", read, bit: 0 });
    expect(missed({ strikes: [{ call: 0, strike: strike(0) }] })).toEqual([]);
    expect(missed({ strikes: [{ call: 0, strike: strike(1_000_000) }] })).toHaveLength(1);
  });
});

describe("what strikes a call that is cut before it begins", () => {
  it("is met at rest alone", () => {
    const cuts = [{ call: 2, before: true }] as const;
    const rest: Strike = { kind: "flip", offset: part.layout.record.offset, bit: 0 };
    const read: Strike = { kind: "read", read: 0, bit: 0 };
    expect(missed({ cuts, strikes: [{ call: 2, strike: rest }] })).toEqual([]);
    expect(missed({ cuts, strikes: [{ call: 2, strike: read }] })).toHaveLength(1);
  });
});
