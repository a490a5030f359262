// The running digests: kept up with every change, they are those of the content computed anew, however it came about.
import fc from "fast-check";
import { describe, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { digestsAnew, marksOf } from "../../../support/digests.js";
import { Hal } from "../../../support/hal.js";
import {
  type Action,
  MADE,
  RUNS,
  WHOLE,
  act,
  actions,
  agree,
  agreeOnAll,
  flashSize,
  persistent,
} from "../random-actions.js";

/** The same action without weak bits or torn units. */
function certain(action: Action): Action {
  if (!("shape" in action) || action.shape === WHOLE) return action;
  const counts = {
    program: abi.TEAR_COUNT,
    erase: abi.ERASE_SHAPE_COUNT,
    counter: abi.COUNTER_OUTCOME_COUNT,
  };
  return { ...action, shape: action.shape % counts[action.kind] };
}

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("the running digests are those of content, weak bits, marks and torn units, computed anew", () => {
      const hal = new Hal(part, { ecc: true });
      const regions = hal.device.words
        .slice(hal.device.table(abi.TABLE_SECTORS))
        .filter((_, i) => i % 8 === 3);
      fc.assert(
        fc.property(actions, (all) => {
          hal.device.exports.wipe();
          for (const action of all) act(hal, action);
          const anew = digestsAnew(hal.device);
          const found = persistent(hal);
          agree("digests", found.digests, anew);
          const sums = new BigUint64Array(8);
          const lanes = new BigUint64Array(Uint32Array.from(anew).buffer);
          lanes.forEach((lane, i) => (sums[regions[i >> 1]! * 2 + (i & 1)]! += lane));
          agree("regions", found.regions, [...new Uint32Array(sums.buffer)]);
          // How many words are weak and units torn, and counters weak: 0 is what certainty is told by.
          const weakWords = new Uint32Array(found.weak.buffer).filter((word) => word !== 0).length;
          const others = [...found.torn, ...found.weakCounters].filter((value) => value !== 0).length;
          agree("faulty", found.faulty, weakWords + others);
        }),
        { numRuns: RUNS, seed: 9 },
      );
    });

    it("the running digests are those of a device that was brought to the same content in another way", () => {
      const hal = new Hal(part);
      const other = new Hal(part);
      fc.assert(
        fc.property(actions, (all) => {
          hal.device.exports.wipe();
          hal.device.exports.reset(abi.CAUSE_SOFT);
          for (const action of all) act(hal, certain(action));
          copyContent(hal, other);
          agreeOnAll(persistent(other), persistent(hal));
          agree("key", other.stateKey(), hal.stateKey());
          // Not by chance: one mark or one bit more is another state.
          const { offset } = part.layout.record;
          other.device.exports.provisionWord(offset, other.read32(offset) ^ 0x80000000);
          if (other.stateKey() === hal.stateKey()) throw new Error("a flipped bit has the same key");
        }),
        { numRuns: RUNS, seed: 6 },
      );
    });
  });
}

/** Brings `target` to the content, marks, counters, words and cause of `source`: marks by programming, content past all rules. */
function copyContent(source: Hal, target: Hal): void {
  const { part } = source.device;
  const unitSize = part.programMin.value;
  target.device.exports.wipe();
  target.begin();
  const ones = new Uint8Array(unitSize).fill(part.erasedByte);
  const zeros = new Uint8Array(unitSize);
  marksOf(source.device).forEach((count, unit) => {
    // Blank data count as a program; where a second one is only allowed to all zero, zeros do.
    for (let n = 0; n < count; n++)
      agree(
        "mark",
        target.programBytes(unit * unitSize, part.rule === "once-or-zero" && n > 0 ? zeros : ones),
        0,
      );
  });
  const content = source.device.flash(0, flashSize(source));
  // From the end, and through other content, so that it is not the same sequence of words.
  for (let at = content.length - 4; at >= 0; at -= 4)
    target.device.exports.provisionWord(at, 0x55aa55aa ^ at);
  target.device.provision(0, content);
  source.begin();
  for (let id = 0; id < abi.COUNTER_COUNT; id++) target.counterAdvance(id, source.counterRead(id).word);
  target.device.exports.reset(source.info(abi.INFO_RESET_CAUSE));
  for (let i = 0; i < abi.RETAINED_COUNT; i++) target.retainedWrite(i, source.retainedRead(i));
}
