// Modular exponentiation with e = 65537 for RSA verification (RFC 8017, 5.2.2), moduli of 2048 and 3072 bits.
// Variable time: for public data only. Never allocates.
//
// A number is 76 or 112 limbs of 28 bits, each a u32, least significant first. The limb count is the next multiple of
// four, because four rows of a product are added in one pass. R = 2^(28 * limbs) is at least 2^64 N, so that Montgomery
// products stay under N + N / 2^62 without a subtraction. Sums are collected in one u64 per column without carries: a column
// holds at most 2 * 112 products under 2^56 and one carry, under 2^63.9.

const LIMB_BITS: u32 = 28;
const MASK: u64 = 0xfffffff;
const MAX_LIMBS: u32 = 112;
const MAX_NUMBER_SIZE: u32 = MAX_LIMBS * 4;
const SQUARINGS: u32 = 16; // e = 2^16 + 1

// Scratch: column sums, then three numbers.
const COLUMNS_SIZE: u32 = 2 * MAX_LIMBS * 8;
const RESULT: u32 = COLUMNS_SIZE;
const BASE: u32 = RESULT + MAX_NUMBER_SIZE;
const MODULUS: u32 = BASE + MAX_NUMBER_SIZE;

/** Bytes of scratch memory that rsaPower needs. */
export const RSA_POWER_SCRATCH_SIZE: u32 = MODULUS + MAX_NUMBER_SIZE;

/**
 * Computes base^65537 mod modulus.
 * @param target sizeBytes bytes, big-endian; may lie in the first 1792 bytes of scratch
 * @param base sizeBytes bytes, big-endian, below the modulus
 * @param modulus sizeBytes bytes, big-endian, odd, top bit set
 * @param sizeBytes 256 or 384
 * @param scratch RSA_POWER_SCRATCH_SIZE bytes, 8-byte aligned
 */
export function rsaPower(target: usize, base: usize, modulus: usize, sizeBytes: u32, scratch: usize): void {
  const limbs: u32 = sizeBytes == 256 ? 76 : MAX_LIMBS;
  const result = scratch + RESULT;
  const plain = scratch + BASE;
  const n = scratch + MODULUS;
  limbsFromBytes(n, modulus, sizeBytes, limbs);
  limbsFromBytes(plain, base, sizeBytes, limbs);
  memory.copy(result, plain, limbs * 4);
  toMontgomery(result, n, sizeBytes, limbs);
  const inverse = minusInverse(load<u32>(n));
  for (let count: u32 = 0; count < SQUARINGS; count++) {
    square(scratch, result, limbs);
    reduce(scratch, result, n, inverse, limbs);
  }
  multiply(scratch, result, plain, limbs);
  reduce(scratch, result, n, inverse, limbs);
  if (!isBelow(result, n, limbs)) subtract(result, n, limbs);
  bytesFromLimbs(target, result, sizeBytes);
}

/** -1 / a mod 2^28 for odd a: each step doubles the number of right bits. */
function minusInverse(a: u32): u64 {
  let inverse: u32 = a; // right in three bits
  for (let step: u32 = 0; step < 4; step++) inverse *= 2 - a * inverse;
  return u64(0 - inverse) & MASK;
}

/**
 * a = a R mod n, or n more than that: two limbs at a time, a 2^56 - (q1 2^28 + q0) n. Each q is estimated from the
 * remainder's top 60 bits and n's top 32, is never too large and leaves less than 1.5 n: a stays under 2n.
 */
function toMontgomery(a: usize, n: usize, sizeBytes: u32, limbs: u32): void {
  const lowBit = sizeBytes * 8 - 60;
  const nTop = bitsFrom(n, lowBit);
  const divisor = (nTop >> 28) + 1;
  for (let step: u32 = 0; step < limbs; step += 2) {
    const q1 = bitsFrom(a, lowBit) / divisor;
    // The remainder's top bits, too large by less than q1: nTop stands for n without its lower bits.
    const rest = bitsFrom(a, lowBit - LIMB_BITS) - q1 * nTop;
    const q0 = rest > q1 ? (rest - q1) / divisor : 0;
    subtractShifted(a, n, i64(q1), i64(q0), limbs);
  }
}

