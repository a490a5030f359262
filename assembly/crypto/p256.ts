// ECDSA signature verification on P-256 (FIPS 186-5, 6.4.2; SP 800-186, 3.2.1.3). Variable time: for public data only.
// Never allocates, never signs, never trusts a number it has not checked: all state lives in the caller's scratch.
import {
  FIELD_ONE,
  FIELD_SIZE,
  FIELD_ZERO,
  fieldFromBytes,
  fieldFromLimbs,
  fieldIsZero,
  fieldMultiply,
  fieldSettle,
  fieldSquare,
  fieldSubtract,
  fieldTwiceDifference,
  limbsBelow,
  limbsFromBytes,
} from "./p256-field";
import {
  ENTRY_SIZE,
  POINT_SCRATCH_SIZE,
  POINT_SIZE,
  POINT_TWICE_Y,
  POINT_X,
  POINT_Z,
  entryComplete,
  pointAdd,
  pointDouble,
} from "./p256-point";
import {
  ORDER,
  SCALAR_DIGITS,
  SCALAR_INVERSE_SCRATCH_SIZE,
  scalarInverse,
  scalarMultiply,
  scalarRecode,
} from "./p256-scalar";
import { GENERATOR_ENTRY_SIZE, GENERATOR_TABLE, GENERATOR_WINDOW } from "./p256-table";

// The curve's b, SP 800-186, 3.2.1.3, in limbs and Montgomery form.
const CURVE_B: usize = memory.data<i64>([
  0x1897bbfb, 0x1cdf6229, 0x18486c4, 0x1732821, 0x1dad59e0, 0xabf7212, 0x1a06d110, 0x17721d20, 0x8600c3,
]);
// p - n, in limbs.
const FIELD_MINUS_ORDER: usize = memory.data<i64>([
  0x39cdaae, 0x231a9e8, 0x1a185ec3, 0x120aa6b1, 0x431, 0, 0, 0, 0,
]);

// Digits of the key's multiple are under 2^(window-1) and odd: the table holds 1Q, 3Q, ... (2^(window-1) - 1)Q.
const KEY_WINDOW: u32 = ASC_SHRINK_LEVEL > 0 ? 4 : 5;
const KEY_MULTIPLES: u32 = 1 << (KEY_WINDOW - 2);

// Scratch: the sum, point arithmetic's scratch, digits of both scalars, a base point multiple, the key's multiples.
// The scalars are worked on where the key's multiples go later.
const SUM: u32 = 0;
const POINT_SCRATCH: u32 = SUM + POINT_SIZE;
const KEY_DIGITS: u32 = POINT_SCRATCH + POINT_SCRATCH_SIZE;
const GENERATOR_DIGITS: u32 = KEY_DIGITS + ((SCALAR_DIGITS + 7) & ~7);
const MULTIPLE: u32 = GENERATOR_DIGITS + ((SCALAR_DIGITS + 7) & ~7);
const TABLE: u32 = MULTIPLE + 2 * FIELD_SIZE;
const TABLE_SIZE: u32 = KEY_MULTIPLES * ENTRY_SIZE;
const SCALARS_SIZE: u32 = 4 * FIELD_SIZE + SCALAR_INVERSE_SCRATCH_SIZE;

/** Bytes of scratch memory that P-256 verification needs. */
export const P256_SCRATCH_SIZE: u32 = TABLE + (TABLE_SIZE > SCALARS_SIZE ? TABLE_SIZE : SCALARS_SIZE);

/**
 * Verifies an ECDSA P-256 signature of a digest (FIPS 186-5, 6.4.2).
 * @param digest 32 bytes, any alignment, as are r, s and the key
 * @param r 32 bytes, big-endian
 * @param s 32 bytes, big-endian
 * @param publicKey 64 bytes: X, then Y, big-endian
 * @param scratch P256_SCRATCH_SIZE bytes, 8-byte aligned, apart from the inputs
 * @returns whether it verifies; false too where r or s is outside 1..n-1 or the key is not a point of the curve
 */
