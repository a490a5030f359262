// HSS/LMS verification (RFC 8554) as the host sees it: written from the standard, sharing no code with the boot core or
// with the signer. Takes what the core takes: one to three levels of the SHA-256/M32 parameter sets.
import { createHash } from "node:crypto";

export const HSS_PUBLIC_KEY_SIZE_BYTES = 60; // RFC 8554, 6.1: u32 levels, then an LMS public key
const LMS_PUBLIC_KEY_SIZE_BYTES = 56; // RFC 8554, 5.3
const MAX_LEVELS = 3;
const HASH_SIZE_BYTES = 32;

/** RFC 8554, table 2: LMS type to height h. */
const HEIGHTS: ReadonlyMap<number, number> = new Map([
  [5, 5],
  [6, 10],
  [7, 15],
  [8, 20],
  [9, 25],
]);

interface OneTimeParameters {
  /** w, bits of a digit. */
  readonly window: number;
  /** p, number of hash chains. */
  readonly chains: number;
  /** ls, bits by which the checksum is shifted. */
  readonly shift: number;
}

/** RFC 8554, table 1: LM-OTS type to parameters. */
const ONE_TIME: ReadonlyMap<number, OneTimeParameters> = new Map([
  [1, { window: 1, chains: 265, shift: 7 }],
  [2, { window: 2, chains: 133, shift: 6 }],
  [3, { window: 4, chains: 67, shift: 4 }],
  [4, { window: 8, chains: 34, shift: 0 }],
]);

interface LmsKey {
  readonly type: number;
  readonly height: number;
  readonly oneTimeType: number;
  readonly oneTime: OneTimeParameters;
  readonly identifier: Buffer;
  readonly root: Buffer;
}

/** Whether `publicKey` is an HSS public key of the parameter sets and level counts that are known here. */
export function isHssPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== HSS_PUBLIC_KEY_SIZE_BYTES) return false;
  const levels = Buffer.from(publicKey).readUInt32BE(0);
  return levels >= 1 && levels <= MAX_LEVELS && readKey(publicKey.subarray(4)) !== undefined;
}

/**
 * Verifies an HSS signature (RFC 8554, 6.3).
 * @param publicKey 60 bytes; anything that isHssPublicKey refuses verifies nothing
 * @returns whether it is valid; false too where a byte is missing or left over
 */
export function verifyHss(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isHssPublicKey(publicKey)) return false;
  const levels = Buffer.from(publicKey).readUInt32BE(0);
  const parts = new Parts(signature);
  if (parts.number() !== levels - 1) return false;
  let key = publicKey.subarray(4);
  for (let level = 1; level < levels; level++) {
    const lower = (rest: Parts) => rest.take(LMS_PUBLIC_KEY_SIZE_BYTES);
    const certified = verifyLms(key, parts, lower);
    if (certified === undefined) return false;
    key = certified;
  }
  return verifyLms(key, parts, () => message) !== undefined && parts.isWhole;
}

/** Takes an LMS signature, and behind it what `messageBehind` takes; the message where it is valid. */
function verifyLms(
  keyBytes: Uint8Array,
  parts: Parts,
  messageBehind: (parts: Parts) => Uint8Array,
): Uint8Array | undefined {
  const key = readKey(keyBytes);
  if (key === undefined) return undefined;
  const leaf = parts.number();
  const oneTimeType = parts.number();
  const randomizer = parts.take(HASH_SIZE_BYTES);
  const chains = Array.from({ length: key.oneTime.chains }, () => parts.take(HASH_SIZE_BYTES));
  const type = parts.number();
  const path = Array.from({ length: key.height }, () => parts.take(HASH_SIZE_BYTES));
  const message = messageBehind(parts);
  if (parts.isShort || oneTimeType !== key.oneTimeType || type !== key.type) return undefined;
  if (leaf >= 2 ** key.height) return undefined;
  const candidate = oneTimeCandidate(key, leaf, digitsOf(key, leaf, randomizer, message), chains);
  return rootOf(key, leaf, candidate, path).equals(key.root) ? message : undefined;
}

function readKey(bytes: Uint8Array): LmsKey | undefined {
  const key = Buffer.from(bytes);
  const [type, oneTimeType] = [key.readUInt32BE(0), key.readUInt32BE(4)];
  const height = HEIGHTS.get(type);
  const oneTime = ONE_TIME.get(oneTimeType);
  if (height === undefined || oneTime === undefined) return undefined;
  return { type, height, oneTimeType, oneTime, identifier: key.subarray(8, 24), root: key.subarray(24) };
}

/** How far each chain was taken by the signer (RFC 8554, 4.4 and 4.6): digits of digest and checksum. */
function digitsOf(key: LmsKey, leaf: number, randomizer: Uint8Array, message: Uint8Array): number[] {
  const { window, chains, shift } = key.oneTime;
  const digest = sha256(key.identifier, u32(leaf), u16(0x8181), randomizer, message); // D_MESG
  const last = 2 ** window - 1;
  const sum = digits(digest, window).reduce((total, digit) => total + last - digit, 0);
  return digits(Buffer.concat([digest, u16(sum * 2 ** shift)]), window).slice(0, chains);
}

function digits(bytes: Buffer, window: number): number[] {
  const perByte = 8 / window;
  return Array.from({ length: bytes.length * perByte }, (_, index) => {
    const byte = bytes[Math.floor(index / perByte)] ?? 0;
    return (byte >>> (8 - window * ((index % perByte) + 1))) % 2 ** window;
  });
}

/** The one-time public key that a valid signature leads to (RFC 8554, algorithm 4b). */
function oneTimeCandidate(
  key: LmsKey,
  leaf: number,
  from: readonly number[],
  chains: readonly Uint8Array[],
): Buffer {
  const ends = chains.map((start, chain) => {
    let value = start;
    for (let step = from[chain] ?? 0; step < 2 ** key.oneTime.window - 1; step++) {
      value = sha256(key.identifier, u32(leaf), u16(chain), Uint8Array.of(step), value);
    }
    return value;
  });
  return sha256(key.identifier, u32(leaf), u16(0x8080), ...ends); // D_PBLC
}

/** The root that a leaf's key and its path lead to (RFC 8554, algorithm 6a). */
function rootOf(key: LmsKey, leaf: number, oneTimeKey: Buffer, path: readonly Uint8Array[]): Buffer {
  let node = 2 ** key.height + leaf;
  let value = sha256(key.identifier, u32(node), u16(0x8282), oneTimeKey); // D_LEAF
  for (const sibling of path) {
    const [left, right] = node % 2 === 1 ? [sibling, value] : [value, sibling];
    node = Math.floor(node / 2);
    value = sha256(key.identifier, u32(node), u16(0x8383), left, right); // D_INTR
  }
  return value;
}

/** Takes a signature apart from the front; remembers when it was too short instead of failing in the middle. */
class Parts {
  #rest: Buffer;
  isShort = false;

  constructor(bytes: Uint8Array) {
    this.#rest = Buffer.from(bytes);
  }

  /** Whether every byte was taken, and none was missing. */
  get isWhole(): boolean {
    return !this.isShort && this.#rest.length === 0;
  }

  take(sizeBytes: number): Buffer {
    const part = this.#rest.subarray(0, sizeBytes);
    this.#rest = this.#rest.subarray(sizeBytes);
    if (part.length < sizeBytes) this.isShort = true;
    return part;
  }

  /** A big-endian number of 32 bits; 0 where the bytes have run out. */
  number(): number {
    const part = this.take(4);
    return part.length === 4 ? part.readUInt32BE(0) : 0;
  }
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}
