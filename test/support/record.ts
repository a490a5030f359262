// The Record as images/SPEC.md draws it, written a second time in TypeScript: encodes and decodes, shares no code with
// assembly/record.
import { crc32 } from "node:zlib";
import type { Device } from "../../host/device/device.js";
import { sectorsOf } from "../../host/device/layout.js";
import type { PartProfile, Region } from "../../host/device/profile.js";

export const NO_RECORD = 0xffffffff;
const FORMAT = 5;
const BODY_SIZE = 16;
const SEAL = 0x4c414553;

export const FALLBACK = { none: 0, confirmed: 1, untried: 2 } as const;

/** What a Record says. */
export interface RecordSays {
  readonly active: 0 | 1;
  /** Attempts left and what the other slot holds; absent where the active image is confirmed. */
  readonly trial?: { readonly attempts: number; readonly fallback: keyof typeof FALLBACK };
}

/** The record word, its cycle 0. */
export function recordWord({ active, trial }: RecordSays): number {
  if (trial === undefined) return FORMAT | (active << 8) | (1 << 9);
  return FORMAT | (active << 8) | (FALLBACK[trial.fallback] << 10) | (trial.attempts << 16);
}

/** U and S of images/SPEC.md: bytes of a program, and where the seal stands. */
export function recordShape(part: PartProfile): { readonly unit: number; readonly seal: number } {
  const unit = Math.max(4, Math.min(Math.max(16, part.programMin.value), part.programMax.value));
  return { unit, seal: Math.ceil(BODY_SIZE / unit) * unit };
}

/** What one change programs into its sector, body to seal unit. */
export function encodeRecord(part: PartProfile, word: number, cycle: number): Uint8Array {
  const { unit, seal } = recordShape(part);
  const bytes = new Uint8Array(seal + unit).fill(part.erasedByte);
  const view = new DataView(bytes.buffer);
  const cycled = (word | (cycle << 4)) >>> 0;
  const input = new Uint8Array(4);
  new DataView(input.buffer).setUint32(0, cycled, true);
  const check = crc32(input);
  [cycled, ~cycled, check, ~check].forEach((value, i) => view.setUint32(i * 4, value >>> 0, true));
  view.setUint32(seal, SEAL, true);
  return bytes;
}

/** The two sectors of a device's Record. */
export function recordSectors(part: PartProfile): readonly [Region, Region] {
  const inside = sectorsOf(part).filter(({ offset }) => offset >= part.layout.record.offset);
  return [inside[0]!, inside[1]!];
}

/** Puts a Record on flash past all rules: `word` as the newest, `older` (may be absent) in the other sector. */
export function placeRecord(device: Device, word: number, older?: number): void {
  const [first, second] = recordSectors(device.part);
  if (older === undefined) {
    device.provision(first.offset, encodeRecord(device.part, word, 0));
    return;
  }
  device.provision(first.offset, encodeRecord(device.part, older, 0));
  device.provision(second.offset, encodeRecord(device.part, word, 1));
}

/** The newest whole record on a device's flash, its cycle 0; NO_RECORD where there is none. */
export function recordOn(device: Device): number {
  const [first, second] = recordSectors(device.part).map(({ offset }) => sealedWord(device, offset)) as [
    number | undefined,
    number | undefined,
  ];
  if (first === undefined || second === undefined) return uncycled(first ?? second);
  return uncycled(cycleOf(second) === (cycleOf(first) + 1) % 3 ? second : first);
}

function sealedWord(device: Device, offset: number): number | undefined {
  const { part } = device;
  const { unit, seal } = recordShape(part);
  const found = device.flash(offset, seal + unit);
  if (found.subarray(seal).every((byte) => byte === part.erasedByte)) return undefined;
  const view = new DataView(found.buffer);
  const word = view.getUint32(0, true);
  const wellFormed = (word & 0xff00f00f) >>> 0 === FORMAT && cycleOf(word) < 3 && ((word >> 10) & 3) < 3;
  const wanted = encodeRecord(part, word & ~0xf0, cycleOf(word));
  const isWhole = found.subarray(0, seal).every((byte, i) => byte === wanted[i]);
  return wellFormed && isWhole ? word : undefined;
}

function cycleOf(word: number): number {
  return (word >> 4) & 15;
}

function uncycled(word: number | undefined): number {
  return word === undefined ? NO_RECORD : (word & ~0xf0) >>> 0;
}
