// Strict DER reader for ECDSA signatures on a 256-bit curve (RFC 3279, 2.2.3; X.690, clause 10). Accepts the one
// encoding that OpenSSL accepts, never reads past sizeBytes, never checks the numbers against a group order.

const TAG_SEQUENCE: u32 = 0x30; // X.690, 8.9.1
const TAG_INTEGER: u32 = 0x02; // X.690, 8.3.1
const NUMBER_SIZE: u32 = 32;
const HEADER_SIZE: u32 = 2; // tag and one length byte: no part of such a signature is longer than 127 bytes
const MIN_SIZE: u32 = 3 * HEADER_SIZE + 2; // a sequence of two integers of one byte each

/**
 * Unpacks SEQUENCE { r INTEGER, s INTEGER }: minimal, not negative, under 2^256, nothing before or after.
 * @param der any alignment
 * @param sizeBytes its size; everything up to it belongs to the signature
 * @param rawSignature 64 bytes for r, then s, big-endian; meaningless where the result is false
 * @returns whether der is such an encoding
 */
export function ecdsaDerToRaw(der: usize, sizeBytes: u32, rawSignature: usize): bool {
  if (sizeBytes < MIN_SIZE) return false;
  if (u32(load<u8>(der, 0)) != TAG_SEQUENCE) return false;
  // A long-form length byte is 0x80 or more; it can only fit a size that no valid signature has.
  if (sizeBytes > HEADER_SIZE + 0x7f) return false;
  if (u32(load<u8>(der, 1)) != sizeBytes - HEADER_SIZE) return false;
  const end = der + sizeBytes;
  const second = readInteger(der + HEADER_SIZE, end, rawSignature);
  if (second == 0) return false;
  return readInteger(second, end, rawSignature + NUMBER_SIZE) == end;
}

/** Reads the integer at `start` into 32 bytes; returns the address after it, or 0 where it is no such integer. */
function readInteger(start: usize, end: usize, target: usize): usize {
  if (end - start < HEADER_SIZE + 1) return 0;
  if (u32(load<u8>(start, 0)) != TAG_INTEGER) return 0;
  let size = u32(load<u8>(start, 1));
  let content = start + HEADER_SIZE;
  if (size == 0 || size > u32(end - content)) return 0;
  const first = load<u8>(content);
  if (first >= 0x80) return 0; // negative
  if (first == 0 && size > 1) {
    if (load<u8>(content, 1) < 0x80) return 0; // padded
    content++;
    size--;
  }
  if (size > NUMBER_SIZE) return 0;
  memory.fill(target, 0, NUMBER_SIZE - size);
  memory.copy(target + NUMBER_SIZE - size, content, size);
  return content + size;
}
