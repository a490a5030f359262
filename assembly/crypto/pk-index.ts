export { p256Verify, p256PublicKeyValid, P256_SCRATCH_SIZE } from "./p256";
