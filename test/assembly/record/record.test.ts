// The Record on flash: byte for byte as images/SPEC.md has it on every part; which flips and tears it notices; and that
// any two cuts in a row leave the record of before or the one that was being written.
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { ERASE_PHASES, TEARS } from "../../../host/campaign/faults.js";
import type { Device } from "../../../host/device/device.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { difference } from "../../support/bytes.js";
import { Hal } from "../../support/hal.js";
import { library } from "../../support/library.js";
import { madePart } from "../../support/parts.js";
import {
  NO_RECORD,
  encodeRecord,
  placeRecord,
  recordOn,
  recordSectors,
  recordShape,
  recordWord,
} from "../../support/record.js";

interface RecordLibrary {
  recordRead(): number;
  recordWrite(record: number): number;
}

let build: (device: Device) => RecordLibrary;
beforeAll(async () => {
  build = await library<RecordLibrary>(`export { recordRead, recordWrite } from "../record/record";`);
});

/** Every real part, and one that erases to zero and programs every unit once. */
const ALL: readonly PartProfile[] = [
  ...PARTS,
  madePart({ rule: "once", programMin: 8, programMax: 8, erasedByte: 0 }),
  madePart({ rule: "and", programMin: 1, programMax: 4 }),
  madePart({
    rule: "once-or-zero",
    programMin: 512,
    programMax: 512,
    sectors: [512, 1024, 1024, 1024, 1024],
  }),
];
const trial = (attempts: number) => recordWord({ active: 1, trial: { attempts, fallback: "confirmed" } });

/** The Record of a device of its own. */
class Records {
  readonly hal: Hal;
  readonly device: Device;
  readonly #library: RecordLibrary;

  constructor(part: PartProfile) {
    this.hal = new Hal(part);
    this.device = this.hal.device;
    this.#library = build(this.device);
  }

  read(): number {
    this.hal.begin();
    return this.#library.recordRead() >>> 0;
  }

  /** Whether the write says that it is durable; undefined where the power went. */
  write(record: number): boolean | undefined {
    this.hal.begin();
    let durable: boolean | undefined;
    this.hal.stop(() => {
      durable = this.#library.recordWrite(record) !== 0;
    });
    return durable;
  }

  /** Writes with the power going at an operation. */
  cut(record: number, operation: number, shape: number): void {
    this.device.setCut(operation, shape);
    this.write(record);
    this.device.setCut(abi.NOWHERE, 0);
  }

  get broke(): number {
    return this.device.callWord(abi.CALL_RULE_BREAKS) + this.device.callWord(abi.CALL_DENIALS);
  }

  /** The state of all that lasts, as text. */
  key(): string {
    this.device.exports.stateKey(0, 0);
    const at = this.device.table(abi.TABLE_KEY);
    return this.device.words.slice(at, at + 4).join();
  }
}

