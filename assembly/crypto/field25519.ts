// Arithmetic modulo p = 2^255 - 19 (RFC 8032, 5.1). Variable time: for public data only. Never allocates, never touches
// memory beyond its operands, which may be one and the same.
//
// An element is ten signed limbs of 26, 25, 26, 25 ... bits, each an i32 in memory (40 bytes, 4-byte aligned, least
// significant first): limb i counts 2^ceil(25.5 i). Limbs may be out of range between operations; what keeps every i64
// from overflowing:
//
//   limb bound   the even limbs of an operand "of bound k" lie within k 2^26 of zero, the odd ones within k (2^25 + 2^12).
//   product      of operands of bounds ka and kb where ka * kb <= 15. Column i sums the ten a_j b_l with j + l = i or
//                i + 10; times 19 for i + 10, as 2^255 = 19; times 2 where j and l are odd, as their places are both
//                rounded up. The largest is column 0: (1 + 4 * 19) 2^52 of even limbs and 5 * 38 * 2^50 of odd ones,
//                124.6 * 2^52 in all; fifteen times that is 2^62.87, and no carry is above 2^38: under 2^63.
//                The sums "cross" alone may wrap: modulo 2^64 the subtractions put that right.
//   reduced      what a product leaves has bound 1 and is not negative but for limbs 1 and 5: these took a second carry
//                and lie in (-2^12, 2^25 + 2^12). Carries into them: column 9 is under 10 * 15 * 2^51, so 19 times what
//                leaves it under 2^37.6 and limb 1 gets under 2^12; column 3 is under 2^62, limb 5 gets under 2^11.
//   sums         bounds add up; i32 holds bounds up to 31.
//
// A test computes these bounds with exact intervals and drives operands at them through both builds.

const MASK26: i64 = 0x3ffffff;
const MASK25: i64 = 0x1ffffff;

/** Size in bytes of a field element: ten i32 limbs. */
export const FIELD_SIZE: u32 = 40;

/**
 * target = a * b, reduced; the bounds of a and b multiply to at most 15.
 * Split in even and odd limbs as Karatsuba's method does, 75 products where there would be 100. Carries and stores stand
 * here and in fieldSquare, limb by limb: the carries as a function of eleven parameters took a fifth of a verification, and
 * a function that stores two limbs a quarter where a build is made for size, since the compiler leaves it a call.
 */
