// SHA-512 and SHA-384 (FIPS 180-4), streaming. Never allocates: all state lives in the caller's context.
// One interface, two builds: unrolled where ASC_SHRINK_LEVEL is 0, rolled otherwise.
//
// Context, 8-byte aligned:
//   offset 0    state, eight u64
//   offset 64   block being filled, 128 bytes (the small build expands its schedule there, in place)
//   offset 192  bytes absorbed so far, u64 (2^61 bytes are more than any flash holds)

const STATE_SIZE: u32 = 64;
const BLOCK_SIZE: u32 = 128; // FIPS 180-4, figure 1
const TOTAL: u32 = 192;

/** Offset in the context of the 128-byte block buffer that sha512Block absorbs. */
export const SHA512_BLOCK: u32 = STATE_SIZE;
/** Size of a context in bytes; it must be 8-byte aligned. */
export const SHA512_CONTEXT_SIZE: u32 = TOTAL + 8;

// FIPS 180-4, 4.2.3: fractional parts of the cube roots of the first 80 primes.
const ROUND_CONSTANTS: usize = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
  0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
  0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
  0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
  0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
  0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
  0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
  0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
  0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
  0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
  0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
  0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
  0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]);

/**
 * Starts a SHA-512 computation (FIPS 180-4, 5.3.5).
 * @param context SHA512_CONTEXT_SIZE bytes, 8-byte aligned
 */
export function sha512Init(context: usize): void {
  store<u64>(context, 0x6a09e667f3bcc908, 0);
  store<u64>(context, 0xbb67ae8584caa73b, 8);
  store<u64>(context, 0x3c6ef372fe94f82b, 16);
  store<u64>(context, 0xa54ff53a5f1d36f1, 24);
  store<u64>(context, 0x510e527fade682d1, 32);
  store<u64>(context, 0x9b05688c2b3e6c1f, 40);
  store<u64>(context, 0x1f83d9abfb41bd6b, 48);
  store<u64>(context, 0x5be0cd19137e2179, 56);
  store<u64>(context, 0, TOTAL);
}

/**
 * Starts a SHA-384 computation (FIPS 180-4, 5.3.4); sha512Update and sha512Block absorb, sha384Final finishes.
 * @param context SHA512_CONTEXT_SIZE bytes, 8-byte aligned
 */
export function sha384Init(context: usize): void {
  store<u64>(context, 0xcbbb9d5dc1059ed8, 0);
  store<u64>(context, 0x629a292a367cd507, 8);
  store<u64>(context, 0x9159015a3070dd17, 16);
  store<u64>(context, 0x152fecd8f70e5939, 24);
  store<u64>(context, 0x67332667ffc00b31, 32);
  store<u64>(context, 0x8eb44a8768581511, 40);
  store<u64>(context, 0xdb0c2e0d64f98fa7, 48);
  store<u64>(context, 0x47b5481dbefa4fa4, 56);
  store<u64>(context, 0, TOTAL);
}

/**
 * Absorbs message bytes; a message may be split anywhere.
 * @param context a context that sha512Init started
 * @param data address of the bytes, any alignment
 * @param sizeBytes number of bytes, may be 0
 */
export function sha512Update(context: usize, data: usize, sizeBytes: u32): void {
  const total = load<u64>(context, TOTAL);
  store<u64>(context, total + u64(sizeBytes), TOTAL);
  const block = context + SHA512_BLOCK;
  let fill = u32(total) & (BLOCK_SIZE - 1);
  while (sizeBytes > 0) {
    if (ASC_SHRINK_LEVEL == 0) {
      if (fill == 0 && sizeBytes >= BLOCK_SIZE && (data & 3) == 0) {
        compressFast(context, data);
        data += BLOCK_SIZE;
        sizeBytes -= BLOCK_SIZE;
        continue;
      }
    }
    let take = BLOCK_SIZE - fill;
    if (take > sizeBytes) take = sizeBytes;
    memory.copy(block + fill, data, take);
    data += take;
    sizeBytes -= take;
    fill += take;
    if (fill == BLOCK_SIZE) {
      compressBuffer(context);
      fill = 0;
    }
  }
}

/**
 * Absorbs the 128 bytes that the caller stored at SHA512_BLOCK; legal only while the bytes absorbed so far are
 * a multiple of 128. The buffer's content is undefined afterwards.
 * @param context a context that sha512Init started
 */
export function sha512Block(context: usize): void {
  store<u64>(context, load<u64>(context, TOTAL) + BLOCK_SIZE, TOTAL);
  compressBuffer(context);
}

/**
 * Pads (FIPS 180-4, 5.1.2) and writes the SHA-512 digest; the context must be started anew before its next use.
 * @param context a context that sha512Init started
 * @param digest 64 bytes, 8-byte aligned
 */
export function sha512Final(context: usize, digest: usize): void {
  finish(context, digest, 64);
}

/**
 * Pads (FIPS 180-4, 5.1.2) and writes the SHA-384 digest; the context must be started anew before its next use.
 * @param context a context that sha384Init started
 * @param digest 48 bytes, 8-byte aligned
 */
