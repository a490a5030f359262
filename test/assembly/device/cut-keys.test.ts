// The keys of the states after a cut, found by reading alone, against the same cut done and read off; and erases by blocks and sums against
// erases word by word. On random content of parts of every rule.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { ERASES, TEARS, wholeShape } from "../../../host/campaign/plan/shapes.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { Hal } from "../../support/hal.js";
import {
  type Action,
  MADE,
  RUNS,
  WHOLE,
  act,
  actions,
  agree,
  agreeOnAll,
  operations,
  persistent,
} from "./random-actions.js";

const KEPT_ERASES = (1 << abi.ERASE_HALF) | (1 << abi.ERASE_WEAK);
const HISTORY = [1, 2, 3, 4] as const;

/** Every shape of an operation that needs no masks of the host's, as cutKeys() takes them. */
function shapesOf(kind: number, ecc: boolean): readonly number[] {
  const others: readonly string[] = ecc ? ["bits", "open"] : ["bits", "open", "unreadable", "unsteady"];
  const all = (names: readonly string[]) =>
    names.flatMap((name, shape) => (others.includes(name.replace(/^(half|weak)-/, "")) ? [] : [shape]));
  if (kind === abi.OP_PROGRAM) return all(TEARS);
  return kind === abi.OP_ERASE ? all(ERASES) : [0, 1, 2];
}

function packed(shapes: readonly number[]): number {
  return shapes.reduce((sum, shape, index) => sum | (shape << (4 * index)), 0);
}

/** The keys that cutKeys() leaves for the kept operation at `entry`. */
function keysByReading(hal: Hal, entry: number, shapes: readonly number[], cause: number): string[] {
  const { device } = hal;
  const [first, second] = [packed(shapes.slice(0, 8)), packed(shapes.slice(8))];
  device.exports.cutKeys(entry, first, second, shapes.length, cause, ...HISTORY);
  const at = device.table(abi.TABLE_CUT_KEYS);
  return shapes.map((_, index) => device.words.slice(at + 4 * index, at + 4 * index + 4).join());
}

/** The same by doing it, resetting the device, reading the key off, and taking both back. */
function keyByDoing(hal: Hal, entry: number, shape: number, cause: number): string {
  const { exports } = hal.device;
  const mark = exports.undoMark();
  exports.replay(entry, shape);
  exports.reset(cause);
  const key = hal.stateKey(0, HISTORY);
  exports.undoTo(mark);
  return key;
}

/** Whether erasing every sector, each within its extent, leaves nothing that is not erased. */
function isWithinExtents(hal: Hal): boolean {
  const { device } = hal;
  const before = persistent(hal);
  const mark = device.exports.undoMark();
  for (let sector = 0; sector < hal.info(abi.INFO_SECTOR_COUNT); sector++)
    device.exports.replay(device.keepOperation(abi.OP_ERASE, 0, sector), abi.ERASE_DONE);
  const { content, weak, marks, torn, digests } = persistent(hal);
  device.exports.undoTo(mark);
  agreeOnAll(persistent(hal), before);
  const isZero = (all: Iterable<number>) => [...all].every((one) => one === 0);
  return (
    content.every((byte) => byte === device.part.erasedByte) && [weak, marks, torn, digests].every(isZero)
  );
}

/** Two devices of a part that go the same way: one in which sums of erases are kept, and keys are read; and one in which all is done. */
class Pair {
  readonly read: Hal;
  readonly done: Hal;

  constructor(part: PartProfile) {
    this.read = new Hal(part, { ecc: true });
    this.done = new Hal(part, { ecc: true });
    this.read.device.newStates();
  }

  each(what: (hal: Hal) => void): void {
    for (const hal of [this.read, this.done]) what(hal);
  }

  /** Both begin anew, with these actions behind them. */
  begin(start: readonly Action[]): void {
    this.each((hal) => {
      hal.device.exports.wipe();
      hal.device.exports.reset(abi.CAUSE_POWER);
      hal.device.exports.keepErases(hal === this.read ? KEPT_ERASES : 0);
      // A call of its own each: a cut call leaves its latches behind.
      for (const action of start) {
        hal.begin();
        act(hal, action);
      }
      hal.begin();
    });
  }

  /** Keeps what a call does on each, which is taken back: places for replay, for either. */
  kept(call: () => readonly Action[]): [number, number][] {
    const places: number[][] = [];
    this.each((hal) => {
      hal.device.exports.checkpoint();
      for (const action of call()) act(hal, action);
      const count = hal.device.callWord(abi.CALL_LOG_COUNT);
      const list = hal.device.keepLog();
      hal.device.exports.rollback();
      places.push(Array.from({ length: count }, (_, index) => list + 16 * index));
    });
    const [read = [], done = []] = places;
    return read.map((place, index) => [place, done[index] as number]);
  }
}

function flipCounter({ device }: Hal): void {
  device.exports.replay(device.keepOperation(abi.OP_FLIP_COUNTER, 1, 4), 0);
}

