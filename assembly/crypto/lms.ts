// HSS/LMS hash-based signature verification (RFC 8554; the SHA-256/M32 parameter sets of SP 800-208), up to three
// levels. Reads the signature piecewise through the caller's function, so that it may be longer than RAM. Never
// allocates, never reads past the stated signature size: every length follows from the verified key's type codes.
import {
  SHA256_BLOCK,
  SHA256_CONTEXT_SIZE,
  SHA256_STATE,
  sha256Block,
  sha256Final,
  sha256Init,
  sha256Update,
} from "./sha256";

/**
 * Reads sizeBytes bytes of the signature at `offset` to memory at `target`; answers false where that fails.
 */
export type SignatureReader = (offset: u32, target: usize, sizeBytes: u32) => bool;

const HASH_SIZE: u32 = 32; // n and m of every parameter set here
const MAX_LEVELS: u32 = 3;

// LMS public key, RFC 8554, 5.3: u32 LMS type | u32 LM-OTS type | I, 16 bytes | root, 32 bytes
const KEY_OTS_TYPE: u32 = 4;
const KEY_IDENTIFIER: u32 = 8;
const IDENTIFIER_SIZE: u32 = 16;
const KEY_ROOT: u32 = 24;
const KEY_SIZE: u32 = 56;

// LMS signature, RFC 8554, 5.4: u32 q | u32 LM-OTS type | C, 32 bytes | y, p * 32 bytes | u32 LMS type | path, h * 32
const SIGNATURE_OTS_TYPE: u32 = 4;
const SIGNATURE_RANDOMIZER: u32 = 8;
const SIGNATURE_CHAINS: u32 = 40;

// RFC 8554, 5.1: LMS_SHA256_M32_H5 to _H25 are types 5 to 9
const FIRST_LMS_TYPE: u32 = 5;
const LAST_LMS_TYPE: u32 = 9;

// RFC 8554, 7.1
const D_PBLC: u32 = 0x8080;
const D_MESG: u32 = 0x8181;
const D_LEAF: u32 = 0x8282;
const D_INTR: u32 = 0x8383;

// Scratch: two hash contexts, the hash input's prefix (I | u32 | u16), a hash value, a sibling in the tree, the
// message digest with its checksum, and the key of the level being verified and the next.
const CONTEXT: u32 = 0;
const CHAIN_CONTEXT: u32 = CONTEXT + SHA256_CONTEXT_SIZE;
const PREFIX: u32 = CHAIN_CONTEXT + SHA256_CONTEXT_SIZE;
const PREFIX_NUMBER: u32 = PREFIX + IDENTIFIER_SIZE;
const PREFIX_TAG: u32 = PREFIX_NUMBER + 4;
const PREFIX_SIZE: u32 = 22;
const NODE: u32 = PREFIX + 24;
const SIBLING: u32 = NODE + HASH_SIZE;
const MESSAGE_DIGEST: u32 = SIBLING + HASH_SIZE;
const KEY: u32 = MESSAGE_DIGEST + HASH_SIZE + 8;
const NEXT_KEY: u32 = KEY + KEY_SIZE;

/** Bytes of scratch memory that hssVerify needs. */
export const LMS_SCRATCH_SIZE: u32 = NEXT_KEY + KEY_SIZE;

/**
 * Verifies an HSS signature (RFC 8554, 6.3) with SHA-256/M32 parameter sets: LMS types 5 to 9, LM-OTS types 1 to 4.
 * @param message any alignment
 * @param messageSizeBytes its size
 * @param signature where the signature starts, as `read` counts: added to every offset that it is given
 * @param signatureSizeBytes the signature's size; another size than the type codes imply is refused
 * @param read reads a part of the signature; where it fails the signature is refused
 * @param publicKey 60 bytes: u32 number of levels, then the top level's LMS public key
 * @param scratch LMS_SCRATCH_SIZE bytes, 8-byte aligned, apart from the inputs
 * @returns whether it verifies; false too for other types, other numbers of levels and a leaf that no tree has
 */
