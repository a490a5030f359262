// Entry for tests only: RSA's exponentiation without the padding around it.
export { RSA_POWER_SCRATCH_SIZE, rsaPower } from "../rsa-modular";
export { inputPointer, inputSize } from "../index";
