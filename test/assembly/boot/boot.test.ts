// What boot does, as a table: Record, floor and slots in; verdict, Record and counter out. By either design of the Record.
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { Guest } from "../../../host/core/guest.js";
import { encodeKeyTable } from "../../../host/image/key-table.js";
import { signImage } from "../../../host/image/sign.js";
import { partById } from "../../../host/device/parts.js";
import { compileText } from "../../support/compile.js";
import { deviceOf, ownPairFor, testKey } from "../../support/scenes.js";

const part = partById("tiny");
const { slotA, slotB } = part.layout;
const NONE = 0xffffffff;
const A = slotA.offset + 0x20;
const B = slotB.offset + 0x20;

const WRITER = `
  import { recordFind, recordOf, recordWrite } from "../record/record";
  import { counterRead, halt } from "../hal/hal";
  export function abiVersion(): u32 { return 1; }
  export function boot(): void {
    const wanted = u32(counterRead(7));
    if (wanted != 0) recordWrite(recordFind(), wanted);
    halt(recordOf(recordFind()));
  }
`;
const DESIGNS = ["sealed", "refreshed"] as const;
type Design = (typeof DESIGNS)[number];
const writers = new Map<Design, Uint8Array>();
beforeAll(async () => {
  for (const design of DESIGNS) writers.set(design, await compileText(WRITER, design));
});
/** Operations of a Record's change: an erase, four programs of the body, the unit behind it. */
const CHANGE = 6;

const trial = (slot: 0 | 1, attempts: number, fallback: 0 | 1 | 2) =>
  6 | (slot << 8) | (fallback << 10) | (attempts << 16);
/** A loss of power has ended an attempt of the trial. */
const INTERRUPTED = 1 << 15;
const confirmed = (slot: 0 | 1) => 6 | (slot << 8) | (1 << 9);
/** The same after a trial of the other slot's image, which is firmly installed and has lost so many. */
const afterTrial = (slot: 0 | 1, failed: number) => confirmed(slot) | (2 << 10) | (failed << 12);

interface Content {
  readonly counter?: number;
  readonly version?: readonly [number, number, number, number];
  readonly linkedFor?: number;
  readonly damaged?: boolean;
}

function image({ counter, version = [1, 0, 0, 0], linkedFor, damaged }: Content): Uint8Array {
  const [major, minor, revision, build] = version;
  const bytes = signImage(new Uint8Array(100).fill(7), testKey, {
    headerSizeBytes: 0x20,
    padHeader: true,
    version: { major, minor, revision, build },
    ...(counter === undefined ? {} : { securityCounter: counter }),
    ...(linkedFor === undefined ? {} : { romFixed: linkedFor }),
  });
  if (damaged === true) bytes[0x40]! ^= 4;
  return bytes;
}

interface Case {
  readonly what: string;
  readonly a?: Content;
  readonly b?: Content;
  readonly record?: number;
  readonly floor?: number;
  /** Of the reset before; a loss of power when absent. */
  readonly cause?: number;
  readonly ends: number | { readonly halt: number };
  /** Record afterwards; as before when absent. */
  readonly leaves?: number;
  readonly raisesTo?: number;
}

