// What a call leaves behind for the host to read: the operation log, and for the memo the log of what it depended on.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { CapacityError } from "../../../host/core/errors.js";
import { partById } from "../../../host/device/parts.js";
import { Hal } from "../../support/hal.js";
import { madePart } from "../../support/parts.js";

const tiny = partById("tiny");

describe("the operation log", () => {
  it("has operations, refusals and events in order, with the data as the bus has it", () => {
    for (const erasedByte of [0xff, 0]) {
      const part = madePart({ rule: "and", programMin: 1, programMax: 16, erasedByte });
      const at = part.layout.record.offset;
      const hal = new Hal(part);
      const page = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);
      hal.event(7, 0xdeadbeef);
      hal.programBytes(at + 16, page);
      hal.programBytes(at + 3, Uint8Array.of(0x42));
      hal.programBytes(at + 6, Uint8Array.of(0x43, 0x44));
      hal.program(at + 1, 2);
      hal.erase(at);
      hal.erase(at + 4);
      hal.erase(0);
      hal.counterAdvance(3, 9);
      hal.counterAdvance(3, 9);
      hal.counterAdvance(3, 8);
      expect(hal.device.operations()).toEqual([
        { kind: "event", code: 7, value: 0xdeadbeef },
        { kind: "program", offset: at + 16, sizeBytes: 16, status: 0, data: page },
        { kind: "program", offset: at + 3, sizeBytes: 1, status: 0, data: Uint8Array.of(0x42) },
        { kind: "program", offset: at + 6, sizeBytes: 2, status: 0, data: Uint8Array.of(0x43, 0x44) },
        {
          kind: "program",
          offset: at + 1,
          sizeBytes: 2,
          status: abi.STATUS_MISALIGNED,
          data: new Uint8Array(0),
        },
        { kind: "erase", offset: at, sizeBytes: 512, status: 0 },
        { kind: "erase", offset: at + 4, sizeBytes: 0, status: abi.STATUS_MISALIGNED },
        { kind: "erase", offset: 0, sizeBytes: 0, status: abi.STATUS_DENIED },
        { kind: "counter", id: 3, value: 9, status: 0 },
        { kind: "counter", id: 3, value: 8, status: abi.STATUS_COUNTER_BACKWARDS },
      ]);
      expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(5);
      hal.begin();
      expect(hal.device.operations()).toEqual([]);
    }
  });

  it("marks the operation that a cut struck", () => {
    const hal = new Hal(tiny);
    expect(hal.cut(abi.TEAR_ALL, () => hal.programBytes(0x100, Uint8Array.of(1, 2, 3, 4)))).toEqual({
      kind: abi.STOP_POWER,
      value: 0,
    });
    expect(hal.device.operations()).toEqual([
      { kind: "program", offset: 0x100, sizeBytes: 4, status: abi.OP_CUT, data: Uint8Array.of(1, 2, 3, 4) },
    ]);
  });
});

