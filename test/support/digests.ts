// The digests of a device's content, computed from nothing but its tables: what the running ones must come to. Shares no
// code with assembly/device.
import * as abi from "../../assembly/abi.js";
import type { Device } from "../../host/device/device.js";
import { sectorsOf } from "../../host/device/layout.js";

// assembly/device/map.ts
const MARKS = 0x500000;
const TORN = 0x580000;

// What a value says, in the top bits of its index (assembly/device/content/digest.ts).
const OF_WEAK = 0x40000000n;
const OF_MARK = 0x80000000n;
const OF_TORN = 0xc0000000n;

/** Programs of every unit since the last erase. */
export function marksOf(device: Device): Uint8Array {
  return bytesAt(device, MARKS, flashBytes(device) / device.part.programMin.value);
}

/** FLAG_ bits of every ECC unit of a part that has such. */
export function tornOf(device: Device): Uint8Array {
  const { ecc } = device.part;
  return bytesAt(device, TORN, ecc === undefined ? 0 : flashBytes(device) / ecc.unitBytes.value);
}

/** The digest of every sector, four words each, one after the other. */
export function digestsAnew(device: Device): number[] {
  const { words, part } = device;
  const flash = device.table(abi.TABLE_FLASH);
  const weak = device.table(abi.TABLE_WEAK);
  const marks = marksOf(device);
  const torn = tornOf(device);
  const unit = part.programMin.value;
  const eccUnit = part.ecc?.unitBytes.value ?? 0;
  return sectorsOf(part).flatMap(({ offset, size }) => {
    const sum = new Sum();
    for (let at = offset; at < offset + size; at += 4) {
      sum.add(BigInt(at), ~(words[flash + at / 4] as number) >>> 0);
      sum.add(OF_WEAK | BigInt(at), words[weak + at / 4] as number);
    }
    for (let index = offset / unit; index < (offset + size) / unit; index++)
      sum.add(OF_MARK | BigInt(index), marks[index]!);
    for (let index = offset / eccUnit; index < (offset + size) / eccUnit; index++)
      sum.add(OF_TORN | BigInt(index), torn[index]!);
    return sum.words();
  });
}

/** Two lanes of 64 bits. */
class Sum {
  #a = 0n;
  #b = 0n;

  add(index: bigint, value: number): void {
    if (value === 0) return;
    const term = (index << 32n) | BigInt(value);
    this.#a += murmur(term);
    this.#b += splitMix(term);
  }

  words(): number[] {
    return [this.#a, this.#b].flatMap((lane) => [
      Number(BigInt.asUintN(32, lane)),
      Number(BigInt.asUintN(32, lane >> 32n)),
    ]);
  }
}

/** MurmurHash3's finaliser. */
function murmur(value: bigint): bigint {
  let x = times(value ^ (value >> 33n), 0xff51afd7ed558ccdn);
  x = times(x ^ (x >> 33n), 0xc4ceb9fe1a85ec53n);
  return x ^ (x >> 33n);
}

/** SplitMix64's step and finaliser. */
function splitMix(value: bigint): bigint {
  let x = BigInt.asUintN(64, value + 0x9e3779b97f4a7c15n);
  x = times(x ^ (x >> 30n), 0xbf58476d1ce4e5b9n);
  x = times(x ^ (x >> 27n), 0x94d049bb133111ebn);
  return x ^ (x >> 31n);
}

function times(x: bigint, factor: bigint): bigint {
  return BigInt.asUintN(64, x * factor);
}

function flashBytes(device: Device): number {
  return device.part.sectors.reduce((sum, run) => sum + run.count.value * run.sizeBytes.value, 0);
}

function bytesAt(device: Device, place: number, size: number): Uint8Array {
  return new Uint8Array(device.exports.memory.buffer).slice(place, place + size);
}