export function hssVerify(
  message: usize,
  messageSizeBytes: u32,
  signature: u32,
  signatureSizeBytes: u32,
  read: SignatureReader,
  publicKey: usize,
  scratch: usize,
): bool {
  const levels = bswap(load<u32>(publicKey, 0, 1));
  if (levels == 0 || levels > MAX_LEVELS) return false;
  if (signatureSizeBytes < 4) return false;
  if (!read(signature, scratch + NODE, 4)) return false;
  if (bswap(load<u32>(scratch + NODE)) != levels - 1) return false;
  const key = scratch + KEY;
  const nextKey = scratch + NEXT_KEY;
  memory.copy(key, publicKey + 4, KEY_SIZE);
  let offset: u32 = 4;
  for (let level: u32 = 1; level < levels; level++) {
    const sizeBytes = lmsSignatureSize(key);
    if (sizeBytes == 0 || signatureSizeBytes - offset < sizeBytes + KEY_SIZE) return false;
    if (!read(signature + offset + sizeBytes, nextKey, KEY_SIZE)) return false;
    if (!lmsVerify(nextKey, KEY_SIZE, signature + offset, read, scratch)) return false;
    memory.copy(key, nextKey, KEY_SIZE);
    offset += sizeBytes + KEY_SIZE;
  }
  const sizeBytes = lmsSignatureSize(key);
  if (sizeBytes == 0 || signatureSizeBytes - offset != sizeBytes) return false;
  return lmsVerify(message, messageSizeBytes, signature + offset, read, scratch);
}

/**
 * Verifies an HSS signature that lies in memory whole: hssVerify with the signature's address.
 * @param signature signatureSizeBytes bytes, any alignment
 */
export function hssVerifyInMemory(
  message: usize,
  messageSizeBytes: u32,
  signature: usize,
  signatureSizeBytes: u32,
  publicKey: usize,
  scratch: usize,
): bool {
  return hssVerify(
    message,
    messageSizeBytes,
    u32(signature),
    signatureSizeBytes,
    readMemory,
    publicKey,
    scratch,
  );
}

function readMemory(address: u32, target: usize, sizeBytes: u32): bool {
  memory.copy(target, usize(address), sizeBytes);
  return true;
}

/** Size in bytes of a signature that the LMS key verifies; 0 where its types are unknown. */
function lmsSignatureSize(key: usize): u32 {
  const type = bswap(load<u32>(key));
  const chains = chainCount(bswap(load<u32>(key, KEY_OTS_TYPE)));
  if (type < FIRST_LMS_TYPE || type > LAST_LMS_TYPE || chains == 0) return 0;
  return SIGNATURE_CHAINS + chains * HASH_SIZE + 4 + treeHeight(type) * HASH_SIZE;
}

/** h, RFC 8554, table 2: 5, 10, 15, 20, 25. */
function treeHeight(type: u32): u32 {
  return (type - FIRST_LMS_TYPE + 1) * 5;
}

/** p, RFC 8554, table 1; 0 for an unknown LM-OTS type. */
function chainCount(otsType: u32): u32 {
  if (otsType == 1) return 265;
  if (otsType == 2) return 133;
  if (otsType == 3) return 67;
  if (otsType == 4) return 34;
  return 0;
}

/** RFC 8554, algorithm 6a, with the key in scratch; the signature's size was checked. */
function lmsVerify(
  message: usize,
  messageSizeBytes: u32,
  signature: u32,
  read: SignatureReader,
  scratch: usize,
): bool {
  const key = scratch + KEY;
  const node = scratch + NODE;
  const type = load<u32>(key);
  const otsType = load<u32>(key, KEY_OTS_TYPE);
  const height = treeHeight(bswap(type));
  if (!read(signature, node, 8)) return false;
  const leaf = bswap(load<u32>(node));
  if (leaf >> height != 0) return false;
  if (load<u32>(node, SIGNATURE_OTS_TYPE) != otsType) return false;
  memory.copy(scratch + PREFIX, key + KEY_IDENTIFIER, IDENTIFIER_SIZE);
  if (!otsCandidate(message, messageSizeBytes, leaf, bswap(otsType), signature, read, scratch)) return false;
  signature += SIGNATURE_CHAINS + chainCount(bswap(otsType)) * HASH_SIZE;
  if (!read(signature, scratch + SIBLING, 4)) return false;
  if (load<u32>(scratch + SIBLING) != type) return false;
  let number = (u32(1) << height) + leaf;
  begin(scratch, number, D_LEAF);
  finish(scratch, node, HASH_SIZE);
  for (signature += 4; number > 1; signature += HASH_SIZE) {
    if (!read(signature, scratch + SIBLING, HASH_SIZE)) return false;
    begin(scratch, number >> 1, D_INTR);
    const isRight = (number & 1) != 0;
    sha256Update(scratch + CONTEXT, isRight ? scratch + SIBLING : node, HASH_SIZE);
    finish(scratch, isRight ? node : scratch + SIBLING, HASH_SIZE);
    number >>= 1;
  }
  return memory.compare(node, key + KEY_ROOT, HASH_SIZE) == 0;
}