for (const part of MADE) {
  describe(`on a part of the rule ${part.id}`, () => {
    it("the key of every shape of a cut is that of doing it, and nothing has changed", () => {
      const pair = new Pair(part);
      const whole = operations.map((action) => ({ ...action, shape: WHOLE }));
      fc.assert(
        fc.property(actions, whole, fc.boolean(), (start, operation, flips) => {
          pair.begin(start);
          // A flipped counter outlives a loss of power, and so does what it held before.
          if (flips) pair.each((hal) => flipCounter(hal));
          const entries = pair.kept(() => [operation]);
          const before = persistent(pair.read);
          for (const [index, [entry, other]] of entries.entries()) {
            const head = pair.read.device.words[entry >>> 2] as number;
            if (head >>> 8 !== abi.STATUS_OK || head === abi.OP_CAUSE || head === abi.OP_EVENT) continue;
            const shapes = shapesOf(head, part.ecc !== undefined);
            for (const cause of [abi.CAUSE_POWER, abi.CAUSE_OPEN])
              agree(
                "keys",
                keysByReading(pair.read, entry, shapes, cause),
                shapes.map((shape) => keyByDoing(pair.done, other, shape, cause)),
              );
            if (index === 0) agreeOnAll(persistent(pair.read), before);
            pair.read.device.exports.replay(entry, wholeShape(head));
            pair.done.device.exports.replay(other, wholeShape(head));
          }
        }),
        { numRuns: RUNS, seed: 18 },
      );
    });

    it("erases that are cut one after the other have the keys of doing them", () => {
      const pair = new Pair(part);
      const { read, done } = pair;
      const cut = part.ecc === undefined ? abi.TEAR_WEAK : abi.TEAR_EVEN_BITS;
      pair.begin(
        [0, 1, 2, 3, 4, 5, 6].map((place) => ({
          ...{ kind: "program", place, seed: place },
          shape: place % 3 === 0 ? cut : WHOLE,
        })),
      );
      const [entries] = pair.kept(() => [{ kind: "erase", place: 0, shape: WHOLE }]);
      const [entry, other] = entries as [number, number];
      const shapes = [abi.ERASE_HALF, abi.ERASE_WEAK, abi.ERASE_DONE];
      for (const first of shapes) {
        for (const second of shapes) {
          pair.each((hal) => hal.device.exports.rollback());
          for (const shape of [first, second]) {
            read.device.exports.replay(entry, shape);
            done.device.exports.replay(other, shape);
            agreeOnAll(persistent(read), persistent(done));
            expect(keysByReading(read, entry, shapes, abi.CAUSE_POWER)).toEqual(
              shapes.map((third) => keyByDoing(done, other, third, abi.CAUSE_POWER)),
            );
          }
        }
      }
    });

    it("erases by blocks leave what erases word by word leave, and can be taken back", () => {
      const [words, blocks] = [new Hal(part, { ecc: true }), new Hal(part, { ecc: true })];
      fc.assert(
        fc.property(actions, actions, (first, second) => {
          for (const hal of [words, blocks]) {
            hal.device.exports.wipe();
            hal.device.exports.reset(abi.CAUSE_POWER);
            hal.device.exports.keepErases(hal === blocks ? KEPT_ERASES : 0);
            hal.begin();
            for (const action of first) act(hal, action);
          }
          agreeOnAll(persistent(blocks), persistent(words));
          const [mark, before] = [blocks.device.exports.undoMark(), persistent(blocks)];
          for (const hal of [words, blocks]) {
            hal.begin();
            for (const action of second) act(hal, action);
          }
          agreeOnAll(persistent(blocks), persistent(words));
          agree("all within extents", isWithinExtents(blocks), true);
          blocks.device.exports.undoTo(mark);
          agreeOnAll(persistent(blocks), before);
        }),
        { numRuns: RUNS, seed: 19 },
      );
    });
  });
}

describe("states that a cut leads to", () => {
  const part = MADE[0]!;

  it("are found by their keys, and their twins with them", () => {
    const hal = new Hal(part);
    const { device } = hal;
    const states = device.newStates();
    hal.begin();
    device.exports.checkpoint();
    hal.programBytes(part.layout.record.offset, Uint8Array.of(0, 0, 0, 0));
    const entry = device.keepLog();
    device.exports.rollback();
    const shapes = [abi.TEAR_NONE, abi.TEAR_ALL, abi.TEAR_PREFIX];
    const found = () => {
      keysByReading(hal, entry, shapes, abi.CAUSE_POWER);
      const at = device.table(abi.TABLE_CUT_STATES);
      return shapes.map((_, index) => (device.words[at + index] as number) | 0);
    };
    expect(found()).toEqual([-1, -1, -1]);
    expect(device.exports.twinKeys(1, 3, 7)).toBe(0);
    expect(found()).toEqual([-1, 7, 7]);
    expect(new Uint32Array(states.memory.buffer)[(states.COUNTS.value as number) / 4 + 1]).toBe(2);
  });
});