/** Bits `bit` to `bit + 63` of a number. */
function bitsFrom(a: usize, bit: u32): u64 {
  const limb = bit / LIMB_BITS;
  const shift = u64(bit - limb * LIMB_BITS);
  a += limb * 4;
  const high = (u64(load<u32>(a, 12)) << 28) | u64(load<u32>(a, 8));
  return (high << (56 - shift)) | (u64(load<u32>(a, 4)) << (28 - shift)) | (u64(load<u32>(a, 0)) >> shift);
}

/** a = a 2^56 - (q1 2^28 + q0) n. */
function subtractShifted(a: usize, n: usize, q1: i64, q0: i64, limbs: u32): void {
  let below0: i64 = 0; // the limbs two places down
  let below1: i64 = 0;
  let nBefore: i64 = 0;
  let carry: i64 = 0;
  for (let offset: usize = 0; offset < usize(limbs) * 4; offset += 8) {
    const n0 = i64(load<u32>(n + offset, 0));
    const n1 = i64(load<u32>(n + offset, 4));
    carry += below0 - q0 * n0 - q1 * nBefore;
    below0 = i64(load<u32>(a + offset, 0));
    store<u32>(a + offset, u32(carry & i64(MASK)), 0);
    carry = (carry >> LIMB_BITS) + below1 - q0 * n1 - q1 * n0;
    below1 = i64(load<u32>(a + offset, 4));
    store<u32>(a + offset, u32(carry & i64(MASK)), 4);
    carry >>= LIMB_BITS;
    nBefore = n1;
  }
}

/** columns = a * b. */
function multiply(columns: usize, a: usize, b: usize, limbs: u32): void {
  memory.fill(columns, 0, limbs * 16);
  for (let index: u32 = 0; index < limbs; index += 4) {
    const row = a + index * 4;
    const x0 = u64(load<u32>(row, 0));
    const x1 = u64(load<u32>(row, 4));
    const x2 = u64(load<u32>(row, 8));
    const x3 = u64(load<u32>(row, 12));
    addRows(columns + index * 8, x0, x1, x2, x3, b, limbs);
  }
}

/** columns = a * a: the products of unlike limbs once, doubled. */
function square(columns: usize, a: usize, limbs: u32): void {
  memory.fill(columns, 0, limbs * 16);
  for (let index: u32 = 0; index < limbs; index += 4) {
    const row = a + index * 4;
    const x0 = u64(load<u32>(row, 0));
    const x1 = u64(load<u32>(row, 4));
    const x2 = u64(load<u32>(row, 8));
    const x3 = u64(load<u32>(row, 12));
    const column = columns + index * 16;
    store<u64>(column, load<u64>(column, 0) + x0 * x0, 0);
    store<u64>(column, load<u64>(column, 8) + ((x0 * x1) << 1), 8);
    store<u64>(column, load<u64>(column, 16) + ((x0 * x2) << 1) + x1 * x1, 16);
    store<u64>(column, load<u64>(column, 24) + ((x0 * x3 + x1 * x2) << 1), 24);
    store<u64>(column, load<u64>(column, 32) + ((x1 * x3) << 1) + x2 * x2, 32);
    store<u64>(column, load<u64>(column, 40) + ((x2 * x3) << 1), 40);
    store<u64>(column, load<u64>(column, 48) + x3 * x3, 48);
    addRows(column + 32, x0 << 1, x1 << 1, x2 << 1, x3 << 1, row + 16, limbs - index - 4);
  }
}

/** result = columns / R mod n, under n + n / 2^62 where the columns hold no more than 4 n^2. */
function reduce(columns: usize, result: usize, n: usize, inverse: u64, limbs: u32): void {
  const n0 = u64(load<u32>(n, 0));
  const n1 = u64(load<u32>(n, 4));
  const n2 = u64(load<u32>(n, 8));
  const n3 = u64(load<u32>(n, 12));
  let column = columns;
  for (let index: u32 = 0; index < limbs; index += 4) {
    // The four multiples of n that clear the four lowest columns.
    let sum = load<u64>(column, 0);
    const m0 = (sum * inverse) & MASK;
    sum = load<u64>(column, 8) + m0 * n1 + ((sum + m0 * n0) >> LIMB_BITS);
    const m1 = (sum * inverse) & MASK;
    sum = load<u64>(column, 16) + m0 * n2 + m1 * n1 + ((sum + m1 * n0) >> LIMB_BITS);
    const m2 = (sum * inverse) & MASK;
    sum = load<u64>(column, 24) + m0 * n3 + m1 * n2 + m2 * n1 + ((sum + m2 * n0) >> LIMB_BITS);
    const m3 = (sum * inverse) & MASK;
    const carry = (sum + m3 * n0) >> LIMB_BITS;
    addRows(column, m0, m1, m2, m3, n, limbs);
    store<u64>(column, load<u64>(column, 32) + carry, 32);
    column += 32;
  }
  let carry: u64 = 0;
  for (let index: usize = 0; index < usize(limbs); index++) {
    carry += load<u64>(column + index * 8);
    store<u32>(result + index * 4, u32(carry & MASK));
    carry >>= LIMB_BITS;
  }
}