export function p256Verify(digest: usize, r: usize, s: usize, publicKey: usize, scratch: usize): bool {
  if (!recodeScalars(digest, r, s, scratch)) return false;
  if (!loadPublicKey(scratch, publicKey)) return false;
  const sum = scratch + SUM;
  if (!combine(scratch)) return false;
  // Compare r Z^2 with X: affine x, an integer under p, was reduced modulo n, so that r + n is right too where under p.
  const candidate = scratch + TABLE;
  const product = candidate + FIELD_SIZE;
  const zSquared = product + FIELD_SIZE;
  fieldSquare(zSquared, sum + POINT_Z);
  limbsFromBytes(candidate, r);
  if (isAffineX(candidate, sum, zSquared, product)) return true;
  if (!limbsBelow(candidate, FIELD_MINUS_ORDER)) return false;
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    store<i64>(candidate + offset, load<i64>(candidate + offset) + load<i64>(ORDER + offset));
  }
  return isAffineX(candidate, sum, zSquared, product);
}

/**
 * Tells whether 64 bytes are a P-256 public key: both coordinates under p, the point on the curve (SP 800-56A rev. 3,
 * 5.6.2.3.4; the cofactor is 1).
 * @param publicKey X, then Y, big-endian, any alignment
 * @param scratch P256_SCRATCH_SIZE bytes, 8-byte aligned, apart from the key
 */
export function p256PublicKeyValid(publicKey: usize, scratch: usize): bool {
  return loadPublicKey(scratch, publicKey);
}

/** Reads the key into the first entry of the table; false where it is not a point of the curve. */
function loadPublicKey(scratch: usize, publicKey: usize): bool {
  const x = scratch + TABLE + POINT_X;
  const y = scratch + TABLE + POINT_TWICE_Y;
  const left = scratch + POINT_SCRATCH;
  const right = left + FIELD_SIZE;
  if (!fieldFromBytes(x, publicKey) || !fieldFromBytes(y, publicKey + 32)) return false;
  // y^2 = (x^2 - 3) x + b
  fieldSquare(left, y);
  fieldSquare(right, x);
  fieldSettle(right, right, FIELD_ONE, FIELD_ONE);
  fieldMultiply(right, right, x);
  fieldSettle(left, left, right, FIELD_ZERO);
  fieldSubtract(left, left, CURVE_B);
  if (!fieldIsZero(left, right)) return false;
  fieldTwiceDifference(y, y, FIELD_ZERO);
  fieldSettle(y, y, FIELD_ZERO, FIELD_ZERO);
  memory.copy(scratch + TABLE + POINT_Z, FIELD_ONE, FIELD_SIZE);
  return true;
}

/** Recodes e / s and r / s modulo n; false where r or s is outside 1..n-1. */
function recodeScalars(digest: usize, r: usize, s: usize, scratch: usize): bool {
  const first = scratch + TABLE;
  const second = first + FIELD_SIZE;
  const inverse = second + FIELD_SIZE;
  const product = inverse + FIELD_SIZE;
  limbsFromBytes(first, r);
  limbsFromBytes(second, s);
  if (!limbsBelow(FIELD_ZERO, first) || !limbsBelow(first, ORDER)) return false;
  if (!limbsBelow(FIELD_ZERO, second) || !limbsBelow(second, ORDER)) return false;
  scalarInverse(inverse, second, product + FIELD_SIZE);
  scalarMultiply(product, first, inverse);
  scalarRecode(scratch + KEY_DIGITS, product, KEY_WINDOW);
  limbsFromBytes(first, digest);
  scalarMultiply(product, first, inverse);
  scalarRecode(scratch + GENERATOR_DIGITS, product, GENERATOR_WINDOW);
  return true;
}

