// readWords against the loop over single reads that it stands for: two devices alike, a guest on each, and all that could tell them
// apart. Never asserts what a read sees.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { STOP } from "../../../host/core/guest.js";
import type { Device } from "../../../host/device/device.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { bytesOf } from "../../support/bytes.js";
import { Hal } from "../../support/hal.js";
import { library } from "../../support/library.js";
import { madePart } from "../../support/parts.js";

interface Reader {
  readonly memory: WebAssembly.Memory;
  bulk(offset: number, address: number, words: number): number;
  loop(offset: number, address: number, words: number): number;
  grow(): number;
}

const TEXT = `import { readWords, tryRead32 } from "../hal/hal";
export function bulk(offset: u32, address: usize, words: u32): i32 { return readWords(offset, address, words); }
export function loop(offset: u32, address: usize, words: u32): i32 {
  for (let word: u32 = 0; word < words; word++) {
    const answer = tryRead32(offset + (word << 2));
    if (i32(answer >> 32) != 0) return i32(answer >> 32);
    store<u32>(address + (usize(word) << 2), u32(answer));
  }
  return 0;
}
export function grow(): i32 { return memory.grow(1); }
export function buffer(): usize { return memory.data(4096, 8); }`;

let readerOf: (device: Device) => Reader;
beforeAll(async () => {
  readerOf = await library<Reader>(TEXT);
});

/** The last sector is in no region, so it may not be read. */
function partly(made: Parameters<typeof madePart>[0]): PartProfile {
  const part = madePart(made);
  const { record } = part.layout;
  return { ...part, layout: { ...part.layout, record: { ...record, size: record.size - 512 } } };
}

const ECC = { unitBytes: 8, erasedFaults: false };
const PARTS = [
  partly({ rule: "and", programMin: 4, programMax: 4 }),
  partly({ rule: "and", programMin: 4, programMax: 4, erasedByte: 0 }),
  partly({ rule: "once", programMin: 8, programMax: 8, ecc: ECC }),
  partly({ rule: "once", programMin: 8, programMax: 8, erasedByte: 0, ecc: ECC }),
  partly({ rule: "once", programMin: 8, programMax: 8, ecc: { ...ECC, erasedFaults: true } }),
];
const RECORD = PARTS[0]!.layout.record;
const FLASH = RECORD.offset + RECORD.size + 512;
const MEMORY = 0x10000;

