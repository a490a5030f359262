// The host's side of the device: checkpoint and rollback, running digests and state keys, replay of kept operations.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { shapesOf } from "../../../host/campaign/faults.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { bytesOf, difference } from "../../support/bytes.js";
import { FlashModel } from "../../support/flash-model.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

const RUNS = Number(process.env["EVERBOOT_CASES"] ?? 40);

const MADE: readonly PartProfile[] = [
  madePart({ rule: "and", programMin: 4, programMax: 4 }),
  madePart({ rule: "once", programMin: 8, programMax: 16, erasedByte: 0 }),
  madePart({ rule: "once-or-zero", programMin: 32, programMax: 32 }),
  madePart({ rule: "twice", programMin: 1, programMax: 4, erasedByte: 0 }),
  madePart({ rule: "once", programMin: 512, programMax: 512 }),
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
  shape: shapes(abi.TEAR_COUNT),
});
const erases = fc.record<Extract<Action, { kind: "erase" }>>({
  kind: fc.constant("erase"),
  place: fc.nat({ max: 3 }),
  shape: shapes(abi.ERASE_PHASE_COUNT),
});
const counters = fc.record<Extract<Action, { kind: "counter" }>>({
  kind: fc.constant("counter"),
  id: fc.nat({ max: abi.COUNTER_COUNT - 1 }),
  rise: fc.nat({ max: 3 }),
  shape: shapes(abi.COUNTER_OUTCOME_COUNT),
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

/** Does an action, in a call of its own where it is cut. */
function act(hal: Hal, action: Action): void {
  const { part } = hal.device;
  const { offset } = part.layout.record;
  const within = (shape: number, body: () => void) => (shape === WHOLE ? body() : void hal.cut(shape, body));
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
    digests: words(abi.TABLE_DIGESTS, 4 * device.part.sectors.length),
    regions: words(abi.TABLE_REGION_DIGESTS, 16),
    counters: words(abi.TABLE_COUNTERS, abi.COUNTER_COUNT),
    retained: words(abi.TABLE_RETAINED, abi.RETAINED_COUNT),
    cause: hal.info(abi.INFO_RESET_CAUSE),
    marks: marksOf(hal),
  };
}

function flashSize(hal: Hal): number {
  return hal.info(abi.INFO_FLASH_SIZE);
}

const MARKS = 0x500000; // assembly/device/map.ts

function marksOf(hal: Hal): Uint8Array {
  const units = flashSize(hal) / hal.device.part.programMin.value;
  return new Uint8Array(hal.device.exports.memory.buffer).slice(MARKS, MARKS + units);
}

/** The state key, as text. */
function keyOf(hal: Hal, place = 0, history = 0): string {
  hal.device.exports.stateKey(place, history);
  const at = hal.device.table(abi.TABLE_KEY);
  return hal.device.words.slice(at, at + 4).join();
}

/** Throws where two things differ; expect() is too slow for so many. */
function agree(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, found ${left}`);
}

function agreeOnAll(found: ReturnType<typeof persistent>, expected: ReturnType<typeof persistent>): void {
  agree("content", difference(found.content, expected.content), undefined);
  agree("marks", difference(found.marks, expected.marks), undefined);
  for (const name of ["digests", "regions", "counters", "retained", "cause"] as const)
    agree(name, found[name], expected[name]);
}

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("rollback restores flash, marks, digests, counters, retained words and the reset cause", () => {
      const hal = new Hal(part);
      fc.assert(
        fc.property(actions, actions, (kept, lost) => {
          hal.device.exports.wipe();
          hal.device.exports.reset(abi.CAUSE_POWER);
          for (const action of kept) act(hal, action);
          hal.device.exports.checkpoint();
          const before = persistent(hal);
          const key = keyOf(hal);
          for (let round = 0; round < 2; round++) {
            for (const action of lost) act(hal, action);
            hal.device.exports.rollback();
            agreeOnAll(persistent(hal), before);
            agree("key", keyOf(hal), key);
          }
        }),
        { numRuns: RUNS, seed: 5 },
      );
    });

    it("the running digests are those of a device that was brought to the same content in another way", () => {
      const hal = new Hal(part);
      const other = new Hal(part);
      fc.assert(
        fc.property(actions, (all) => {
          hal.device.exports.wipe();
          hal.device.exports.reset(abi.CAUSE_SOFT);
          for (const action of all) act(hal, action);
          copyContent(hal, other);
          agreeOnAll(persistent(other), persistent(hal));
          agree("key", keyOf(other), keyOf(hal));
          // Not by chance: one mark or one bit more is another state.
          const { offset } = part.layout.record;
          other.device.exports.provisionWord(offset, other.read32(offset) ^ 0x80000000);
          if (keyOf(other) === keyOf(hal)) throw new Error("a flipped bit has the same key");
        }),
        { numRuns: RUNS, seed: 6 },
      );
    });

    it("a kept list of operations does again what it did, and any of them torn as a cut tears it", () => {
      const hal = new Hal(part);
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
          for (let shape = 0; shape < shapesOf(opOf(entries[first]!.kind)).length; shape++) {
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

function opOf(kind: string): number {
  return { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER }[kind] ?? abi.OP_EVENT;
}

/** Brings `target` to the content, marks, counters, words and cause of `source`: marks by programming, content past all rules. */
function copyContent(source: Hal, target: Hal): void {
  const { part } = source.device;
  const unitSize = part.programMin.value;
  target.device.exports.wipe();
  target.begin();
  const ones = new Uint8Array(unitSize).fill(part.erasedByte);
  const zeros = new Uint8Array(unitSize);
  marksOf(source).forEach((count, unit) => {
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

describe("a state key", () => {
  const part = madePart({ rule: "twice", programMin: 4, programMax: 4 });
  const { offset } = part.layout.record;

  it("differs with every bit of content, mark, counter, retained word, cause, place and history", () => {
    const hal = new Hal(part);
    const keys = new Set<string>();
    let states = 0;
    const state = (change: () => void, place = 0, history = 0) => {
      hal.device.exports.wipe();
      hal.device.exports.reset(abi.CAUSE_POWER);
      hal.begin();
      change();
      keys.add(keyOf(hal, place, history));
      states++;
    };
    state(() => {});
    for (let bit = 0; bit < 32; bit++) {
      const value = (1 << bit) >>> 0;
      for (const word of [0, 1, 511])
        state(() => hal.device.exports.provisionWord(offset + 4 * word, ~value));
      state(() => hal.counterAdvance(0, value));
      state(() => hal.counterAdvance(7, value));
      state(() => hal.retainedWrite(0, value));
      state(() => hal.retainedWrite(15, value));
      state(() => {}, value);
      state(() => {}, 0, value);
    }
    for (let unit = 0; unit < 8; unit++) {
      state(() => hal.program(offset + 4 * unit, 4));
      state(() => [0, 1].forEach(() => hal.program(offset + 4 * unit, 4)));
    }
    for (const cause of [abi.CAUSE_SOFT, abi.CAUSE_FAULT, abi.CAUSE_WATCHDOG])
      state(() => hal.device.exports.reset(cause));
    expect(keys.size).toBe(states);
  });

  it("is that of the state, not of its past: wear, busy time, calls and order do not count", () => {
    const hal = new Hal(part);
    const blank = keyOf(hal);
    hal.programBytes(offset, Uint8Array.of(1, 2, 3, 4));
    hal.programBytes(offset + 8, Uint8Array.of(5, 6, 7, 8));
    const both = keyOf(hal);
    hal.erase(offset);
    hal.begin();
    expect(keyOf(hal)).toBe(blank);
    hal.programBytes(offset + 8, Uint8Array.of(5, 6, 7, 8));
    hal.programBytes(offset, Uint8Array.of(1, 2, 3, 4));
    hal.event(1, 2);
    expect(keyOf(hal)).toBe(both);
  });
});

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
      expect(difference(marksOf(hal), wanted), part.id).toBeUndefined();
      expect(difference(hal.device.flash(offset, 1024), data)).toBeUndefined();
    }
  });
});