export function fieldMultiply(target: usize, a: usize, b: usize): void {
  const a0 = i64(load<i32>(a, 0));
  const a1 = i64(load<i32>(a, 4));
  const a2 = i64(load<i32>(a, 8));
  const a3 = i64(load<i32>(a, 12));
  const a4 = i64(load<i32>(a, 16));
  const a5 = i64(load<i32>(a, 20));
  const a6 = i64(load<i32>(a, 24));
  const a7 = i64(load<i32>(a, 28));
  const a8 = i64(load<i32>(a, 32));
  const a9 = i64(load<i32>(a, 36));
  const b0 = i64(load<i32>(b, 0));
  const b1 = i64(load<i32>(b, 4));
  const b2 = i64(load<i32>(b, 8));
  const b3 = i64(load<i32>(b, 12));
  const b4 = i64(load<i32>(b, 16));
  const b5 = i64(load<i32>(b, 20));
  const b6 = i64(load<i32>(b, 24));
  const b7 = i64(load<i32>(b, 28));
  const b8 = i64(load<i32>(b, 32));
  const b9 = i64(load<i32>(b, 36));
  const m2 = b2 * 19;
  const m4 = b4 * 19;
  const m6 = b6 * 19;
  const m8 = b8 * 19;
  const even0 = a0 * b0 + a2 * m8 + a4 * m6 + a6 * m4 + a8 * m2;
  const even1 = a0 * b2 + a2 * b0 + a4 * m8 + a6 * m6 + a8 * m4;
  const even2 = a0 * b4 + a2 * b2 + a4 * b0 + a6 * m8 + a8 * m6;
  const even3 = a0 * b6 + a2 * b4 + a4 * b2 + a6 * b0 + a8 * m8;
  const even4 = a0 * b8 + a2 * b6 + a4 * b4 + a6 * b2 + a8 * b0;
  const m3 = b3 * 19;
  const m5 = b5 * 19;
  const m7 = b7 * 19;
  const m9 = b9 * 19;
  const odd0 = a1 * b1 + a3 * m9 + a5 * m7 + a7 * m5 + a9 * m3;
  const odd1 = a1 * b3 + a3 * b1 + a5 * m9 + a7 * m7 + a9 * m5;
  const odd2 = a1 * b5 + a3 * b3 + a5 * b1 + a7 * m9 + a9 * m7;
  const odd3 = a1 * b7 + a3 * b5 + a5 * b3 + a7 * b1 + a9 * m9;
  const odd4 = a1 * b9 + a3 * b7 + a5 * b5 + a7 * b3 + a9 * b1;
  const s0 = a0 + a1;
  const s1 = a2 + a3;
  const s2 = a4 + a5;
  const s3 = a6 + a7;
  const s4 = a8 + a9;
  const t0 = b0 + b1;
  const t1 = b2 + b3;
  const t2 = b4 + b5;
  const t3 = b6 + b7;
  const t4 = b8 + b9;
  const n1 = t1 * 19;
  const n2 = t2 * 19;
  const n3 = t3 * 19;
  const n4 = t4 * 19;
  const cross0 = s0 * t0 + s1 * n4 + s2 * n3 + s3 * n2 + s4 * n1;
  const cross1 = s0 * t1 + s1 * t0 + s2 * n4 + s3 * n3 + s4 * n2;
  const cross2 = s0 * t2 + s1 * t1 + s2 * t0 + s3 * n4 + s4 * n3;
  const cross3 = s0 * t3 + s1 * t2 + s2 * t1 + s3 * t0 + s4 * n4;
  const cross4 = s0 * t4 + s1 * t3 + s2 * t2 + s3 * t1 + s4 * t0;
  let h0 = even0 + odd4 * 38;
  let h1 = cross0 - even0 - odd0;
  let h2 = even1 + odd0 * 2;
  let h3 = cross1 - even1 - odd1;
  let h4 = even2 + odd1 * 2;
  let h5 = cross2 - even2 - odd2;
  let h6 = even3 + odd2 * 2;
  let h7 = cross3 - even3 - odd3;
  let h8 = even4 + odd3 * 2;
  let h9 = cross4 - even4 - odd4;
  h1 += h0 >> 26;
  h5 += h4 >> 26;
  h2 += h1 >> 25;
  h6 += h5 >> 25;
  h3 += h2 >> 26;
  h7 += h6 >> 26;
  h4 = (h4 & MASK26) + (h3 >> 25);
  h8 += h7 >> 25;
  h5 = (h5 & MASK25) + (h4 >> 26);
  h9 += h8 >> 26;
  h0 = (h0 & MASK26) + (h9 >> 25) * 19;
  h1 = (h1 & MASK25) + (h0 >> 26);
  store<i32>(target, i32(h0 & MASK26), 0);
  store<i32>(target, i32(h1), 4);
  store<i32>(target, i32(h2 & MASK26), 8);
  store<i32>(target, i32(h3 & MASK25), 12);
  store<i32>(target, i32(h4 & MASK26), 16);
  store<i32>(target, i32(h5), 20);
  store<i32>(target, i32(h6 & MASK26), 24);
  store<i32>(target, i32(h7 & MASK25), 28);
  store<i32>(target, i32(h8 & MASK26), 32);
  store<i32>(target, i32(h9 & MASK25), 36);
}

/**
 * target = a * a, reduced; a's bound is at most 3. 45 products where fieldMultiply has 75. A build made for size multiplies
 * instead, unless it defines FULL_SQUARE: 714 bytes for a fifth of a verification.
 */
