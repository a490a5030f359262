// Checkpoint and rollback: whatever happened in between, all that lasts is as it was.
import fc from "fast-check";
import { describe, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Hal } from "../../support/hal.js";
import { MADE, RUNS, act, actions, agree, agreeOnAll, persistent } from "./random-actions.js";

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("rollback restores flash, weak bits, marks, digests, counters, retained words and the reset cause", () => {
      const hal = new Hal(part, { ecc: true });
      fc.assert(
        fc.property(actions, actions, (kept, lost) => {
          hal.device.exports.wipe();
          hal.device.exports.reset(abi.CAUSE_POWER);
          for (const action of kept) act(hal, action);
          hal.device.exports.checkpoint();
          const before = persistent(hal);
          const key = hal.stateKey();
          for (let round = 0; round < 2; round++) {
            for (const action of lost) act(hal, action);
            hal.device.exports.rollback();
            agreeOnAll(persistent(hal), before);
            agree("key", hal.stateKey(), key);
          }
        }),
        { numRuns: RUNS, seed: 5 },
      );
    });
  });
}
