// The Record as images/SPEC.md draws it, written a second time in TypeScript: encodes and decodes both designs, shares no
// code with assembly/record.
import { crc32 } from "node:zlib";
import type { Device } from "../../host/device/device.js";
import { sectorsOf } from "../../host/device/layout.js";
import type { PartProfile, Region } from "../../host/device/profile.js";

export const NO_RECORD = 0xffffffff;
const FORMAT = 6;
const BODY_SIZE = 16;
const SEAL = 0x4c414553;
const MARK = 0x454e4f44;
/** How many cycles there are before the first comes again. */
const CYCLES = 3;

export const FALLBACK = { none: 0, confirmed: 1, verified: 2 } as const;

/** A design of the Record, as part profiles name it. */
export type Design = PartProfile["record"];

/** What a Record says. */
export interface RecordSays {
  readonly active: 0 | 1;
  /** Attempts left and what the other slot holds; absent where the active image is confirmed. */
  readonly trial?: { readonly attempts: number; readonly fallback: keyof typeof FALLBACK };
  /** Trials that the other slot's firmly installed image has lost beside a confirmed one. */
  readonly lost?: number;
}

/** The record word, its cycle 0. */
export function recordWord({ active, trial, lost }: RecordSays): number {
  const word = FORMAT | (active << 8);
  if (trial !== undefined) return word | (FALLBACK[trial.fallback] << 10) | (trial.attempts << 16);
  const confirmed = word | (1 << 9);
  return lost === undefined ? confirmed : confirmed | (FALLBACK.verified << 10) | (lost << 12);
}

/** U and S of images/SPEC.md: bytes of a program, and where the unit behind the body stands. */
export function recordShape(part: PartProfile): { readonly unit: number; readonly behind: number } {
  const unit = Math.max(4, Math.min(Math.max(16, part.programMin.value), part.programMax.value));
  return { unit, behind: Math.ceil(BODY_SIZE / unit) * unit };
}

/** The two areas of a part's Record: as many whole sectors as hold a body and its unit. */
export function recordAreas(part: PartProfile): readonly [Region, Region] {
  const { unit, behind } = recordShape(part);
  const { offset } = part.layout.record;
  const sector = sectorsOf(part).find((one) => one.offset === offset)!.size;
  const size = Math.ceil((behind + unit) / sector) * sector;
  return [
    { offset, size },
    { offset: offset + size, size },
  ];
}

/** What an area holds from its start to the end of the unit behind the body. */
export function encodeArea(
  part: PartProfile,
  holds: { readonly word?: number; readonly cycle?: number; readonly behind?: "seal" | "mark" },
): Uint8Array {
  const { unit, behind } = recordShape(part);
  const bytes = new Uint8Array(behind + unit).fill(part.erasedByte);
  const view = new DataView(bytes.buffer);
  if (holds.word !== undefined) {
    const cycled = (holds.word | ((holds.cycle ?? 0) << 4)) >>> 0;
    const input = new Uint8Array(4);
    new DataView(input.buffer).setUint32(0, cycled, true);
    const check = crc32(input);
    [cycled, ~cycled, check, ~check].forEach((value, i) => view.setUint32(i * 4, value >>> 0, true));
  }
  if (holds.behind !== undefined) view.setUint32(behind, holds.behind === "seal" ? SEAL : MARK, true);
  return bytes;
}

/** What both areas hold after `changes` changes (1 or more), of which the last two were these. */
export function encodeRecord(
  part: PartProfile,
  changes: number,
  word: number,
  older?: number,
): readonly [Uint8Array, Uint8Array] {
  const newest = { word, cycle: (changes - 1) % CYCLES };
  const before = older === undefined ? {} : { word: older, cycle: (changes + CYCLES - 2) % CYCLES };
  const [there, beside] =
    part.record === "sealed"
      ? [
          { ...newest, behind: "seal" as const },
          older === undefined ? {} : { ...before, behind: "seal" as const },
        ]
      : // The mark beside the older body says that the newer one counts.
        [newest, { ...before, behind: "mark" as const }];
  const areas = [encodeArea(part, there), encodeArea(part, beside)] as const;
  return changes % 2 === 1 ? areas : [areas[1], areas[0]];
}

/** Puts a Record on flash past all rules: `word` as the newest after so many changes, `older` beside it. */
export function placeRecord(device: Device, changes: number, word: number, older?: number): void {
  const areas = recordAreas(device.part);
  encodeRecord(device.part, changes, word, older).forEach((bytes, i) =>
    device.provision(areas[i]!.offset, bytes),
  );
  device.exports.markProvisioned();
}

/** The record on a device's flash where every read is certain, its cycle 0; NO_RECORD where there is none. */
export function recordOn(device: Device): number {
  const { part } = device;
  const areas = recordAreas(part);
  const [first, second] = areas.map(({ offset }) => wholeWord(device, offset)) as [Word, Word];
  const [behindFirst, behindSecond] = areas.map(({ offset }) => unitBehind(device, offset)) as [
    number,
    number,
  ];
  if (part.record === "sealed")
    return newest(behindFirst === SEAL ? first : undefined, behindSecond === SEAL ? second : undefined);
  if (behindSecond === MARK && first !== undefined) return uncycled(first);
  if (behindFirst === MARK && second !== undefined) return uncycled(second);
  return newest(first, second);
}

type Word = number | undefined;

function newest(first: Word, second: Word): number {
  if (first === undefined || second === undefined) return uncycled(first ?? second);
  return uncycled(cycleOf(second) === (cycleOf(first) + 1) % CYCLES ? second : first);
}

function wholeWord(device: Device, offset: number): Word {
  const { part } = device;
  const { behind } = recordShape(part);
  const found = device.flash(offset, behind);
  const word = new DataView(found.buffer).getUint32(0, true);
  const wellFormed = (word & 0xff00000f) >>> 0 === FORMAT && cycleOf(word) < CYCLES && ((word >> 10) & 3) < 3;
  const wanted = encodeArea(part, { word: word & ~0xf0, cycle: cycleOf(word) });
  return wellFormed && found.every((byte, i) => byte === wanted[i]) ? word : undefined;
}

function unitBehind(device: Device, offset: number): number {
  const { behind } = recordShape(device.part);
  return new DataView(device.flash(offset + behind, 4).buffer).getUint32(0, true);
}

function cycleOf(word: number): number {
  return (word >> 4) & 15;
}

function uncycled(word: Word): number {
  return word === undefined ? NO_RECORD : (word & ~0xf0) >>> 0;
}
