// Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the field of P-256 (SP 800-186, 3.2.1.3), in Montgomery form.
// Variable time: for public data only. Never allocates, never touches memory beyond its operands.
//
// An element is nine signed limbs of radix 2^29, each an i64 in memory (72 bytes, 8-byte aligned, least significant
// first); i64 because V8's sign-extending 32-bit load costs 15 % of a multiplication. It stands for value / R with
// R = 2^261 > 32p. Limbs may be out of range between operations; what keeps every i64 from overflowing:
//
//   limb bound   an operand's limbs lie in (-k 2^29, k 2^29). A product needs ka * kb <= 3: a column of nine terms is
//                then under 27 * 2^58, and the reduction adds less than 2^54 to it: under 2^63.
//   value bound  |a b| <= 16 p^2 gives a result in (-p/2, 3p/2), because R > 32p and the reduction adds less than p.
//
//   multiply, square   result: k = 1 (limbs 0..7 in [0, 2^29), limb 8 signed), value in (-p/2, 3p/2)   "product"
//   settle             result: k = 1 likewise, value in (-p/1000, p + p/1000)                         "settled"
//   subtract           k and value bounds of its operands add up; of two nonnegative k = 1 operands k stays 1

const MASK: i64 = 0x1fffffff;
const LIMB_BITS: i64 = 29;

/** Size of a field element in bytes. */
export const FIELD_SIZE: u32 = 72;

// p in limbs.
const P: usize = memory.data<i64>([
  0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1ff, 0, 0, 0x40000, 0x1fe00000, 0xffffff,
]);
/** Zero. */
export const FIELD_ZERO: usize = memory.data<i64>([0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** One, in Montgomery form: R mod p. */
export const FIELD_ONE: usize = memory.data<i64>([
  0x20, 0, 0, 0x1fffc000, 0x1fffffff, 0x1fffffff, 0x1f7fffff, 0x3ffffff, 0,
]);
// R^2 mod p: a product with it brings a value into Montgomery form.
const R_SQUARED: usize = memory.data<i64>([
  0xc00, 0, 0x1fff0000, 0x1fdfffff, 0x1fbfffff, 0x1fffffff, 0x1fffffff, 0x1ffffffe, 0x13,
]);
// The integer one.
const PLAIN_ONE: usize = memory.data<i64>([1, 0, 0, 0, 0, 0, 0, 0, 0]);

/**
 * target = a * b / R mod p; may overwrite its operands.
 * The 29 bits that each column owes the reduction are its own low bits, since p = -1 mod 2^96; a multiple m of p is
 * then shifts. Sums in columns, one carry chain: 28 ns; operand scanning took 32 ns, Karatsuba's 66 products 31 ns.
 */
export function fieldMultiply(target: usize, a: usize, b: usize): void {
  const a0 = load<i64>(a, 0);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const b0 = load<i64>(b, 0);
  const b1 = load<i64>(b, 8);
  const b2 = load<i64>(b, 16);
  const b3 = load<i64>(b, 24);
  const b4 = load<i64>(b, 32);
  const b5 = load<i64>(b, 40);
  const b6 = load<i64>(b, 48);
  const b7 = load<i64>(b, 56);
  const b8 = load<i64>(b, 64);
  let c = a0 * b0;
  const m0 = c & MASK;
  c = a0 * b1 + a1 * b0 + (c >> LIMB_BITS);
  const m1 = c & MASK;
  c = a0 * b2 + a1 * b1 + a2 * b0 + (c >> LIMB_BITS);
  const m2 = c & MASK;
  c = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (m0 << 9) + (c >> LIMB_BITS);
  const m3 = c & MASK;
  c = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (m1 << 9) + (c >> LIMB_BITS);
  const m4 = c & MASK;
  c = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (m2 << 9) + (c >> LIMB_BITS);
  const m5 = c & MASK;
  c =
    a0 * b6 +
    a1 * b5 +
    a2 * b4 +
    a3 * b3 +
    a4 * b2 +
    a5 * b1 +
    a6 * b0 +
    fold(0, 0, m0, m3) +
    (c >> LIMB_BITS);
  const m6 = c & MASK;
  const column7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  c = column7 + fold(0, m0, m1, m4) + (c >> LIMB_BITS);
  const m7 = c & MASK;
  const column8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  c = column8 + fold(m0, m1, m2, m5) + (c >> LIMB_BITS);
  const m8 = c & MASK;
  const column9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1;
  c = column9 + fold(m1, m2, m3, m6) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 0);
  c =
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 +
    fold(m2, m3, m4, m7) +
    (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 8);
  c = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + fold(m3, m4, m5, m8) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 16);
  c = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + fold(m4, m5, m6, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 24);
  c = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + fold(m5, m6, m7, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 32);
  c = a6 * b8 + a7 * b7 + a8 * b6 + fold(m6, m7, m8, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 40);
  c = a7 * b8 + a8 * b7 + fold(m7, m8, 0, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 48);
  c = a8 * b8 + fold(m8, 0, 0, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 56);
  store<i64>(target, c >> 29, 64);
}

