// What the oracles remember: equal where it is the same, told apart where it is not, by content alone; and positions with it.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import * as memory from "../../../../host/campaign/play/history.js";
import * as trials from "../../../../host/campaign/play/trials.js";
import { type History, NO_HISTORY } from "../../../../host/campaign/play/history.js";
import { type Position, keyAt, powerOn, progressOf } from "../../../../host/campaign/play/position.js";
import { partById } from "../../../../host/device/parts.js";
import { deviceOf, ownPairFor } from "../../../support/scenes.js";

type Change = (history: History) => History;
const MOST = 4;

/** A trial of the image that must run, which has booted. */
const TRIAL: trials.Trial = { whose: memory.SPENT_WANTED, spare: MOST, hasRun: true, instead: 0 };
const UNSEEN = { ...TRIAL, hasRun: false };

const CHANGES: readonly Change[] = [
  ...[true, false].map(
    (excuses): Change =>
      (history) =>
        memory.afterStep(history, excuses),
  ),
  memory.afterDone,
  memory.afterRecord,
  trials.afterCounting,
  (history) => memory.afterOpen(history, memory.OPEN_WRITTEN),
  memory.afterLook,
  ...[0, 1].flatMap((slot): Change[] => [
    (history) => memory.afterConfirmed(history, slot, 1),
    (history) => memory.afterChanged(history, slot),
    (history) => memory.afterMoved(history, slot),
    (history) => trials.afterRequest(history, slot, true),
    (history) => trials.afterTrialBoot(history, slot, MOST, { fallback: 0 }),
    (history) => trials.afterTrialBoot(history, slot, MOST, { fallback: 0, hasChanged: true }),
  ]),
  (history) => trials.afterReset(history, { ...TRIAL, whose: memory.SPENT_OFFERED }),
];

/** Every history that so many changes lead to. */
function reachable(changes: number): Set<History> {
  const found = new Set([NO_HISTORY]);
  for (let round = 0; round < changes; round++)
    for (const history of [...found]) for (const change of CHANGES) found.add(change(history));
  return found;
}

function factsOf({ digest: _digest, next: _next, ...facts }: History): string {
  return JSON.stringify(facts);
}

describe("a history", () => {
  const all = [...reachable(4)];

  it("is one object for each content, with a digest of its own", () => {
    expect(all.length).toBeGreaterThan(300);
    expect(new Set(all.map(factsOf)).size).toBe(all.length);
    expect(new Set(all.map(({ digest }) => digest.join())).size).toBe(all.length);
    for (let word = 0; word < 4; word++)
      expect(new Set(all.map(({ digest }) => digest[word])).size).toBe(all.length);
  });

  it("has the same digest in every run, by whatever way it came about", () => {
    expect(NO_HISTORY.digest).toEqual([0x1516f3ed, 0x59f1246b, 0x58ce5916, 0xfd7ede87]);
    const one = memory.afterDone(memory.afterRecord(NO_HISTORY));
    expect(memory.afterRecord(memory.afterDone(NO_HISTORY))).toBe(one);
  });

  it("counts as far as it is told, and no further", () => {
    let boots = memory.afterChanged(NO_HISTORY, 1);
    for (let boot = 1; boot <= 3 * MOST; boot++) {
      boots = trials.afterTrialBoot(boots, 1, MOST, { fallback: -1 });
      expect([memory.bootsOf(boots, 0), memory.bootsOf(boots, 1)]).toEqual([0, Math.min(boot, MOST)]);
    }
    expect(trials.afterTrialBoot(boots, 1, MOST, { fallback: -1 })).toBe(boots);
    let resets = boots;
    for (let reset = 1; reset <= 3 * MOST; reset++) {
      resets = trials.afterReset(resets, TRIAL);
      expect(resets.trialResets).toBe(Math.min(reset, MOST));
    }
    expect(trials.afterReset(resets, TRIAL)).toBe(resets);
  });

  it("know whether boot counts them, until another installation begins there", () => {
    const changed = memory.afterChanged(NO_HISTORY, 1);
    const unmoved = trials.afterTrialBoot(changed, 1, MOST, { fallback: -1 });
    const counted = trials.afterTrialBoot(unmoved, 1, MOST, { fallback: -1, hasChanged: true });
    const again = trials.afterTrialBoot(counted, 1, MOST, { fallback: -1 });
    expect([unmoved, counted, again].map((history) => trials.hasCounted(history, 1))).toEqual([
      false,
      true,
      true,
    ]);
    expect(trials.hasCounted(again, 0)).toBe(false);
    expect(trials.hasCounted(memory.afterChanged(again, 1), 1)).toBe(false);
    expect(trials.hasCounted(memory.afterChanged(again, 0), 1)).toBe(true);
  });

  it("counts steps of a scenario beyond what a byte holds", () => {
    let history = NO_HISTORY;
    for (let step = 0; step < 300; step++) history = memory.afterStep(history, false);
    expect(history.step).toBe(300);
  });
});

