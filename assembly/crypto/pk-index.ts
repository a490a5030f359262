export { p256Verify, p256PublicKeyValid, P256_SCRATCH_SIZE } from "./p256";
export { ecdsaDerToRaw } from "./ecdsa-der";
export { rsaPssVerify, RSA_SCRATCH_SIZE } from "./rsa-pss";
export { hssVerifyInMemory, LMS_SCRATCH_SIZE } from "./lms";
