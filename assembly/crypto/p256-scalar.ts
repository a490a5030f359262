// Arithmetic modulo n, the order of P-256's base point (SP 800-186, 3.2.1.3): inverse, product, recoding in signed
// digits. Variable time: for public data only. Never allocates.
//
// A scalar is nine limbs of radix 2^29, each an i64 (72 bytes, 8-byte aligned, least significant first), as in
// p256-field.ts; products are Montgomery products with R = 2^261.
import { FIELD_SIZE, limbsBelow } from "./p256-field";

const MASK: i64 = 0x1fffffff;
const LIMB_BITS: i64 = 29;

/** n in limbs. */
export const ORDER: usize = memory.data<i64>([
  0x1c632551, 0x1dce5617, 0x5e7a13c, 0xdf55b4e, 0x1ffffbce, 0x1fffffff, 0x3ffff, 0x1fe00000, 0xffffff,
]);
// R mod n.
const R_MODULO_ORDER: usize = memory.data<i64>([
  0x139b55e0, 0x6353d03, 0x30bd862, 0x154963a, 0x8632, 0, 0x1f800000, 0x3ffffff, 0,
]);
const MINUS_INVERSE: i64 = 0xe00bc4f; // -1 / n mod 2^29

// (49 d + 57) / 17 division steps bring any pair of d-bit numbers to gcd and 0, d >= 46: Bernstein and Yang, "Fast
// constant-time gcd computation and modular inversion" (2019), theorem 11.2. 741 steps for d = 256, 29 a round.
const MAX_ROUNDS: u32 = 26;

/** Bytes of scratch memory that scalarInverse needs. */
export const SCALAR_INVERSE_SCRATCH_SIZE: u32 = 4 * 72 + 32;
/** Number of signed digits of a recoded scalar, one byte each. */
export const SCALAR_DIGITS: u32 = 257;

/**
 * target = R / a mod n, so that scalarMultiply(x, target) is x / a; by division steps, 29 at a time (2.5 us where
 * Fermat's exponentiation takes 10).
 * @param target FIELD_SIZE bytes; limbs 0..7 in [0, 2^29), limb 8 signed, value within 27n of zero
 * @param a scalar in 1..n-1
 * @param scratch SCALAR_INVERSE_SCRATCH_SIZE bytes, 8-byte aligned
 */
export function scalarInverse(target: usize, a: usize, scratch: usize): void {
  // a * d = f R and a * e = g R mod n hold throughout; f and g shrink to 1 or -1 and 0.
  const f = scratch;
  const g = scratch + FIELD_SIZE;
  const d = target;
  const e = scratch + 2 * FIELD_SIZE;
  const matrix = scratch + 3 * FIELD_SIZE;
  memory.copy(f, ORDER, FIELD_SIZE);
  memory.copy(g, a, FIELD_SIZE);
  memory.fill(d, 0, FIELD_SIZE);
  memory.copy(e, R_MODULO_ORDER, FIELD_SIZE);
  let delta: i64 = 1;
  for (let round: u32 = 0; round < MAX_ROUNDS && !isZero(g); round++) {
    delta = divisionSteps(matrix, delta, load<i64>(f), load<i64>(g));
    transform(f, g, matrix);
    transform(d, e, matrix);
  }
  if (load<i64>(f, 64) < 0) {
    for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
      store<i64>(d + offset, -load<i64>(d + offset));
    }
  }
}

/**
 * Does 29 division steps on the low limbs of f and g: where delta > 0 and g is odd, (f, g) becomes (g, (g - f) / 2),
 * else (f, (g + (g mod 2) f) / 2). Stores the matrix that does the same to the whole numbers, times 2^29.
 */
function divisionSteps(matrix: usize, delta: i64, f: i64, g: i64): i64 {
  let fromF: i64 = 1; // row of f
  let fromG: i64 = 0;
  let gFromF: i64 = 0; // row of g
  let gFromG: i64 = 1;
  let left = LIMB_BITS;
  while (true) {
    // A run of even g is halved at once; instead of halving the row of g, that of f doubles.
    const zeros = ctz(g | (i64(1) << left));
    g >>= zeros;
    fromF <<= zeros;
    fromG <<= zeros;
    delta += zeros;
    left -= zeros;
    if (left == 0) break;
    if (delta > 0) {
      delta = -delta;
      const oldF = f;
      f = g;
      g = -oldF;
      const oldFromF = fromF;
      fromF = gFromF;
      gFromF = -oldFromF;
      const oldFromG = fromG;
      fromG = gFromG;
      gFromG = -oldFromG;
    }
    g += f;
    gFromF += fromF;
    gFromG += fromG;
  }
  store<i64>(matrix, fromF, 0);
  store<i64>(matrix, fromG, 8);
  store<i64>(matrix, gFromF, 16);
  store<i64>(matrix, gFromG, 24);
  return delta;
}

