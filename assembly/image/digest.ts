// The image's digest and its pure message: header, payload and protected area, streamed through SHA-256 or SHA-512.
// Header and protected area come from the RAM copies that are judged; each payload word is read once per pass.

import { SHA256_CONTEXT_SIZE, sha256Final, sha256Init, sha256Update } from "../crypto/sha256";
import { SHA512_CONTEXT_SIZE, sha512Final, sha512Init, sha512Update } from "../crypto/sha512";
import { readBytes } from "../hal/flash";
import { HEADER_SIZE, headerSize, payloadSize, protectedSize } from "./header";
import { TLV_SHA256, TLV_SHA512 } from "./tlv";

/** Flash is read in pieces of this size: a multiple of both block sizes, so that most blocks are hashed in place. */
const CHUNK_SIZE: u32 = 256;
const CHUNK: usize = memory.data(256, 8);

/** Size of a context for every hash of this build; it must be 8-byte aligned. */
export const HASH_CONTEXT_SIZE: u32 = isDefined(WITH_SHA512) ? SHA512_CONTEXT_SIZE : SHA256_CONTEXT_SIZE;

/** Bytes in a digest of this TLV type, one that parseUnprotected finds. */
export function digestSize(type: u32): u32 {
  if (isDefined(WITH_SHA512)) return type == TLV_SHA256 ? 32 : 64;
  return 32;
}

/** Digest of a type over `sizeBytes` bytes of RAM; `context` is large enough for either hash. */
export function digestBytes(type: u32, context: usize, data: usize, sizeBytes: u32, digest: usize): void {
  begin(type, context);
  update(type, context, data, sizeBytes);
  finish(type, context, digest);
}

/** Digest of a type over the image whose header and protected area stand in RAM; false: a word was unreadable. */
export function digestImage(
  type: u32,
  context: usize,
  start: u32,
  header: usize,
  area: usize,
  digest: usize,
): bool {
  begin(type, context);
  if (!absorbImage(type, context, start, header, area)) return false;
  finish(type, context, digest);
  return true;
}

/** Feeds the image's hashed bytes to a hash of this type that is under way; false: a word was unreadable. */
export function absorbImage(type: u32, context: usize, start: u32, header: usize, area: usize): bool {
  // The first piece holds the header's copy, so that blocks stay aligned with the pieces.
  let held = HEADER_SIZE;
  memory.copy(CHUNK, header, HEADER_SIZE);
  let at = start + HEADER_SIZE;
  const end = start + headerSize(header) + payloadSize(header);
  while (at < end) {
    const size = min<u32>(CHUNK_SIZE - held, end - at);
    if (!readBytes(at, CHUNK + held, size)) return false;
    update(type, context, CHUNK, held + size);
    at += size;
    held = 0;
  }
  update(type, context, area, protectedSize(header));
  return true;
}

function begin(type: u32, context: usize): void {
  if (isDefined(WITH_SHA512)) {
    if (type == TLV_SHA512) {
      sha512Init(context);
      return;
    }
  }
  sha256Init(context);
}

function update(type: u32, context: usize, data: usize, sizeBytes: u32): void {
  if (isDefined(WITH_SHA512)) {
    if (type == TLV_SHA512) {
      sha512Update(context, data, sizeBytes);
      return;
    }
  }
  sha256Update(context, data, sizeBytes);
}

function finish(type: u32, context: usize, digest: usize): void {
  if (isDefined(WITH_SHA512)) {
    if (type == TLV_SHA512) {
      sha512Final(context, digest);
      return;
    }
  }
  sha256Final(context, digest);
}
