// Cuts that are passed over because one before them led to the same state: told of each cut, an exploration passes over none, and must come
// to the same. In shares too, where the cut before may be another share's.
import { describe, expect, it } from "vitest";
import { partById } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import { type Wanted, explored } from "../../../support/exploration.js";
import { guestFor, sceneOn } from "../../../support/guests.js";

const CASES: readonly (readonly [
  device: string,
  models: readonly FaultName[],
  depth: number,
  payload: number,
])[] = [
  ["tiny", ["power"], 2, 512],
  ["tiny", ["power", "reset"], 1, 512],
  ["tiny", ["power", "weak"], 1, 512],
  ["nrf52840", ["power"], 1, 2048],
  ["stm32l476", ["power", "ecc"], 1, 512],
];

describe("an exploration that is told of each cut", () => {
  for (const [device, models, depth, payload] of CASES) {
    it(`comes to the same as one that is not, whole and in shares: ${device}, ${models.join(",")}`, () => {
      const part: PartProfile = partById(device);
      const wanted: Wanted = {
        ...{
          part,
          pair: guestFor("boot-full", part),
          scene: sceneOn(part, "update", payload),
          models,
          depth,
        },
      };
      for (const share of [undefined, ...[0, 1, 2].map((index) => ({ index, count: 3 }))]) {
        const shared = share === undefined ? wanted : { ...wanted, share };
        let told = 0;
        const { result: other } = explored({ ...shared, onCut: () => told++ });
        const { result } = explored(shared);
        const all = ({ states }: typeof result) => [
          states.size,
          states.table.size,
          states.table.digest(() => true),
        ];
        expect(all(result)).toEqual(all(other));
        expect([result.judged, result.planned]).toEqual([other.judged, other.planned]);
        expect(told).toBe(other.judged);
      }
    });
  }
});
