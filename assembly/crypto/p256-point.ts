// Points of P-256 (SP 800-186, 3.2.1.3) in Jacobian coordinates: doubling and addition. Never represents infinity:
// an addition that arrives there says so. Variable time: for public data only.
//
// Point, three field elements: X, 2Y, Z for the affine point (X / Z^2, Y / Z^3); all settled but Z, a product.
// Keeping 2Y spares the doubling its multiplications by 2, 4 and 8.
// Entry, what can be added to a point: X, 2Y, and where Z is not 1 also Z, Z^2, Z^3.
import {
  FIELD_SIZE,
  FIELD_ZERO,
  fieldIsZero,
  fieldMultiply,
  fieldSettle,
  fieldSlopeFactors,
  fieldSquare,
  fieldSubtract,
  fieldTwiceDifference,
} from "./p256-field";

// Offsets within a point and within an entry of a table of points.
export const POINT_X: u32 = 0;
export const POINT_TWICE_Y: u32 = FIELD_SIZE;
export const POINT_Z: u32 = 2 * FIELD_SIZE;
const ENTRY_Z_SQUARED: u32 = 3 * FIELD_SIZE;
const ENTRY_Z_CUBED: u32 = 4 * FIELD_SIZE;

/** Size of a point in bytes. */
export const POINT_SIZE: u32 = 3 * FIELD_SIZE;
/** Size in bytes of an entry that has its own Z. */
export const ENTRY_SIZE: u32 = 5 * FIELD_SIZE;
/** Bytes of scratch memory that these functions need. */
export const POINT_SCRATCH_SIZE: u32 = 10 * FIELD_SIZE;

/**
 * point = 2 point; the order being odd, this is never infinity.
 * With y = 2Y, S = X y^2 and the slope a = 3 (X - Z^2)(X + Z^2), since the curve's a is -3:
 * X' = a^2 - 2S, y' = 2a (S - X') - y^4, Z' = y Z.
 * @param scratch POINT_SCRATCH_SIZE bytes, 8-byte aligned
 */
export function pointDouble(point: usize, scratch: usize): void {
  const x = point + POINT_X;
  const y = point + POINT_TWICE_Y;
  const z = point + POINT_Z;
  const a = scratch;
  const b = scratch + FIELD_SIZE;
  const ySquared = scratch + 2 * FIELD_SIZE;
  const s = scratch + 3 * FIELD_SIZE;
  fieldSquare(s, z);
  fieldSlopeFactors(a, b, x, s);
  fieldMultiply(a, a, b); // k = 3 and 1; value under 4.6p and 2.6p
  fieldSquare(ySquared, y);
  fieldMultiply(s, x, ySquared);
  fieldMultiply(z, y, z);
  fieldSquare(b, a);
  fieldSettle(x, b, FIELD_ZERO, s);
  fieldTwiceDifference(s, s, x); // k = 2, value under 3.1p
  fieldMultiply(a, a, s);
  fieldSquare(b, ySquared);
  fieldSettle(y, a, b, FIELD_ZERO);
}

/**
 * point = point + entry.
 * With y = 2Y, u = X1 Z2^2, h = X2 Z1^2 - u, r = y2 Z1^3 - y1 Z2^3, I = 4h^2, J = I h, V = I u:
 * X' = r^2 - J - 2V, y' = 2r (V - X') - 2 y1 Z2^3 J, Z' = 2h Z1 Z2.
 * @param entry X of the other point; Z and its powers too unless affine
 * @param entryTwiceY its 2Y, k = 1, of either sign
 * @param affine whether the entry's Z is 1
 * @param scratch POINT_SCRATCH_SIZE bytes, 8-byte aligned
 * @returns false where the sum is infinity; point is then meaningless
 */
export function pointAdd(point: usize, entry: usize, entryTwiceY: usize, affine: bool, scratch: usize): bool {
  const x = point + POINT_X;
  const y = point + POINT_TWICE_Y;
  const z = point + POINT_Z;
  const i = scratch;
  const h = scratch + FIELD_SIZE;
  const r = scratch + 2 * FIELD_SIZE;
  const v = scratch + 3 * FIELD_SIZE;
  const twiceH = scratch + 4 * FIELD_SIZE;
  const newZ = scratch + 5 * FIELD_SIZE;
  let u = x;
  let y1 = y;
  fieldSquare(i, z);
  fieldMultiply(r, i, z);
  fieldMultiply(h, i, entry);
  fieldMultiply(r, r, entryTwiceY);
  if (affine) {
    memory.copy(newZ, z, FIELD_SIZE);
  } else {
    u = scratch + 6 * FIELD_SIZE;
    y1 = scratch + 7 * FIELD_SIZE;
    fieldMultiply(u, x, entry + ENTRY_Z_SQUARED);
    fieldMultiply(y1, y, entry + ENTRY_Z_CUBED);
    fieldMultiply(newZ, z, entry + POINT_Z);
  }
  fieldTwiceDifference(twiceH, h, u);
  fieldSubtract(h, h, u);
  fieldSubtract(r, r, y1);
  if (fieldIsZero(h, i)) {
    if (!fieldIsZero(r, i)) return false;
    pointDouble(point, scratch);
    return true;
  }
  fieldSettle(twiceH, twiceH, FIELD_ZERO, FIELD_ZERO);
  fieldSquare(i, twiceH);
  fieldMultiply(h, h, i); // J
  fieldMultiply(v, u, i);
  fieldMultiply(y1, y1, h);
  fieldMultiply(z, newZ, twiceH);
  fieldSquare(i, r);
  fieldSettle(x, i, h, v);
  fieldTwiceDifference(v, v, x);
  fieldMultiply(v, v, r); // k = 2 and 1, values under 3.1p and 3p
  fieldSettle(y, v, FIELD_ZERO, y1);
  return true;
}

/**
 * Completes an entry whose X, 2Y and Z are there.
 * @param entry ENTRY_SIZE bytes
 */
export function entryComplete(entry: usize): void {
  fieldSquare(entry + ENTRY_Z_SQUARED, entry + POINT_Z);
  fieldMultiply(entry + ENTRY_Z_CUBED, entry + ENTRY_Z_SQUARED, entry + POINT_Z);
}
