// Numbers outside flash as part of the device's state: in its key, in the undo log, in replay; and which of them a reset takes.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { partById } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";

const tiny = partById("tiny");
const CAUSES = [abi.CAUSE_SOFT, abi.CAUSE_WATCHDOG, abi.CAUSE_OPEN, abi.CAUSE_POWER];

/** First and last word of each kind: those below RETAINED_COUNT stand elsewhere than those above. */
const WORDS = [
  ["retained", 0],
  ["retained", abi.RETAINED_COUNT - 1],
  ["retained", abi.RETAINED_COUNT],
  ["retained", abi.RETAINED_ALL - 1],
  ["scratch", 0],
  ["scratch", abi.SCRATCH_SIZE / 4 - 1],
  ["keySlot", 0],
  ["keySlot", abi.KEY_SLOT_SIZE / 4 - 1],
] as const;

function write(hal: Hal, [name, index]: (typeof WORDS)[number], word: number): void {
  hal[`${name}Write`](index, word);
}

/** What these words hold. */
function content(hal: Hal): number[] {
  return WORDS.map(([name, index]) => hal[`${name}Read`](index));
}

/** A device with a number in each of these words. */
function filled(): Hal {
  const hal = new Hal(tiny);
  WORDS.forEach((word, number) => write(hal, word, number + 1));
  return hal;
}

describe("a reset", () => {
  it.each(CAUSES)("for cause %i takes what does not survive it, and nothing else", (cause) => {
    const hal = filled();
    hal.device.exports.reset(cause);
    hal.begin();
    const isDark = cause === abi.CAUSE_POWER;
    expect(content(hal)).toEqual([1, 2, 3, 4].map((word) => (isDark ? 0 : word)).concat([0, 0, 0, 0]));
  });

  it.each(CAUSES)("for cause %i leads to the key that is told before", (cause) => {
    const history = [5, 6, 7, 8] as const;
    const hal = filled();
    const told = hal.powerOnKey(cause, history);
    hal.device.exports.reset(cause);
    expect(hal.stateKey(0, history)).toBe(told);
  });

  it("leaves the same as if what it takes had never been", () => {
    for (const cause of CAUSES) {
      const isDark = cause === abi.CAUSE_POWER;
      const [hal, plain] = [filled(), new Hal(tiny)];
      for (const [number, word] of WORDS.entries()) if (!isDark && number < 4) write(plain, word, number + 1);
      expect(hal.stateKey()).not.toBe(plain.stateKey());
      expect(hal.powerOnKey(cause)).toBe(plain.powerOnKey(cause));
      for (const device of [hal, plain]) device.device.exports.reset(cause);
      expect(hal.stateKey()).toBe(plain.stateKey());
    }
  });
});

describe("the state key", () => {
  it("has every word, by its place", () => {
    const keys = WORDS.flatMap((word) =>
      [1, 0x80000000].map((value) => {
        const hal = new Hal(tiny);
        write(hal, word, value);
        return hal.stateKey();
      }),
    );
    expect(new Set([...keys, new Hal(tiny).stateKey()]).size).toBe(2 * WORDS.length + 1);
  });

  it("is as before where a word is zero again", () => {
    const hal = new Hal(tiny);
    const key = hal.stateKey();
    for (const word of WORDS) write(hal, word, 7);
    for (const word of WORDS) write(hal, word, 0);
    expect(hal.stateKey()).toBe(key);
    for (const word of WORDS) {
      write(hal, word, 7);
      expect(hal.stateKey(), word.join(" ")).not.toBe(key);
      write(hal, word, 0);
    }
  });
});

describe("the undo log", () => {
  it("brings every word back, from a write and from a reset", () => {
    for (const cause of CAUSES) {
      const hal = filled();
      const key = hal.stateKey();
      const mark = hal.device.exports.undoMark();
      for (const word of WORDS) write(hal, word, 99);
      const written = hal.stateKey();
      const second = hal.device.exports.undoMark();
      hal.device.exports.reset(cause);
      hal.device.exports.undoTo(second);
      expect(hal.stateKey()).toBe(written);
      expect(content(hal)).toEqual(WORDS.map(() => 99));
      hal.device.exports.reset(cause);
      hal.device.exports.undoTo(mark);
      expect(hal.stateKey()).toBe(key);
      expect(content(hal)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      // The count of what is there came back, too: a loss of power still takes all of it.
      hal.device.exports.reset(abi.CAUSE_POWER);
      expect(content(hal)).toEqual(WORDS.map(() => 0));
    }
  });
});

describe("replay", () => {
  it("does the changes of a call again, and leaves out what was only asked", () => {
    const hal = new Hal(tiny);
    hal.device.exports.checkpoint();
    hal.begin();
    hal.imports.linkSize();
    WORDS.forEach((word, number) => write(hal, word, number + 1));
    hal.imports.acted(1);
    const key = hal.stateKey();
    const count = hal.device.callWord(abi.CALL_LOG_COUNT);
    expect(count).toBe(WORDS.length + 2);
    const list = hal.device.keepLog();
    hal.device.exports.rollback();
    expect(content(hal)).toEqual(WORDS.map(() => 0));
    expect(hal.device.exports.replayAll(list, count)).toBe(count);
    expect(hal.stateKey()).toBe(key);
    expect(content(hal)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

it("a reset may come after the change of any retained word", () => {
  for (const index of [0, abi.RETAINED_COUNT, abi.RETAINED_ALL - 1]) {
    const hal = new Hal(tiny);
    hal.device.setResetAt(0);
    hal.begin();
    expect(hal.stop((imports) => imports.retainedWrite(index, 9))).toEqual({
      kind: abi.STOP_RESET,
      value: 0,
    });
    expect(hal.retainedRead(index)).toBe(9);
  }
});
