// Arithmetic modulo the group order L of edwards25519 (RFC 8032, 5.1) and signed windows. Variable time, no allocation.

/** Size in bytes of a scalar in memory: eight u32 and a word of zero behind them that window reads run into. */
export const SCALAR_SIZE: u32 = 36;
/** Signed windows reach at most bit 253, as every scalar is below L < 2^253. */
export const DIGITS: u32 = 256;

// L = 2^252 + 27742317777372353535851937790883648493, low word first.
const ORDER: usize = memory.data<u32>([
  0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0x00000000, 0x00000000, 0x00000000, 0x10000000,
]);

/**
 * Says whether a scalar is in the range that RFC 8032, 5.1.7 demands.
 * @param bytes 32 bytes, little-endian, 4-byte aligned
 * @returns true where the value is below L
 */
export function scalarIsCanonical(bytes: usize): bool {
  for (let offset: i32 = 28; offset >= 0; offset -= 4) {
    const word = load<u32>(bytes + offset);
    const bound = load<u32>(ORDER + offset);
    if (word != bound) return word < bound;
  }
  return false;
}

/**
 * Copies a 32-byte scalar into the padded form that scalarDigits reads.
 * @param target SCALAR_SIZE bytes, 4-byte aligned
 * @param bytes 32 bytes, little-endian
 */
export function scalarCopy(target: usize, bytes: usize): void {
  memory.copy(target, bytes, 32);
  store<u32>(target, 0, 32);
}

/**
 * Reduces a SHA-512 digest modulo L.
 * @param target SCALAR_SIZE bytes, 4-byte aligned
 * @param digest 64 bytes, little-endian, 2-byte aligned
 */
export function scalarReduce(target: usize, digest: usize): void {
  memory.fill(target, 0, SCALAR_SIZE);
  // Horner over sixteen bits at a time. Before each step 0 <= r < L, so r * 2^16 + half = top * 2^252 + rest with
  // top <= 2^16 and, as 2^252 = L - c, it is congruent to rest - top * c > -2^142: one L at most is missing.
  for (let offset: i32 = 62; offset >= 0; offset -= 2) {
    const top = i64(load<u32>(target, 28) >> 12);
    let low = u32(load<u16>(digest + offset));
    let carry: i64 = 0;
    for (let word: usize = 0; word < 32; word += 4) {
      const value = load<u32>(target + word);
      let shifted = (value << 16) | low;
      low = value >> 16;
      if (word == 28) shifted &= 0x0fffffff;
      // The order's words, its leading bit left out, are those of c.
      const factor: u32 = word == 28 ? 0 : load<u32>(ORDER + word);
      carry += i64(shifted) - top * i64(factor);
      store<u32>(target + word, u32(carry));
      carry >>= 32;
    }
    if (carry < 0) addOrder(target);
  }
}

function addOrder(target: usize): void {
  let carry: u64 = 0;
  for (let word: usize = 0; word < 32; word += 4) {
    carry += u64(load<u32>(target + word)) + u64(load<u32>(ORDER + word));
    store<u32>(target + word, u32(carry));
    carry >>= 32;
  }
}

/**
 * Writes a scalar as signed odd digits: scalar = sum of digit[i] * 2^i, and of `width` neighbours at most one is
 * not zero.
 * @param digits DIGITS bytes; each becomes an i8 of magnitude below 2^(width - 1)
 * @param scalar SCALAR_SIZE bytes, below 2^253
 * @param width window width in bits, 2 to 8
 */
export function scalarDigits(digits: usize, scalar: usize, width: u32): void {
  memory.fill(digits, 0, DIGITS);
  let carry: u32 = 0;
  let position: u32 = 0;
  while (position < DIGITS) {
    const word = scalar + ((position >> 5) << 2);
    const pair = u64(load<u32>(word)) | (u64(load<u32>(word, 4)) << 32);
    const bits = u32(pair >> (position & 31));
    if ((bits & 1) == carry) {
      position++;
      continue;
    }
    const value = (bits & ((1 << width) - 1)) + carry;
    carry = value >> (width - 1);
    store<i8>(digits + position, i8(i32(value) - i32(carry << width)));
    position += width;
  }
}