/**
 * (a, b) = matrix (a, b) / 2^29 mod n, made divisible by adding multiples of n: of f and g none, they are divisible
 * as they are; |d| and |e| grow by at most n each round. A row's entries add up to at most 2^29 in magnitude.
 */
function transform(a: usize, b: usize, matrix: usize): void {
  const u = load<i64>(matrix, 0);
  const v = load<i64>(matrix, 8);
  const q = load<i64>(matrix, 16);
  const r = load<i64>(matrix, 24);
  let x = load<i64>(a);
  let y = load<i64>(b);
  const order0 = load<i64>(ORDER);
  let first = u * x + v * y;
  let second = q * x + r * y;
  const multipleFirst = ((first & MASK) * MINUS_INVERSE) & MASK;
  const multipleSecond = ((second & MASK) * MINUS_INVERSE) & MASK;
  first = (first + multipleFirst * order0) >> LIMB_BITS;
  second = (second + multipleSecond * order0) >> LIMB_BITS;
  for (let offset: usize = 8; offset < FIELD_SIZE; offset += 8) {
    const order = load<i64>(ORDER + offset);
    x = load<i64>(a + offset);
    y = load<i64>(b + offset);
    first += u * x + v * y + multipleFirst * order;
    second += q * x + r * y + multipleSecond * order;
    store<i64>(a + offset - 8, first & MASK);
    store<i64>(b + offset - 8, second & MASK);
    first >>= LIMB_BITS;
    second >>= LIMB_BITS;
  }
  store<i64>(a, first, FIELD_SIZE - 8);
  store<i64>(b, second, FIELD_SIZE - 8);
}

function isZero(a: usize): bool {
  let bits: i64 = 0;
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) bits |= load<i64>(a + offset);
  return bits == 0;
}

/**
 * target = a * b / R mod n, in [0, n).
 * @param target FIELD_SIZE bytes apart from a and b
 * @param a limbs in [0, 2^29), below 2^256
 * @param b limb magnitudes up to 2^29, value within 30n of zero
 */
export function scalarMultiply(target: usize, a: usize, b: usize): void {
  memory.fill(target, 0, FIELD_SIZE);
  for (let row: usize = 0; row < FIELD_SIZE; row += 8) {
    const x = load<i64>(a + row);
    const low = load<i64>(target) + x * load<i64>(b);
    const multiple = ((low & MASK) * MINUS_INVERSE) & MASK;
    let carry = (low + multiple * load<i64>(ORDER)) >> LIMB_BITS;
    // Each limb collects at most 18 products under 2^58 before it is shifted out.
    for (let offset: usize = 8; offset < FIELD_SIZE; offset += 8) {
      const sum =
        load<i64>(target + offset) + x * load<i64>(b + offset) + multiple * load<i64>(ORDER + offset);
      store<i64>(target + offset - 8, sum + carry);
      carry = 0;
    }
    store<i64>(target, 0, FIELD_SIZE - 8);
  }
  // |a b| / R < 30n / 32, and the reduction added less than n.
  addOrder(target, 0);
  if (load<i64>(target, FIELD_SIZE - 8) < 0) addOrder(target, 1);
  else if (!limbsBelow(target, ORDER)) addOrder(target, -1);
}

/** a = a + factor * n, carries done. */
function addOrder(a: usize, factor: i64): void {
  let carry: i64 = 0;
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    carry += load<i64>(a + offset) + factor * load<i64>(ORDER + offset);
    store<i64>(a + offset, offset < FIELD_SIZE - 8 ? carry & MASK : carry);
    carry >>= LIMB_BITS;
  }
}

/**
 * Recodes a scalar: the sum of digits[i] 2^i, each digit zero or odd and under 2^(window-1) in magnitude, any
 * `window` neighbours holding at most one that is not zero.
 * @param digits SCALAR_DIGITS bytes, i8 each
 * @param a scalar in [0, n)
 * @param window 2..8
 */
export function scalarRecode(digits: usize, a: usize, window: u32): void {
  memory.fill(digits, 0, SCALAR_DIGITS);
  let carry: i64 = 0;
  let index: u32 = 0;
  while (index < SCALAR_DIGITS) {
    const limb = index / 29;
    const shift = i64(index - limb * 29);
    let bits = load<i64>(a + limb * 8) >> shift;
    if (limb < 8) bits |= load<i64>(a + limb * 8, 8) << (LIMB_BITS - shift);
    if ((bits & 1) == carry) {
      index++;
      continue;
    }
    const digit = (bits & ((i64(1) << window) - 1)) + carry;
    carry = digit >> (window - 1);
    store<i8>(digits + index, i8(digit - (carry << window)));
    index += window;
  }
}
