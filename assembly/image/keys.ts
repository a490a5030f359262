// The provisioned table (images/SPEC.md): which algorithms it demands; looks a public key up by the digest of its
// encoding, and the version of another installed image by its id. Its header is read once and used from the copy.

import { INFO_KEYS_OFFSET, INFO_KEYS_SIZE, REASON_KEY_TABLE, REASON_KEY_UNKNOWN, REASON_OK } from "../abi";
import { readBytes } from "../hal/flash";
import { info } from "../hal/hal";
import { ALGORITHMS_KNOWN, KEY_ENCODING_MAX } from "./algorithms";
import { equalBytes } from "./bytes";
import { HASH_CONTEXT_SIZE, digestBytes, digestSize } from "./digest";
import { DIGEST_MAX, TLV_DEPENDENCY } from "./tlv";

const TABLE_MAGIC: u32 = 0x544b4245; // "EBKT", little-endian
const TABLE_VERSION: u32 = 2;
const TABLE_HEADER_SIZE: u32 = 24;
const ENTRY_HEADER_SIZE: u32 = 4;
const ENTRY_COUNT_MAX: u32 = 16;
const INSTALLED_SIZE: u32 = 12;
/** A type that no entry has: its 16 bits hold none above 0xffff. */
const NO_TYPE: u32 = 0x10000;

const TABLE: usize = memory.data(24, 4);
const ENTRY: usize = memory.data(4);
const HASH: usize = memory.data(DIGEST_MAX);
const INSTALLED: usize = memory.data(12);
const CONTEXT: usize = memory.data(HASH_CONTEXT_SIZE, 8);

/** Leaves findEntry() at an entry: offset of its data, its size. */
const CURSOR: usize = memory.data(8, 4);

/**
 * Reads the table's header and walks its entries: REASON_OK, or KEY_TABLE where anything in it is not as it must be. The
 * other functions here are for after that.
 */
export function openKeyTable(): u32 {
  const regionSize = info(INFO_KEYS_SIZE, 0);
  if (regionSize < TABLE_HEADER_SIZE) return REASON_KEY_TABLE;
  if (!readBytes(info(INFO_KEYS_OFFSET, 0), TABLE, TABLE_HEADER_SIZE)) return REASON_KEY_TABLE;
  const counts = load<u32>(TABLE, 4);
  const demanded = load<u32>(TABLE, 16);
  if (load<u32>(TABLE) != TABLE_MAGIC || counts >> 16 != TABLE_VERSION) return REASON_KEY_TABLE;
  if (load<u32>(TABLE, 12) != ~counts || (counts & 0xffff) > ENTRY_COUNT_MAX) return REASON_KEY_TABLE;
  if (load<u32>(TABLE, 8) > regionSize - TABLE_HEADER_SIZE) return REASON_KEY_TABLE;
  if (load<u32>(TABLE, 20) != ~demanded || (demanded & ~ALGORITHMS_KNOWN) != 0) return REASON_KEY_TABLE;
  return findEntry(NO_TYPE, 0) == REASON_KEY_UNKNOWN ? REASON_OK : REASON_KEY_TABLE;
}

/** Bits of the algorithms of which each must have a valid pair; 0: any one valid pair is enough. */
export function demandedAlgorithms(): u32 {
  return load<u32>(TABLE, 16);
}

/**
 * Finds the key whose encoding has the digest `keyHash` (of type `digestType`) and is meant for signature TLV `type`.
 * On REASON_OK its encoding stands in `encoding` (KEY_ENCODING_MAX bytes) and `encodingSize` (u32) holds its size.
 */
export function findKey(
  keyHash: usize,
  digestType: u32,
  type: u32,
  encoding: usize,
  encodingSize: usize,
): u32 {
  for (let index: u32 = 0; index < ENTRY_COUNT_MAX; index++) {
    const reason = findEntry(type, index);
    if (reason != REASON_OK) return reason;
    const size = load<u32>(CURSOR, 4);
    if (size > KEY_ENCODING_MAX) continue;
    if (!readBytes(load<u32>(CURSOR), encoding, size)) return REASON_KEY_TABLE;
    digestBytes(digestType, CONTEXT, encoding, size, HASH);
    if (equalBytes(HASH, keyHash, digestSize(digestType))) {
      store<u32>(encodingSize, size);
      return REASON_OK;
    }
  }
  return REASON_KEY_UNKNOWN;
}

/** Address of the version (8 bytes) of the other image `id` that the device is provisioned with; 0 when there is none. */
export function installedVersion(id: u32): usize {
  for (let index: u32 = 0; index < ENTRY_COUNT_MAX; index++) {
    if (findEntry(TLV_DEPENDENCY, index) != REASON_OK) return 0;
    if (load<u32>(CURSOR, 4) != INSTALLED_SIZE) continue;
    if (!readBytes(load<u32>(CURSOR), INSTALLED, INSTALLED_SIZE)) return 0;
    if (u32(load<u8>(INSTALLED)) == id) return INSTALLED + 4;
  }
  return 0;
}

/** Walks to the `index`-th entry of `type`, counted from 0; KEY_UNKNOWN when there are fewer. Each walk checks bounds. */
function findEntry(type: u32, index: u32): u32 {
  const count = load<u32>(TABLE, 4) & 0xffff;
  const start = info(INFO_KEYS_OFFSET, 0) + TABLE_HEADER_SIZE;
  const end = start + load<u32>(TABLE, 8);
  let at = start;
  let left = index;
  for (let i: u32 = 0; i < count; i++) {
    if (end - at < ENTRY_HEADER_SIZE || !readBytes(at, ENTRY, ENTRY_HEADER_SIZE)) return REASON_KEY_TABLE;
    const size = u32(load<u16>(ENTRY, 2));
    const span = (size + 3) & ~3;
    at += ENTRY_HEADER_SIZE;
    if (span > end - at) return REASON_KEY_TABLE;
    if (u32(load<u16>(ENTRY)) == type) {
      if (left == 0) {
        store<u32>(CURSOR, at);
        store<u32>(CURSOR, size, 4);
        return REASON_OK;
      }
      left--;
    }
    at += span;
  }
  return at == end ? REASON_KEY_UNKNOWN : REASON_KEY_TABLE;
}