/** Leaves u1 G + u2 Q in the sum; false where that is infinity. */
function combine(scratch: usize): bool {
  const sum = scratch + SUM;
  const pointScratch = scratch + POINT_SCRATCH;
  const multiple = scratch + MULTIPLE;
  fillTable(scratch);
  let infinite: bool = true;
  for (let index = SCALAR_DIGITS; index > 0; index--) {
    if (!infinite) pointDouble(sum, pointScratch);
    const keyDigit = i32(load<i8>(scratch + KEY_DIGITS + index - 1));
    if (keyDigit != 0) {
      const entry = scratch + TABLE + (u32(abs(keyDigit)) >> 1) * ENTRY_SIZE;
      let twiceY = entry + POINT_TWICE_Y;
      if (keyDigit < 0) {
        fieldSubtract(multiple, FIELD_ZERO, twiceY);
        twiceY = multiple;
      }
      infinite = addTo(sum, entry, twiceY, entry + POINT_Z, infinite, pointScratch);
    }
    const digit = i32(load<i8>(scratch + GENERATOR_DIGITS + index - 1));
    if (digit != 0) {
      loadGeneratorMultiple(multiple, digit);
      infinite = addTo(sum, multiple, multiple + POINT_TWICE_Y, FIELD_ONE, infinite, pointScratch);
    }
  }
  return !infinite;
}

/** Adds a multiple, affine where its Z is FIELD_ONE, to the sum; returns whether the new sum is infinity. */
function addTo(sum: usize, entry: usize, twiceY: usize, z: usize, infinite: bool, pointScratch: usize): bool {
  if (!infinite) return !pointAdd(sum, entry, twiceY, z == FIELD_ONE, pointScratch);
  memory.copy(sum + POINT_X, entry, FIELD_SIZE);
  fieldSettle(sum + POINT_TWICE_Y, twiceY, FIELD_ZERO, FIELD_ZERO);
  memory.copy(sum + POINT_Z, z, FIELD_SIZE);
  return false;
}

/** Completes the key's table: 1Q is there; 3Q = 1Q + 2Q and so on. None of these is infinity, the order being large. */
function fillTable(scratch: usize): void {
  const pointScratch = scratch + POINT_SCRATCH;
  const table = scratch + TABLE;
  const sum = scratch + SUM;
  entryComplete(table);
  if (KEY_MULTIPLES == 1) return;
  // 2Q stands in the last entry until that is due.
  const twice = table + (KEY_MULTIPLES - 1) * ENTRY_SIZE;
  memory.copy(twice, table, POINT_SIZE);
  pointDouble(twice, pointScratch);
  entryComplete(twice);
  memory.copy(sum, table, POINT_SIZE);
  for (let index: u32 = 1; index < KEY_MULTIPLES; index++) {
    pointAdd(sum, twice, twice + POINT_TWICE_Y, false, pointScratch);
    const entry = table + index * ENTRY_SIZE;
    memory.copy(entry, sum, POINT_SIZE);
    entryComplete(entry);
  }
}

/** Widens a multiple of the base point and gives it the digit's sign. */
function loadGeneratorMultiple(target: usize, digit: i32): void {
  const source = GENERATOR_TABLE + (u32(abs(digit)) >> 1) * GENERATOR_ENTRY_SIZE;
  const sign = i64(digit >> 31);
  for (let index: u32 = 0; index < 9; index++) {
    store<i64>(target + index * 8, i64(load<u32>(source + index * 4)));
    const limb = i64(load<u32>(source + index * 4, 36));
    store<i64>(target + index * 8, (limb ^ sign) - sign, POINT_TWICE_Y);
  }
}

/** Whether candidate Z^2 = X. */
function isAffineX(candidate: usize, point: usize, zSquared: usize, product: usize): bool {
  fieldFromLimbs(product, candidate);
  fieldMultiply(product, product, zSquared);
  fieldSubtract(product, product, point + POINT_X);
  return fieldIsZero(product, product + 2 * FIELD_SIZE);
}