export function sha384Final(context: usize, digest: usize): void {
  finish(context, digest, 48);
}

function finish(context: usize, digest: usize, digestSize: u32): void {
  const block = context + SHA512_BLOCK;
  const total = load<u64>(context, TOTAL);
  let fill = u32(total) & (BLOCK_SIZE - 1);
  store<u8>(block + fill, 0x80);
  fill++;
  if (fill > BLOCK_SIZE - 16) {
    memory.fill(block + fill, 0, BLOCK_SIZE - fill);
    compressBuffer(context);
    fill = 0;
  }
  // The length's upper eight bytes are zero: no message here has 2^61 bytes.
  memory.fill(block + fill, 0, BLOCK_SIZE - 8 - fill);
  store<u64>(block, bswap(total << 3), BLOCK_SIZE - 8);
  compressBuffer(context);
  for (let offset: u32 = 0; offset < digestSize; offset += 8) {
    store<u64>(digest + offset, bswap(load<u64>(context + offset)));
  }
}

function compressBuffer(context: usize): void {
  if (ASC_SHRINK_LEVEL > 0) compressSmall(context);
  else compressFast(context, context + SHA512_BLOCK);
}

/**
 * FIPS 180-4, 6.4.2, sixteen rounds per turn; absorbs the 128 bytes at data, any alignment. One long function: with
 * the schedule in locals and made between the rounds it is a tenth faster than with a schedule in memory.
 */
function compressFast(context: usize, data: usize): void {
  let a = load<u64>(context, 0);
  let b = load<u64>(context, 8);
  let c = load<u64>(context, 16);
  let d = load<u64>(context, 24);
  let e = load<u64>(context, 32);
  let f = load<u64>(context, 40);
  let g = load<u64>(context, 48);
  let h = load<u64>(context, 56);
  let w0 = bswap(load<u64>(data, 0));
  let w1 = bswap(load<u64>(data, 8));
  let w2 = bswap(load<u64>(data, 16));
  let w3 = bswap(load<u64>(data, 24));
  let w4 = bswap(load<u64>(data, 32));
  let w5 = bswap(load<u64>(data, 40));
  let w6 = bswap(load<u64>(data, 48));
  let w7 = bswap(load<u64>(data, 56));
  let w8 = bswap(load<u64>(data, 64));
  let w9 = bswap(load<u64>(data, 72));
  let w10 = bswap(load<u64>(data, 80));
  let w11 = bswap(load<u64>(data, 88));
  let w12 = bswap(load<u64>(data, 96));
  let w13 = bswap(load<u64>(data, 104));
  let w14 = bswap(load<u64>(data, 112));
  let w15 = bswap(load<u64>(data, 120));
  let t: u64;
  let constants = ROUND_CONSTANTS;
  const last = ROUND_CONSTANTS + 512;
  while (true) {
    // The order of the additions keeps the chain from e to the next e, the longest one, short: worth a tenth.
    h = h + (w0 + load<u64>(constants, 0)) + choose(e, f, g);
    d = d + h + (t = sigma1(e));
    h = h + t + majority(a, b, c) + sigma0(a);
    g = g + (w1 + load<u64>(constants, 8)) + choose(d, e, f);
    c = c + g + (t = sigma1(d));
    g = g + t + majority(h, a, b) + sigma0(h);
    f = f + (w2 + load<u64>(constants, 16)) + choose(c, d, e);
    b = b + f + (t = sigma1(c));
    f = f + t + majority(g, h, a) + sigma0(g);
    e = e + (w3 + load<u64>(constants, 24)) + choose(b, c, d);
    a = a + e + (t = sigma1(b));
    e = e + t + majority(f, g, h) + sigma0(f);
    d = d + (w4 + load<u64>(constants, 32)) + choose(a, b, c);
    h = h + d + (t = sigma1(a));
    d = d + t + majority(e, f, g) + sigma0(e);
    c = c + (w5 + load<u64>(constants, 40)) + choose(h, a, b);
    g = g + c + (t = sigma1(h));
    c = c + t + majority(d, e, f) + sigma0(d);
    b = b + (w6 + load<u64>(constants, 48)) + choose(g, h, a);
    f = f + b + (t = sigma1(g));
    b = b + t + majority(c, d, e) + sigma0(c);
    a = a + (w7 + load<u64>(constants, 56)) + choose(f, g, h);
    e = e + a + (t = sigma1(f));
    a = a + t + majority(b, c, d) + sigma0(b);
    h = h + (w8 + load<u64>(constants, 64)) + choose(e, f, g);
    d = d + h + (t = sigma1(e));
    h = h + t + majority(a, b, c) + sigma0(a);
    g = g + (w9 + load<u64>(constants, 72)) + choose(d, e, f);
    c = c + g + (t = sigma1(d));
    g = g + t + majority(h, a, b) + sigma0(h);
    f = f + (w10 + load<u64>(constants, 80)) + choose(c, d, e);
    b = b + f + (t = sigma1(c));
    f = f + t + majority(g, h, a) + sigma0(g);
    e = e + (w11 + load<u64>(constants, 88)) + choose(b, c, d);
    a = a + e + (t = sigma1(b));
    e = e + t + majority(f, g, h) + sigma0(f);
    d = d + (w12 + load<u64>(constants, 96)) + choose(a, b, c);
    h = h + d + (t = sigma1(a));
    d = d + t + majority(e, f, g) + sigma0(e);
    c = c + (w13 + load<u64>(constants, 104)) + choose(h, a, b);
    g = g + c + (t = sigma1(h));
    c = c + t + majority(d, e, f) + sigma0(d);
    b = b + (w14 + load<u64>(constants, 112)) + choose(g, h, a);
    f = f + b + (t = sigma1(g));
    b = b + t + majority(c, d, e) + sigma0(c);
    a = a + (w15 + load<u64>(constants, 120)) + choose(f, g, h);
    e = e + a + (t = sigma1(f));
    a = a + t + majority(b, c, d) + sigma0(b);
    if (constants == last) break;
    constants += 128;
    w0 = expand(w14, w9, w1, w0);
    w1 = expand(w15, w10, w2, w1);
    w2 = expand(w0, w11, w3, w2);
    w3 = expand(w1, w12, w4, w3);
    w4 = expand(w2, w13, w5, w4);
    w5 = expand(w3, w14, w6, w5);
    w6 = expand(w4, w15, w7, w6);
    w7 = expand(w5, w0, w8, w7);
    w8 = expand(w6, w1, w9, w8);
    w9 = expand(w7, w2, w10, w9);
    w10 = expand(w8, w3, w11, w10);
    w11 = expand(w9, w4, w12, w11);
    w12 = expand(w10, w5, w13, w12);
    w13 = expand(w11, w6, w14, w13);
    w14 = expand(w12, w7, w15, w14);
    w15 = expand(w13, w8, w0, w15);
  }
  addState(context, a, b, c, d, e, f, g, h);
}