/** target = a * a / R mod p; may overwrite its operand. 45 products where fieldMultiply has 81. */
export function fieldSquare(target: usize, a: usize): void {
  if (ASC_SHRINK_LEVEL > 0) {
    fieldMultiply(target, a, a);
    return;
  }
  const a0 = load<i64>(a, 0);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  let c = a0 * a0;
  const m0 = c & MASK;
  c = ((a0 * a1) << 1) + (c >> LIMB_BITS);
  const m1 = c & MASK;
  c = ((a0 * a2) << 1) + a1 * a1 + (c >> LIMB_BITS);
  const m2 = c & MASK;
  c = ((a0 * a3 + a1 * a2) << 1) + (m0 << 9) + (c >> LIMB_BITS);
  const m3 = c & MASK;
  c = ((a0 * a4 + a1 * a3) << 1) + a2 * a2 + (m1 << 9) + (c >> LIMB_BITS);
  const m4 = c & MASK;
  c = ((a0 * a5 + a1 * a4 + a2 * a3) << 1) + (m2 << 9) + (c >> LIMB_BITS);
  const m5 = c & MASK;
  c = ((a0 * a6 + a1 * a5 + a2 * a4) << 1) + a3 * a3 + fold(0, 0, m0, m3) + (c >> LIMB_BITS);
  const m6 = c & MASK;
  c = ((a0 * a7 + a1 * a6 + a2 * a5 + a3 * a4) << 1) + fold(0, m0, m1, m4) + (c >> LIMB_BITS);
  const m7 = c & MASK;
  c = ((a0 * a8 + a1 * a7 + a2 * a6 + a3 * a5) << 1) + a4 * a4 + fold(m0, m1, m2, m5) + (c >> LIMB_BITS);
  const m8 = c & MASK;
  c = ((a1 * a8 + a2 * a7 + a3 * a6 + a4 * a5) << 1) + fold(m1, m2, m3, m6) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 0);
  c = ((a2 * a8 + a3 * a7 + a4 * a6) << 1) + a5 * a5 + fold(m2, m3, m4, m7) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 8);
  c = ((a3 * a8 + a4 * a7 + a5 * a6) << 1) + fold(m3, m4, m5, m8) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 16);
  c = ((a4 * a8 + a5 * a7) << 1) + a6 * a6 + fold(m4, m5, m6, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 24);
  c = ((a5 * a8 + a6 * a7) << 1) + fold(m5, m6, m7, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 32);
  c = ((a6 * a8) << 1) + a7 * a7 + fold(m6, m7, m8, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 40);
  c = ((a7 * a8) << 1) + fold(m7, m8, 0, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 48);
  c = a8 * a8 + fold(m8, 0, 0, 0) + (c >> LIMB_BITS);
  store<i64>(target, c & MASK, 56);
  store<i64>(target, c >> 29, 64);
}

/** What multiples m of p, the reduction's, add to column i: m8 of limb i - 8, m7 of limb i - 7 and so on. */
function fold(m8: i64, m7: i64, m6: i64, m3: i64): i64 {
  // p + 1 = 2^96 + 2^192 - 2^224 + 2^256 = 2^9 B^3 + 2^18 B^6 - 2^21 B^7 + 2^24 B^8 where B = 2^29
  return ((((((m8 << 3) - m7) << 3) + m6) << 9) + m3) << 9;
}

/** target = a - b, limb by limb. */
export function fieldSubtract(target: usize, a: usize, b: usize): void {
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    store<i64>(target + offset, load<i64>(a + offset) - load<i64>(b + offset));
  }
}

/** target = 2 (a - b), limb by limb. */
export function fieldTwiceDifference(target: usize, a: usize, b: usize): void {
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    store<i64>(target + offset, (load<i64>(a + offset) - load<i64>(b + offset)) << 1);
  }
}

