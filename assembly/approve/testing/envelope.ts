// Entry for tests only: the reader of envelopes, over memory that the host fills and a key table behind the Hal.
export * from "../payload";
export * from "../reasons";
export { readEnvelope } from "../envelope";
export { inputPointer, inputSize } from "../../cbor/testing/input";
