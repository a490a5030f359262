// An exploration that takes calls in another order finds the same states, to the digest, and violates the same oracles. Never
// asserts the order itself.
import { describe, expect, it } from "vitest";
import { partById } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import { type Wanted, explored, oraclesOf, powerOnStates } from "../../../support/exploration.js";
import { guestFor, sceneOn, tinyWith } from "../../../support/guests.js";

const tiny = partById("tiny");
const sealed = tinyWith({ rule: "once", record: "sealed", programBytes: 8, eccBytes: 8, assumes: true });

describe("an exploration in another order", () => {
  const cases: readonly (readonly [PartProfile, string, readonly FaultName[], number, number])[] = [
    [tiny, "boot-full", ["power"], Infinity, 512],
    [tiny, "boot-full", ["power", "weak"], 2, 512],
    [sealed, "boot-full", ["power", "weak", "ecc"], Infinity, 512],
    [tiny, "single-flag", ["power"], 2, 4],
  ];
  for (const [part, guest, models, depth, payload] of cases) {
    const tags = models.includes("weak") ? ["slow"] : [];
    it(
      `finds the same states, to the digest, and the same oracles: ${guest}, ${part.rule}, ${models.join(",")}`,
      { tags },
      () => {
        const wanted: Wanted = {
          part,
          pair: guestFor(guest, part),
          scene: sceneOn(part, "update", payload),
          models,
          depth,
        };
        const { result } = explored(wanted);
        const { result: other } = explored({ ...wanted, order: "last-found" });
        expect(powerOnStates(other)).toEqual(powerOnStates(result));
        expect(other.states.size).toBe(result.states.size);
        expect(other.judged).toBe(result.judged);
        expect(other.depthReached).toBe(result.depthReached);
        expect(new Set(oraclesOf(other))).toEqual(new Set(oraclesOf(result)));
        // It was another order: state numbers go by when each was found.
        const numbers = ({ states }: typeof result) =>
          Array.from({ length: states.size }, (_, state) => states.judgedFrom(state)).join();
        expect(numbers(other) === numbers(result)).toBe(false);
      },
    );
  }
});
