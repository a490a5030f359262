// The undo log: from any moment back to an earlier mark, over calls and cuts, and on again from there.
import fc from "fast-check";
import { describe, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { Hal } from "../../../support/hal.js";
import { type Action, MADE, RUNS, act, actions, agreeOnAll, persistent } from "../random-actions.js";

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("undo goes back to each of two marks, and from there the same leads to the same", () => {
      const hal = new Hal(part, { ecc: true });
      const { exports } = hal.device;
      fc.assert(
        fc.property(actions, actions, actions, (first, second, third) => {
          exports.wipe();
          exports.reset(abi.CAUSE_POWER);
          // A call of its own each: a cut call leaves its latches behind.
          const play = (list: readonly Action[]) => {
            hal.begin();
            for (const action of list) act(hal, action);
          };
          play(first);
          const [outer, atOuter] = [exports.undoMark(), persistent(hal)];
          play(second);
          const [inner, atInner] = [exports.undoMark(), persistent(hal)];
          for (let round = 0; round < 2; round++) {
            play(third);
            exports.undoTo(inner);
            agreeOnAll(persistent(hal), atInner);
          }
          play(third);
          exports.undoTo(outer);
          agreeOnAll(persistent(hal), atOuter);
          play(second);
          agreeOnAll(persistent(hal), atInner);
        }),
        { numRuns: RUNS, seed: 8 },
      );
    });
  });
}
