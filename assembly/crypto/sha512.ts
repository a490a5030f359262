// SHA-512 and SHA-384 (FIPS 180-4), streaming. Never allocates: all state lives in the caller's context.
// One interface, two builds: unrolled (sha512-fast.ts) where ASC_SHRINK_LEVEL is 0, rolled otherwise.
//
// Context, 8-byte aligned:
//   offset 0    state, eight u64
//   offset 64   block being filled, 128 bytes (the small build expands its schedule there, in place)
//   offset 192  bytes absorbed so far, u64 (2^61 bytes are more than any flash holds)
import { compressFast } from "./sha512-fast";
import { ROUND_CONSTANTS, addState, choose, expand, majority, sigma0, sigma1 } from "./sha512-functions";

const STATE_SIZE: u32 = 64;
const BLOCK_SIZE: u32 = 128; // FIPS 180-4, figure 1
const TOTAL: u32 = 192;

/** Offset in the context of the 128-byte block buffer that sha512Block absorbs. */
export const SHA512_BLOCK: u32 = STATE_SIZE;
/** Size of a context in bytes; it must be 8-byte aligned. */
export const SHA512_CONTEXT_SIZE: u32 = TOTAL + 8;

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
