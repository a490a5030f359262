// The package's Record as it stands on flash, decoded by images/SPEC.md and told in words. Independent of any guest: one that keeps
// its state otherwise has no such Record. Decides nothing.
import type { Device } from "../../device/device.js";
import { sectorsOf } from "../../device/layout.js";
import { recordAreaBytes, unitOffsetBytes } from "../../device/record-area.js";
import { slotName } from "./places.js";

const BODY_SIZE = 16;
const FORMAT = 6;
const UNKNOWN_BITS = 0xff000000;
const CYCLES = 3;
const SEAL = 0x4c414553;
const MARK = 0x454e4f44;
/** CRC-32 of ISO 3309, reflected. */
const CRC_POLYNOMIAL = 0xedb88320;
const FALLBACKS = ["nothing to fall back to", "fallback confirmed", "fallback untried"] as const;

/** The fields of a Record. */
export interface RecordFields {
  /** 0 A, 1 B. */
  readonly active: number;
  readonly isConfirmed: boolean;
  /** Of a trial; 0 where it is confirmed. */
  readonly attempts: number;
  /** What the other slot holds, bits 10..11. */
  readonly other: number;
  /** Trials that were lost, at most 7. */
  readonly lostTrials: number;
  /** A loss of power has ended an attempt of the trial. */
  readonly isInterrupted: boolean;
}

interface Area {
  /** The record word; null where the body is not whole. */
  readonly word: number | null;
  /** First word of the unit behind the body. */
  readonly unit: number;
}

/** What stands in a device's Record region; null where no Record counts. */
export function recordOf(device: Device): RecordFields | null {
  const { part, layout } = device;
  const sector = sectorsOf(part).find(({ offset }) => offset === layout.record.offset);
  const size = recordAreaBytes(part, sector?.size ?? layout.record.size);
  const [first, second] = [0, 1].map((index) => areaAt(device, layout.record.offset + index * size)) as [
    Area,
    Area,
  ];
  const word =
    part.record === "sealed"
      ? newer(first.unit === SEAL ? first.word : null, second.unit === SEAL ? second.word : null)
      : settled(first, second);
  return word === null ? null : fieldsOf(word);
}

/** A refreshed Record: the body whose mark stands in the other area counts, else the newer one. */
function settled(first: Area, second: Area): number | null {
  if (first.word !== null && second.unit === MARK) return first.word;
  if (second.word !== null && first.unit === MARK) return second.word;
  return newer(first.word, second.word);
}

function newer(first: number | null, second: number | null): number | null {
  if (first === null || second === null) return first ?? second;
  return cycleOf(second) === (cycleOf(first) + 1) % CYCLES ? second : first;
}

function cycleOf(word: number): number {
  return (word >>> 4) & 15;
}

function areaAt(device: Device, offset: number): Area {
  const unitAt = unitOffsetBytes(device.part);
  const bytes = device.flash(offset, unitAt + 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [word, complement, check, checkComplement] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const isWhole =
    complement === ~word >>> 0 &&
    checkComplement === ~check >>> 0 &&
    check === crc32(word) &&
    isWellFormed(word) &&
    bytes.subarray(BODY_SIZE, unitAt).every((byte) => byte === device.part.erasedByte);
  return { word: isWhole ? word : null, unit: view.getUint32(unitAt, true) };
}

function isWellFormed(word: number): boolean {
  return (
    (word & 15) === FORMAT &&
    (word & UNKNOWN_BITS) === 0 &&
    cycleOf(word) < CYCLES &&
    ((word >>> 10) & 3) < FALLBACKS.length
  );
}

/** Over the 32 bits of a word, least significant first. */
function crc32(word: number): number {
  let crc = ~word >>> 0;
  for (let bit = 0; bit < 32; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ CRC_POLYNOMIAL;
  return ~crc >>> 0;
}

/** The fields of a record word, laid out as in images/SPEC.md. */
export function fieldsOf(word: number): RecordFields {
  return {
    active: (word >>> 8) & 1,
    isConfirmed: ((word >>> 9) & 1) !== 0,
    attempts: (word >>> 16) & 0xff,
    other: (word >>> 10) & 3,
    lostTrials: (word >>> 12) & 7,
    isInterrupted: ((word >>> 15) & 1) !== 0,
  };
}

/** A Record in words: "slot B on trial, 2 attempts left, fallback confirmed". */
export function recordWords(fields: RecordFields): string {
  return [stateWords(fields), ...Object.values(detailsOf(fields))].filter((words) => words !== "").join(", ");
}

function stateWords({ active, isConfirmed }: RecordFields): string {
  return `slot ${slotName(active)} ${isConfirmed ? "confirmed" : "on trial"}`;
}

/** What there is to say beside which slot it is about; empty where nothing. */
function detailsOf({ active, isConfirmed, attempts, other, lostTrials, isInterrupted }: RecordFields) {
  const lost = isConfirmed ? `lost trials of slot ${slotName(active ^ 1)}` : "lost trials";
  return {
    attempts: isConfirmed ? "" : `attempts left ${attempts}`,
    other: isConfirmed ? "" : (FALLBACKS[other] ?? ""),
    lostTrials: lostTrials === 0 ? "" : `${lost} ${lostTrials}`,
    isInterrupted: isInterrupted ? "an attempt was ended by a loss of power" : "",
  };
}

/**
 * How a Record has changed: "slot B on trial, attempts left 2 → 1" where it is about the same trial, else all of it before and after;
 * empty where nothing of it has.
 */
export function recordChangeWords(before: RecordFields | null, after: RecordFields | null): string {
  const whole = (fields: RecordFields | null) =>
    fields === null ? "none that is valid" : recordWords(fields);
  if (before === null || after === null || stateWords(before) !== stateWords(after))
    return whole(before) === whole(after) ? "" : `${whole(before)} → ${whole(after)}`;
  const [old, now] = [detailsOf(before), detailsOf(after)];
  const changed = (Object.keys(now) as (keyof typeof now)[])
    .filter((key) => old[key] !== now[key])
    .map((key) => changeWords(old[key], now[key]));
  return changed.length === 0 ? "" : [stateWords(after), ...changed].join(", ");
}

/** "attempts left 2 → 1"; what begins alike is said once. */
function changeWords(before: string, after: string): string {
  const start = /^(.* )\d+$/.exec(after)?.[1];
  if (start !== undefined && before.startsWith(start)) return `${before} → ${after.slice(start.length)}`;
  if (before === "") return after;
  return after === "" ? `no more: ${before}` : `${before} → ${after}`;
}
