// Random guests, explored and run without the explorer (check.ts): the same states and verdicts. And copies of the engine with one
// mistake each, which some random guest must show. Never asserts which guest finds what.
// @module-tag slow: random guests put to two explorers, and copies of the engine with a mistake each
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../support/compile.js";
import { isNightly } from "../support/nightly.js";
import { ENGINE_MUTANTS } from "../engine/mutants.js";
import { deviceModule } from "../support/scenes.js";
import { ROW, randomCase } from "./cases.js";
import { type Checked, check } from "./check.js";
import { EngineCopies, type EngineCopy } from "./engine-copies.js";
import { INTERPRETER, Seat } from "./seat.js";

const GUESTS = isNightly ? 2000 : 100;
const ROWS = Math.ceil(GUESTS / ROW);
/** Rows of guests among the quick tests. */
const QUICK_ROWS = 3;
/** Share of the guests that run an image after an update, and share of them that are compared, at the least. */
const UPDATING = 0.3;
const COMPARED = 0.7;
const ORACLES = 8;
/** Guests among which one must show a mistake of the engine. */
const SEARCHED = 60;
/** Guests that a copy of the engine is tried with. */
const COPIED = 4;

let seat: Seat;
let interpreter: Uint8Array;
const known = new Map<number, Checked>();

beforeAll(async () => {
  interpreter = await compile(INTERPRETER);
  seat = new Seat(deviceModule, interpreter);
});

/** What came of the guest with a number. */
function checked(number: number): Checked {
  let result = known.get(number);
  if (result === undefined) known.set(number, (result = check(seat, randomCase(number))));
  return result;
}

function numbersOf(row: number): number[] {
  return Array.from({ length: Math.min(ROW, GUESTS - row * ROW) }, (_, index) => row * ROW + index);
}

describe("random guests, explored, and run without the explorer", () => {
  for (let row = 0; row < ROWS; row++) {
    const numbers = numbersOf(row);
    const tags = row < QUICK_ROWS ? [] : ["slow"];
    it(`meet the same states and the same verdicts: ${numbers[0]} to ${numbers.at(-1)}`, { tags }, () => {
      const different = numbers.flatMap((number) => {
        const { differences } = checked(number);
        return differences.length === 0 ? [] : [[randomCase(number).words, ...differences].join("\n  ")];
      });
      expect(different).toEqual([]);
    });
  }

  it("boot updates, violate many oracles, and are small enough to be compared", { tags: "slow" }, () => {
    const all = Array.from({ length: GUESTS }, (_, number) => checked(number));
    expect(all.filter(({ updates }) => updates).length).toBeGreaterThan(UPDATING * GUESTS);
    expect(new Set(all.flatMap(({ oracles }) => oracles)).size).toBeGreaterThanOrEqual(ORACLES);
    expect(all.filter(({ skipped }) => skipped === null).length).toBeGreaterThan(COMPARED * GUESTS);
  });
});

describe("random guests show an explorer that has a mistake", () => {
  const copies = new EngineCopies();
  afterAll(() => copies.remove());

  it("and none in a copy that has none", async () => {
    const engine = await copies.copy([]);
    const other = new engine.Seat(engine.deviceModule, interpreter);
    for (const number of numbersOf(0).slice(0, COPIED))
      expect(engine.check(other, engine.randomCase(number))).toEqual(checked(number));
  });

  for (const { what, changes, guest, nightly = false } of ENGINE_MUTANTS) {
    if (guest === undefined || (nightly && !isNightly)) continue;
    it(what, async () => {
      const shown = firstShowing(await copies.copy(changes), guest);
      expect(shown).not.toBeNull();
    });
  }
});

/** The first guest, from number `from` on, that shows a difference which the engine as it is does not show. */
function firstShowing(engine: EngineCopy, from: number): number | null {
  const other = new engine.Seat(engine.deviceModule, interpreter);
  for (let at = 0; at < SEARCHED; at++) {
    const number = (from + at) % GUESTS;
    if (shows(() => engine.check(other, engine.randomCase(number))) && !shows(() => checked(number)))
      return number;
  }
  return null;
}

/** An engine that fails shows its mistake too. */
function shows(result: () => Checked): boolean {
  try {
    return result().differences.length > 0;
  } catch {
    return true;
  }
}
