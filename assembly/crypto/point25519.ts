// Points of edwards25519 (RFC 8032, 5.1.4) over field25519. Never allocates; variable time, for public data only.
//
// A point is X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z. "Sides" are E, F, G, H, from which follow X = EF, Y = GH,
// Z = FG, T = EH: an operation ends there, so that only the products that the next one needs are made. A "summand"
// is Y + X, Y - X, 2dT and 2Z; a table of affine points leaves out 2Z, which is 2.
//
// Limb bounds (field25519.ts; a product's operands may have bounds that multiply to 15, and leaves bound 1): coordinates
// have 1. Sides of a doubling have E 2, F 3, G 1, H 2; of an addition E 1, F and G 3 and 2 either way, H 2; a summand has
// at most 2 everywhere. So the largest product is F G or G H of an addition, 3 * 2.
import { CURVE_D, CURVE_D2, SQRT_MINUS_ONE } from "./base25519";
import {
  FIELD_SIZE,
  fieldAdd,
  fieldCopy,
  fieldFromBytes,
  fieldMultiply,
  fieldSetSmall,
  fieldSquare,
  fieldSquareTimes,
  fieldSubtract,
  fieldSumDifference,
  fieldToBytes,
} from "./field25519";

/** Size in bytes of a point, of sides and of a summand. */
export const POINT_SIZE: u32 = 4 * FIELD_SIZE;
/** Size in bytes of an affine summand, without its 2Z. */
export const AFFINE_SIZE: u32 = 3 * FIELD_SIZE;
/** Working memory in bytes of pointDecode and pointEncode. */
export const POINT_SCRATCH_SIZE: u32 = 6 * FIELD_SIZE;

const X: usize = 0;
const Y: usize = FIELD_SIZE;
const Z: usize = 2 * FIELD_SIZE;
const T: usize = 3 * FIELD_SIZE;
const E: usize = 0;
const F: usize = FIELD_SIZE;
const G: usize = 2 * FIELD_SIZE;
const H: usize = 3 * FIELD_SIZE;
const SUM: usize = 0;
const DIFFERENCE: usize = FIELD_SIZE;
const PRODUCT: usize = 2 * FIELD_SIZE;
const SCALE: usize = 3 * FIELD_SIZE;

/** The neutral element. */
export function pointSetNeutral(point: usize): void {
  memory.fill(point, 0, POINT_SIZE);
  store<i32>(point + Y, 1);
  store<i32>(point + Z, 1);
}

/** sides = 2 * point; reads X, Y, Z. The sums are made in one pass: with one per sum a verification took 5 % longer. */
export function pointDouble(sides: usize, point: usize): void {
  fieldSquare(sides + F, point + X);
  fieldSquare(sides + G, point + Y);
  fieldSquare(sides + H, point + Z);
  fieldAdd(sides + E, point + X, point + Y);
  fieldSquare(sides + E, sides + E);
  // E = (X + Y)^2 - H, F = 2 Z^2 - G, G = Y^2 - X^2, H = X^2 + Y^2
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 4) {
    const side = sides + offset;
    const xSquare = load<i32>(side, F);
    const ySquare = load<i32>(side, G);
    const sum = xSquare + ySquare;
    const difference = ySquare - xSquare;
    store<i32>(side, load<i32>(side, E) - sum, E);
    store<i32>(side, (load<i32>(side, H) << 1) - difference, F);
    store<i32>(side, difference, G);
    store<i32>(side, sum, H);
  }
}

/** sides = point + summand, or point - summand. */
export function pointAdd(sides: usize, point: usize, summand: usize, negative: bool, affine: bool): void {
  fieldSumDifference(sides + G, sides + F, point + Y, point + X);
  fieldMultiply(sides + F, sides + F, summand + (negative ? SUM : DIFFERENCE));
  fieldMultiply(sides + G, sides + G, summand + (negative ? DIFFERENCE : SUM));
  fieldSumDifference(sides + H, sides + E, sides + G, sides + F);
  const plus = sides + (negative ? F : G);
  const minus = sides + (negative ? G : F);
  fieldMultiply(minus, point + T, summand + PRODUCT);
  if (affine) fieldAdd(plus, point + Z, point + Z);
  else fieldMultiply(plus, point + Z, summand + SCALE);
  // D - C and D + C, with C standing in one of the two places and D in the other.
  fieldSumDifference(plus, minus, plus, minus);
}

/** point = sides, without T. */
export function pointFinish(point: usize, sides: usize): void {
  fieldMultiply(point + X, sides + E, sides + F);
  fieldMultiply(point + Y, sides + G, sides + H);
  fieldMultiply(point + Z, sides + F, sides + G);
}

/** The T that belongs to the sides' point. */
export function pointFinishT(point: usize, sides: usize): void {
  fieldMultiply(point + T, sides + E, sides + H);
}

/** summand = point, which has its T. */
export function pointToSummand(summand: usize, point: usize): void {
  fieldSumDifference(summand + SUM, summand + DIFFERENCE, point + Y, point + X);
  fieldMultiply(summand + PRODUCT, point + T, CURVE_D2);
  fieldAdd(summand + SCALE, point + Z, point + Z);
}