export function fieldSquare(target: usize, a: usize): void {
  if (ASC_SHRINK_LEVEL > 0 && !isDefined(FULL_SQUARE)) {
    fieldMultiply(target, a, a);
    return;
  }
  const a0 = i64(load<i32>(a, 0));
  const a1 = i64(load<i32>(a, 4));
  const a2 = i64(load<i32>(a, 8));
  const a3 = i64(load<i32>(a, 12));
  const a4 = i64(load<i32>(a, 16));
  const a5 = i64(load<i32>(a, 20));
  const a6 = i64(load<i32>(a, 24));
  const a7 = i64(load<i32>(a, 28));
  const a8 = i64(load<i32>(a, 32));
  const a9 = i64(load<i32>(a, 36));
  const even0 = a0 * a0 + 38 * (a2 * a8 + a4 * a6);
  const even1 = 2 * a0 * a2 + 19 * (2 * a4 * a8 + a6 * a6);
  const even2 = 2 * a0 * a4 + a2 * a2 + 38 * a6 * a8;
  const even3 = 2 * (a0 * a6 + a2 * a4) + 19 * a8 * a8;
  const even4 = 2 * (a0 * a8 + a2 * a6) + a4 * a4;
  const odd0 = a1 * a1 + 38 * (a3 * a9 + a5 * a7);
  const odd1 = 2 * a1 * a3 + 19 * (2 * a5 * a9 + a7 * a7);
  const odd2 = 2 * a1 * a5 + a3 * a3 + 38 * a7 * a9;
  const odd3 = 2 * (a1 * a7 + a3 * a5) + 19 * a9 * a9;
  const odd4 = 2 * (a1 * a9 + a3 * a7) + a5 * a5;
  const s0 = a0 + a1;
  const s1 = a2 + a3;
  const s2 = a4 + a5;
  const s3 = a6 + a7;
  const s4 = a8 + a9;
  const cross0 = s0 * s0 + 38 * (s1 * s4 + s2 * s3);
  const cross1 = 2 * s0 * s1 + 19 * (2 * s2 * s4 + s3 * s3);
  const cross2 = 2 * s0 * s2 + s1 * s1 + 38 * s3 * s4;
  const cross3 = 2 * (s0 * s3 + s1 * s2) + 19 * s4 * s4;
  const cross4 = 2 * (s0 * s4 + s1 * s3) + s2 * s2;
  let h0 = even0 + odd4 * 38;
  let h1 = cross0 - even0 - odd0;
  let h2 = even1 + odd0 * 2;
  let h3 = cross1 - even1 - odd1;
  let h4 = even2 + odd1 * 2;
  let h5 = cross2 - even2 - odd2;
  let h6 = even3 + odd2 * 2;
  let h7 = cross3 - even3 - odd3;
  let h8 = even4 + odd3 * 2;
  let h9 = cross4 - even4 - odd4;
  h1 += h0 >> 26;
  h5 += h4 >> 26;
  h2 += h1 >> 25;
  h6 += h5 >> 25;
  h3 += h2 >> 26;
  h7 += h6 >> 26;
  h4 = (h4 & MASK26) + (h3 >> 25);
  h8 += h7 >> 25;
  h5 = (h5 & MASK25) + (h4 >> 26);
  h9 += h8 >> 26;
  h0 = (h0 & MASK26) + (h9 >> 25) * 19;
  h1 = (h1 & MASK25) + (h0 >> 26);
  store<i32>(target, i32(h0 & MASK26), 0);
  store<i32>(target, i32(h1), 4);
  store<i32>(target, i32(h2 & MASK26), 8);
  store<i32>(target, i32(h3 & MASK25), 12);
  store<i32>(target, i32(h4 & MASK26), 16);
  store<i32>(target, i32(h5), 20);
  store<i32>(target, i32(h6 & MASK26), 24);
  store<i32>(target, i32(h7 & MASK25), 28);
  store<i32>(target, i32(h8 & MASK26), 32);
  store<i32>(target, i32(h9 & MASK25), 36);
}