describe("resets of a trial", () => {
  const changed = memory.afterChanged(NO_HISTORY, 1);

  it("count where boot has written the Record for it, or it has run; not before", () => {
    expect(trials.afterReset(changed, UNSEEN)).toBe(changed);
    expect(trials.afterReset(trials.afterCounting(changed), UNSEEN).trialResets).toBe(1);
    expect(
      trials.afterReset(trials.afterTrialBoot(changed, 1, MOST, { fallback: -1 }), TRIAL).trialResets,
    ).toBe(1);
    expect(trials.afterCounting(NO_HISTORY)).toBe(NO_HISTORY);
  });

  it("are forgotten with what was tried: by a confirmation, by a new installation, by another request", () => {
    const confirmed = memory.afterConfirmed(NO_HISTORY, 0, 1);
    const trial = trials.afterCounting(memory.afterChanged(confirmed, 1));
    const struck = trials.afterReset(trial, TRIAL);
    const over = [
      memory.afterConfirmed(struck, 1, 1),
      memory.afterChanged(struck, 1),
      trials.afterRequest(struck, 0, true),
    ];
    for (const { trialResets, onTrial } of over) expect([trialResets, onTrial]).toEqual([0, false]);
    // Who is not confirmed asks for nothing.
    expect(trials.afterRequest(struck, 1, true)).toBe(struck);
  });

  it("are remembered when the next offer stands only where they excuse what happens then", () => {
    const trial = trials.afterTrialBoot(memory.afterChanged(NO_HISTORY, 1), 1, MOST, { fallback: -1 });
    const struck = trials.afterReset(trial, TRIAL);
    for (const excuses of [true, false]) {
      const { step, trialResets } = memory.afterStep(struck, excuses);
      expect([step, trialResets]).toEqual([1, excuses ? 1 : 0]);
    }
  });
});

describe("a trial that resets have used up", () => {
  const trial = trials.afterTrialBoot(memory.afterChanged(NO_HISTORY, 1), 1, MOST, { fallback: 0 });
  const offered = { ...TRIAL, whose: memory.SPENT_OFFERED };

  it("is spent at the last that it can take, and stays so whatever is done with it", () => {
    const struck = [1, 2].map((spare) => trials.afterReset(trial, { ...offered, spare }));
    expect(struck.map(({ spent }) => spent)).toEqual([memory.SPENT_OFFERED, 0]);
    expect(struck.map(({ instead }) => instead)).toEqual([0, -1]);
    const whose = memory.SPENT_OFFERED | memory.SPENT_WANTED;
    const both = trials.afterReset(trial, { ...TRIAL, spare: 1, whose });
    for (const later of [
      memory.afterChanged(both, 1),
      trials.afterRequest(both, 0, true),
      memory.afterConfirmed(both, 0, 0),
    ])
      expect([later.spent, later.instead]).toEqual([both.spent, 0]);
    // Of the offers, only the image that must run is remembered.
    const next = memory.afterStep(both, true);
    expect([next.spent, next.instead]).toEqual([memory.SPENT_WANTED, 0]);
    const other = memory.afterStep(struck[0]!, true);
    expect([other.spent, other.instead]).toEqual([0, -1]);
  });

  it("may be that of an image with fewer attempts to spare than the one before", () => {
    const more = [1, 2].reduce((history) => trials.afterReset(history, offered), trial);
    const { trialResets, spent } = trials.afterReset(more, { ...TRIAL, spare: 1 });
    expect([trialResets, spent]).toEqual([2, memory.SPENT_WANTED]);
  });
});

