// Strikes: all that can go wrong besides a power cut, as plain data, and how each is laid down on a device. A strike at rest
// changes what the device holds before a power-up; one in flight changes what a guest call sees or what its writes do.
import * as abi from "../../../assembly/abi.js";
import { MisuseError } from "../../core/errors.js";
import type { Device } from "../../device/device.js";

/** Numbers of a write's effects, by name. */
export const WRITE_EFFECTS = {
  dropped: abi.WRITE_DROPPED,
  failed: abi.WRITE_FAILED,
  worn: abi.WRITE_WORN,
  stray: abi.WRITE_STRAY,
} as const;
export type WriteEffect = keyof typeof WRITE_EFFECTS;

/** What is struck; offsets in bytes, bits of a word from 0 (lowest) to 31. */
export type Strike =
  /** Flash at rest: bit `bit` of the word at `offset`, a multiple of 4. */
  | { readonly kind: "flip"; readonly offset: number; readonly bit: number }
  /** A one-way counter at rest. */
  | { readonly kind: "counter"; readonly id: number; readonly bit: number }
  /** The incoming image: the word at `offset` of the receive window, for as long as the run lasts. */
  | { readonly kind: "offer"; readonly offset: number; readonly bit: number }
  /** The `read`-th flash read of a call, from 0: this once. */
  | { readonly kind: "read"; readonly read: number; readonly bit: number }
  /** The word at `offset`, from its second reading in a call on. */
  | { readonly kind: "refetch"; readonly offset: number; readonly bit: number }
  /** The guest's RAM at `address` (bit 0 to 7 of a byte), when it makes its `read`-th flash read. */
  | { readonly kind: "ram"; readonly read: number; readonly address: number; readonly bit: number }
  /** The `operation`-th persistent operation of a call, from 0; `bit` is the wrong address bit of a stray write, else 0. */
  | {
      readonly kind: "write";
      readonly operation: number;
      readonly effect: WriteEffect;
      readonly bit: number;
    };

/** A strike and the guest call, from 0, that it happens before or in. */
export interface PlacedStrike {
  readonly call: number;
  readonly strike: Strike;
}

/** Whether a strike changes what the device holds, before a power-up. */
export function isAtRest({ kind }: Strike): boolean {
  return kind === "flip" || kind === "counter" || kind === "offer";
}

/** Keeps a strike at rest on the device for replay(); answers its place. */
export function keepStrike(device: Device, strike: Strike): number {
  switch (strike.kind) {
    case "flip":
      return device.keepOperation(abi.OP_FLIP, strike.offset, (1 << strike.bit) >>> 0);
    case "counter":
      return device.keepOperation(abi.OP_FLIP_COUNTER, strike.id, (1 << strike.bit) >>> 0);
    case "offer":
      return device.keepOperation(abi.OP_FLIP_OFFER, 0, strike.offset * 8 + strike.bit);
    default:
      throw new MisuseError(`strike ${formatStrike(strike)}: expected one at rest`);
  }
}

/** Lays down a strike in flight, in the call that has just begun. */
export function armStrike(device: Device, strike: Strike): void {
  const { exports } = device;
  switch (strike.kind) {
    case "read":
      exports.flipRead(strike.read, (1 << strike.bit) >>> 0);
      return;
    case "refetch":
      exports.refetch(strike.offset, (1 << strike.bit) >>> 0);
      return;
    case "ram":
      device.onStrike = () => device.boot.flip(strike.address, strike.bit);
      exports.tellRead(strike.read);
      return;
    case "write":
      exports.failWrite(strike.operation, WRITE_EFFECTS[strike.effect], strike.bit);
      return;
    default:
      throw new MisuseError(`strike ${formatStrike(strike)}: expected one in flight`);
  }
}

/**
 * Refuses a strike that hits nothing: the device would write beside its tables.
 * @param flashSize of the part, in bytes
 * @throws {MisuseError} naming the strike and what it may be.
 */
export function checkStrike(strike: Strike, flashSize: number): void {
  const most: Readonly<Record<string, number>> = {
    flip: flashSize,
    refetch: flashSize,
    offer: abi.WINDOW_SIZE,
  };
  const limit = most[strike.kind];
  if ("offset" in strike && limit !== undefined && strike.offset >= limit)
    throw new MisuseError(`strike ${formatStrike(strike)}: expected an offset below 0x${limit.toString(16)}`);
  if (strike.kind === "counter" && strike.id >= abi.COUNTER_COUNT)
    throw new MisuseError(`strike ${formatStrike(strike)}: expected a counter below ${abi.COUNTER_COUNT}`);
  if (strike.kind === "write" && 2 ** strike.bit >= flashSize)
    throw new MisuseError(`strike ${formatStrike(strike)}: expected an address bit of the part`);
}

/** A strike as text, as trace lines have it: "flip@0x20000.3", "write@5.dropped". */
export function formatStrike(strike: Strike): string {
  const hex = (value: number) => `0x${value.toString(16)}`;
  switch (strike.kind) {
    case "flip":
    case "offer":
    case "refetch":
      return `${strike.kind}@${hex(strike.offset)}.${strike.bit}`;
    case "counter":
      return `counter@${strike.id}.${strike.bit}`;
    case "read":
      return `read@${strike.read}.${strike.bit}`;
    case "ram":
      return `ram@${strike.read}.${hex(strike.address)}.${strike.bit}`;
    case "write":
      return `write@${strike.operation}.${strike.effect}${strike.effect === "stray" ? `.${strike.bit}` : ""}`;
  }
}

const HEX = "0x([0-9a-f]{1,8})";
const FORMS: readonly (readonly [RegExp, (parts: readonly string[]) => Strike])[] = [
  [
    new RegExp(`^(flip|offer|refetch)@${HEX}\\.(\\d+)$`),
    ([kind, offset, bit]) => ({ kind: kind as "flip", offset: parseInt(offset ?? "", 16), bit: Number(bit) }),
  ],
  [/^counter@(\d+)\.(\d+)$/, ([id, bit]) => ({ kind: "counter", id: Number(id), bit: Number(bit) })],
  [/^read@(\d+)\.(\d+)$/, ([read, bit]) => ({ kind: "read", read: Number(read), bit: Number(bit) })],
  [
    new RegExp(`^ram@(\\d+)\\.${HEX}\\.([0-7])$`),
    ([read, address, bit]) => ({
      kind: "ram",
      read: Number(read),
      address: parseInt(address ?? "", 16),
      bit: Number(bit),
    }),
  ],
  [
    /^write@(\d+)\.(dropped|failed|worn|stray)(?:\.(\d+))?$/,
    ([operation, effect, bit = "0"]) => ({
      kind: "write",
      operation: Number(operation),
      effect: effect as WriteEffect,
      bit: Number(bit),
    }),
  ],
];

/**
 * Reads a strike back.
 * @throws {MisuseError} for a text that is none.
 */
export function parseStrike(text: string): Strike {
  for (const [form, make] of FORMS) {
    const match = form.exec(text);
    if (match === null) continue;
    const strike = make(match.slice(1));
    const isWordAligned = !("offset" in strike) || strike.offset % 4 === 0;
    const isWhole = strike.kind !== "write" || (strike.effect === "stray") === (match[3] !== undefined);
    if (strike.bit < 32 && isWordAligned && isWhole) return strike;
  }
  throw new MisuseError(`expected a strike like flip@0x20000.3 or write@5.dropped, found ${text}`);
}
