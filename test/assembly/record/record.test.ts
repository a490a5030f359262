// The Record on flash: byte for byte as images/SPEC.md has it, in both designs; which flips and tears it notices; and that
// any two cuts in a row leave the record of before or the one that was being written.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { difference } from "../../support/bytes.js";
import { madePart } from "../../support/parts.js";
import {
  NO_RECORD,
  encodeRecord,
  placeRecord,
  recordAreas,
  recordOn,
  recordShape,
} from "../../support/record.js";
import { Records, trial } from "./records.js";

/** Every real part; made ones of other rules, polarities and program sizes; and parts of rule "and" with a sealed Record. */
const ALL: readonly PartProfile[] = [
  ...PARTS,
  madePart({ rule: "once", programMin: 8, programMax: 8, erasedByte: 0 }),
  madePart({ rule: "and", programMin: 1, programMax: 4 }),
  madePart({ rule: "and", programMin: 4, programMax: 4, erasedByte: 0 }),
  madePart({
    rule: "once-or-zero",
    programMin: 512,
    programMax: 512,
    sectors: [512, 1024, 1024, 1024, 1024],
  }),
  { ...partById("tiny"), record: "sealed" },
];

for (const part of ALL) {
  describe(`the ${part.record} Record on ${part.id}`, () => {
    const areas = recordAreas(part);
    const [first, second] = areas;
    const { unit, behind } = recordShape(part);
    const bodyPrograms = behind / unit;
    const sectorsPerArea = first.size / sectorSize(part);

    it("is written byte for byte as images/SPEC.md says, in the two areas in turn, and read back", () => {
      const records = new Records(part);
      expect(records.find()).toBe(NO_RECORD);
      let older: number | undefined;
      for (let change = 1; change <= 8; change++) {
        const word = trial(change);
        expect(records.write(word)).toBe(true);
        expect(records.broke).toBe(0);
        encodeRecord(part, change, word, older).forEach((bytes, i) => {
          const { offset, size } = areas[i]!;
          const wanted = new Uint8Array(size).fill(part.erasedByte);
          wanted.set(bytes);
          expect(difference(records.device.flash(offset, size), wanted), `area ${i}`).toBeUndefined();
        });
        expect(records.find()).toBe(word);
        expect(records.recover()).toBe(word);
        expect(records.device.operations()).toEqual([]);
        expect(recordOn(records.device)).toBe(word);
        older = word;
      }
    });

    it("takes the erases and programs of images/SPEC.md's table, the unit behind the body last and erased first", () => {
      const records = new Records(part);
      records.write(trial(1));
      records.write(trial(2));
      const operations = records.device.operations();
      const kinds = operations.map(({ kind }) => kind);
      expect(kinds).toEqual([
        ...new Array<string>(sectorsPerArea).fill("erase"),
        ...new Array<string>(bodyPrograms + 1).fill("program"),
      ]);
      const erased = operations.slice(0, sectorsPerArea).map((one) => ("offset" in one ? one.offset : -1));
      expect(erased).toEqual([...erased].sort((a, b) => b - a));
      expect(erased.at(-1)).toBe(second.offset);
      const beside = part.record === "sealed" ? second : first;
      expect(operations.at(-1)).toMatchObject({ offset: beside.offset + behind, sizeBytes: unit });
    });

    it("reads what another encoder wrote, after any number of changes", () => {
      const records = new Records(part);
      for (let changes = 1; changes <= 7; changes++) {
        for (const older of [undefined, trial(200)]) {
          records.device.exports.wipe();
          placeRecord(records.device, changes, trial(changes), older);
          expect(records.find()).toBe(trial(changes));
          expect(records.write(trial(99))).toBe(true);
          expect(records.broke).toBe(0);
          expect(records.find()).toBe(trial(99));
        }
      }
    });

    it("of two bodies whose cycles do not follow one another reads one and the same at every reading", () => {
      const records = new Records(part);
      placeRecord(records.device, 1, trial(1), trial(2));
      const [, body] = encodeRecord(part, 2, trial(1), trial(2));
      for (const gap of [1, 3, 4]) {
        // The same change twice, or one missing between the two.
        const [ahead] = encodeRecord(part, gap, trial(3));
        records.device.exports.wipe();
        records.device.provision(first.offset, ahead);
        records.device.provision(second.offset, body);
        records.device.exports.markProvisioned();
        const read = records.find();
        expect(read).toBe(recordOn(records.device));
        expect(records.find()).toBe(read);
      }
    });

    it("falls back on each flipped bit of its newest body, and reads no third value whatever is flipped", () => {
      const records = new Records(part);
      for (const older of [undefined, trial(7)]) {
        records.device.exports.wipe();
        placeRecord(records.device, 2, trial(9), older);
        const wrong = flips(records, second.offset, behind + unit + 4, (byte) => {
          // The newer area's seal says that it counts; nobody looks at a mark that is not one.
          const counts = byte < behind || (part.record === "sealed" && byte < behind + 4);
          return counts ? (older ?? NO_RECORD) : trial(9);
        });
        expect(wrong).toEqual([]);
        expect(records.find()).toBe(trial(9));
      }
    });

    it("reads the newest whatever bit of the older area is flipped", () => {
      const records = new Records(part);
      placeRecord(records.device, 2, trial(9), trial(7));
      expect(flips(records, first.offset, behind + unit, () => trial(9))).toEqual([]);
    });

    it("settled leaves the other area erased, and the record as it was", () => {
      const records = new Records(part);
      expect(records.settle()).toBe(false);
      for (let change = 1; change <= 4; change++) {
        records.write(trial(change));
        expect(records.settle()).toBe(true);
        expect(records.broke).toBe(0);
        expect(records.find()).toBe(trial(change));
        const other = areas[change % 2]!;
        const wanted = new Uint8Array(other.size).fill(part.erasedByte);
        if (part.record === "refreshed") wanted.set(encodeRecord(part, change, trial(change))[change % 2]!);
        expect(difference(records.device.flash(other.offset, other.size), wanted)).toBeUndefined();
      }
    });
  });
}

