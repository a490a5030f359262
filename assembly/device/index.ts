// The device module: a flash part, one-way counters and the Hal over them, as one wasm instance per device.
// Guests are wired to its exports directly; the host configures and steers it. It never knows a boot policy.

export * from "./hal";
export * from "./info";
export * from "./surroundings";
export { keySlotRead, keySlotWrite, scratchRead, scratchWrite } from "./volatile";
export * from "./setup";
export * from "./control";
export * from "./strikes";
export { logDigest } from "./log";
export { keepLog, keepOperation, replay, replayAll } from "./replay";
export { findState, powerOnKey, stateKey } from "./state-key";
export { cutKeys, twinKeys } from "./cut-keys";
export { flagsAt } from "./content/content";
export { firstDifferent, keepChecks } from "./checks";
export { keepErases } from "./content/erase-sums";
export { readBlock } from "./reads";
export { land, narrow } from "./content/open";
export { undoMark, undoTo } from "./content/undo";