describe("a table that is full ends the simulation, and says which it is, as nothing is to be said of the guest:", () => {
  const part = madePart({ rule: "and", programMin: 4, programMax: 256 });
  const { offset } = part.layout.record;
  const cases: readonly (readonly [table: string, most: number, names: RegExp, use: (hal: Hal) => void])[] = [
    ["operations", 0x10000, /operation log \(65536 operations/, (hal) => hal.event(1, 2)],
    ["data", 0x200000 / 256, /data log \(2 MiB/, (hal) => hal.program(offset, 256)],
    ["choices", 0x10000, /list of choices \(65536 weak reads/, (hal) => hal.read32(offset)],
  ];
  it.each(cases)("%s", (_, most, names, use) => {
    const hal = new Hal(part);
    hal.cut(abi.TEAR_WEAK, () => hal.programBytes(offset, new Uint8Array(4)));
    hal.begin();
    for (let i = 0; i < most; i++) use(hal);
    expect(() => use(hal)).toThrow(CapacityError);
    expect(() => use(hal)).toThrow(names);
    // It is the call that is full, not the device.
    hal.begin();
    expect(() => use(hal)).not.toThrow();
  });

  it("changed words", () => {
    const { exports } = new Hal(part).device;
    // An entry of eight bytes for each (UNDO to UNDO_END of map.ts).
    const ENTRIES = 9_699_328;
    const change = () => {
      for (let i = 0; i <= ENTRIES; i++) exports.reset(i % 2 === 0 ? abi.CAUSE_SOFT : abi.CAUSE_FAULT);
    };
    expect(change).toThrow(CapacityError);
    expect(change).toThrow(/74 MiB of changes/);
  });
});

describe("the read log", () => {
  const READ = "word";
  const OUTSIDE = "outside";
  /** What the calls since beginCall depended on, each as numbers behind a name. */
  const logOf = ({ device }: Hal) => {
    const at = device.table(abi.TABLE_READ_LOG);
    return Array.from({ length: device.callWord(abi.CALL_READ_LOG_COUNT) }, (_, i) => {
      const [head = 0, ...rest] = device.words.slice(at + i * 4, at + i * 4 + 4);
      return [[READ, "sector", "choice", OUTSIDE][head & 3], (head & ~3) >>> 0, ...rest];
    });
  };

  it("has each word that was read once, as it was before the call, and each choice of a weak read", () => {
    const hal = new Hal(tiny);
    const { offset } = tiny.layout.record;
    hal.programBytes(offset, Uint8Array.of(1, 2, 3, 4));
    hal.cut(abi.TEAR_WEAK, () => hal.programBytes(offset + 4, Uint8Array.of(0, 0xff, 0xff, 0xff)));
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    hal.device.setChoices([1]);
    hal.read32(offset);
    hal.read32(offset + 4);
    hal.read32(offset);
    hal.read32(offset + 4);
    hal.programBytes(offset + 8, Uint8Array.of(0, 0, 0, 0));
    hal.read32(offset + 8);
    expect(logOf(hal)).toEqual([
      [READ, offset, 0x04030201, 0, 0],
      [READ, offset + 4, 0xffffff00, 0xff, 0],
      ["choice", 0, 1, 2, 0],
      ["choice", 0, 0, 2, 0],
      // A program depends on what stands there; what is read after it, on the call itself.
      [READ, offset + 8, 0xffffffff, 0, 0],
    ]);
  });

  it("has no word of a sector that the call erased itself, whole", () => {
    const hal = new Hal(tiny);
    const { offset } = tiny.layout.record;
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    hal.erase(offset);
    hal.read32(offset);
    hal.read32(offset + 256);
    expect(logOf(hal)).toEqual([[READ, offset + 256, 0xffffffff, 0, 0]]);
  });

  it("has the reset cause and each retained word that is used once, as they were before the call", () => {
    const hal = new Hal(tiny);
    hal.device.exports.reset(abi.CAUSE_SOFT);
    hal.retainedWrite(2, 7);
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    for (let again = 0; again < 2; again++) {
      expect(hal.retainedRead(15)).toBe(0);
      hal.retainedWrite(2, 8 + again);
      expect(hal.retainedRead(2)).toBe(8 + again);
      expect(hal.info(abi.INFO_RESET_CAUSE)).toBe(abi.CAUSE_SOFT);
      expect(hal.retainedRead(abi.RETAINED_ALL)).toBe(0);
    }
    const outside = (place: number) => place << 2;
    expect(logOf(hal)).toEqual([
      [OUTSIDE, outside(abi.OUTSIDE_RETAINED + 15), 0, 0, 0],
      [OUTSIDE, outside(abi.OUTSIDE_RETAINED + 2), 7, 0, 0],
      [OUTSIDE, outside(abi.OUTSIDE_CAUSE), abi.CAUSE_SOFT, 0, 0],
    ]);
  });

  it("has a retained word that is written and stays the same: whether it changes depends on it", () => {
    const hal = new Hal(tiny);
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    hal.retainedWrite(3, 0);
    expect(logOf(hal)).toEqual([[OUTSIDE, (abi.OUTSIDE_RETAINED + 3) << 2, 0, 0, 0]]);
    expect(hal.device.operations()).toEqual([]);
  });

  it("has whole sectors for programs where the part counts them, and the flags of torn units", () => {
    const part = madePart({
      rule: "once",
      programMin: 8,
      programMax: 8,
      ecc: { unitBytes: 8, erasedFaults: true },
    });
    const { offset } = part.layout.record;
    const hal = new Hal(part, { ecc: true });
    hal.cut(abi.TEAR_UNSTEADY, () => hal.programBytes(offset, new Uint8Array(8)));
    hal.cut(abi.TEAR_UNREADABLE, () => hal.programBytes(offset + 8, new Uint8Array(8).fill(0xff)));
    hal.device.exports.beginCall(abi.NOWHERE, 1);
    for (const at of [4, 8, 16]) hal.tryRead32(offset + at);
    hal.programBytes(offset + 24, new Uint8Array(8));
    expect(logOf(hal)).toEqual([
      [READ, offset + 4, 0, 0xffffffff, abi.FLAG_UNSTEADY],
      ["choice", 0, 0, 3, 0],
      [READ, offset + 8, 0xffffffff, 0, abi.FLAG_UNREADABLE],
      [READ, offset + 16, 0xffffffff, 0, abi.FLAG_BLANK],
      ["sector", offset + 24, 0, 0, 0],
    ]);
  });
});