/** Leaves the LM-OTS public key candidate (RFC 8554, algorithm 4b) in the node; false where a read fails. */
function otsCandidate(
  message: usize,
  messageSizeBytes: u32,
  leaf: u32,
  otsType: u32,
  signature: u32,
  read: SignatureReader,
  scratch: usize,
): bool {
  const node = scratch + NODE;
  const window: u32 = 1 << (otsType - 1);
  const last: u32 = (1 << window) - 1;
  const chains = chainCount(otsType);
  if (!read(signature + SIGNATURE_RANDOMIZER, node, HASH_SIZE)) return false;
  begin(scratch, leaf, D_MESG);
  sha256Update(scratch + CONTEXT, node, HASH_SIZE);
  finish(scratch, message, messageSizeBytes);
  memory.copy(scratch + MESSAGE_DIGEST, node, HASH_SIZE);
  appendChecksum(scratch + MESSAGE_DIGEST, window);
  begin(scratch, leaf, D_PBLC);
  for (let index: u32 = 0; index < chains; index++) {
    if (!read(signature + SIGNATURE_CHAINS + index * HASH_SIZE, node, HASH_SIZE)) return false;
    chain(scratch, index, digit(scratch + MESSAGE_DIGEST, index, window), last);
    sha256Update(scratch + CONTEXT, node, HASH_SIZE);
  }
  sha256Final(scratch + CONTEXT, node);
  return true;
}

/** Digit `index` of `window` bits, most significant first (RFC 8554, 3.1.3). */
function digit(bytes: usize, index: u32, window: u32): u32 {
  const bit = index * window;
  return (u32(load<u8>(bytes + (bit >> 3))) >> (8 - window - (bit & 7))) & ((1 << window) - 1);
}

/** Appends the two bytes of RFC 8554, 4.4, to a digest. */
function appendChecksum(digest: usize, window: u32): void {
  const digits = (HASH_SIZE * 8) / window;
  let sum: u32 = 0;
  for (let index: u32 = 0; index < digits; index++) {
    sum += (1 << window) - 1 - digit(digest, index, window);
  }
  // The shift ls of RFC 8554, table 1, brings the sum's highest digit to the top of its 16 bits: 7, 6, 4, 0.
  sum <<= window == 8 ? 0 : 8 - window;
  store<u8>(digest, u8(sum >> 8), HASH_SIZE);
  store<u8>(digest, u8(sum), HASH_SIZE + 1);
}

/**
 * Takes the node along its hash chain: node = H(I | leaf | u16 index | u8 step | node) for each step from `step` to
 * `last - 1`. These 55 bytes and their padding are one block, which spares sha256Update's bookkeeping.
 */
function chain(scratch: usize, index: u32, step: u32, last: u32): void {
  const context = scratch + CHAIN_CONTEXT;
  const block = context + SHA256_BLOCK;
  const prefix = scratch + PREFIX;
  const node = scratch + NODE;
  while (step < last) {
    sha256Init(context);
    store<u64>(block, load<u64>(prefix, 0), 0);
    store<u64>(block, load<u64>(prefix, 8), 8);
    store<u32>(block, load<u32>(prefix, 16), 16);
    store<u8>(block, u8(index >> 8), 20);
    store<u8>(block, u8(index), 21);
    store<u8>(block, u8(step), 22);
    store<u64>(block, load<u64>(node, 0), 23, 1);
    store<u64>(block, load<u64>(node, 8), 31, 1);
    store<u64>(block, load<u64>(node, 16), 39, 1);
    store<u64>(block, load<u64>(node, 24), 47, 1);
    store<u8>(block, 0x80, 55);
    store<u64>(block, bswap<u64>(55 * 8), 56);
    sha256Block(context);
    const state = context + SHA256_STATE;
    for (let offset: usize = 0; offset < HASH_SIZE; offset += 8) {
      store<u64>(node + offset, rotl(bswap(load<u64>(state + offset)), 32));
    }
    step++;
  }
}

/** Starts a hash with I | u32 number | u16 tag. */
function begin(scratch: usize, number: u32, tag: u32): void {
  store<u32>(scratch, bswap(number), PREFIX_NUMBER);
  store<u16>(scratch, u16(tag), PREFIX_TAG);
  sha256Init(scratch + CONTEXT);
  sha256Update(scratch + CONTEXT, scratch + PREFIX, PREFIX_SIZE);
}

/** Absorbs the last bytes and leaves the hash in the node. */
function finish(scratch: usize, data: usize, sizeBytes: u32): void {
  sha256Update(scratch + CONTEXT, data, sizeBytes);
  sha256Final(scratch + CONTEXT, scratch + NODE);
}
