// Entry of the crypto modules: every algorithm, over pointers into memory that the host fills. Keeps nothing between
// calls and never touches the input area but through the pointers it is given.
export {
  SHA256_BLOCK,
  SHA256_CONTEXT_SIZE,
  sha256Block,
  sha256Final,
  sha256Init,
  sha256Update,
} from "./sha256";
export {
  SHA512_BLOCK,
  SHA512_CONTEXT_SIZE,
  sha512Block,
  sha512Final,
  sha512Init,
  sha512Update,
} from "./sha512";
export { sha384Final, sha384Init } from "./sha512";
export { ED25519_SCRATCH_SIZE, ed25519Begin, ed25519Check, ed25519Verify } from "./ed25519";
export { P256_SCRATCH_SIZE, p256PublicKeyValid, p256Verify } from "./p256";
export { ecdsaDerToRaw } from "./ecdsa-der";
export { RSA_SCRATCH_SIZE, rsaPssVerify } from "./rsa-pss";
export { LMS_SCRATCH_SIZE, hssVerifyInMemory } from "./lms";

/** Address of the area that belongs to the host, behind all constants; 16-byte aligned. */
export function inputPointer(): usize {
  return (__heap_base + 15) & ~15;
}

/** Size of that area in bytes, as of now: the host may grow the memory. */
export function inputSize(): u32 {
  return u32(usize(memory.size()) << 16) - u32(inputPointer());
}
