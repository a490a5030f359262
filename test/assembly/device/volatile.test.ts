// Scratch and key slot: words that survive a step, and no reset; their bounds, and what the log has of them.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { partById } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";

const tiny = partById("tiny");
const KINDS = [
  ["scratch", abi.SCRATCH_SIZE / 4, abi.OUTSIDE_SCRATCH, abi.INFO_SCRATCH_SIZE],
  ["keySlot", abi.KEY_SLOT_SIZE / 4, abi.OUTSIDE_KEY_SLOT, abi.INFO_KEY_SLOT_SIZE],
] as const;
const CAUSES = [
  abi.CAUSE_SOFT,
  abi.CAUSE_FAULT,
  abi.CAUSE_WATCHDOG,
  abi.CAUSE_PIN,
  abi.CAUSE_OPEN,
  abi.CAUSE_POWER,
];

describe.each(KINDS)("the %s", (name, words, place, field) => {
  const read = (hal: Hal, index: number) => hal[`${name}Read`](index);
  const write = (hal: Hal, index: number, word: number) => hal[`${name}Write`](index, word);

  it("has so many words, zero at first, and none beyond", () => {
    const hal = new Hal(tiny);
    expect(hal.info(field)).toBe(words * 4);
    for (const index of [0, words - 1, words, 0xffffffff]) expect(read(hal, index)).toBe(0);
    const key = hal.stateKey();
    for (const index of [words, words + 1, 0x40000000, 0xffffffff]) {
      write(hal, index, 1);
      expect(read(hal, index)).toBe(0);
    }
    expect(hal.stateKey()).toBe(key);
    expect(hal.device.operations()).toEqual([]);
  });

  it("keeps its words over steps, whoever makes them, and loses them at every reset", () => {
    for (const cause of CAUSES) {
      const hal = new Hal(tiny);
      for (const index of [0, words - 1]) write(hal, index, 0x80000000 + index);
      hal.begin(tiny.layout.slotA.offset + 0x20);
      for (const index of [0, words - 1]) expect(read(hal, index)).toBe(0x80000000 + index);
      hal.device.exports.reset(cause);
      hal.begin();
      for (const index of [0, words - 1]) expect([cause, read(hal, index)]).toEqual([cause, 0]);
    }
  });

  it("tells of each change, by its place, as of nothing that could be torn", () => {
    const hal = new Hal(tiny);
    hal.device.setCut(0, abi.TEAR_NONE);
    hal.device.setResetAt(0);
    hal.begin();
    write(hal, 1, 5);
    write(hal, 1, 5);
    write(hal, 1, 0);
    expect(hal.device.operations()).toEqual([
      { kind: "volatile", place: place + 1, value: 5 },
      { kind: "volatile", place: place + 1, value: 0 },
    ]);
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(0);
    expect(hal.device.callWord(abi.CALL_STOP_KIND)).toBe(abi.STOP_NONE);
  });

  it("notes, once in a call, what a call depends on: the word as it was before", () => {
    const hal = new Hal(tiny);
    write(hal, 2, 22);
    hal.beginLogged();
    write(hal, 2, 33);
    read(hal, 2);
    read(hal, 3);
    const head = (index: number) => abi.READ_OUTSIDE | ((place + index) << 2);
    expect(hal.readLog()).toEqual([
      [head(2), 22],
      [head(3), 0],
    ]);
  });
});

it("no two words are one, retained ones among them", () => {
  const hal = new Hal(tiny);
  const all = [
    ...Array.from({ length: abi.RETAINED_ALL }, (_, index) => ["retained", index] as const),
    ...KINDS.flatMap(([name, words]) => Array.from({ length: words }, (_, index) => [name, index] as const)),
  ];
  all.forEach(([name, index], number) => hal[`${name}Write`](index, number + 1));
  hal.begin();
  expect(all.map(([name, index]) => hal[`${name}Read`](index))).toEqual(all.map((_, number) => number + 1));
});