/**
 * Adds (x0 + x1 B + x2 B^2 + x3 B^3) * number to the columns, B being the radix: one load and store of a column for
 * four products, which leaves the multiplier as the bottleneck.
 * @param columns count + 3 column sums
 * @param count limbs of the number, a multiple of four
 */
function addRows(columns: usize, x0: u64, x1: u64, x2: u64, x3: u64, number: usize, count: u32): void {
  let y1: u64 = 0;
  let y2: u64 = 0;
  let y3: u64 = 0;
  const end = number + count * 4;
  while (number < end) {
    const z0 = u64(load<u32>(number, 0));
    store<u64>(columns, load<u64>(columns, 0) + x0 * z0 + x1 * y1 + x2 * y2 + x3 * y3, 0);
    const z1 = u64(load<u32>(number, 4));
    store<u64>(columns, load<u64>(columns, 8) + x0 * z1 + x1 * z0 + x2 * y1 + x3 * y2, 8);
    const z2 = u64(load<u32>(number, 8));
    store<u64>(columns, load<u64>(columns, 16) + x0 * z2 + x1 * z1 + x2 * z0 + x3 * y1, 16);
    const z3 = u64(load<u32>(number, 12));
    store<u64>(columns, load<u64>(columns, 24) + x0 * z3 + x1 * z2 + x2 * z1 + x3 * z0, 24);
    y1 = z3;
    y2 = z2;
    y3 = z1;
    columns += 32;
    number += 16;
  }
  store<u64>(columns, load<u64>(columns, 0) + x1 * y1 + x2 * y2 + x3 * y3, 0);
  store<u64>(columns, load<u64>(columns, 8) + x2 * y1 + x3 * y2, 8);
  store<u64>(columns, load<u64>(columns, 16) + x3 * y1, 16);
}

function isBelow(a: usize, b: usize, limbs: u32): bool {
  for (let index = limbs; index > 0; index--) {
    const x = load<u32>(a + (index - 1) * 4);
    const y = load<u32>(b + (index - 1) * 4);
    if (x != y) return x < y;
  }
  return false;
}

/** a = a - b, for a >= b. */
function subtract(a: usize, b: usize, limbs: u32): void {
  let borrow: i64 = 0;
  for (let index: u32 = 0; index < limbs; index++) {
    borrow += i64(load<u32>(a + index * 4)) - i64(load<u32>(b + index * 4));
    store<u32>(a + index * 4, u32(borrow & i64(MASK)));
    borrow >>= LIMB_BITS;
  }
}

function limbsFromBytes(target: usize, bytes: usize, sizeBytes: u32, limbs: u32): void {
  for (let index: u32 = 0; index < limbs; index++) {
    const bit = index * LIMB_BITS;
    // The four bytes that hold the limb's bits; at the top, the number's last four.
    const byte = min<u32>(bit >> 3, sizeBytes - 4);
    const shift = u64(bit - byte * 8);
    const word = u64(bswap(load<u32>(bytes + (sizeBytes - 4 - byte), 0, 1)));
    store<u32>(target + index * 4, shift < 32 ? u32((word >> shift) & MASK) : 0);
  }
}

function bytesFromLimbs(target: usize, a: usize, sizeBytes: u32): void {
  let word: u64 = 0;
  let bits: u32 = 0;
  for (let index: u32 = 0; index < sizeBytes; index++) {
    if (bits < 8) {
      word |= u64(load<u32>(a)) << u64(bits);
      bits += LIMB_BITS;
      a += 4;
    }
    store<u8>(target + (sizeBytes - 1 - index), u8(word));
    word >>= 8;
    bits -= 8;
  }
}