/**
 * difference = 3 (a - b), limb by limb, so k = 3 where a and b have nonnegative limbs and k = 1; sum = a + b with its
 * carries done, so k = 1: the two factors of a doubling's slope.
 */
export function fieldSlopeFactors(difference: usize, sum: usize, a: usize, b: usize): void {
  let carry: i64 = 0;
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    const x = load<i64>(a + offset);
    const y = load<i64>(b + offset);
    store<i64>(difference + offset, (x - y) * 3);
    carry += x + y;
    if (offset == FIELD_SIZE - 8) store<i64>(sum + offset, carry);
    else store<i64>(sum + offset, carry & MASK);
    carry >>= LIMB_BITS;
  }
}

/**
 * target = a - b - 2c, carries done and brought near [0, p) by taking off as many p as the top limb says.
 * Operand values within 4p of zero, k <= 3.
 */
export function fieldSettle(target: usize, a: usize, b: usize, c: usize): void {
  const top = difference(a, b, c, 64);
  // value = excess 2^256 + rest, 0 <= rest < 2^256 but for the carries; p = 2^256 but for one part in 2^32.
  const excess = top >> 24;
  let carry = difference(a, b, c, 0) + excess;
  store<i64>(target, carry & MASK, 0);
  carry = difference(a, b, c, 8) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 8);
  carry = difference(a, b, c, 16) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 16);
  carry = difference(a, b, c, 24) - (excess << 9) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 24);
  carry = difference(a, b, c, 32) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 32);
  carry = difference(a, b, c, 40) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 40);
  carry = difference(a, b, c, 48) - (excess << 18) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 48);
  carry = difference(a, b, c, 56) + (excess << 21) + (carry >> LIMB_BITS);
  store<i64>(target, carry & MASK, 56);
  store<i64>(target, top - (excess << 24) + (carry >> LIMB_BITS), 64);
}

function difference(a: usize, b: usize, c: usize, offset: usize): i64 {
  return load<i64>(a + offset) - load<i64>(b + offset) - (load<i64>(c + offset) << 1);
}

/**
 * Whether a is a multiple of p. The value must lie within 8p of zero, k <= 3.
 * @param scratch FIELD_SIZE bytes
 */
export function fieldIsZero(a: usize, scratch: usize): bool {
  // A multiple j p has the low limb -j mod 2^29: all but one value in 2^25 leave here.
  if (((load<i64>(a) + 8) & MASK) > 16) return false;
  // a / R with |a| < R lies in [0, p] after the reduction, in unique limbs.
  fieldMultiply(scratch, a, PLAIN_ONE);
  return limbsEqual(scratch, FIELD_ZERO) || limbsEqual(scratch, P);
}

function limbsEqual(a: usize, b: usize): bool {
  let different: i64 = 0;
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 8) {
    different |= load<i64>(a + offset) ^ load<i64>(b + offset);
  }
  return different == 0;
}

/** Whether a < b, both nonnegative with limbs in [0, 2^29). */
export function limbsBelow(a: usize, b: usize): bool {
  for (let offset: usize = FIELD_SIZE; offset > 0; offset -= 8) {
    const x = load<i64>(a + offset - 8);
    const y = load<i64>(b + offset - 8);
    if (x != y) return x < y;
  }
  return false;
}

/** Splits 32 big-endian bytes, any alignment, into nine limbs. */
export function limbsFromBytes(target: usize, bytes: usize): void {
  for (let index: u32 = 0; index < 9; index++) {
    const bit = index * 29;
    // The eight bytes that hold bits `bit` to `bit + 28`; the top limb's reach only as far as the number does.
    const byte = bit >> 3 > 24 ? 24 : bit >> 3;
    const word = bswap(load<u64>(bytes + 24 - byte, 0, 1));
    store<i64>(target + index * 8, i64(word >> (bit - byte * 8)) & MASK);
  }
}

/**
 * Reads a coordinate and brings it into Montgomery form.
 * @param target FIELD_SIZE bytes; product
 * @param bytes 32 bytes, big-endian, any alignment
 * @returns false where the number is p or more
 */
export function fieldFromBytes(target: usize, bytes: usize): bool {
  limbsFromBytes(target, bytes);
  if (!limbsBelow(target, P)) return false;
  fieldMultiply(target, target, R_SQUARED);
  return true;
}

/** target = a in Montgomery form, for limbs with k <= 3 and a value within 8p of zero. */
export function fieldFromLimbs(target: usize, a: usize): void {
  fieldMultiply(target, a, R_SQUARED);
}
