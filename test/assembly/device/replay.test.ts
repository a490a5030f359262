// Replay of kept operations: done again, or torn, they leave what the guest's own left.
import fc from "fast-check";
import { describe, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { Hal } from "../../support/hal.js";
import {
  MADE,
  RUNS,
  WHOLE,
  act,
  actions,
  agree,
  agreeOnAll,
  operations,
  persistent,
  shapeCount,
} from "./random-actions.js";

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("a kept list of operations does again what it did, and any of them torn as a cut tears it", () => {
      const hal = new Hal(part, { ecc: true });
      const whole = operations.map((action) => ({ ...action, shape: WHOLE }));
      fc.assert(
        fc.property(actions, fc.array(whole, { minLength: 1, maxLength: 8 }), (start, all) => {
          hal.device.exports.wipe();
          for (const action of start) act(hal, action);
          hal.begin();
          hal.device.exports.checkpoint();
          for (const action of all) act(hal, action);
          const done = persistent(hal);
          const count = hal.device.callWord(abi.CALL_LOG_COUNT);
          const entries = hal.device.operations();
          const list = hal.device.keepLog();
          hal.device.exports.rollback();
          const before = persistent(hal);
          agree("replayed", hal.device.exports.replayAll(list, count), count);
          agreeOnAll(persistent(hal), done);
          // The first operation that was done, in each shape: by replay, and by a cut.
          const first = entries.findIndex((entry) => "status" in entry && entry.status === 0);
          if (first === -1) return;
          const { kind } = entries[first] as { kind: "program" | "erase" | "counter" };
          for (let shape = 0; shape < shapeCount(part, kind); shape++) {
            hal.device.exports.rollback();
            hal.device.exports.replay(list + first * 16, shape);
            const replayed = persistent(hal);
            hal.device.exports.rollback();
            agreeOnAll(persistent(hal), before);
            hal.cut(shape, () => all.forEach((action) => act(hal, action)));
            agreeOnAll(persistent(hal), replayed);
          }
        }),
        { numRuns: RUNS, seed: 7 },
      );
    });
  });
}
