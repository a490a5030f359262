// The flash array against a model of it that shares no code: programs and erases under every rule, whole, torn and weak,
// on parts with uneven sectors, program sizes of 1 to 512 bytes, both erased values, with and without ECC.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { ERASES, TEARS } from "../../../../host/campaign/plan/shapes.js";
import { PARTS } from "../../../../host/device/parts.js";
import type { PartProfile } from "../../../../host/device/profile.js";
import { bytesOf, difference } from "../../../support/bytes.js";
import { FlashModel, phasesOf, tearsOf } from "../../../support/flash-model.js";
import { Hal } from "../../../support/hal.js";
import { madePart } from "../../../support/parts.js";

const RUNS = Number(process.env["EVERBOOT_CASES"] ?? 60);

const MADE: readonly PartProfile[] = [
  madePart({ rule: "and", programMin: 1, programMax: 512 }),
  madePart({ rule: "and", programMin: 1, programMax: 8, erasedByte: 0 }),
  madePart({ rule: "and", programMin: 4, programMax: 4 }),
  madePart({ rule: "once", programMin: 8, programMax: 8 }),
  madePart({ rule: "once", programMin: 2, programMax: 16 }),
  madePart({ rule: "once", programMin: 512, programMax: 512, erasedByte: 0 }),
  madePart({ rule: "once-or-zero", programMin: 32, programMax: 32 }),
  madePart({ rule: "once-or-zero", programMin: 4, programMax: 16 }),
  madePart({ rule: "twice", programMin: 4, programMax: 4 }),
  madePart({ rule: "twice", programMin: 1, programMax: 4, erasedByte: 0 }),
  madePart({ rule: "once", programMin: 8, programMax: 8, ecc: { unitBytes: 8, erasedFaults: false } }),
  madePart({
    rule: "once-or-zero",
    programMin: 32,
    programMax: 64,
    erasedByte: 0,
    ecc: { unitBytes: 32, erasedFaults: false },
  }),
  madePart({ rule: "once", programMin: 512, programMax: 512, ecc: { unitBytes: 16, erasedFaults: true } }),
  // A unit of several programs: torn is all of it, marked is each.
  madePart({ rule: "twice", programMin: 4, programMax: 8, ecc: { unitBytes: 16, erasedFaults: true } }),
];

/** One action on the Record region; numbers are brought into range by the part. */
type Action =
  | {
      readonly kind: "program";
      readonly place: number;
      readonly size: number;
      /** What to write: bytes of a seed, all zeros, all ones, or what stands there already. */
      readonly data: "random" | "zero" | "ones" | "same";
      readonly seed: number;
      /** Tear, or none for a whole program. */
      readonly tear: number | null;
    }
  | { readonly kind: "erase"; readonly place: number; readonly phase: number };