describe("what a cut has left open", () => {
  it("adds up until it is looked at", () => {
    const one = memory.afterOpen(NO_HISTORY, memory.OPEN_MOVED);
    const two = memory.afterOpen(one, memory.OPEN_WRITTEN | memory.OPEN_MOVED);
    expect([one.open, two.open]).toEqual([memory.OPEN_MOVED, memory.OPEN_MOVED | memory.OPEN_WRITTEN]);
    expect(memory.afterOpen(two, memory.OPEN_MOVED)).toBe(two);
    expect(memory.afterLook(two)).toBe(NO_HISTORY);
    expect(memory.afterLook(NO_HISTORY)).toBe(NO_HISTORY);
  });
});

describe("what was confirmed", () => {
  const confirmed = memory.afterConfirmed(NO_HISTORY, 0, 1);

  it("is so until the other slot's firmware writes over it, or boot does", () => {
    expect([0, 1].map((slot) => memory.isConfirmed(confirmed, slot))).toEqual([true, false]);
    expect(memory.isConfirmed(memory.afterChanged(confirmed, 1), 0)).toBe(true);
    for (const over of [memory.afterChanged(confirmed, 0), memory.afterMoved(confirmed, 0)])
      expect([0, 1].map((slot) => memory.isConfirmed(over, slot))).toEqual([false, false]);
  });

  it("is nothing as long as nothing was", () => {
    expect([-1, 0, 1].map((slot) => memory.isConfirmed(NO_HISTORY, slot))).toEqual([false, false, false]);
  });

  it("asks for trials of the other slot; written over, it is what is asked for", () => {
    const tried = trials.afterTrialBoot(memory.afterChanged(confirmed, 1), 1, MOST, { fallback: -1 });
    expect(trials.afterRequest(tried, 1, true)).toBe(tried);
    expect(memory.bootsOf(trials.afterRequest(tried, 0, true), 1)).toBe(0);
    const over = trials.afterTrialBoot(memory.afterChanged(confirmed, 0), 0, MOST, { fallback: -1 });
    expect(memory.bootsOf(trials.afterRequest(over, 1, true), 0)).toBe(0);
    expect(trials.afterRequest(NO_HISTORY, 0, true)).toBe(NO_HISTORY);
    // By what is no Record, only for what was installed.
    expect(memory.bootsOf(trials.afterRequest(tried, 0, false), 1)).toBe(0);
    expect(trials.afterRequest(confirmed, 0, false)).toBe(confirmed);
  });
});

describe("a position's key", () => {
  const device = deviceOf(partById("tiny"), ownPairFor(partById("tiny")));
  const keyOf = (position: Position) => {
    const at = keyAt(device, position);
    return device.words.slice(at, at + 4).join();
  };
  const inFirmware: Position = { ...powerOn(abi.CAUSE_SOFT, NO_HISTORY), bootedOffset: 0x400 };

  it("tells apart causes, histories, where it is and each of its flags", () => {
    const positions: readonly Position[] = [
      ...[abi.CAUSE_POWER, abi.CAUSE_SOFT, abi.CAUSE_PIN, abi.CAUSE_OPEN].map((cause) =>
        powerOn(cause, NO_HISTORY),
      ),
      powerOn(abi.CAUSE_POWER, memory.afterDone(NO_HISTORY)),
      inFirmware,
      { ...inFirmware, bootedOffset: 0x404 },
      { ...inFirmware, changed: true },
      { ...inFirmware, confirmed: true },
      { ...inFirmware, overdue: "silent" },
      { ...inFirmware, overdue: "record" },
      { ...inFirmware, history: memory.afterDone(NO_HISTORY) },
    ];
    expect(new Set(positions.map(keyOf)).size).toBe(positions.length);
    expect(new Set(positions.slice(5, 11).map(progressOf))).toEqual(new Set([0, 1, 2, 4, 6]));
  });

  it("at power-on is that of the device after its reset, which it does not need to have had", () => {
    device.exports.beginCall(0x400, 0);
    device.exports.checkpoint();
    const { retainedWrite } = device.hal as unknown as { retainedWrite(index: number, word: number): void };
    retainedWrite(3, 33);
    for (const cause of [abi.CAUSE_POWER, abi.CAUSE_OPEN]) {
      const mark = device.exports.undoMark();
      const before = keyOf(powerOn(cause, NO_HISTORY));
      device.exports.reset(cause);
      expect(keyOf(powerOn(cause, NO_HISTORY))).toBe(before);
      device.exports.undoTo(mark);
    }
    expect(keyOf(powerOn(abi.CAUSE_OPEN, NO_HISTORY))).not.toBe(keyOf(powerOn(abi.CAUSE_POWER, NO_HISTORY)));
  });
});
