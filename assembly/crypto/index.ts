export {
  sha256Init,
  sha256Update,
  sha256Block,
  sha256Final,
  SHA256_BLOCK,
  SHA256_CONTEXT_SIZE,
} from "./sha256";
export {
  sha512Init,
  sha512Update,
  sha512Block,
  sha512Final,
  sha384Init,
  sha384Final,
  SHA512_BLOCK,
  SHA512_CONTEXT_SIZE,
} from "./sha512";
export { ed25519Begin, ed25519Check, ed25519Verify, ED25519_SCRATCH_SIZE } from "./ed25519";
