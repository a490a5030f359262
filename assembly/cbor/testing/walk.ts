// Entry for tests only: the reader's items one by one, so that a test can hold them against another decoder's.
export {
  CBOR_CURSOR_SIZE,
  cborArgument,
  cborContent,
  cborLeft,
  cborMajor,
  cborNext,
  cborOpen,
  cborStart,
} from "../reader";
export { inputPointer, inputSize } from "./input";
