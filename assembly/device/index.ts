// The device module: a flash part, one-way counters and the Hal over them, as one wasm instance per device.
// Guests are wired to its exports directly; the host configures and steers it. It never knows a boot policy.

export * from "./hal";
export * from "./info";
export * from "./setup";
export * from "./control";
export * from "./strikes";
export * from "./replay";
export * from "./state-key";
export { flagsAt } from "./content";
export { readBlock } from "./reads";
export { land, narrow } from "./open";
export { undoMark, undoTo } from "./undo";