/** FIPS 180-4, 6.4.2, one round per turn over a schedule of sixteen words that replaces the block itself. */
function compressSmall(context: usize): void {
  const block = context + SHA512_BLOCK;
  let a = load<u64>(context, 0);
  let b = load<u64>(context, 8);
  let c = load<u64>(context, 16);
  let d = load<u64>(context, 24);
  let e = load<u64>(context, 32);
  let f = load<u64>(context, 40);
  let g = load<u64>(context, 48);
  let h = load<u64>(context, 56);
  for (let offset: usize = 0; offset < 640; offset += 8) {
    const slot = block + (offset & 120);
    let word = load<u64>(slot);
    if (offset < 128) {
      word = bswap(word);
    } else {
      const word2 = load<u64>(block + ((offset + 112) & 120));
      const word7 = load<u64>(block + ((offset + 72) & 120));
      word = expand(word2, word7, load<u64>(block + ((offset + 8) & 120)), word);
    }
    store<u64>(slot, word);
    h += word + load<u64>(ROUND_CONSTANTS + offset) + choose(e, f, g) + sigma1(e);
    const next = h + majority(a, b, c) + sigma0(a);
    const e2 = d + h;
    h = g;
    g = f;
    f = e;
    e = e2;
    d = c;
    c = b;
    b = a;
    a = next;
  }
  addState(context, a, b, c, d, e, f, g, h);
}

function addState(context: usize, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64): void {
  store<u64>(context, load<u64>(context, 0) + a, 0);
  store<u64>(context, load<u64>(context, 8) + b, 8);
  store<u64>(context, load<u64>(context, 16) + c, 16);
  store<u64>(context, load<u64>(context, 24) + d, 24);
  store<u64>(context, load<u64>(context, 32) + e, 32);
  store<u64>(context, load<u64>(context, 40) + f, 40);
  store<u64>(context, load<u64>(context, 48) + g, 48);
  store<u64>(context, load<u64>(context, 56) + h, 56);
}

// --- The functions of FIPS 180-4, 4.1.3 -----------------------------------------------------------------------

function choose(e: u64, f: u64, g: u64): u64 {
  return ((f ^ g) & e) ^ g;
}

/** Written so that a ^ b of one round serves as b ^ c of the next. */
function majority(a: u64, b: u64, c: u64): u64 {
  return ((a ^ b) & (b ^ c)) ^ b;
}

// Rotations one inside the other need fewer copies of their argument: the small build is a tenth faster so.

function sigma0(a: u64): u64 {
  return rotr(rotr(rotr(a, 5) ^ a, 6) ^ a, 28);
}

function sigma1(e: u64): u64 {
  return rotr(rotr(rotr(e, 23) ^ e, 4) ^ e, 14);
}

/** The schedule word that follows from those 2, 7, 15 and 16 places before it. */
function expand(word2: u64, word7: u64, word15: u64, word16: u64): u64 {
  const small1 = rotr(rotr(word2, 42) ^ word2, 19) ^ (word2 >> 6);
  const small0 = rotr(rotr(word15, 7) ^ word15, 1) ^ (word15 >> 7);
  return small1 + word7 + small0 + word16;
}
