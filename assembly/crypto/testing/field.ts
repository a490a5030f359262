// Entry for tests only: the field of Ed25519, so that a test can drive its limbs to their proven bounds.
export {
  FIELD_SIZE,
  fieldAdd,
  fieldFromBytes,
  fieldMultiply,
  fieldSquare,
  fieldSubtract,
  fieldSumDifference,
  fieldToBytes,
} from "../field25519";
export { scalarReduce } from "../scalar25519";
export { inputPointer, inputSize } from "../index";
