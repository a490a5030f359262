// The provisioned key table: looks a public key up by the digest of its encoding. Reads flash, keeps nothing.
//
//   0 magic "EBKT"  4 entry count u16, version u16 (1)  8 size of all entries in bytes   12 ~(word 4)
//   entry: signature TLV type u16, encoding size u16, encoding (SPKI DER), zero padding to a multiple of 4

import { INFO_KEYS_OFFSET, INFO_KEYS_SIZE, REASON_KEY_TABLE, REASON_KEY_UNKNOWN, REASON_OK } from "../abi";
import { SHA256_CONTEXT_SIZE, sha256Final, sha256Init, sha256Update } from "../crypto/sha256";
import { readBytes } from "../hal/flash";
import { info } from "../hal/hal";
import { equalBytes } from "./bytes";

const TABLE_MAGIC: u32 = 0x544b4245; // "EBKT", little-endian
const TABLE_VERSION: u32 = 1;
const TABLE_HEADER_SIZE: u32 = 16;
const ENTRY_HEADER_SIZE: u32 = 4;
const ENTRY_COUNT_MAX: u32 = 16;
/** Longest encoding that this core takes. */
export const KEY_ENCODING_MAX: u32 = 96;

const TABLE: usize = memory.data(16);
const ENTRY: usize = memory.data(4);
const HASH: usize = memory.data(32);
const CONTEXT: usize = memory.data(SHA256_CONTEXT_SIZE);

/**
 * Finds the key whose encoding has the SHA-256 digest `keyHash` (32 bytes) and is meant for signature TLV `type`.
 * On REASON_OK its encoding stands in `encoding` (KEY_ENCODING_MAX bytes) and `encodingSize` (u32) holds its size.
 */
export function findKey(keyHash: usize, type: u32, encoding: usize, encodingSize: usize): u32 {
  const start = info(INFO_KEYS_OFFSET, 0);
  const regionSize = info(INFO_KEYS_SIZE, 0);
  if (regionSize < TABLE_HEADER_SIZE || !readBytes(start, TABLE, TABLE_HEADER_SIZE)) return REASON_KEY_TABLE;
  const counts = load<u32>(TABLE, 4);
  const count = counts & 0xffff;
  if (load<u32>(TABLE) != TABLE_MAGIC || counts >> 16 != TABLE_VERSION) return REASON_KEY_TABLE;
  if (load<u32>(TABLE, 12) != ~counts || count > ENTRY_COUNT_MAX) return REASON_KEY_TABLE;
  if (load<u32>(TABLE, 8) > regionSize - TABLE_HEADER_SIZE) return REASON_KEY_TABLE;
  const end = start + TABLE_HEADER_SIZE + load<u32>(TABLE, 8);
  let at = start + TABLE_HEADER_SIZE;
  for (let i: u32 = 0; i < count; i++) {
    if (end - at < ENTRY_HEADER_SIZE || !readBytes(at, ENTRY, ENTRY_HEADER_SIZE)) return REASON_KEY_TABLE;
    const size = u32(load<u16>(ENTRY, 2));
    const span = (size + 3) & ~3;
    at += ENTRY_HEADER_SIZE;
    if (span > end - at) return REASON_KEY_TABLE;
    if (u32(load<u16>(ENTRY)) == type && size <= KEY_ENCODING_MAX) {
      if (!readBytes(at, encoding, size)) return REASON_KEY_TABLE;
      sha256Init(CONTEXT);
      sha256Update(CONTEXT, encoding, size);
      sha256Final(CONTEXT, HASH);
      if (equalBytes(HASH, keyHash, 32)) {
        store<u32>(encodingSize, size);
        return REASON_OK;
      }
    }
    at += span;
  }
  return REASON_KEY_UNKNOWN;
}