for (const part of ALL) {
  describe(`the Record on ${part.id}`, () => {
    const [first, second] = recordSectors(part);
    const { unit, seal } = recordShape(part);

    it("is written byte for byte as images/SPEC.md says, in the two sectors in turn, and read back", () => {
      const records = new Records(part);
      expect(records.read()).toBe(NO_RECORD);
      for (let change = 0; change < 8; change++) {
        const word = trial(change);
        expect(records.write(word)).toBe(true);
        expect(records.broke).toBe(0);
        const { offset, size } = change % 2 === 0 ? first : second;
        const wanted = new Uint8Array(size).fill(part.erasedByte);
        wanted.set(encodeRecord(part, word, change % 3));
        expect(difference(records.device.flash(offset, size), wanted)).toBeUndefined();
        expect(records.read()).toBe(word);
        expect(recordOn(records.device)).toBe(word);
        const kinds = records.device.operations().map(({ kind }) => kind);
        expect(kinds).toEqual([]);
      }
    });

    it("takes one erase, and programs what the table of images/SPEC.md says", () => {
      const records = new Records(part);
      records.write(trial(1));
      records.write(trial(2));
      const operations = records.device.operations();
      expect(operations[0]).toMatchObject({ kind: "erase", offset: second.offset });
      expect(operations.slice(1).map(({ kind }) => kind)).toEqual(
        new Array<string>(seal / unit + 1).fill("program"),
      );
      expect(operations.at(-1)).toMatchObject({ offset: second.offset + seal, sizeBytes: unit });
    });

    it("reads what another encoder wrote, and of two the one that follows the other", () => {
      const records = new Records(part);
      for (const [cycleFirst, cycleSecond, newest] of [
        [0, 1, 2],
        [1, 2, 2],
        [2, 0, 2],
        [1, 0, 1],
        [2, 1, 1],
        [0, 2, 1],
      ] as const) {
        records.device.exports.wipe();
        records.device.provision(first.offset, encodeRecord(part, trial(1), cycleFirst));
        expect(records.read()).toBe(trial(1));
        records.device.provision(second.offset, encodeRecord(part, trial(2), cycleSecond));
        expect(records.read()).toBe(trial(newest));
      }
    });

    it("falls back on each flipped bit of its newest body, and reads no third value whatever is flipped", () => {
      const records = new Records(part);
      const { device } = records;
      for (const older of [undefined, trial(7)]) {
        device.exports.wipe();
        placeRecord(device, trial(9), older);
        device.exports.markProvisioned();
        const newest = older === undefined ? first : second;
        const wrong: string[] = [];
        for (let byte = 0; byte < Math.min(seal + unit + 4, newest.size); byte++) {
          for (let bit = 0; bit < 8; bit++) {
            const at = newest.offset + (byte & ~3);
            const mask = 1 << (bit + 8 * (byte & 3));
            device.exports.provisionWord(at, records.hal.read32(at) ^ mask);
            const expected = byte < seal ? (older ?? NO_RECORD) : trial(9);
            if (records.read() !== expected) wrong.push(`byte ${byte}, bit ${bit}`);
            records.hal.begin();
            device.exports.provisionWord(at, records.hal.read32(at) ^ mask);
          }
        }
        expect(wrong).toEqual([]);
        expect(records.read()).toBe(trial(9));
      }
    });

    it("reads the newest whatever bit of the older one is flipped", () => {
      const records = new Records(part);
      const { device } = records;
      placeRecord(device, trial(9), trial(7));
      const wrong: number[] = [];
      for (let bit = 0; bit < 8 * (seal + unit); bit++) {
        const at = first.offset + ((bit >> 5) << 2);
        device.exports.provisionWord(at, records.hal.read32(at) ^ (1 << (bit & 31)));
        if (records.read() !== trial(9)) wrong.push(bit);
        records.hal.begin();
        device.exports.provisionWord(at, records.hal.read32(at) ^ (1 << (bit & 31)));
      }
      expect(wrong).toEqual([]);
    });

    it("counts a seal as seen from its first programmed bit on", () => {
      const records = new Records(part);
      placeRecord(records.device, trial(9), trial(7));
      const at = second.offset + seal;
      const blank = new Uint8Array(unit).fill(part.erasedByte);
      records.device.provision(at, blank);
      expect(records.read()).toBe(trial(7));
      for (let bit = 0; bit < 8 * unit; bit++) {
        const touched = blank.slice();
        touched[bit >> 3]! ^= 1 << (bit & 7);
        records.device.provision(at, touched);
        if (records.read() !== trial(9)) throw new Error(`bit ${bit} of the seal is not seen`);
      }
    });

    it("after any two cuts in a row is the record of before or one of those being written, and can be changed", () => {
      const records = new Records(part);
      const problems = twoCuts(records, [trial(11), trial(12), trial(13)]);
      expect(problems).toEqual([]);
    });
  });
}

/**
 * From none, one, two and more records: cuts one change everywhere, then from each distinct state the next change
 * everywhere. Lists what was read that was neither the record before nor the one being written, or broke a rule.
 */