/** Flips each bit of a range in turn; lists those with which the record is not what `expected` says. */
function flips(
  records: Records,
  offset: number,
  sizeBytes: number,
  expected: (byte: number) => number,
): string[] {
  const { device } = records;
  const flash = device.table(abi.TABLE_FLASH);
  const wrong: string[] = [];
  const flip = (at: number, mask: number) =>
    // Through the bus, whose polarity cancels out.
    device.exports.provisionWord(at, new DataView(device.flash(at, 4).buffer).getUint32(0, true) ^ mask);
  for (let byte = 0; byte < sizeBytes; byte++) {
    for (let bit = 0; bit < 8; bit++) {
      const at = offset + (byte & ~3);
      const mask = 1 << (bit + 8 * (byte & 3));
      const before = device.words[flash + at / 4];
      flip(at, mask);
      if (records.find() !== expected(byte)) wrong.push(`byte ${byte}, bit ${bit}`);
      flip(at, mask);
      if (device.words[flash + at / 4] !== before) throw new Error("a flip was not taken back");
    }
  }
  return wrong;
}

function sectorSize({ sectors, layout }: PartProfile): number {
  let end = 0;
  for (const { count, sizeBytes } of sectors) {
    end += count.value * sizeBytes.value;
    if (layout.record.offset < end) return sizeBytes.value;
  }
  throw new Error("the Record lies outside the flash");
}

describe("a seal", () => {
  it("is the seal itself and nothing that was merely touched", () => {
    for (const part of ALL.filter(({ record }) => record === "sealed")) {
      const records = new Records(part);
      const { unit, behind } = recordShape(part);
      const [, second] = recordAreas(part);
      placeRecord(records.device, 2, trial(9), trial(7));
      for (const fill of [0xff, 0x00, 0x55]) {
        records.device.provision(second.offset + behind, new Uint8Array(unit).fill(fill));
        expect(records.find(), `${part.id}, ${fill}`).toBe(trial(7));
      }
    }
  });
});

describe("a body torn towards the erased value", () => {
  it("is noticed in every pair of a byte and its complement, whichever bits are missing of each", () => {
    for (const part of [
      partById("tiny"),
      { ...partById("tiny"), record: "sealed" as const },
      madePart({ rule: "and", programMin: 4, programMax: 4, erasedByte: 0 }),
    ]) {
      const records = new Records(part);
      const { device } = records;
      const [, second] = recordAreas(part);
      for (const attempts of [0, 0x5a, 0xff]) {
        device.exports.wipe();
        placeRecord(device, 2, trial(attempts), trial(1));
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
              if (records.find() !== (isWhole ? trial(attempts) : trial(1)))
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
  it("is not durable: an ill-formed word", () => {
    for (const part of ALL) {
      const records = new Records(part);
      expect(records.write(trial(5))).toBe(true);
      for (const word of [0, NO_RECORD, trial(5) | 0x1000000, (trial(5) & ~15) | 5]) {
        expect(records.write(word)).toBe(false);
        expect(records.find()).toBe(trial(5));
      }
    }
  });
});
