// Entry for tests only: the parts of P-256, so that a test can drive limbs to their proven bounds and exceptional points
// into an addition.
export {
  FIELD_SIZE,
  fieldFromBytes,
  fieldIsZero,
  fieldMultiply,
  fieldSettle,
  fieldSlopeFactors,
  fieldSquare,
  fieldSubtract,
  fieldTwiceDifference,
  limbsFromBytes,
} from "../p256-field";
export {
  ENTRY_SIZE,
  POINT_SCRATCH_SIZE,
  POINT_SIZE,
  entryComplete,
  pointAdd,
  pointDouble,
} from "../p256-point";
export {
  SCALAR_DIGITS,
  SCALAR_INVERSE_SCRATCH_SIZE,
  scalarInverse,
  scalarMultiply,
  scalarRecode,
} from "../p256-scalar";
export { inputPointer, inputSize } from "../index";
