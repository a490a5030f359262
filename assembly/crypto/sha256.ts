// SHA-256 (FIPS 180-4), streaming. Never allocates: all state lives in the caller's context.
// One interface, two builds: unrolled (sha256-fast.ts) where ASC_SHRINK_LEVEL is 0, rolled otherwise.
//
// Context, 8-byte aligned:
//   offset 0    state, eight u32
//   offset 32   block being filled, 64 bytes (the small build expands its schedule there, in place)
//   offset 96   bytes absorbed so far, u64
import { compressFast } from "./sha256-fast";
import { addState, choose, expand, majority, sigma0, sigma1 } from "./sha256-functions";

const STATE_SIZE: u32 = 32;
const BLOCK_SIZE: u32 = 64; // FIPS 180-4, figure 1
const TOTAL: u32 = 96;

/** Offset in the context of the chaining value, eight u32 in the CPU's byte order. */
export const SHA256_STATE: u32 = 0;
/** Offset in the context of the 64-byte block buffer that sha256Block absorbs. */
export const SHA256_BLOCK: u32 = STATE_SIZE;
/** Size of a context in bytes; it must be 8-byte aligned. */
export const SHA256_CONTEXT_SIZE: u32 = TOTAL + 8;

// FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes. The fast build has them in its code.
const ROUND_CONSTANTS: usize =
  ASC_SHRINK_LEVEL > 0
    ? memory.data<u32>([
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
      ])
    : 0;

/**
 * Starts a SHA-256 computation (FIPS 180-4, 5.3.3).
 * @param context SHA256_CONTEXT_SIZE bytes, 8-byte aligned
 */
export function sha256Init(context: usize): void {
  store<u32>(context, 0x6a09e667, 0);
  store<u32>(context, 0xbb67ae85, 4);
  store<u32>(context, 0x3c6ef372, 8);
  store<u32>(context, 0xa54ff53a, 12);
  store<u32>(context, 0x510e527f, 16);
  store<u32>(context, 0x9b05688c, 20);
  store<u32>(context, 0x1f83d9ab, 24);
  store<u32>(context, 0x5be0cd19, 28);
  store<u64>(context, 0, TOTAL);
}

/**
 * Absorbs message bytes; a message may be split anywhere.
 * @param context a context that sha256Init started
 * @param data address of the bytes, any alignment
 * @param sizeBytes number of bytes, may be 0
 */
export function sha256Update(context: usize, data: usize, sizeBytes: u32): void {
  const total = load<u64>(context, TOTAL);
  store<u64>(context, total + u64(sizeBytes), TOTAL);
  const block = context + SHA256_BLOCK;
  let fill = u32(total) & (BLOCK_SIZE - 1);
  while (sizeBytes > 0) {
    if (ASC_SHRINK_LEVEL == 0) {
      // Not every core has loads that are not aligned: such data goes by way of the buffer.
      if (fill == 0 && sizeBytes >= BLOCK_SIZE && (data & 3) == 0) {
        compressFast(context + SHA256_STATE, data);
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
 * Absorbs the 64 bytes that the caller stored at SHA256_BLOCK; legal only while the bytes absorbed so far are
 * a multiple of 64. The buffer's content is undefined afterwards.
 * @param context a context that sha256Init started
 */
export function sha256Block(context: usize): void {
  store<u64>(context, load<u64>(context, TOTAL) + BLOCK_SIZE, TOTAL);
  compressBuffer(context);
}

/**
 * Pads (FIPS 180-4, 5.1.1) and writes the digest; the context must be started anew before its next use.
 * @param context a context that sha256Init started
 * @param digest 32 bytes, 4-byte aligned
 */
export function sha256Final(context: usize, digest: usize): void {
  const block = context + SHA256_BLOCK;
  const total = load<u64>(context, TOTAL);
  let fill = u32(total) & (BLOCK_SIZE - 1);
  store<u8>(block + fill, 0x80);
  fill++;
  if (fill > BLOCK_SIZE - 8) {
    memory.fill(block + fill, 0, BLOCK_SIZE - fill);
    compressBuffer(context);
    fill = 0;
  }
  memory.fill(block + fill, 0, BLOCK_SIZE - 8 - fill);
  store<u32>(block, bswap(u32(total >> 29)), BLOCK_SIZE - 8);
  store<u32>(block, bswap(u32(total) << 3), BLOCK_SIZE - 4);
  compressBuffer(context);
  for (let offset: u32 = 0; offset < STATE_SIZE; offset += 4) {
    store<u32>(digest + offset, bswap(load<u32>(context + offset)));
  }
}

function compressBuffer(context: usize): void {
  if (ASC_SHRINK_LEVEL > 0) compressSmall(context);
  else compressFast(context + SHA256_STATE, context + SHA256_BLOCK);
}

/** FIPS 180-4, 6.2.2, one round per turn over a schedule of sixteen words that replaces the block itself. */
function compressSmall(context: usize): void {
  const block = context + SHA256_BLOCK;
  let a = load<u32>(context, 0);
  let b = load<u32>(context, 4);
  let c = load<u32>(context, 8);
  let d = load<u32>(context, 12);
  let e = load<u32>(context, 16);
  let f = load<u32>(context, 20);
  let g = load<u32>(context, 24);
  let h = load<u32>(context, 28);
  for (let offset: usize = 0; offset < 256; offset += 4) {
    const slot = block + (offset & 60);
    let word = load<u32>(slot);
    if (offset < 64) {
      word = bswap(word);
    } else {
      const word2 = load<u32>(block + ((offset + 56) & 60));
      const word7 = load<u32>(block + ((offset + 36) & 60));
      word = expand(word2, word7, load<u32>(block + ((offset + 4) & 60)), word);
    }
    store<u32>(slot, word);
    h += word + load<u32>(ROUND_CONSTANTS + offset) + choose(e, f, g) + sigma1(e);
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