const actions = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record<Extract<Action, { kind: "program" }>>({
        kind: fc.constant("program"),
        // Few places, so that units are met again.
        place: fc.nat({ max: 5 }),
        size: fc.nat({ max: 9 }),
        data: fc.constantFrom("random", "random", "zero", "ones", "same"),
        seed: fc.nat(),
        tear: fc.option(fc.nat({ max: abi.TEAR_UNSTEADY }), { freq: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record<Extract<Action, { kind: "erase" }>>({
        kind: fc.constant("erase"),
        place: fc.nat({ max: 3 }),
        phase: fc.nat({ max: ERASES.length - 1 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);

/** Does an action on device and model and compares status and, within the program, what is left. */
function act(hal: Hal, model: FlashModel, action: Action): void {
  const { part } = model;
  const inRecord = model.sectors.filter(({ offset }) => offset >= part.layout.record.offset);
  if (action.kind === "erase") {
    const sector = inRecord[action.place % inRecord.length]!;
    const phase = action.phase % phasesOf(part).length;
    hal.cut(phase, () => hal.erase(sector.offset));
    model.erase(model.sectors.indexOf(sector), phase);
    return;
  }
  const sizes = programSizes(part);
  const size = sizes[action.size % sizes.length]!;
  // The last place of a sector and the first of the next are among them.
  const offset = Math.max(part.layout.record.offset, inRecord[1]!.offset + (action.place - 3) * size);
  const data =
    action.data === "random"
      ? bytesOf(action.seed, size)
      : action.data === "same"
        ? model.content.slice(offset, offset + size)
        : new Uint8Array(size).fill(action.data === "zero" ? 0 : 0xff);
  const expected = model.programStatus(offset, data);
  if (action.tear === null || expected !== abi.STATUS_OK) {
    hal.begin();
    agree("status", hal.programBytes(offset, data), expected);
    if (expected === abi.STATUS_OK) model.program(offset, data);
    return;
  }
  const tear = action.tear % tearsOf(part).length;
  const stop = hal.cut(tear, () => hal.programBytes(offset, data));
  agree("stop", stop.kind, abi.STOP_POWER);
  const left = { content: hal.device.flash(offset, size), weak: hal.weak(offset, size) };
  agree(TEARS[tear]!, model.mayTearInto(tear, offset, data, left), true);
  model.programTorn(tear, offset, left.content, left.weak);
}

/** Every word of the Record region, read in every way there is and in one way that there is not. */
function agreeOnReadings(
  hal: Hal,
  { part, readings }: { part: PartProfile; readings: FlashModel["readings"] },
): void {
  const { offset, size } = part.layout.record;
  for (let at = offset; at < offset + size; at += 4) {
    const ways = readings(at);
    ways.forEach((seen, choice) => agree(`word at ${at}, choice ${choice}`, hal.reading(at, choice), seen));
    agree("choices made", hal.device.callWord(abi.CALL_CHOICE_COUNT), ways.length > 1 ? 1 : 0);
    if (ways.length > 1) agree(`word at ${at}, no such choice`, hal.reading(at, ways.length), ways[0]!);
  }
}

/** Many times faster than expect(), of which a run would need a hundred thousand. */
function agree<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
}

function programSizes(part: PartProfile): number[] {
  const sizes = [];
  for (let size = part.programMin.value; size <= part.programMax.value; size *= 2) sizes.push(size);
  return sizes;
}

describe("the flash array does what the model does, whatever happens to it", () => {
  for (const part of MADE) {
    it(`where the rule is ${part.id}`, () => {
      const hal = new Hal(part, { ecc: true });
      fc.assert(
        fc.property(actions, (all) => {
          hal.device.exports.wipe();
          const model = new FlashModel(part);
          for (const action of all) act(hal, model, action);
          const { length } = model.content;
          agree("content", difference(hal.device.flash(0, length), model.content), undefined);
          agree("weak bits", difference(hal.weak(0, length), model.weak), undefined);
          agreeOnReadings(hal, { part, readings: (at) => model.readings(at) });
        }),
        { numRuns: RUNS, seed: 3 },
      );
    });
  }
});

describe("a torn program", () => {
  // Of every part and every program size: over blank units, then over what the first one left where the rule allows.
  for (const part of [...PARTS, ...MADE]) {
    it(`leaves what its shape says, for every program size of ${part.id}`, () => {
      const hal = new Hal(part, { ecc: true });
      const { offset } = part.layout.record;
      const model = new FlashModel(part);
      hal.device.exports.checkpoint();
      for (const size of programSizes(part)) {
        for (const data of [bytesOf(size, size), new Uint8Array(size), new Uint8Array(size).fill(0xff)]) {
          tearsOf(part).forEach((shape, number) => {
            hal.device.exports.rollback();
            const stop = hal.cut(number, () => hal.programBytes(offset, data));
            agree("stop", stop.kind, abi.STOP_POWER);
            const left = { content: hal.device.flash(offset, size), weak: hal.weak(offset, size) };
            agree(`${shape} of ${size}`, model.mayTearInto(number, offset, data, left), true);
            const behind = hal.device.flash(offset + size, 512);
            agree("behind", difference(behind, new Uint8Array(512).fill(part.erasedByte)), undefined);
            agree("weak behind", difference(hal.weak(offset + size, 512), new Uint8Array(512)), undefined);
          });
        }
      }
    });
  }
});

describe("a torn erase", () => {
  for (const part of PARTS) {
    it(`leaves what its phase says: ${part.id}`, () => {
      const hal = new Hal(part, { ecc: true });
      const { offset } = part.layout.record;
      const size = new FlashModel(part).sectors.find((sector) => sector.offset === offset)!.size;
      const content = bytesOf(77, size);
      hal.device.provision(offset, content);
      hal.device.provision(offset + size, Uint8Array.of(1, 2, 3, 4));
      hal.device.exports.markProvisioned();
      hal.device.exports.checkpoint();
      phasesOf(part).forEach((phase, number) => {
        hal.device.exports.rollback();
        hal.cut(number, () => hal.erase(offset));
        const left = hal.device.flash(offset, size);
        const half = content.map((byte, i) => (i < size / 2 ? 0xff : byte | 0x55));
        const wanted = {
          untouched: content,
          half,
          done: new Uint8Array(size).fill(0xff),
          weak: content,
          "half-unreadable": content.map((byte, i) => (i < size / 2 ? 0xff : byte)),
          "weak-unsteady": content,
        }[phase];
        const isWeak = phase === "weak" || phase === "weak-unsteady";
        const weak = content.map((byte) => (isWeak ? ~byte : 0));
        expect(difference(left, wanted), phase).toBeUndefined();
        expect(difference(hal.weak(offset, size), weak), phase).toBeUndefined();
        expect([...hal.device.flash(offset + size, 4)]).toEqual([1, 2, 3, 4]);
        expect([...hal.weak(offset + size, 4)]).toEqual([0, 0, 0, 0]);
      });
    });
  }

  it("makes programmable again what it has erased, and nothing else", () => {
    for (const rule of ["once", "once-or-zero", "twice"] as const) {
      const part = madePart({ rule, programMin: 4, programMax: 4 });
      const hal = new Hal(part);
      const { offset } = part.layout.record;
      const data = Uint8Array.of(0xf0, 0xf0, 0xf0, 0xf0);
      const often = rule === "twice" ? 2 : 1;
      for (let n = 0; n < often; n++)
        for (let at = 0; at < 512; at += 4) expect(hal.programBytes(offset + at, data)).toBe(0);
      hal.cut(abi.ERASE_HALF, () => hal.erase(offset));
      hal.begin();
      const refused = rule === "twice" ? abi.STATUS_WRITE_LIMIT : abi.STATUS_NOT_ERASED;
      for (let at = 0; at < 512; at += 4)
        expect(hal.programBytes(offset + at, data), `${rule} ${at}`).toBe(at < 256 ? 0 : refused);
      expect(hal.erase(offset)).toBe(0);
      for (let at = 0; at < 512; at += 4) expect(hal.programBytes(offset + at, data)).toBe(0);
    }
  });
});

describe("what is weak", () => {
  it("is strong once it is programmed again, and gone once it is erased", () => {
    const hal = new Hal(madePart({ rule: "and", programMin: 4, programMax: 4 }));
    const { offset } = hal.device.layout.record;
    const data = Uint8Array.of(0x0f, 0x1f, 0x2f, 0x3f);
    hal.cut(abi.TEAR_WEAK, () => hal.programBytes(offset, data));
    expect([hal.reading(offset, 0), hal.reading(offset, 1)]).toEqual([0x3f2f1f0f, 0xffffffff]);
    expect(hal.device.isCertain).toBe(false);
    hal.begin();
    expect(hal.programBytes(offset, data)).toBe(abi.STATUS_OK);
    expect([hal.reading(offset, 0), hal.reading(offset, 1)]).toEqual([0x3f2f1f0f, 0x3f2f1f0f]);
    expect(hal.device.isCertain).toBe(true);
    hal.cut(abi.ERASE_WEAK, () => hal.erase(offset));
    expect([hal.reading(offset, 0), hal.reading(offset, 1)]).toEqual([0x3f2f1f0f, 0xffffffff]);
    hal.begin();
    expect(hal.erase(offset)).toBe(abi.STATUS_OK);
    expect(hal.reading(offset, 0)).toBe(0xffffffff);
    expect(hal.device.isCertain).toBe(true);
  });
});
