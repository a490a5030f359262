// The host's side of the device: checkpoint, rollback and undo, running digests and state keys, replay of kept operations.
// With weak bits, torn units and weak counters in all of it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { COUNTER_OUTCOMES, ERASE_PHASES } from "../../../host/campaign/plan/faults.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { bytesOf, difference } from "../../support/bytes.js";
import { digestsAnew, marksOf, tornOf } from "../../support/digests.js";
import { FlashModel, phasesOf, tearsOf } from "../../support/flash-model.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

const RUNS = Number(process.env["EVERBOOT_CASES"] ?? 40);

const MADE: readonly PartProfile[] = [
  madePart({ rule: "and", programMin: 4, programMax: 4 }),
  madePart({ rule: "once", programMin: 8, programMax: 16, erasedByte: 0 }),
  madePart({
    rule: "once-or-zero",
    programMin: 32,
    programMax: 32,
    ecc: { unitBytes: 32, erasedFaults: false },
  }),
  madePart({ rule: "twice", programMin: 1, programMax: 4, erasedByte: 0 }),
  madePart({ rule: "once", programMin: 512, programMax: 512, ecc: { unitBytes: 16, erasedFaults: true } }),
];

type Action =
  | { readonly kind: "program"; readonly place: number; readonly seed: number; readonly shape: number }
  | { readonly kind: "erase"; readonly place: number; readonly shape: number }
  | { readonly kind: "counter"; readonly id: number; readonly rise: number; readonly shape: number }
  | { readonly kind: "retain"; readonly index: number; readonly word: number }
  | { readonly kind: "reset"; readonly cause: number };

/** Shapes as faults.ts has them, and one more for an operation that is not cut. */
const WHOLE = 99;
const shapes = (count: number) => fc.oneof(fc.constant(WHOLE), fc.nat({ max: count - 1 }));
const programs = fc.record<Extract<Action, { kind: "program" }>>({
  kind: fc.constant("program"),
  place: fc.nat({ max: 6 }),
  seed: fc.nat({ max: 5 }),
  shape: shapes(abi.TEAR_UNSTEADY + 1),
});
const erases = fc.record<Extract<Action, { kind: "erase" }>>({
  kind: fc.constant("erase"),
  place: fc.nat({ max: 3 }),
  shape: shapes(ERASE_PHASES.length),
});
const counters = fc.record<Extract<Action, { kind: "counter" }>>({
  kind: fc.constant("counter"),
  id: fc.nat({ max: abi.COUNTER_COUNT - 1 }),
  rise: fc.nat({ max: 3 }),
  shape: shapes(COUNTER_OUTCOMES.length),
});
const retains = fc.record<Extract<Action, { kind: "retain" }>>({
  kind: fc.constant("retain"),
  index: fc.nat({ max: abi.RETAINED_COUNT - 1 }),
  word: fc.nat({ max: 3 }),
});
const resets = fc.record<Extract<Action, { kind: "reset" }>>({
  kind: fc.constant("reset"),
  cause: fc.nat({ max: 3 }),
});
const operations = fc.oneof(
  { weight: 6, arbitrary: programs },
  { weight: 2, arbitrary: erases },
  { weight: 1, arbitrary: counters },
);
const actions = fc.array(fc.oneof({ weight: 8, arbitrary: operations }, retains, resets), { maxLength: 25 });

/** The same action without weak bits or torn units. */
function certain(action: Action): Action {
  if (!("shape" in action) || action.shape === WHOLE) return action;
  const counts = {
    program: abi.TEAR_COUNT,
    erase: abi.ERASE_PHASE_COUNT,
    counter: abi.COUNTER_OUTCOME_COUNT,
  };
  return { ...action, shape: action.shape % counts[action.kind] };
}

/** Shapes that an operation of this kind has on a part. */
function shapeCount(part: PartProfile, kind: "program" | "erase" | "counter"): number {
  if (kind === "counter") return COUNTER_OUTCOMES.length;
  return (kind === "program" ? tearsOf(part) : phasesOf(part)).length;
}