const CASES: readonly Case[] = [
  { what: "no Record, A only", a: {}, ends: A, leaves: trial(0, 2, 0) },
  { what: "no Record, B only", b: {}, ends: B, leaves: trial(1, 2, 0) },
  {
    what: "no Record, both: the higher counter",
    a: { counter: 1, version: [9, 0, 0, 0] },
    b: { counter: 2 },
    ends: B,
    leaves: trial(1, 2, 2),
  },
  {
    what: "no Record, counters of 2^31 and more are not negative",
    a: { counter: 1 },
    b: { counter: 0x80000000 },
    ends: B,
    leaves: trial(1, 2, 2),
  },
  {
    what: "no Record, equal counters: the higher version",
    a: {},
    b: { version: [1, 0, 1, 0] },
    ends: B,
    leaves: trial(1, 2, 2),
  },
  {
    what: "no Record, major versions of 128 and more are not negative",
    a: { version: [1, 0, 0, 0] },
    b: { version: [255, 0, 0, 0] },
    ends: B,
    leaves: trial(1, 2, 2),
  },
  {
    what: "no Record, the build number does not count: a tie takes A",
    a: {},
    b: { version: [1, 0, 0, 9] },
    ends: A,
    leaves: trial(0, 2, 2),
  },
  {
    what: "no Record, a damaged A",
    a: { counter: 9, damaged: true },
    b: {},
    ends: B,
    leaves: trial(1, 2, 0),
  },
  { what: "no Record, no image", ends: { halt: abi.REASON_MAGIC } },
  {
    what: "no Record, both damaged: the reason of A",
    a: { damaged: true },
    b: { linkedFor: 4 },
    ends: { halt: abi.REASON_DIGEST },
  },
  { what: "no Record, A empty: the reason of B", b: { linkedFor: 4 }, ends: { halt: abi.REASON_WRONG_SLOT } },
  {
    what: "confirmed A, a newer B is not looked at",
    a: {},
    b: { counter: 9 },
    record: confirmed(0),
    ends: A,
  },
  {
    what: "confirmed B raises the floor to its counter",
    a: {},
    b: { counter: 5 },
    record: confirmed(1),
    ends: B,
    raisesTo: 5,
  },
  {
    what: "confirmed at the floor raises nothing",
    b: { counter: 5 },
    record: confirmed(1),
    floor: 5,
    ends: B,
  },
  { what: "confirmed, no SEC_CNT counts as 0", a: {}, record: confirmed(0), floor: 0, ends: A },
  {
    what: "confirmed below the floor, the other at it",
    a: { counter: 4 },
    b: { counter: 5 },
    record: confirmed(0),
    floor: 5,
    ends: B,
  },
  {
    what: "confirmed below the floor, nothing else",
    a: { counter: 4 },
    record: confirmed(0),
    floor: 5,
    ends: { halt: abi.REASON_FLOOR },
  },
  {
    what: "confirmed without SEC_CNT below a floor of 1",
    a: {},
    record: confirmed(0),
    floor: 1,
    ends: { halt: abi.REASON_FLOOR },
  },
  {
    what: "an equal counter allows an older version",
    a: { counter: 5, version: [0, 9, 0, 0] },
    record: confirmed(0),
    floor: 5,
    ends: A,
  },
  {
    what: "confirmed but damaged: the other runs, nothing is written",
    a: { damaged: true },
    b: {},
    record: confirmed(0),
    ends: B,
  },
  {
    what: "confirmed but damaged, the other too: the active one's reason",
    a: { damaged: true },
    b: { linkedFor: 4 },
    record: confirmed(0),
    ends: { halt: abi.REASON_DIGEST },
  },
  {
    what: "confirmed but linked for the other slot",
    a: { linkedFor: slotB.offset },
    b: {},
    record: confirmed(0),
    ends: B,
  },
  {
    what: "on trial, three attempts: one is counted",
    a: {},
    b: { counter: 9 },
    record: trial(1, 3, 1),
    ends: B,
    leaves: trial(1, 2, 1),
  },
  {
    what: "on trial, the last attempt",
    a: {},
    b: {},
    record: trial(1, 1, 1),
    ends: B,
    leaves: trial(1, 0, 1) | INTERRUPTED,
  },
  {
    what: "on trial, the floor does not rise",
    a: {},
    b: { counter: 9 },
    record: trial(1, 2, 1),
    floor: 3,
    ends: B,
    leaves: trial(1, 1, 1) | INTERRUPTED,
  },
  {
    what: "on trial but damaged: the other runs, nothing is written",
    a: {},
    b: { damaged: true },
    record: trial(1, 3, 1),
    ends: A,
  },
  {
    what: "attempts used up: back to the confirmed one, for good, and the lost trial is noted",
    a: {},
    b: {},
    record: trial(1, 0, 1),
    cause: abi.CAUSE_WATCHDOG,
    ends: A,
    leaves: afterTrial(0, 1),
  },
  {
    what: "attempts used up, the last by a soft reset: noted beside those lost before",
    a: {},
    b: {},
    record: trial(1, 0, 1) | (2 << 12),
    cause: abi.CAUSE_SOFT,
    ends: A,
    leaves: afterTrial(0, 3),
  },
  {
    what: "attempts used up, more trials lost than the Record can count",
    a: {},
    b: {},
    record: trial(1, 0, 1) | (7 << 12),
    cause: abi.CAUSE_FAULT,
    ends: A,
    leaves: afterTrial(0, 7),
  },
  {
    what: "attempts used up, the last by a loss of power: back, but no trial is lost",
    a: {},
    b: {},
    record: trial(1, 0, 1),
    cause: abi.CAUSE_POWER,
    ends: A,
    leaves: afterTrial(0, 0),
  },
  {
    what: "attempts used up, an earlier one by a loss of power: back, but no trial is lost",
    a: {},
    b: {},
    record: trial(1, 0, 1) | INTERRUPTED,
    cause: abi.CAUSE_WATCHDOG,
    ends: A,
    leaves: afterTrial(0, 0),
  },
  {
    what: "on trial, an attempt was ended by a loss of power: that is noted",
    a: {},
    b: {},
    record: trial(1, 2, 1),
    cause: abi.CAUSE_POWER,
    ends: B,
    leaves: trial(1, 1, 1) | INTERRUPTED,
  },
  {
    what: "on trial, an attempt was ended by the watchdog: nothing is noted",
    a: {},
    b: {},
    record: trial(1, 2, 1),
    cause: abi.CAUSE_WATCHDOG,
    ends: B,
    leaves: trial(1, 1, 1),
  },
  {
    what: "attempts used up, the last by a loss of power: trials lost before stay noted",
    a: {},
    b: {},
    record: trial(1, 0, 1) | (2 << 12),
    ends: A,
    leaves: afterTrial(0, 2),
  },
  {
    what: "confirmed beside a firmly installed image that lost trials: as confirmed",
    a: { counter: 3 },
    b: { counter: 9 },
    record: afterTrial(0, 3),
    ends: A,
    raisesTo: 3,
  },
  {
    what: "attempts used up, the other untried: a trial of its own",
    a: {},
    b: {},
    record: trial(1, 0, 2),
    ends: A,
    leaves: trial(0, 2, 0),
  },
  {
    what: "attempts used up, nothing to fall back to: on, uncounted",
    b: {},
    record: trial(1, 0, 0),
    ends: B,
  },
  {
    what: "attempts used up, the fallback damaged: on, uncounted",
    a: { damaged: true },
    b: {},
    record: trial(1, 0, 1),
    ends: B,
  },
  {
    what: "attempts used up, both damaged",
    a: { damaged: true },
    b: { damaged: true },
    record: trial(1, 0, 1),
    ends: { halt: abi.REASON_DIGEST },
  },
];