/**
 * Decodes a point and negates it (RFC 8032, 5.1.3), but as OpenSSL does: a y from p on is taken modulo p, and the
 * sign bit is of no effect where x is 0.
 * @param point receives X, Y, Z, T
 * @param bytes 32 bytes, 4-byte aligned
 * @param scratch POINT_SCRATCH_SIZE bytes
 * @returns false where no point has this y
 */
export function pointDecodeNegated(point: usize, bytes: usize, scratch: usize): bool {
  const u = scratch;
  const v = scratch + FIELD_SIZE;
  const w = scratch + 2 * FIELD_SIZE;
  const rest = scratch + 3 * FIELD_SIZE;
  fieldFromBytes(point + Y, bytes);
  fieldSetSmall(point + Z, 1);
  fieldSquare(u, point + Y);
  fieldMultiply(v, u, CURVE_D);
  fieldSubtract(u, u, point + Z);
  fieldAdd(v, v, point + Z);
  // x = u v^3 (u v^7)^((p - 5) / 8)
  fieldSquare(w, v);
  fieldMultiply(w, w, v);
  fieldSquare(point + X, w);
  fieldMultiply(point + X, point + X, v);
  fieldMultiply(point + X, point + X, u);
  fieldMultiply(w, w, u);
  powerChain(point + T, point + X, rest);
  fieldSquareTimes(point + T, point + T, 2);
  fieldMultiply(point + X, point + X, point + T);
  fieldMultiply(point + X, point + X, w);
  // v x^2 is u, or -u, or there is no root.
  fieldSquare(w, point + X);
  fieldMultiply(w, w, v);
  fieldSubtract(rest, w, u);
  if (!fieldIsZero(rest, v)) {
    fieldAdd(rest, w, u);
    if (!fieldIsZero(rest, v)) return false;
    fieldMultiply(point + X, point + X, SQRT_MINUS_ONE);
  }
  fieldCopy(w, point + X);
  fieldToBytes(v, w);
  if ((load<u8>(v) & 1) == load<u8>(bytes, 31) >> 7) {
    memory.fill(w, 0, FIELD_SIZE);
    fieldSubtract(point + X, w, point + X);
  }
  fieldMultiply(point + T, point + X, point + Y);
  return true;
}

/**
 * Encodes a point (RFC 8032, 5.1.2).
 * @param bytes 32 bytes, 4-byte aligned
 * @param point X, Y, Z
 * @param scratch POINT_SCRATCH_SIZE bytes
 */
export function pointEncode(bytes: usize, point: usize, scratch: usize): void {
  const inverse = scratch;
  const x = scratch + FIELD_SIZE;
  const rest = scratch + 3 * FIELD_SIZE;
  // Z^(p - 2), where p - 2 = 2^5 (2^250 - 1) + 11; powerChain leaves Z^11 in x's place.
  powerChain(inverse, point + Z, rest);
  fieldSquareTimes(inverse, inverse, 5);
  fieldMultiply(inverse, inverse, rest);
  fieldMultiply(x, point + X, inverse);
  fieldToBytes(bytes, x);
  const sign = load<u8>(bytes) & 1;
  fieldMultiply(x, point + Y, inverse);
  fieldToBytes(bytes, x);
  store<u8>(bytes, load<u8>(bytes, 31) | (sign << 7), 31);
}

/** target = z^(2^250 - 1); eleven = z^11, followed by two more elements of working memory. Nothing overlaps. */
function powerChain(target: usize, z: usize, eleven: usize): void {
  const saved = eleven + FIELD_SIZE;
  const other = eleven + 2 * FIELD_SIZE;
  fieldSquare(eleven, z);
  fieldSquareTimes(target, eleven, 2);
  fieldMultiply(target, target, z); // 9
  fieldMultiply(eleven, eleven, target);
  fieldSquare(other, eleven); // 22
  fieldMultiply(target, target, other); // 2^5 - 1
  fieldSquareTimes(other, target, 5);
  fieldMultiply(saved, other, target); // 2^10 - 1
  fieldSquareTimes(other, saved, 10);
  fieldMultiply(target, other, saved); // 2^20 - 1
  fieldSquareTimes(other, target, 20);
  fieldMultiply(target, other, target); // 2^40 - 1
  fieldSquareTimes(other, target, 10);
  fieldMultiply(saved, other, saved); // 2^50 - 1
  fieldSquareTimes(other, saved, 50);
  fieldMultiply(target, other, saved); // 2^100 - 1
  fieldSquareTimes(other, target, 100);
  fieldMultiply(target, other, target); // 2^200 - 1
  fieldSquareTimes(other, target, 50);
  fieldMultiply(target, other, saved); // 2^250 - 1
}

/** Normalises a in place; bytes is 32 bytes of working memory. */
function fieldIsZero(a: usize, bytes: usize): bool {
  fieldToBytes(bytes, a);
  let any: u32 = 0;
  for (let offset: usize = 0; offset < 32; offset += 4) any |= load<u32>(bytes + offset);
  return any == 0;
}