/** target = a + b, limb by limb: bounds add up. */
export function fieldAdd(target: usize, a: usize, b: usize): void {
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 4) {
    store<i32>(target + offset, load<i32>(a + offset) + load<i32>(b + offset));
  }
}

/** target = a - b, limb by limb: bounds add up. */
export function fieldSubtract(target: usize, a: usize, b: usize): void {
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 4) {
    store<i32>(target + offset, load<i32>(a + offset) - load<i32>(b + offset));
  }
}

/** sum = a + b and difference = a - b, limb by limb; either may overwrite a or b. */
export function fieldSumDifference(sum: usize, difference: usize, a: usize, b: usize): void {
  for (let offset: usize = 0; offset < FIELD_SIZE; offset += 4) {
    const left = load<i32>(a + offset);
    const right = load<i32>(b + offset);
    store<i32>(sum + offset, left + right);
    store<i32>(difference + offset, left - right);
  }
}

/** target = a. */
export function fieldCopy(target: usize, a: usize): void {
  memory.copy(target, a, FIELD_SIZE);
}

/** target = value, for a value of 0 to 2^26 - 1. */
export function fieldSetSmall(target: usize, value: i32): void {
  memory.fill(target, 0, FIELD_SIZE);
  store<i32>(target, value);
}

/** target = a^(2^count), for a count of at least 1. */
export function fieldSquareTimes(target: usize, a: usize, count: u32): void {
  fieldSquare(target, a);
  for (let i: u32 = 1; i < count; i++) fieldSquare(target, target);
}

/**
 * Reads a field element; values from p to 2^255 - 1 are taken modulo p and bit 255 is ignored.
 * @param target FIELD_SIZE bytes
 * @param bytes 32 bytes, little-endian, 4-byte aligned
 */
export function fieldFromBytes(target: usize, bytes: usize): void {
  let bits: u64 = 0;
  let bitCount: u32 = 0;
  for (let limb: u32 = 0; limb < 10; limb++) {
    const width: u32 = 26 - (limb & 1);
    if (bitCount < width) {
      bits |= u64(load<u32>(bytes)) << bitCount;
      bytes += 4;
      bitCount += 32;
    }
    store<i32>(target + limb * 4, i32(u32(bits) & ((1 << width) - 1)));
    bits >>= width;
    bitCount -= width;
  }
}

/**
 * Writes the canonical encoding (RFC 8032, 5.1.2), bit 255 clear.
 * @param bytes 32 bytes, 4-byte aligned
 * @param a a bound of at most 15; its limbs are normalised in place
 */
export function fieldToBytes(bytes: usize, a: usize): void {
  // |a| < 2^259, so with what left at the top brought in again the first time the value is from -304 to
  // 2^255 + 304, the second time from 0 to 2^255 - 1. It is p or more just where adding 19 reaches 2^255.
  let carry = carryLimbs(a, 0) * 19;
  carry = carryLimbs(a, carry) * 19;
  let top = carry + 19;
  for (let limb: u32 = 0; limb < 10; limb++) {
    top = (load<i32>(a + limb * 4) + top) >> (26 - (limb & 1));
  }
  carryLimbs(a, carry + top * 19);
  let bits: u64 = 0;
  let bitCount: u32 = 0;
  for (let limb: u32 = 0; limb < 10; limb++) {
    bits |= u64(load<u32>(a + limb * 4)) << bitCount;
    bitCount += 26 - (limb & 1);
    if (bitCount >= 32) {
      store<u32>(bytes, u32(bits));
      bytes += 4;
      bits >>= 32;
      bitCount -= 32;
    }
  }
  store<u32>(bytes, u32(bits));
}

/** Adds `carry`, takes every limb to its width and returns what leaves at the top. */
function carryLimbs(a: usize, carry: i32): i32 {
  for (let limb: u32 = 0; limb < 10; limb++) {
    const width: u32 = 26 - (limb & 1);
    const value = load<i32>(a + limb * 4) + carry;
    store<i32>(a + limb * 4, value & ((1 << width) - 1));
    carry = value >> width;
  }
  return carry;
}
