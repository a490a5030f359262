// Entry for tests only: LMS verification with a signature that the host hands over piece by piece.
import { hssVerify } from "../lms";

declare function readSignature(offset: u32, target: usize, sizeBytes: u32): bool;

function read(offset: u32, target: usize, sizeBytes: u32): bool {
  return readSignature(offset, target, sizeBytes);
}

/** hssVerify with a reader of the host's: `signature` is added to every offset that it is asked for. */
export function hssVerifyPieces(
  message: usize,
  messageSizeBytes: u32,
  signature: u32,
  signatureSizeBytes: u32,
  publicKey: usize,
  scratch: usize,
): bool {
  return hssVerify(message, messageSizeBytes, signature, signatureSizeBytes, read, publicKey, scratch);
}

export { LMS_SCRATCH_SIZE } from "../lms";
export { inputPointer, inputSize } from "../index";