function twoCuts(records: Records, [one, two, three]: readonly [number, number, number]): string[] {
  const { device } = records;
  const problems: string[] = [];
  const seen = new Set<string>();
  const check = (where: string, ...allowed: number[]) => {
    const read = records.read();
    if (!allowed.includes(read)) problems.push(`${where}: read ${read.toString(16)}`);
    if (read !== recordOn(device)) problems.push(`${where}: the other decoder reads ${recordOn(device)}`);
    return read;
  };
  const cuts = (record: number) => {
    const list: { operation: number; shape: number; name: string }[] = [];
    records.write(record);
    if (records.broke !== 0) problems.push(`rules broken in writing ${record.toString(16)}`);
    device.operations().forEach((operation, index) => {
      (operation.kind === "erase" ? ERASE_PHASES : TEARS).forEach((name, shape) =>
        list.push({ operation: index, shape, name: `${operation.kind} ${index} ${name}` }),
      );
    });
    return list;
  };
  let before = NO_RECORD;
  // Sectors alternate and cycles wrap after three: every combination of both within seven.
  for (let changes = 0; changes < 7; changes++) {
    const start = device.part.layout.record;
    const base = device.flash(start.offset, start.size);
    const restore = () => {
      device.exports.wipe();
      device.provision(start.offset, base);
      device.exports.markProvisioned();
    };
    restore();
    const list = cuts(one);
    for (const cut of list) {
      restore();
      records.cut(one, cut.operation, cut.shape);
      const between = check(`${changes}, ${cut.name}`, before, one);
      const key = records.key() + between;
      if (seen.has(key)) continue;
      seen.add(key);
      device.exports.checkpoint();
      for (const again of cuts(two)) {
        device.exports.rollback();
        records.cut(two, again.operation, again.shape);
        const where = `${changes}, ${cut.name}, then ${again.name}`;
        check(where, between, two);
        if (records.write(three) !== true || records.broke !== 0)
          problems.push(`${where}: cannot be changed`);
        check(where, three);
      }
    }
    restore();
    before = trial(20 + (changes % 2));
    records.write(before);
  }
  return problems;
}

describe("a body torn towards the erased value", () => {
  it("is noticed in every pair of a byte and its complement, whichever bits are missing of each", () => {
    for (const part of [
      partById("tiny"),
      madePart({ rule: "and", programMin: 4, programMax: 4, erasedByte: 0 }),
    ]) {
      const records = new Records(part);
      const { device } = records;
      const [, second] = recordSectors(part);
      for (const attempts of [0, 0x5a, 0xff]) {
        device.exports.wipe();
        placeRecord(device, trial(attempts), trial(1));
        const whole = device.flash(second.offset, 16);
        const accepted: string[] = [];
        for (let byte = 0; byte < 16; byte++) {
          if ((byte & 4) !== 0) continue; // a complement: it is torn with its byte
          for (const torn of supersets(whole[byte]!, part.erasedByte)) {
            for (const other of supersets(whole[byte + 4]!, part.erasedByte)) {
              const bytes = whole.slice();
              bytes[byte] = torn;
              bytes[byte + 4] = other;
              device.provision(second.offset, bytes);
              const isWhole = torn === whole[byte] && other === whole[byte + 4];
              if (records.read() !== (isWhole ? trial(attempts) : trial(1)))
                accepted.push(`byte ${byte}: ${torn}, ${other}`);
            }
          }
          device.provision(second.offset, whole);
        }
        expect(accepted).toEqual([]);
      }
    }
  });
});

/** Every byte that a program of `byte` may leave when some of its bits do not land. */
function supersets(byte: number, erasedByte: number): number[] {
  const landing = (byte ^ erasedByte) & 0xff;
  const left: number[] = [];
  for (let landed = 0; landed < 256; landed++)
    if ((landed & ~landing) === 0) left.push((erasedByte ^ landed) & 0xff);
  return left;
}

describe("a record that cannot be read back", () => {
  it("is not durable: an ill-formed word, or flash that refuses", () => {
    const records = new Records(partById("tiny"));
    expect(records.write(trial(5))).toBe(true);
    for (const word of [0, NO_RECORD, trial(5) | 0x1000000, (trial(5) & ~15) | 6]) {
      expect(records.write(word)).toBe(false);
      expect(records.read()).toBe(trial(5));
    }
  });
});
