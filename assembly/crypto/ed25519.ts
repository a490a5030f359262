// Ed25519 verification (RFC 8032, 5.1.7), cofactorless: [S]B - [k]A must have exactly the encoding R. It accepts and
// refuses what OpenSSL does, small-order and non-canonical inputs included. Never signs, never allocates, and takes
// variable time: signature, key and message are public.
import { BASE_TABLE, BASE_WINDOW } from "./base25519";
import {
  AFFINE_SIZE,
  POINT_SCRATCH_SIZE,
  POINT_SIZE,
  pointAdd,
  pointDecodeNegated,
  pointDouble,
  pointEncode,
  pointFinish,
  pointFinishT,
  pointSetNeutral,
  pointToSummand,
} from "./point25519";
import {
  DIGITS,
  SCALAR_SIZE,
  scalarCopy,
  scalarDigits,
  scalarIsCanonical,
  scalarReduce,
} from "./scalar25519";
import { SHA512_CONTEXT_SIZE, sha512Final, sha512Init, sha512Update } from "./sha512";

const KEY_WINDOW: u32 = ASC_SHRINK_LEVEL > 0 ? 4 : 5;
const KEY_ENTRIES: u32 = 1 << (KEY_WINDOW - 2);

// Scratch, 8-byte aligned.
const HASH: u32 = 0; // SHA-512 context of ed25519Verify
const DIGEST: u32 = HASH + SHA512_CONTEXT_SIZE; // 64 bytes; later the encoding of R'
const SCALAR: u32 = DIGEST + 64;
const KEY_DIGITS: u32 = SCALAR + SCALAR_SIZE;
const BASE_DIGITS: u32 = KEY_DIGITS + DIGITS;
const POINT: u32 = BASE_DIGITS + DIGITS;
const SIDES: u32 = POINT + POINT_SIZE;
const WORK: u32 = SIDES + POINT_SIZE;
const KEY_TABLE: u32 = WORK + POINT_SCRATCH_SIZE; // -A, -3A, -5A …

/** Size in bytes of the working memory of ed25519Check and ed25519Verify; it must be 8-byte aligned. */
export const ED25519_SCRATCH_SIZE: u32 = KEY_TABLE + KEY_ENTRIES * POINT_SIZE;

/**
 * Starts the hash over R, A and the message (RFC 8032, 5.1.7, step 2); the caller then absorbs the message with
 * sha512Update and asks ed25519Check.
 * @param hash SHA-512 context, SHA512_CONTEXT_SIZE bytes
 * @param signature 64 bytes
 * @param publicKey 32 bytes
 */
export function ed25519Begin(hash: usize, signature: usize, publicKey: usize): void {
  sha512Init(hash);
  sha512Update(hash, signature, 32);
  sha512Update(hash, publicKey, 32);
}

/**
 * Finishes the hash and checks the signature (RFC 8032, 5.1.7).
 * @param hash the context that ed25519Begin started and that absorbed the message; it is spent afterwards
 * @param signature 64 bytes, 4-byte aligned
 * @param publicKey 32 bytes, 4-byte aligned
 * @param scratch ED25519_SCRATCH_SIZE bytes, 8-byte aligned
 * @returns true where the signature is good
 */
export function ed25519Check(hash: usize, signature: usize, publicKey: usize, scratch: usize): bool {
  if (!scalarIsCanonical(signature + 32)) return false;
  if (!pointDecodeNegated(scratch + POINT, publicKey, scratch + WORK)) return false;
  fillKeyTable(scratch);
  sha512Final(hash, scratch + DIGEST);
  scalarReduce(scratch + SCALAR, scratch + DIGEST);
  scalarDigits(scratch + KEY_DIGITS, scratch + SCALAR, KEY_WINDOW);
  scalarCopy(scratch + SCALAR, signature + 32);
  scalarDigits(scratch + BASE_DIGITS, scratch + SCALAR, BASE_WINDOW);
  multiplyAndAdd(scratch);
  pointEncode(scratch + DIGEST, scratch + POINT, scratch + WORK);
  return sameBytes(scratch + DIGEST, signature);
}

/**
 * Checks a signature over a message that lies in memory as a whole (RFC 8032, 5.1.7).
 * @param signature 64 bytes, 4-byte aligned
 * @param publicKey 32 bytes, 4-byte aligned
 * @param message address of the message, any alignment
 * @param messageSizeBytes its size, may be 0
 * @param scratch ED25519_SCRATCH_SIZE bytes, 8-byte aligned
 * @returns true where the signature is good
 */
export function ed25519Verify(
  signature: usize,
  publicKey: usize,
  message: usize,
  messageSizeBytes: u32,
  scratch: usize,
): bool {
  ed25519Begin(scratch + HASH, signature, publicKey);
  sha512Update(scratch + HASH, message, messageSizeBytes);
  return ed25519Check(scratch + HASH, signature, publicKey, scratch);
}

/** From the point -A the table -A, -3A, -5A … */
function fillKeyTable(scratch: usize): void {
  const point = scratch + POINT;
  const sides = scratch + SIDES;
  const table = scratch + KEY_TABLE;
  const twice = scratch + WORK;
  pointToSummand(table, point);
  pointDouble(sides, point);
  pointFinish(twice, sides);
  pointFinishT(twice, sides);
  for (let entry: u32 = 1; entry < KEY_ENTRIES; entry++) {
    pointAdd(sides, twice, table + (entry - 1) * POINT_SIZE, false, false);
    pointFinish(point, sides);
    pointFinishT(point, sides);
    pointToSummand(table + entry * POINT_SIZE, point);
  }
}

/** POINT = [S]B - [k]A from the digits of both, doubling once for each bit. */
function multiplyAndAdd(scratch: usize): void {
  const point = scratch + POINT;
  const sides = scratch + SIDES;
  pointSetNeutral(point);
  for (let position: i32 = DIGITS - 1; position >= 0; position--) {
    pointDouble(sides, point);
    const keyDigit = i32(load<i8>(scratch + KEY_DIGITS + position));
    const baseDigit = i32(load<i8>(scratch + BASE_DIGITS + position));
    if (keyDigit != 0) {
      pointFinish(point, sides);
      pointFinishT(point, sides);
      pointAdd(sides, point, scratch + KEY_TABLE + tableIndex(keyDigit) * POINT_SIZE, keyDigit < 0, false);
    }
    if (baseDigit != 0) {
      pointFinish(point, sides);
      pointFinishT(point, sides);
      pointAdd(sides, point, BASE_TABLE + tableIndex(baseDigit) * AFFINE_SIZE, baseDigit < 0, true);
    }
    pointFinish(point, sides);
  }
}

/** Digits 1, 3, 5 … of either sign have entries 0, 1, 2 … */
function tableIndex(digit: i32): u32 {
  return u32(digit < 0 ? -digit : digit) >> 1;
}

function sameBytes(a: usize, b: usize): bool {
  let difference: u32 = 0;
  for (let offset: usize = 0; offset < 32; offset += 4) {
    difference |= load<u32>(a + offset) ^ load<u32>(b + offset);
  }
  return difference == 0;
}