/** What is to be uncertain before the call. */
const torn = fc.record({
  unit: fc.nat(RECORD.size / 8 - 1),
  shape: fc.constantFrom(
    ...[abi.TEAR_WEAK, abi.TEAR_UNREADABLE, abi.TEAR_UNSTEADY, abi.TEAR_OPEN, abi.TEAR_PREFIX],
  ),
});
const strike = fc.oneof(
  fc.record({ kind: fc.constant("none" as const) }),
  fc.record({ kind: fc.constant("flip" as const), read: fc.nat(300), mask: fc.integer() }),
  fc.record({ kind: fc.constant("refetch" as const), word: fc.nat(FLASH / 4), mask: fc.integer() }),
  fc.record({ kind: fc.constant("tell" as const), read: fc.nat(300), address: fc.nat(2048), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("track" as const) }),
);
const offset = fc.oneof(
  { weight: 8, arbitrary: fc.nat(FLASH / 4).map((word) => word * 4) },
  { weight: 1, arbitrary: fc.nat(FLASH) },
  { weight: 1, arbitrary: fc.nat(64).map((word) => (2 ** 32 - word * 4) >>> 0) },
);
const address = fc.oneof(
  { weight: 8, arbitrary: fc.nat(512).map((word) => 1024 + word * 4) },
  { weight: 1, arbitrary: fc.nat(128).map((word) => MEMORY - word * 4) },
  { weight: 1, arbitrary: fc.constantFrom(MEMORY, MEMORY + 4096, 0xfffffffc) },
);
const words = fc.oneof(
  { weight: 8, arbitrary: fc.nat(200) },
  { weight: 1, arbitrary: fc.nat(2000) },
  { weight: 1, arbitrary: fc.constantFrom(0xffffffff, 0x40000000) },
);
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("read" as const), offset, address, words }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("erase" as const), sector: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("program" as const), unit: fc.nat(60) }) },
);
const situation = fc.record({
  part: fc.constantFrom(...PARTS),
  seed: fc.nat(255),
  torn: fc.array(torn, { maxLength: 4 }),
  logs: fc.boolean(),
  choices: fc.array(fc.nat(2), { maxLength: 6 }),
  strike,
  deeds: fc.array(deed, { minLength: 1, maxLength: 6 }),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

type Way = "bulk" | "loop";
const subjects = new Map<string, { readonly hal: Hal; readonly reader: Reader }>();

/** A device of a part for one of the two, as new: making one takes longer than a call. */
function subjectOf(part: PartProfile, way: Way) {
  const name = `${way} ${part.id}`;
  let subject = subjects.get(name);
  if (subject === undefined) {
    const hal = new Hal(part, { ecc: part.ecc !== undefined });
    subjects.set(name, (subject = { hal, reader: readerOf(hal.device) }));
  }
  subject.hal.device.exports.wipe();
  new Uint8Array(subject.reader.memory.buffer).fill(0);
  return subject;
}

/** All that a call leaves behind, read in one of the two ways. */
function outcome(given: Situation, way: Way) {
  const { part, seed, deeds } = given;
  const { hal, reader } = subjectOf(part, way);
  const { device } = hal;
  device.provision(0, bytesOf(seed, RECORD.offset));
  for (const { unit, shape } of given.torn)
    hal.cut(shape, () =>
      hal.programBytes(RECORD.offset + unit * 8, bytesOf(seed + unit, part.programMin.value)),
    );
  device.setChoices(given.choices);
  device.exports.trackClear();
  device.exports.beginCall(abi.NOWHERE, given.logs ? 1 : 0);
  const told: string[] = [];
  arm(device, given.strike, reader, told);
  for (const deed of deeds) {
    const end = endOf(() => {
      if (deed.kind === "erase") return hal.erase(RECORD.offset + [0, 512, 1024][deed.sector]!);
      if (deed.kind === "read") return reader[way](deed.offset, deed.address, deed.words);
      return hal.programBytes(RECORD.offset + deed.unit * 8, bytesOf(seed, part.programMin.value));
    });
    told.push(end);
    if (end === "stopped") break;
  }
  const isStopped = told.includes("stopped");
  const table = (which: number, count: number) => [
    ...device.words.subarray(device.table(which), device.table(which) + count),
  ];
  return {
    told,
    ram: Buffer.from(reader.memory.buffer.slice(0)).toString("latin1"),
    stop: isStopped ? [device.callWord(abi.CALL_STOP_KIND), device.callWord(abi.CALL_STOP_VALUE)] : [],
    reads: table(abi.TABLE_READ_LOG, 4 * device.callWord(abi.CALL_READ_LOG_COUNT)),
    choices: table(abi.TABLE_CHOICES, Math.ceil(device.callWord(abi.CALL_CHOICE_COUNT) / 4)),
    refused: [device.callWord(abi.CALL_RULE_BREAKS), device.callWord(abi.CALL_DENIALS)],
    left: device.flipsLeft(),
    tracked: table(abi.TABLE_TRACKED, FLASH / 16),
    key: hal.stateKey(),
  };
}

function endOf(call: () => number): string {
  try {
    return String(call());
  } catch (error) {
    if (error === STOP) return "stopped";
    if (error instanceof WebAssembly.RuntimeError) return error.message;
    throw error;
  }
}

function arm(device: Device, given: Situation["strike"], reader: Reader, told: string[]): void {
  switch (given.kind) {
    case "flip":
      return device.exports.flipRead(given.read, given.mask);
    case "refetch":
      return device.exports.refetch(given.word * 4, given.mask);
    case "track":
      return device.exports.trackCall();
    case "tell":
      device.onStrike = () => {
        const ram = new Uint8Array(reader.memory.buffer);
        told.push(`struck ${Buffer.from(ram.subarray(0, 8192)).toString("hex")}`);
        ram[1024 + given.address]! ^= 1 << given.bit;
      };
      return device.exports.tellRead(given.read);
    default:
  }
}

describe("readWords", () => {
  it("is the loop over single reads, whatever is uncertain, struck, refused, logged or out of bounds", () => {
    fc.assert(
      fc.property(situation, (given) => {
        expect(outcome(given, "bulk")).toEqual(outcome(given, "loop"));
      }),
      { numRuns: 600 },
    );
  });

  const plain = PARTS[0]!;
  const { slotA } = plain.layout;
  const made = () => {
    const hal = new Hal(plain);
    hal.device.provision(slotA.offset, bytesOf(1, slotA.size));
    return { hal, reader: readerOf(hal.device) };
  };

  it("refuses an address between words before anything is read, as what breaks a rule", () => {
    const { hal, reader } = made();
    hal.device.exports.flipRead(7, 1);
    for (const at of [1025, 1026, 1027]) expect(reader.bulk(slotA.offset, at, 4)).toBe(abi.STATUS_MISALIGNED);
    expect(hal.device.callWord(abi.CALL_RULE_BREAKS)).toBe(3);
    expect(hal.device.flipsLeft()).toBe(7);
    expect(reader.bulk(slotA.offset, 1025, 0)).toBe(abi.STATUS_OK);
  });

  it("writes memory that has grown, and traps behind its new end", () => {
    const { reader } = made();
    expect(endOf(() => reader.bulk(slotA.offset, MEMORY, 1))).toBe("memory access out of bounds");
    reader.grow();
    expect(reader.bulk(slotA.offset, MEMORY, 256)).toBe(abi.STATUS_OK);
    expect(new Uint8Array(reader.memory.buffer, MEMORY, 1024)).toEqual(bytesOf(1, 1024));
    expect(endOf(() => reader.bulk(slotA.offset, 2 * MEMORY, 1))).toBe("memory access out of bounds");
  });

  it("goes on where the device's own memory has grown", () => {
    const { hal, reader } = made();
    expect(reader.bulk(slotA.offset, 1024, 64)).toBe(abi.STATUS_OK);
    hal.device.exports.memory.grow(1);
    expect(reader.bulk(slotA.offset + 256, 1024, 64)).toBe(abi.STATUS_OK);
    expect(new Uint8Array(reader.memory.buffer, 1024, 256)).toEqual(bytesOf(1, 512).subarray(256));
  });
});