/** Does an action, in a call of its own where it is cut. */
function act(hal: Hal, action: Action): void {
  const { part } = hal.device;
  const { offset } = part.layout.record;
  const within = (shape: number, body: () => void) => {
    if (shape === WHOLE || !("shape" in action)) body();
    else hal.cut(shape % shapeCount(part, action.kind), body);
  };
  if (action.kind === "program") {
    const size = action.seed % 2 === 0 ? part.programMin.value : part.programMax.value;
    const data =
      action.seed === 5 ? new Uint8Array(size) : bytesOf(action.seed, size).map((byte) => byte | 0x11);
    within(action.shape, () => hal.programBytes(offset + action.place * part.programMax.value, data));
  } else if (action.kind === "erase") {
    const sectors = new FlashModel(part).sectors.filter((sector) => sector.offset >= offset);
    within(action.shape, () => hal.erase(sectors[action.place]!.offset));
  } else if (action.kind === "counter") {
    const value = hal.counterRead(action.id).word + action.rise;
    within(action.shape, () => hal.counterAdvance(action.id, value));
  } else if (action.kind === "retain") hal.retainedWrite(action.index, action.word);
  else hal.device.exports.reset(action.cause);
}

/** Everything that lasts, as the tables of the module have it. */
function persistent(hal: Hal) {
  const { device } = hal;
  const words = (table: number, count: number) => [
    ...device.words.slice(device.table(table), device.table(table) + count),
  ];
  return {
    content: device.flash(0, flashSize(hal)),
    weak: hal.weak(0, flashSize(hal)),
    digests: words(abi.TABLE_DIGESTS, 4 * device.part.sectors.length),
    regions: words(abi.TABLE_REGION_DIGESTS, 16),
    counters: words(abi.TABLE_COUNTERS, abi.COUNTER_COUNT),
    weakCounters: words(abi.TABLE_COUNTERS_WEAK, abi.COUNTER_COUNT),
    faulty: device.callWord(abi.CALL_FAULTY),
    retained: words(abi.TABLE_RETAINED, abi.RETAINED_COUNT),
    cause: hal.info(abi.INFO_RESET_CAUSE),
    marks: marksOf(device),
    torn: tornOf(device),
  };
}

function flashSize(hal: Hal): number {
  return hal.info(abi.INFO_FLASH_SIZE);
}

/** Throws where two things differ; expect() is too slow for so many. */
function agree(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, found ${left}`);
}

function agreeOnAll(found: ReturnType<typeof persistent>, expected: ReturnType<typeof persistent>): void {
  for (const name of ["content", "weak", "marks", "torn"] as const)
    agree(name, difference(found[name], expected[name]), undefined);
  for (const name of [
    "digests",
    "regions",
    "counters",
    "weakCounters",
    "faulty",
    "retained",
    "cause",
  ] as const)
    agree(name, found[name], expected[name]);
}

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

describe("provisioning", () => {
  it("marks every unit that holds data as programmed once, and no other", () => {
    for (const part of MADE.filter(({ rule }) => rule !== "and")) {
      const hal = new Hal(part);
      const { offset } = part.layout.record;
      const data = new Uint8Array(1024).fill(part.erasedByte);
      for (const at of [0, 5, 6, 100, 101, 103, 1023]) data[at] = 0x5a;
      hal.device.provision(offset, data);
      hal.device.exports.markProvisioned();
      const unitSize = part.programMin.value;
      const wanted = new Uint8Array(flashSize(hal) / unitSize);
      data.forEach((byte, at) => {
        if (byte !== part.erasedByte) wanted[Math.floor((offset + at) / unitSize)] = 1;
      });
      expect(difference(marksOf(hal.device), wanted), part.id).toBeUndefined();
      expect(difference(hal.device.flash(offset, 1024), data)).toBeUndefined();
    }
  });
});