function play({ a, b, record = NONE, floor = 0, cause = abi.CAUSE_POWER }: Case, design: Design) {
  const device = deviceOf(part, ownPairFor({ record: design }));
  const records = new Guest({
    name: "records",
    binary: writers.get(design)!,
    hal: device.hal,
    entry: "boot",
  });
  const counters = device.table(abi.TABLE_COUNTERS);
  const readRecord = (write = 0) => {
    device.words[counters + 7] = write;
    records.reset();
    device.exports.beginCall(IN_BOOT, 0);
    records.call(0);
    device.words[counters + 7] = 0;
    return device.callWord(abi.CALL_STOP_VALUE);
  };
  device.exports.wipe();
  device.provision(part.layout.keys.offset, encodeKeyTable([testKey.publicKey]));
  if (a !== undefined) device.provision(slotA.offset, image(a));
  if (b !== undefined) device.provision(slotB.offset, image(b));
  if (record !== NONE) readRecord(record);
  device.words[counters] = floor;
  device.exports.reset(cause);
  const result = executeCall(device, IN_BOOT, 0);
  return { device, result, operations: device.operations(), after: readRecord() };
}

describe.each(DESIGNS)("boot over a %s Record", (design) => {
  for (const row of CASES) {
    it(row.what, () => {
      const { device, result, after } = play(row, design);
      const { ends } = row;
      expect(result.end).toEqual(
        typeof ends === "number" ? { kind: "jumped", offset: ends } : { kind: "halted", reason: ends.halt },
      );
      expect(after).toBe(row.leaves ?? row.record ?? NONE);
      expect(device.counter(abi.COUNTER_FLOOR)).toBe(row.raisesTo ?? row.floor ?? 0);
      expect(result).toMatchObject({ ruleBreaks: 0, denials: 0, slotAttempts: 0 });
      // A refreshed Record that there was none of erases both areas.
      const first = row.record === undefined && design === "refreshed" ? 1 : 0;
      const writes = row.leaves === undefined ? 0 : CHANGE + first;
      expect(result.operationCount).toBe(writes + (row.raisesTo === undefined ? 0 : 1));
    });
  }

  it("halts where the key table is damaged", () => {
    const { device } = play({ what: "", a: {}, ends: A }, design);
    device.exports.provisionWord(0, 0);
    expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "halted", reason: abi.REASON_KEY_TABLE });
  });

  it("advances a floor that a cut left in doubt once more, whichever value it reads", () => {
    for (const reads of [0, 1]) {
      const row: Case = { what: "", a: { counter: 5 }, record: confirmed(0), floor: 5, ends: A };
      const { device } = play(row, design);
      device.words[device.table(abi.TABLE_COUNTERS)] = 3;
      device.setCut(0, abi.COUNTER_WEAK);
      expect(executeCall(device, IN_BOOT, 0).end.kind).toBe("power-lost");
      device.setCut(abi.NOWHERE, 0);
      expect(device.isCertain).toBe(false);
      device.setChoices([reads]);
      const { end, operationCount } = executeCall(device, IN_BOOT, 0);
      device.setChoices([]);
      expect([end.kind, operationCount]).toEqual(["jumped", 1]);
      expect([device.isCertain, device.counter(abi.COUNTER_FLOOR)]).toEqual([true, 5]);
      expect(executeCall(device, IN_BOOT, 0).operationCount).toBe(0);
    }
  });
});
