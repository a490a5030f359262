// RSASSA-PSS signature verification (RFC 8017, 8.1.2) with SHA-256, MGF1-SHA-256, a salt of 32 bytes and e = 65537,
// for moduli of 2048 and 3072 bits. Variable time: for public data only. Never allocates, never signs.
import { RSA_POWER_SCRATCH_SIZE, rsaPower } from "./rsa-modular";
import { SHA256_CONTEXT_SIZE, sha256Final, sha256Init, sha256Update } from "./sha256";

const HASH_SIZE: u32 = 32;
const SALT_SIZE: u32 = 32;
const MAX_MODULUS_SIZE: u32 = 384;
const TRAILER: u32 = 0xbc; // RFC 8017, 9.1.2, step 4

// Scratch: the encoded message, a hash block, a hash context, all within what the power needs. RFC 8017, 9.1.2:
// encoded message = data block (masked) | hash | trailer, data block = zeros | 0x01 | salt.
const BLOCK: u32 = MAX_MODULUS_SIZE;
const CONTEXT: u32 = BLOCK + HASH_SIZE;

/** Bytes of scratch memory that rsaPssVerify needs. */
export const RSA_SCRATCH_SIZE: u32 =
  RSA_POWER_SCRATCH_SIZE > CONTEXT + SHA256_CONTEXT_SIZE
    ? RSA_POWER_SCRATCH_SIZE
    : CONTEXT + SHA256_CONTEXT_SIZE;

/**
 * Verifies an RSASSA-PSS signature of a SHA-256 digest (RFC 8017, 8.1.2).
 * @param digest 32 bytes, any alignment, as are signature and modulus
 * @param signature modulusSizeBytes bytes, big-endian
 * @param modulus big-endian; the public exponent is 65537
 * @param modulusSizeBytes 256 or 384
 * @param scratch RSA_SCRATCH_SIZE bytes, 8-byte aligned, apart from the inputs
 * @returns whether it verifies; false too for another size, a modulus that is even or lacks its top bit, and a
 *   signature that is not below the modulus
 */
export function rsaPssVerify(
  digest: usize,
  signature: usize,
  modulus: usize,
  modulusSizeBytes: u32,
  scratch: usize,
): bool {
  if (modulusSizeBytes != 256 && modulusSizeBytes != 384) return false;
  if (load<u8>(modulus) < 0x80) return false;
  if ((load<u8>(modulus + (modulusSizeBytes - 1)) & 1) == 0) return false;
  if (memory.compare(signature, modulus, modulusSizeBytes) >= 0) return false;
  rsaPower(scratch, signature, modulus, modulusSizeBytes, scratch);
  return verifyEncoding(digest, modulusSizeBytes, scratch);
}

/** EMSA-PSS-VERIFY (RFC 8017, 9.1.2) of the encoded message at the start of scratch. */
function verifyEncoding(digest: usize, sizeBytes: u32, scratch: usize): bool {
  const context = scratch + CONTEXT;
  const block = scratch + BLOCK;
  const hash = scratch + (sizeBytes - 1 - HASH_SIZE);
  const salt = hash - SALT_SIZE;
  if (u32(load<u8>(scratch + (sizeBytes - 1))) != TRAILER) return false;
  // The encoded message has one bit less than the modulus.
  if (load<u8>(scratch) >= 0x80) return false;
  unmask(scratch, hash, block, context);
  store<u8>(scratch, load<u8>(scratch) & 0x7f);
  for (let address = scratch; address < salt - 1; address++) {
    if (load<u8>(address) != 0) return false;
  }
  if (load<u8>(salt - 1) != 1) return false;
  memory.fill(block, 0, 8);
  sha256Init(context);
  sha256Update(context, block, 8);
  sha256Update(context, digest, HASH_SIZE);
  sha256Update(context, salt, SALT_SIZE);
  sha256Final(context, block);
  return memory.compare(block, hash, HASH_SIZE) == 0;
}

/** Takes MGF1's mask (RFC 8017, B.2.1) off the bytes from `target` up to its seed, the hash that follows them. */
function unmask(target: usize, hash: usize, block: usize, context: usize): void {
  for (let counter: u32 = 0; target < hash; counter++) {
    store<u32>(block, bswap(counter));
    sha256Init(context);
    sha256Update(context, hash, HASH_SIZE);
    sha256Update(context, block, 4);
    sha256Final(context, block);
    for (let index: usize = 0; index < HASH_SIZE && target < hash; index++) {
      store<u8>(target, load<u8>(target) ^ load<u8>(block + index));
      target++;
    }
  }
}
